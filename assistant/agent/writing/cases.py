"""Several applicants, or several programmes, side by side: each with its own conclusion, computation and question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.agent.answer import AnswerStatus
from assistant.agent.understanding.reading import Case, Reading
from assistant.agent.writing import measure
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.rules.books import RuleBooks

CORRECTION = "；应为"  # what follows it shows figures that nobody said


@dataclass(frozen=True)
class Told:
    """One case: its conclusion in a few words, and the rest of what is told about it."""

    short: str
    text: str
    missing: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


def side_by_side(reading: Reading, results: Sequence[ToolResult], books: RuleBooks) -> Draft:
    """All conclusions in one sentence, then each case by itself."""
    cases = list(zip(reading.cases, results, strict=False))
    told = [_told(replace(reading, facts=case.facts), case, result, books) for case, result in cases]
    head = "；".join(f"{case.name}：{item.short}" for (case, _), item in zip(cases, told, strict=True))
    parts = [f"**{head}。**"]
    parts += [f"{case.name}：\n{item.text}" for (case, _), item in zip(cases, told, strict=True) if item.text]
    missing = tuple(dict.fromkeys(pair for item in told for pair in item.missing))
    together = not any(case.apart for case in reading.cases)
    pending = missing[0][0] if missing and together else None
    status = AnswerStatus.NEEDS_FACTS if missing else AnswerStatus.ANSWERED
    warnings = tuple(dict.fromkeys(words for item in told for words in item.warnings))
    return Draft("\n\n".join(parts), status, missing, pending, warnings)


def _told(reading: Reading, case: Case, result: ToolResult, books: RuleBooks) -> Told:
    if result.error:
        return Told(result.error.split(CORRECTION)[0], "")
    unclear = measure.doubts(reading, books)
    if "calculation" in result.artifact:
        return _computed(case, result.artifact, unclear)
    data = result.artifact
    items = measure.asked_items(reading, data)
    if items:
        graded = "；".join(
            f"{item['label']}，{item['reason']}{measure.mark(item['marker'])}" for item in items
        )
        basis = "\n".join(f"- 依据：“{item['quote']}”{measure.mark(item['marker'])}" for item in items)
        return Told(graded, basis, (), measure.warnings_of(reading, data))
    vetoes = [item for item in data["findings"] if item["kind"] == "veto"]
    failed = [item for item in vetoes if item["status"] == measure.FAILED]
    lines = [f"- {_why(item, data['calculations'])}{measure.mark(item['marker'])}" for item in failed]
    lines += [
        f"- {measure.calculation_line(item)}" for item in data["calculations"] if item["value"] is not None
    ]
    if unclear.sentences:
        lines.append(f"- {unclear.text}")
    missing: tuple[tuple[str, str], ...] = ()
    if data["status"] == measure.OPEN:
        asked = measure.first(data["missing"], unclear)
        open_ = [item for item in vetoes if item["status"] == measure.OPEN]
        lines.append(
            "- 还需确认：" + "；".join(f"{item['label']}{measure.mark(item['marker'])}" for item in open_)
        )
        lines += [f"- 请先告诉我：{item['question']}" for item in asked[:1]]
        missing = tuple((item["fact"], item["question"]) for item in asked)
    return Told(_conclusion(case, data), "\n".join(lines), missing, measure.warnings_of(reading, data))


def _why(finding: dict[str, Any], computed: Sequence[dict[str, Any]]) -> str:
    """A finding with what of its reason the computations beside it bear out; how to reach the limit is told for one alone."""
    labels = tuple(f"{item['label']}为" for item in computed)
    parts = [
        part
        for part in str(finding["reason"]).split("；")
        if part.startswith(labels) or not any(char.isdigit() for char in part)
    ]
    return f"{finding['label']}：{'；'.join(parts)}" if parts else str(finding["label"])


def _conclusion(case: Case, data: dict[str, Any]) -> str:
    """不符合零碳工厂的条件; without the programme's name where that names the case."""
    named = data["label"] if case.apart else ""
    if data["validity"]:
        return f"{named}不作结论，{data['validity'].rstrip('。')}"
    if data["status"] == measure.OPEN:
        return f"{named}目前待补充，还不能判定"
    return f"{data['status']}{named}的条件" if named else f"{data['status']}条件"


def _computed(case: Case, data: dict[str, Any], unclear: measure.Doubts) -> Told:
    item = data["calculation"]
    missing = tuple((one["fact"], one["question"]) for one in measure.first(data["missing"], unclear))
    if item["value"] is None:
        asked = f"- 请告诉我{case.name}的情况：{missing[0][1]}" if missing else ""
        return Told(f"{item['label']}还缺少数据", "\n".join(filter(None, [unclear.text, asked])), missing)
    lines = [f"- {measure.calculation_line(step)}" for step in (*data["steps"], item)]
    return Told(
        f"{item['label']}为{item['display']}",
        "\n".join([*lines, *unclear.sentences]),
        (),
        tuple(data["remarks"]),
    )
