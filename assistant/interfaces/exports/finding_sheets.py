"""The live sheets: 判定, 评分 and 测算. Each status, score and figure is a formula over the inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.agent.assessment import AssessedApplicant
from assistant.interfaces.exports.calculation import Pair
from assistant.interfaces.exports.compiler import Compiler
from assistant.interfaces.exports.formulas import INFINITY, literal
from assistant.interfaces.exports.proof import settled
from assistant.interfaces.exports.sheet import FIRST_ROW, Sheet
from assistant.interfaces.exports.tables import TableGroup, TableRow, assessment_table
from assistant.rules.assessment import Finding, MetricResult, Status
from assistant.rules.book import STAGES, RuleBook
from assistant.rules.engine import compute_metric
from assistant.rules.expression import Name

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

VETOES, SCORES, FIGURES = "判定", "评分", "测算"
MET, FAILED, OPEN = Status.MET.value, Status.FAILED.value, Status.OPEN.value
POINTS_FORMAT = "0.00"
STATUS_COLUMN = 4


def is_due(finding: Finding, stage: str | None) -> bool:
    """Whether a finding can be judged by a stage; every one can when no stage is named."""
    return stage is None or STAGES.index(finding.stage) <= STAGES.index(stage)


class Findings:
    """Compiles the criteria of one assessment, each once."""

    def __init__(self, assessed: AssessedApplicant, compiler: Compiler) -> None:
        self.assessed = assessed
        self.compiler = compiler
        self._conditions: dict[str, Pair] = {}

    def condition(self, finding: Finding) -> Pair | None:
        """(surely true, surely false) of a finding's condition; None of a graded item and of one that is not due."""
        node = self.assessed.book.criteria[finding.criterion_id].condition
        if node is None or not is_due(finding, self.assessed.result.stage):
            return None
        if finding.criterion_id not in self._conditions:
            self._conditions[finding.criterion_id] = settled(self.compiler, node)
        return self._conditions[finding.criterion_id]

    def points(self, finding: Finding) -> Pair:
        """Bounds of a scored finding's points."""
        criterion = self.assessed.book.criteria[finding.criterion_id]
        assert criterion.points is not None, "only scored findings have points"
        full = literal(criterion.points)
        if not is_due(finding, self.assessed.result.stage):
            return Pair("0", full)
        condition = self.condition(finding)
        if condition is not None:
            return Pair(f"IF({condition.low},{full},0)", f"IF({condition.high},0,{full})")
        assert criterion.score is not None, "the loader wants a condition or a score"
        graded = self.compiler.number(criterion.score)
        return Pair(f"MIN(MAX({graded.low},0),{full})", f"MIN(MAX({graded.high},0),{full})")

    def status(self, finding: Finding) -> str:
        """Formula of a veto finding's status."""
        condition = self.condition(finding)
        if condition is None:
            return f'"{OPEN}"'
        return f'IF({condition.low},"{MET}",IF({condition.high},"{FAILED}","{OPEN}"))'


def write_vetoes(workbook: Workbook, findings: Findings, title: str, standing: str) -> tuple[Sheet, str, str]:
    """The sheet 判定; returns it with the areas of its labels and of the statuses that decide."""
    assessed = findings.assessed
    headers = (
        ("序号", 6),
        ("条件", 20),
        ("阶段", 7),
        ("判定", 9),
        ("导出时", 9),
        ("理由（导出时）", 42),
        ("条款", 16),
        ("原文", 42),
    )
    page = Sheet(workbook, VETOES, title, standing, headers)
    vetoes = [finding for finding in assessed.result.findings if finding.kind == "veto"]
    due = [finding for finding in vetoes if is_due(finding, assessed.result.stage)]
    ordered = [*due, *(finding for finding in vetoes if finding not in due)]
    for row, finding in enumerate(ordered, start=FIRST_ROW):
        page.put(row, 1, row - FIRST_ROW + 1)
        page.put(row, 2, finding.label)
        page.put(row, 3, finding.stage)
        page.formula(row, STATUS_COLUMN, findings.status(finding))
        page.put(row, 5, finding.status.value)
        page.put(row, 6, finding.reason)
        page.put(row, 7, clause_labels(assessed, finding))
        page.put(row, 8, finding.quote)
    page.colour_statuses(f"D{FIRST_ROW}:E{FIRST_ROW + len(ordered)}")
    last = FIRST_ROW + max(len(due), 1) - 1
    areas = [
        f"{page.reference(FIRST_ROW, column)}:{page.reference(last, column).split('!')[1]}"
        for column in (2, STATUS_COLUMN)
    ]
    return page, areas[0], areas[1]


