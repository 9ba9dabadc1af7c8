"""One sheet of a workbook: title, standing of the policy, header row, cells, column widths and how it prints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.formatting.rule import CellIsRule, FormulaRule, Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.workbook import Workbook

FONT = "Noto Serif CJK SC"
MAX_TEXT = 32_000  # a cell holds 32,767 characters
HEADER_ROW = 4
_LINE_POINTS, _MAX_POINTS = 14.5, 409  # 409 is the most that a row may have
_NARROW = 11  # columns up to this width are centred
FIRST_ROW = HEADER_ROW + 1
_THIN = Side(style="thin", color="BFBFBF")
BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", start_color="D9E2EC")
_INPUT = PatternFill("solid", start_color="FFF8DC")
_GROUP = PatternFill("solid", start_color="EEF2F6")
_STATUS_COLOURS = {"符合": "1B7F3B", "不符合": "B3261E", "待补充": "A15C00", "已评分": "1B7F3B"}

Value = str | int | Fraction | date | None


def number_of(value: Fraction) -> int | float:
    """A figure as a spreadsheet stores it: whole, or the nearest of its binary numbers."""
    return int(value) if value.denominator == 1 else float(value)


def _wrapped_lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; an East Asian character is two columns wide."""
    columns = [sum(2.0 if ord(char) > 0x2E7F else 1.0 for char in line) for line in text.split("\n")]
    return sum(max(1, math.ceil(wide / (width - 1))) for wide in columns)


class Sheet:
    """Writes one worksheet. Texts never become formulas; a formula is written only by `formula`."""

    def __init__(
        self, book: Workbook, name: str, title: str, standing: str, headers: Sequence[tuple[str, int]]
    ) -> None:
        self.sheet = book.create_sheet(name)
        self.name = name
        self.columns = len(headers)
        self._styles: dict[bool, StyleArray] = {}
        self._heading(1, title, Font(name=FONT, size=14, bold=True))
        self._heading(2, standing, Font(name=FONT, size=10, bold=True, color="B3261E"))
        for column, (header, width) in enumerate(headers, start=1):
            self.sheet.column_dimensions[get_column_letter(column)].width = width
            cell = self.text(HEADER_ROW, column, header)
            cell.font, cell.fill = Font(name=FONT, size=10, bold=True), _HEAD
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        self.sheet.freeze_panes = f"A{FIRST_ROW}"
        self._print(standing)

    def reference(self, row: int, column: int) -> str:
        """An absolute reference that other sheets can use."""
        return f"'{self.name}'!${get_column_letter(column)}${row}"

    def text(self, row: int, column: int, text: str) -> Cell:
        """A text as it is, whatever it begins with."""
        cell = self._cell(row, column)
        clean = ILLEGAL_CHARACTERS_RE.sub("", text)
        if len(clean) > MAX_TEXT:
            clean = clean[:MAX_TEXT] + "…（此处从略）"
        if clean:
            cell.value = clean
            cell.data_type = "s"
            cell.quotePrefix = clean[0] in "=+-@\t\r"
        return cell

    def put(self, row: int, column: int, value: Value, number_format: str = "General") -> Cell:
        """A text, a figure, a day or nothing."""
        if isinstance(value, str):
            return self.text(row, column, value)
        cell = self._cell(row, column)
        cell.value = number_of(value) if isinstance(value, Fraction) else value
        cell.number_format = "yyyy-mm-dd" if isinstance(value, date) else number_format
        return cell

    def formula(self, row: int, column: int, formula: str, number_format: str = "General") -> Cell:
        """A live formula, without its equals sign."""
        cell = self._cell(row, column)
        cell.value = f"={formula}"
        cell.number_format = number_format
        return cell

    def note(self, formula: str) -> None:
        """The live line under the standing."""
        self._third_line().value = f"={formula}"

    def remark(self, text: str) -> None:
        """A text in that line."""
        self._third_line().value = text

    def _third_line(self) -> Cell:
        cell: Cell = self.sheet.cell(3, 1)
        cell.font = Font(name=FONT, size=10, italic=True, color="5B6770")
        self.sheet.merge_cells(start_row=3, start_column=1, end_row=3, end_column=self.columns)
        return cell

    def as_input(self, row: int, column: int) -> None:
        """Colour a cell that may be changed."""
        self.sheet.cell(row, column).fill = _INPUT

    def as_group(self, row: int) -> None:
        """Colour a row that heads others."""
        for column in range(1, self.columns + 1):
            cell = self.sheet.cell(row, column)
            cell.fill, cell.border = _GROUP, BORDER
            cell.font = Font(name=FONT, size=10, bold=True)

    def colour_statuses(self, area: str) -> None:
        """Statuses in their colours, live."""
        for word, colour in _STATUS_COLOURS.items():
            rule = CellIsRule(operator="equal", formula=[f'"{word}"'], font=Font(bold=True, color=colour))
            self.sheet.conditional_formatting.add(area, rule)

    def shorten_whole_numbers(self, area: str) -> None:
        """Whole numbers of an area without their decimals, live."""
        first = area.split(":")[0]
        plain = DifferentialStyle(numFmt=NumberFormat(numFmtId=190, formatCode="0"))
        rule = Rule(type="expression", dxf=plain, formula=[f"{first}=INT({first})"])
        self.sheet.conditional_formatting.add(area, rule)

    def colour_faults(self, area: str, condition: str) -> None:
        """Red where a formula over the area's first cell holds."""
        rule = FormulaRule(formula=[condition], font=Font(bold=True, color="B3261E"))
        self.sheet.conditional_formatting.add(area, rule)

    def fit_rows(self) -> None:
        """Heights that hold the wrapped texts; no spreadsheet program works them out by itself for all of its readers."""
        widths = {
            column: self.sheet.column_dimensions[get_column_letter(column)].width
            for column in range(1, self.columns + 1)
        }
        for row in range(HEADER_ROW, self.sheet.max_row + 1):
            lines = 1
            for column, width in widths.items():
                value = self.sheet.cell(row, column).value
                if (isinstance(value, str) and not value.startswith("=")) or self.sheet.cell(
                    row, column
                ).quotePrefix:
                    lines = max(lines, _wrapped_lines(str(value), width))
            self.sheet.row_dimensions[row].height = min(_LINE_POINTS * lines + 4, _MAX_POINTS)

    def _cell(self, row: int, column: int) -> Cell:
        cell: Cell = self.sheet.cell(row, column)
        narrow = self.sheet.column_dimensions[get_column_letter(column)].width <= _NARROW
        if narrow in self._styles:  # a hundred times faster than setting each property of each cell
            cell._style = copy(self._styles[narrow])
            return cell
        cell.font = Font(name=FONT, size=10)
        cell.alignment = Alignment(
            horizontal="center" if narrow else "left", vertical="center", wrap_text=True
        )
        cell.border = BORDER
        self._styles[narrow] = copy(cell._style)
        return cell

    def _heading(self, row: int, text: str, font: Font) -> None:
        cell = self.sheet.cell(row, 1)
        cell.value, cell.data_type, cell.font = text, "s", font
        cell.alignment = Alignment(vertical="center")
        self.sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=self.columns)

    def _print(self, standing: str) -> None:
        sheet = self.sheet
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
        sheet.page_margins.left = sheet.page_margins.right = 0.5
        marked = standing.replace("&", "&&")[:200]
        sheet.oddHeader.center.text = marked
        sheet.oddFooter.left.text = marked
        sheet.oddFooter.right.text = "第 &P 页，共 &N 页"
