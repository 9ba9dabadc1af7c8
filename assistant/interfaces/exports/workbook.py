"""The self-assessment workbook: every finding, score and figure a live formula over the sheet of inputs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from assistant.agent.assessment import AssessedApplicant
from assistant.interfaces.exports.calculation import CalculationRows
from assistant.interfaces.exports.compiler import Compiler
from assistant.interfaces.exports.finding_sheets import (
    FIGURES,
    SCORES,
    VETOES,
    Findings,
    write_figures,
    write_scores,
    write_vetoes,
)
from assistant.interfaces.exports.inputs_sheet import SHEET as INPUTS
from assistant.interfaces.exports.inputs_sheet import InputsSheet
from assistant.interfaces.exports.reading_sheets import (
    CLAUSES,
    MISSING,
    SUMMARY,
    Summary,
    write_clauses,
    write_missing,
    write_summary,
)
from assistant.interfaces.exports.sheet import FIRST_ROW, Sheet
from assistant.interfaces.exports.standing import standing_line
from assistant.rules.evaluation import Evaluator
from assistant.rules.wording import named

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

CALCULATION = "推算"


def workbook_bytes(assessed: AssessedApplicant) -> bytes:
    """The workbook as a .xlsx file."""
    from openpyxl.workbook import Workbook
    from openpyxl.workbook.properties import CalcProperties

    workbook = Workbook()
    workbook.remove(workbook.active)
    standing = standing_line(assessed.book.policy, assessed.result.on)
    what = f"{assessed.programme.label}自评价"

    inputs = InputsSheet(workbook, assessed, f"{what}：{INPUTS}", standing)
    rows = CalculationRows(CALCULATION, FIRST_ROW)
    evaluator = Evaluator(assessed.book, assessed.facts, assessed.result.on)
    compiler = Compiler(assessed.book, inputs.cells, inputs.day, rows, lambda node: named(evaluator, node))
    findings = Findings(assessed, compiler)
    vetoes, labels, statuses = write_vetoes(workbook, findings, f"{what}：{VETOES}", standing)
    scores, total = write_scores(workbook, findings, f"{what}：{SCORES}", standing)
    figures = write_figures(workbook, findings, f"{what}：{FIGURES}", standing)
    inputs.write_checks(compiler)
    live = Summary(assessed, inputs, labels, statuses, total)
    pages = {
        SUMMARY: write_summary(workbook, assessed, f"{what}：{SUMMARY}", standing, live),
        INPUTS: inputs.page,
        VETOES: vetoes,
        SCORES: scores,
        FIGURES: figures,
        CLAUSES: write_clauses(workbook, assessed, f"{what}：{CLAUSES}", standing),
        MISSING: write_missing(workbook, assessed, f"{what}：{MISSING}", standing, inputs),
        CALCULATION: _write_calculation(workbook, rows, f"{what}：{CALCULATION}", standing),
    }
    changed = (
        f'IF({inputs.changed}=0,"与导出时的输入一致；黄色单元格可以改动，判定、得分和测算随之重算",'
        '"输入已改动：判定、得分和测算已重算；理由、说明、条款和待补充的顺序仍是导出时的内容，请重新导出")'
    )
    for page in pages.values():
        page.note(changed)
        page.fit_rows()
    for place, page in enumerate(pages.values()):
        workbook.move_sheet(page.sheet, place - workbook.index(page.sheet))
    workbook.active = 0
    workbook.calculation = CalcProperties(fullCalcOnLoad=True)
    workbook.properties.title = f"{what}（{assessed.book.policy.title}）"
    workbook.properties.creator = "条问"
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _write_calculation(workbook: Workbook, rows: CalculationRows, title: str, standing: str) -> Sheet:
    """The steps behind all formulas, one row each."""
    headers = (
        ("步骤（数：下限、上限，1E+150 即不限；条件：一定成立、一定不成立）", 76),
        ("下限／一定成立", 20),
        ("上限／一定不成立", 20),
        ("端点三", 20),
        ("端点四", 20),
    )
    page = Sheet(workbook, CALCULATION, title, standing, headers)
    for row, (label, formulas) in enumerate(rows.rows, start=FIRST_ROW):
        page.text(row, 1, label)
        for column, formula in enumerate(formulas, start=rows.first_column):
            page.formula(row, column, formula)
    return page
