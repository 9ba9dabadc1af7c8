"""The empty workbook to fill in: one row an enterprise, one column a fact, and a sheet that explains each column."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING

from assistant.documents.library import Library
from assistant.rules.book import STAGES, FactDefinition, Programme, RuleBook
from assistant.rules.facts import legal_form

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

ENTRIES, ABOUT = "填报", "说明"
NAME, PROGRAMME, STAGE, DAY, POLICY = "企业名称", "申报类别", "判定阶段", "判定日", "政策编号"
_FIRST_FACT = 5  # the columns of facts begin here
_LAST_ROW = 1000  # as far down as cells are validated


def column_header(fact: FactDefinition) -> str:
    """Header of a fact's column: its label, and its unit where it has one."""
    return f"{fact.label}（{fact.unit}）" if fact.unit else fact.label


def template_bytes(book: RuleBook, library: Library, programme: Programme | None, on: date) -> bytes:
    """The template as a .xlsx file, with the facts of one programme or of all."""
    from openpyxl import Workbook

    from assistant.interfaces.exports.inputs_sheet import input_facts
    from assistant.interfaces.exports.sheet import FIRST_ROW, HEADER_ROW, Sheet
    from assistant.interfaces.exports.standing import standing_line

    programmes = [programme] if programme else list(book.programmes.values())
    criteria = tuple(id for one in programmes for id in one.criteria)
    metrics = tuple(id for one in programmes for id in one.metrics)
    facts = input_facts(book, criteria, metrics)
    standing = standing_line(book.policy, on)
    workbook = Workbook()
    workbook.remove(workbook.active)
    columns = [
        ("name", NAME, 24),
        (f"programme={programme.id}" if programme else "programme", PROGRAMME, 14),
        ("stage", STAGE, 10),
        ("on", DAY, 13),
        *((fact.id, column_header(fact), 18) for fact in facts),
    ]
    headers = [(header, width) for _, header, width in columns]
    entries = Sheet(workbook, ENTRIES, f"{book.policy.title}：填报", standing, headers)
    entries.remark(
        "一行填一家企业；不知道的留空，不要填0。各列怎样填见“说明”。判定阶段不填就判定全部条件，判定日不填就是当天。"
    )
    for column, (id, _, _) in enumerate(columns, start=1):
        cell = entries.text(FIRST_ROW, column, id)
        cell.font = cell.font.copy(size=8, color="8A8F94")
    entries.fit_rows()
    sheet = entries.sheet
    sheet.row_dimensions[FIRST_ROW].height = 24
    sheet.freeze_panes = sheet.cell(FIRST_ROW + 1, 2)
    sheet.print_title_rows, sheet.print_title_cols = f"{HEADER_ROW}:{FIRST_ROW}", "A:A"
    sheet.sheet_properties.pageSetUpPr.fitToPage = False  # too many columns for one page
    _validate(sheet, FIRST_ROW + 1, [one.label for one in programmes], facts)

    about = Sheet(
        workbook,
        ABOUT,
        f"{book.policy.title}：填报说明",
        standing,
        (("列", 34), ("编号", 26), ("问题", 56), ("单位", 10), ("应填", 28), ("条款", 18), ("原文", 48)),
    )
    row = FIRST_ROW
    for fact in facts:
        binding = fact.bindings[0]
        clause = library.clause(binding.address)
        unit = "日期" if fact.type == "date" else fact.unit or "是/否"
        texts = (
            column_header(fact),
            fact.id,
            fact.question,
            unit,
            legal_form(fact),
            clause.label,
            binding.quote,
        )
        for column, text in enumerate(texts, start=1):
            about.text(row, column, text)
        row += 1
    for name, text in (
        (PROGRAMME, "、".join(one.label for one in programmes)),
        (STAGE, "、".join(STAGES)),
        (POLICY, book.policy_id),
        ("政策状态", book.policy.status),
        ("存档文本", f"sha256 {book.policy.sha256}"),
    ):
        about.text(row, 1, name)
        about.text(row, 2, text)
        row += 1
    about.fit_rows()
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _validate(sheet: Worksheet, first: int, programmes: list[str], facts: list[FactDefinition]) -> None:
    """Lists for the programme and for yes or no; figures and days are checked when the file is read."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    kinds = DataValidation(type="list", formula1=f'"{",".join(programmes)}"', allow_blank=True)
    stages = DataValidation(type="list", formula1=f'"{",".join(STAGES)}"', allow_blank=True)
    choice = DataValidation(type="list", formula1='"是,否"', allow_blank=True)
    choice.error, choice.errorTitle = "请填“是”或“否”，不知道就留空", "不合法的值"
    for rule in (kinds, stages, choice):
        sheet.add_data_validation(rule)
    kinds.add(f"B{first}:B{_LAST_ROW}")
    stages.add(f"C{first}:C{_LAST_ROW}")
    for number, fact in enumerate(facts, start=_FIRST_FACT):
        letter = get_column_letter(number)
        if fact.type == "boolean":
            choice.add(f"{letter}{first}:{letter}{_LAST_ROW}")
        elif fact.type == "date":
            for row in range(first, first + 50):
                sheet.cell(row, number).number_format = "yyyy-mm-dd"