def write_scores(workbook: Workbook, findings: Findings, title: str, standing: str) -> tuple[Sheet, Pair]:
    """The sheet 评分 in the order of the annex, with its group totals; returns it with the cells of the total."""
    assessed = findings.assessed
    headers = (
        ("序号", 6),
        ("评价指标", 20),
        ("评价要求", 48),
        ("分值", 7),
        ("得分下限", 10),
        ("得分上限", 10),
        ("说明（导出时）", 34),
        ("条款", 15),
    )
    page = Sheet(workbook, SCORES, title, standing, headers)
    table = assessment_table(assessed.book, assessed.programme, assessed.library, assessed.result)
    row = FIRST_ROW
    heads: dict[str, int] = {}
    members: dict[str, list[int]] = {}
    for part in table.parts:
        if isinstance(part, TableGroup) and part.points is not None:
            page.put(row, 2, part.name)
            heads[part.name] = row
            row += 1
        elif isinstance(part, TableRow) and part.is_scored:
            members.setdefault(part.group, []).append(row)
            _score_row(page, row, part, findings)
            row += 1
    for name, head in heads.items():
        rows = next((rows for group, rows in members.items() if name.startswith(group)), [])
        _sum_row(page, head, rows)
    scored = [row for rows in members.values() for row in rows]
    page.put(row, 2, "合计")
    if scored:
        _sum_row(page, row, scored)
    else:
        for column in (4, 5, 6):
            page.put(row, column, 0)
        page.put(row, 3, "这一类别没有评分项")
        page.as_group(row)
    page.shorten_whole_numbers(f"E{FIRST_ROW}:F{row}")
    return page, Pair(page.reference(row, 5), page.reference(row, 6))


def _score_row(page: Sheet, row: int, part: TableRow, findings: Findings) -> None:
    finding = next(finding for finding in part.findings if finding.points is not None)
    assert finding.points is not None, "chosen for its points"
    bounds = findings.points(finding)
    page.put(row, 1, part.number)
    page.put(row, 2, part.indicator)
    page.put(row, 3, part.requirement)
    page.put(row, 4, finding.points.maximum)
    page.formula(row, 5, bounds.low, POINTS_FORMAT)
    page.formula(row, 6, bounds.high, POINTS_FORMAT)
    page.put(row, 7, finding.reason)
    page.put(row, 8, findings.assessed.library.clause(finding.address).label)


def _sum_row(page: Sheet, row: int, rows: list[int]) -> None:
    for column, letter in ((4, "D"), (5, "E"), (6, "F")):
        cells = ",".join(f"{letter}{member}" for member in rows) or "0"
        page.formula(row, column, f"SUM({cells})", "General" if column == 4 else POINTS_FORMAT)
    page.as_group(row)


def write_figures(workbook: Workbook, findings: Findings, title: str, standing: str) -> Sheet:
    """The sheet 测算: each metric of the programme, live."""
    assessed, compiler = findings.assessed, findings.compiler
    headers = (
        ("指标", 14),
        ("下限", 11),
        ("上限", 11),
        ("单位", 8),
        ("要求", 11),
        ("是否达到", 9),
        ("算式", 28),
        ("代入（导出时）", 28),
        ("条款", 12),
        ("原文", 30),
    )
    page = Sheet(workbook, FIGURES, title, standing, headers)
    for row, metric_id in enumerate(assessed.programme.metrics, start=FIRST_ROW):
        metric = assessed.book.metrics[metric_id]
        result = compute_metric(assessed.book, metric_id, assessed.facts, assessed.result.on)
        bounds = compiler.number(Name(metric_id, 0))
        number_format = "0.00####%" if metric.unit == "%" else "0.00####"
        page.put(row, 1, metric.label)
        for column, end in ((2, bounds.low), (3, bounds.high)):
            page.formula(row, column, f'IF(ABS({end})>={INFINITY},"不限",{end})', number_format)
        page.put(row, 4, metric.unit)
        page.put(row, 5, metric.limit.text if metric.limit else "—")
        page.formula(row, 6, _passed(compiler, assessed.book, metric_id))
        page.put(row, 7, result.formula)
        page.put(row, 8, _substituted(result))
        page.put(row, 9, assessed.library.clause(metric.address).label)
        page.put(row, 10, metric.quote)
    return page


def _passed(compiler: Compiler, book: RuleBook, metric_id: str) -> str:
    if book.metrics[metric_id].limit is None:
        return '"—"'
    truth = compiler.meets(metric_id)
    return f'IF({truth.low},"达到",IF({truth.high},"未达到","{OPEN}"))'


def _substituted(result: MetricResult) -> str:
    return f"{result.substituted} = {result.display}" if result.substituted else result.display


def clause_labels(assessed: AssessedApplicant, finding: Finding) -> str:
    """Labels of all clauses of a finding, the primary one first."""
    addresses = dict.fromkeys((finding.address, *(binding.address for binding in finding.also)))
    return "、".join(assessed.library.clause(address).label for address in addresses)
