"""A trace as steps that unfold: formula, what is put in, the exact result, its rounding, the clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.interfaces.pages.assess.form import Link
from assistant.interfaces.pages.clause_links import clause_href
from assistant.rules.origins import UNKNOWN, show_origin

_HOLDS = {True: "成立", False: "不成立", None: "待定"}
_KINDS = {
    "符合": "pass",
    "成立": "pass",
    "是": "pass",
    "不符合": "fail",
    "不成立": "fail",
    "否": "fail",
    "已评分": "plain",
}
_ROUNDED = "显示时保留两位小数，四舍五入"
Step = Mapping[str, Any]


@dataclass(frozen=True)
class Input:
    """A fact that goes into a step, with where it comes from."""

    label: str
    shown: str
    origin: str
    clause: Link


@dataclass(frozen=True)
class TraceStep:
    """One step; `rows` are what it says of itself (name, words), `quote` the words of its first clause."""

    label: str
    result: str
    kind: str
    limit: str
    rows: tuple[tuple[str, str], ...]
    clauses: tuple[Link, ...]
    quote: str
    inputs: tuple[Input, ...]
    steps: tuple[TraceStep, ...]


def trace_step(step: Step) -> TraceStep:
    """A step and all below it; a limit's step and its metric's are one."""
    own: Step = step["steps"][0] if step["kind"] == "meets" else step
    below = own.get("steps", [])
    clauses = [own[key] for key in ("clause",) if key in own] + list(own.get("also", ()))
    result = _result(step)
    return TraceStep(
        label=own["label"],
        result=result,
        kind=_kind(own, result),
        limit=step.get("limit", ""),
        rows=tuple(_rows(own)),
        clauses=tuple(Link(one["label"], clause_href(one["address"])) for one in clauses),
        quote=" ".join(clauses[0]["quote"].split()) if clauses else "",
        inputs=tuple(_input(one) for one in below if _is_input(one)),
        steps=tuple(trace_step(one) for one in below if not _is_input(one)),
    )


def _result(step: Step) -> str:
    if step["kind"] in ("verdict", "criterion"):
        points = step.get("points")
        scored = f"，{_bounds(points)}分（满分{points['max']}分）" if points else ""
        return f"{step['status']}{scored}"
    if step["kind"] in ("meets", "metric", "fact"):
        return str(step.get("shown", "待补充"))
    return _HOLDS[step["holds"]]


def _kind(own: Step, result: str) -> str:
    told = own.get("status") or (_HOLDS[own["holds"]] if "holds" in own else result)
    return _KINDS.get(told, "open" if told in ("待补充", "待定") else "plain")


def _rows(own: Step) -> Iterator[tuple[str, str]]:
    if "reason" in own:
        yield "理由", own["reason"]
    if "formula" in own:
        yield "规则" if own["kind"] in ("verdict", "criterion") else "算式", own["formula"]
    if "substituted" in own:
        yield "代入", own["substituted"]
    if own["kind"] in ("metric", "comparison") and "value" in own:
        shown = own.get("shown", "")
        rounded = f"；{_ROUNDED}为 {shown}" if "/" in own["value"] and shown else ""
        yield "精确值", own["value"] + rounded
    if "origin" in own:
        yield "来源", show_origin(own["origin"])


def _is_input(step: Step) -> bool:
    return step["kind"] == "fact" and "steps" not in step


def _input(fact: Step) -> Input:
    clause = fact["clause"]
    unknown = fact["origin"]["source"] == UNKNOWN
    return Input(
        label=fact["label"],
        shown="" if unknown else str(fact.get("shown", "")),
        origin=show_origin(fact["origin"]),
        clause=Link(clause["label"], clause_href(clause["address"])),
    )


def _bounds(points: Mapping[str, str]) -> str:
    low, high = points["low"], points["high"]
    return low if low == high else f"{low}–{high}"
