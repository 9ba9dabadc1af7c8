"""The self-assessment as Markdown: verdict, findings with the words of the clauses, figures, score, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.agent.assessment import AssessedApplicant
from assistant.interfaces.exports.standing import standing_line
from assistant.interfaces.exports.tables import TableGroup, TableRow, assessment_table
from assistant.interfaces.exports.wording import bounds_text, missing_text, notes, points_text, score_text
from assistant.rules.assessment import Finding
from assistant.rules.wording import show

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def markdown_text(assessed: AssessedApplicant) -> str:
    """The document, ending with a line break."""
    return "\n".join(_lines(assessed)).rstrip() + "\n"


def _lines(assessed: AssessedApplicant) -> Iterator[str]:
    policy, result = assessed.book.policy, assessed.result
    yield f"# {_safe(assessed.programme.label)}自评价"
    yield ""
    yield f"> **{_safe(standing_line(policy, result.on))}**"
    yield ""
    for name, text in assessed.applicant.items():
        yield f"- {_safe(name)}：{_safe(text)}"
    yield f"- 政策文件：《{_safe(policy.title)}》（{policy.status}），存档文本 sha256 {policy.sha256}"
    yield f"- 判定日：{result.on.isoformat()}{f'，阶段：{result.stage}' if result.stage else ''}"
    yield f"- 结论：**{result.status.value}**"
    yield f"- 得分：{score_text(assessed)}"
    yield ""
    for warning in assessed.data["warnings"]:
        yield f"**注意**：{_safe(warning)}"
        yield ""
    yield "## 逐项判定"
    yield ""
    for number, finding in enumerate((f for f in result.findings if f.kind == "veto"), start=1):
        yield from _finding(assessed, finding, number)
    yield from _scores(assessed)
    yield from _figures(assessed)
    yield from _missing(assessed)
    yield "## 说明"
    yield ""
    for note in notes(assessed):
        yield f"- {_safe(note)}"


def _finding(assessed: AssessedApplicant, finding: Finding, number: int) -> Iterator[str]:
    yield f"{number}. **{finding.status.value}** {_safe(finding.label)}：{_safe(finding.reason)}"
    bindings = [(finding.address, finding.quote), *((one.address, one.quote) for one in finding.also)]
    for address, quote in bindings:
        label = assessed.library.clause(address).label
        yield f"   - {_safe(label)}：“{_safe(quote)}”"
    yield ""


def _scores(assessed: AssessedApplicant) -> Iterator[str]:
    table = assessment_table(assessed.book, assessed.programme, assessed.library, assessed.result)
    if not any(row.is_scored for row in table.rows):
        return
    yield "## 评分"
    yield ""
    yield "| 序号 | 评价指标 | 评价要求 | 分值 | 得分 |"
    yield "| --- | --- | --- | ---: | ---: |"
    for part in table.parts:
        if isinstance(part, TableGroup) and part.points is not None:
            yield f"| | **{_safe(part.name)}** | | | |"
        elif isinstance(part, TableRow) and part.is_scored:
            finding = next(finding for finding in part.findings if finding.points is not None)
            full = show(finding.points.maximum, None) if finding.points else ""
            yield (
                f"| {part.number} | {_safe(part.indicator)} | {_safe(part.requirement)} "
                f"| {full} | {points_text(finding)} |"
            )
    score = assessed.result.score
    yield f"| | **合计** | | {show(score.maximum, None)} | {bounds_text(score)} |"
    yield ""


def _figures(assessed: AssessedApplicant) -> Iterator[str]:
    if not assessed.result.calculations:
        return
    yield "## 测算"
    yield ""
    for item in assessed.result.calculations:
        outcome = {True: "，达到", False: "，未达到", None: ""}[item.passed]
        limit = f"（要求{item.limit}{outcome}）" if item.limit else ""
        yield f"- **{_safe(item.label)}**：{_safe(item.display)}{_safe(limit)}"
        yield f"  - 算式：{_safe(item.formula)}"
        if item.substituted:
            yield f"  - 代入：{_safe(item.substituted)}"
        yield f"  - {_safe(assessed.library.clause(item.address).label)}：“{_safe(item.quote)}”"
    yield ""


def _missing(assessed: AssessedApplicant) -> Iterator[str]:
    result = assessed.result
    yield "## 待补充"
    yield ""
    if not result.missing:
        yield f"{missing_text(assessed)}。"
    for number, item in enumerate(result.missing, start=1):
        yield f"{number}. {_safe(item.question)}"
    yield ""


def _safe(text: str) -> str:
    """A text in which nothing is markup, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
