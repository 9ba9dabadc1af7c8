"""The sheets to read: 结论 first, 条款 with the words relied on, 待补充 with the questions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.agent.assessment import AssessedApplicant
from assistant.interfaces.exports.calculation import Pair
from assistant.interfaces.exports.finding_sheets import FAILED, MET, OPEN, POINTS_FORMAT
from assistant.interfaces.exports.formulas import SERIAL_EPOCH, literal
from assistant.interfaces.exports.inputs_sheet import InputsSheet
from assistant.interfaces.exports.sheet import FIRST_ROW, Sheet
from assistant.interfaces.exports.wording import missing_text, notes, score_text
from assistant.rules.facts import legal_form

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

SUMMARY, CLAUSES, MISSING = "结论", "条款", "待补充"
BAD_INPUT = "输入有误"


class Summary:
    """The live rows of 结论."""

    def __init__(
        self, assessed: AssessedApplicant, inputs: InputsSheet, labels: str, statuses: str, total: Pair
    ) -> None:
        self._assessed = assessed
        self._inputs = inputs
        self._labels, self._statuses, self._total = labels, statuses, total

    def verdict(self) -> str:
        """Formula of the verdict: a failed veto decides; outside the policy's validity there is none."""
        decided = (
            f'IF(COUNTIF({self._statuses},"{FAILED}")>0,"{FAILED}",'
            f'IF(COUNTIF({self._statuses},"{OPEN}")>0,"{OPEN}","{MET}"))'
        )
        outside = self._outside()
        if outside:
            decided = f'IF({outside},"{OPEN}",{decided})'
        return f'IF({self._inputs.faults}>0,"{BAD_INPUT}：见“事实”表“检查”栏",{decided})'

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """(name, formula, number format) of each row."""
        yield "判定日", self._inputs.day, "yyyy-mm-dd"
        yield "结论", self.verdict(), "General"
        first = f'IFERROR(INDEX({self._labels},MATCH("{FAILED}",{self._statuses},0)),"无")'
        yield "首个不符合的条件", first, "General"
        yield "得分下限", self._total.low, POINTS_FORMAT
        yield "得分上限", self._total.high, POINTS_FORMAT
        yield "满分", literal(self._assessed.result.score.maximum), "General"

    def _outside(self) -> str | None:
        policy, day = self._assessed.book.policy, self._inputs.day
        tests = []
        if policy.valid_to is not None:
            tests.append(f"{day}>{policy.valid_to.toordinal() - SERIAL_EPOCH}")
        if policy.valid_from is not None:
            tests.append(f"{day}<{policy.valid_from.toordinal() - SERIAL_EPOCH}")
        return f"OR({','.join(tests)})" if tests else None


def write_summary(
    workbook: Workbook, assessed: AssessedApplicant, title: str, standing: str, live: Summary
) -> Sheet:
    """The sheet 结论."""
    page = Sheet(workbook, SUMMARY, title, standing, (("项目", 24), ("内容", 100)))
    policy, result = assessed.book.policy, assessed.result
    number = f"，{policy.number}" if policy.number else ""
    rows: list[tuple[str, str]] = [(name, text) for name, text in assessed.applicant.items()]
    rows += [
        ("政策文件", f"《{policy.title}》（{policy.status}{number}）"),
        ("存档文本", f"sha256 {policy.sha256}"),
        ("申报类别", assessed.programme.label),
    ]
    if result.stage:
        rows.append(("判定阶段", result.stage))
    row = FIRST_ROW
    for name, text in rows:
        page.put(row, 1, name)
        page.put(row, 2, text)
        row += 1
    for name, formula, number_format in live.rows():
        page.put(row, 1, name)
        page.formula(row, 2, formula, number_format)
        row += 1
    page.colour_statuses(f"B{FIRST_ROW}:B{row}")
    page.shorten_whole_numbers(f"B{row - 3}:B{row - 1}")
    exported = [("导出时的结论", result.status.value), ("导出时的得分", score_text(assessed))]
    exported += [
        (f"到{stage}阶段", status.value) for stage, status in result.stages if len(result.stages) > 1
    ]
    for name, text in (
        *exported,
        *(("注意", warning) for warning in assessed.data["warnings"]),
        *(("说明", text) for text in notes(assessed)),
    ):
        page.put(row, 1, name)
        page.put(row, 2, text)
        row += 1
    return page


def write_clauses(workbook: Workbook, assessed: AssessedApplicant, title: str, standing: str) -> Sheet:
    """The sheet 条款: every clause that the assessment rests on, with the words relied on."""
    headers = (("条款", 16), ("地址", 24), ("引文", 44), ("条款全文", 66), ("政策状态", 11))
    page = Sheet(workbook, CLAUSES, title, standing, headers)
    for row, (address, quote) in enumerate(cited(assessed), start=FIRST_ROW):
        clause, _, exact = assessed.library.cite(address, quote)
        page.put(row, 1, clause.label)
        page.put(row, 2, clause.address)
        page.put(row, 3, exact)
        page.put(row, 4, assessed.library.full_text(clause))
        page.put(row, 5, assessed.book.policy.status)
    return page


def write_missing(
    workbook: Workbook, assessed: AssessedApplicant, title: str, standing: str, inputs: InputsSheet
) -> Sheet:
    """The sheet 待补充 in the engine's order of asking."""
    headers = (("顺序", 7), ("事实", 34), ("要问的问题", 62), ("单位", 10), ("应填", 28), ("现状", 10))
    page = Sheet(workbook, MISSING, title, standing, headers)
    result = assessed.result
    if not result.missing:
        page.put(FIRST_ROW, 2, "无")
        page.put(FIRST_ROW, 3, missing_text(assessed))
    for row, item in enumerate(result.missing, start=FIRST_ROW):
        fact = assessed.book.facts[item.fact_id]
        page.put(row, 1, row - FIRST_ROW + 1)
        page.put(row, 2, fact.label)
        page.put(row, 3, fact.question)
        page.put(row, 4, "日期" if fact.type == "date" else fact.unit or "是/否")
        page.put(row, 5, legal_form(fact))
        if fact.id in inputs.cells:
            page.formula(row, 6, f'IF({inputs.is_filled(fact.id)},"已填","{OPEN}")')
    page.colour_statuses(f"F{FIRST_ROW}:F{FIRST_ROW + len(result.missing)}")
    return page


def cited(assessed: AssessedApplicant) -> list[tuple[str, str]]:
    """(address, quote) of everything that findings, metrics and notes rest on, each once, in their order."""
    found: dict[tuple[str, str], None] = {}
    for finding in assessed.result.findings:
        found[finding.address, finding.quote] = None
        found.update({(binding.address, binding.quote): None for binding in finding.also})
    for metric_id in assessed.programme.metrics:
        metric = assessed.book.metrics[metric_id]
        found[metric.address, metric.quote] = None
    for note in assessed.result.notes:
        found.update({(binding.address, binding.quote): None for binding in note.bindings})
    return list(found)
