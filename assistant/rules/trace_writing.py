"""A trace as numbered Chinese sentences that can be read aloud, and as rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from assistant.rules.origins import UNKNOWN, show_origin
from assistant.rules.reasons import explain_points

COLUMNS = {
    "step": "步骤",
    "rule": "规则",
    "inputs": "输入和来源",
    "formula": "算式",
    "figures": "代入数值",
    "value": "结果",
    "exact": "精确值",
    "limit": "要求",
    "result": "判断",
    "clause": "依据",
    "quote": "原文",
}
_HOLDS = {True: "成立", False: "不成立", None: "待定"}
Step = Mapping[str, Any]


def trace_rows(trace: Mapping[str, Any]) -> list[dict[str, str]]:
    """One row a step, in order, with the keys of COLUMNS; facts stand in the row of the step that uses them."""
    return [_row(number, step) for number, step in _numbered(trace["root"])]


def trace_table(trace: Mapping[str, Any]) -> str:
    """The rows as a Markdown table."""
    lines = [list(COLUMNS.values()), ["---"] * len(COLUMNS)]
    lines += [[row[column].replace("|", "｜") for column in COLUMNS] for row in trace_rows(trace)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def trace_prose(trace: Mapping[str, Any]) -> str:
    """The trace in words: heading, verdict, then one numbered paragraph a step."""
    policy, root = trace["policy"], trace["root"]
    lines = [f"《{policy['title']}》（{policy['status']}）：{root['label']}的推导，判定日{trace['on']}"]
    if trace.get("stage"):
        lines[0] += f"，判定到{trace['stage']}阶段"
    if root["kind"] == "verdict":
        lines.append(_verdict(root))
    lines += [f"{number} {_sentence(step)}" for number, step in _numbered(root) if step is not root]
    return "\n".join(lines)


def _verdict(root: Step) -> str:
    parts = [f"结论：{root['status']}", root["substituted"]]
    parts += [f"{item['stage']}阶段{item['status']}" for item in root.get("stages", ())]
    if "points" in root:
        parts.append(_points(root["points"]))
    if "reason" in root:
        parts.append(root["reason"])
    return "；".join(parts) + "。"


def _numbered(root: Step) -> Iterator[tuple[str, Step]]:
    """Steps with their numbers (1, 1.1, 1.1.1), a verdict first; facts that were given or are missing have none."""
    if root["kind"] == "verdict":
        yield "结论", root
    for place, step in enumerate(root["steps"], start=1):
        yield from _below(str(place), step)


def _below(number: str, step: Step) -> Iterator[tuple[str, Step]]:
    yield number, step
    deeper = [inner for inner in _inner(step) if not _is_input(inner)]
    for place, inner in enumerate(deeper, start=1):
        yield from _below(f"{number}.{place}", inner)


def _inner(step: Step) -> list[Step]:
    """The steps below one; those of a metric that is held against its limit count as the limit's own."""
    steps: list[Step] = step.get("steps", [])
    return _inner(steps[0]) if step["kind"] == "meets" else steps


def _is_input(step: Step) -> bool:
    return step["kind"] == "fact" and "steps" not in step


def _inputs(step: Step) -> list[str]:
    """Each fact of a step with its value and origin; a value that was given itself stands for its facts."""
    own = _computed(step)
    found = [f"{own['label']}{own['shown']}（{show_origin(own['origin'])}）"] if _is_given(own) else []
    return found + [_input(inner) for inner in _inner(step) if _is_input(inner)]


def _input(fact: Step) -> str:
    origin = show_origin(fact["origin"])
    if fact["origin"]["source"] == UNKNOWN:
        return f"{fact['label']}（{origin}）"
    return f"{fact['label']}：{fact['shown']}（{origin}）"


def _is_given(step: Step) -> bool:
    return step["kind"] == "metric" and "origin" in step


def _computed(step: Step) -> Step:
    """The step that holds a formula: of a metric's limit, the metric."""
    inner: Step = step["steps"][0] if step["kind"] == "meets" else step
    return inner


def _result(step: Step) -> str:
    if step["kind"] in ("verdict", "criterion"):
        points = f"，{_points(step['points'])}" if "points" in step else ""
        return f"{step['status']}{points}"
    return _HOLDS[step["holds"]] if "holds" in step else ""


def _points(points: Mapping[str, str]) -> str:
    return explain_points(*(Fraction(points[key]) for key in ("low", "high", "max")))


def _sentence(step: Step) -> str:
    """One step: what it comes to, how, from what, by which clause."""
    result = step.get("shown", "待定") if step["kind"] == "metric" else _result(step)
    parts = [f"{step['label']}：{result}", *_explained(step)]
    inputs = _inputs(step)
    if inputs:
        parts.append(f"其中：{'；'.join(inputs)}")
    clause = _computed(step).get("clause")
    if clause and step["kind"] != "fact":
        also = "、".join(item["label"] for item in step.get("also", ()))
        parts.append(f"依据{clause['label']}“{_flat(clause['quote'])}”{f'，并见{also}' if also else ''}")
    text = "。".join(parts)
    return text if text.endswith("。”") else f"{text}。"


def _explained(step: Step) -> Iterator[str]:
    """A criterion's reason, a fact's origin, a comparison's or a metric's figures."""
    own = _computed(step)
    if step["kind"] == "criterion":
        points = _points(step["points"]) if "points" in step else ""
        reason = step["reason"].removesuffix(points).rstrip("；") if points else step["reason"]
        if reason:
            yield reason
    elif step["kind"] == "fact":
        yield show_origin(step["origin"])
    elif step["kind"] == "comparison":
        beside = step["limit"].lstrip("≥≤><=≠")
        yield step["substituted"] + ("" if beside in step["substituted"] else f"，后者即{beside}")
    elif "substituted" in own:
        value, shown = own.get("value", ""), own.get("shown", "待定")
        exact = f"（精确值{value}）" if "/" in value else ""
        limit = f"，要求{step['limit']}" if "limit" in step and step["kind"] == "metric" else ""
        yield f"{own['label']} = {own['formula']} = {own['substituted']} = {shown}{exact}{limit}"


def _row(number: str, step: Step) -> dict[str, str]:
    own = _computed(step)
    clause = own.get("clause", {})
    return {
        "step": number,
        "rule": step["label"],
        "inputs": "；".join(_inputs(step)) or (show_origin(step["origin"]) if "origin" in step else ""),
        "formula": own.get("formula", step["label"] if step["kind"] == "comparison" else ""),
        "figures": own.get("substituted", ""),
        "value": step.get("shown", ""),
        "exact": own.get("value", ""),
        "limit": step.get("limit", ""),
        "result": _result(step),
        "clause": clause.get("label", ""),
        "quote": _flat(clause.get("quote", "")),
    }


def _flat(text: str) -> str:
    return " ".join(text.split())
