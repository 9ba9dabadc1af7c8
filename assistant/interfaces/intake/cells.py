"""What stands in a cell of a spreadsheet, exactly: figures digit by digit, percentages, days, texts without their blanks."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.errors import InputError

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

_BLANKS = " \t\r\n\u3000\u00a0\u200b\ufeff"


def value_of(stored: Cell, computed: Cell) -> object | None:
    """The value of a cell, given as it is stored and as last computed; None when it is empty.

    A figure becomes a Decimal of the 15 digits that a spreadsheet keeps, one formatted as a percentage a text with %.
    Raises InputError for a formula without a result, an error value and a time of day.
    """
    value = computed.value
    if stored.data_type == "f" and value is None:
        raise InputError("是公式，但文件里没有算好的结果；请用 Excel 或 WPS 打开并保存一次，或改填数值")
    if computed.data_type == "e":
        raise InputError(f"是错误值“{value}”；请更正公式或改填数值")
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return _figure(value, str(computed.number_format))
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise InputError(f"的值“{value}”是时间；应为数、日期、“是”或“否”")
    return value.strip(_BLANKS) or None


def _figure(value: int | float, number_format: str) -> object:
    # Nobody can type more than 15 digits; what a computed cell holds beyond them is the noise of binary counting.
    exact = Decimal(value) if isinstance(value, int) else Decimal(format(value, ".15g"))
    if not exact.is_finite():
        raise InputError(f"的值“{value}”不是有限的数")
    if "%" not in number_format:
        return exact
    return f"{format((exact * 100).normalize(), 'f')}%"
