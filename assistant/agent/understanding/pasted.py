"""A table as it is pasted from a spreadsheet, its cells apart by tabs, as the sentences that it stands for.

Each figure is told with the names of its row and its column, and with the unit that the table gives for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

FIGURE = re.compile(r"(?:约|-)?\d[\d,，.]*(?:\.\d+)?[ ]?(?P<unit>[万亿千百]*[^\d\s年月]{0,8})")
YEAR = re.compile(r"(?:19|20)\d{2}")
UNIT_IN_NAME = re.compile(r"[（(/](?:单位[:：])?(?P<unit>[^（）()\d]{1,12})[)）]?$")
UNIT = re.compile(r"(?:计量)?单位")
VALUE = re.compile(
    r"数[值量据字]|值|结果|填报[值数]|内容|情况|金额|合计"
)  # a column's name that names nothing
ROWS = 2  # lines with tabs from which a message holds a table


def as_sentences(message: str) -> str:
    """The message with the rows of its tables told as sentences; without a table the message itself."""
    lines = message.split("\n")
    if sum("\t" in line.strip() for line in lines) < ROWS:
        return message
    told: list[str] = []
    heads: list[str] = []
    for line in lines:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) < ROWS:
            told.append(line)
            heads = []
        elif not heads and not any(map(_is_figure, cells)):
            heads = cells
        elif heads and len(cells) == len(heads) + 1:
            told += _row(cells, ["", *heads])  # the corner was empty and is gone
        elif heads and len(cells) > len(heads):
            told.append(line)
        else:
            told += _row(cells, heads)
    return "\n".join(told)


def _is_figure(cell: str) -> bool:
    return FIGURE.fullmatch(cell) is not None and not YEAR.fullmatch(cell)


def _row(cells: Sequence[str], heads: Sequence[str]) -> list[str]:
    """A row as one sentence; without heads a figure is named by the cell before it."""
    name, unit = _named(cells[0])
    unit = next(
        (cells[at] for at, head in enumerate(heads) if UNIT.fullmatch(head) and at < len(cells)), unit
    )
    told = []
    for at, cell in enumerate(cells[1:], start=1):
        head, of_column = _named(heads[at]) if at < len(heads) else ("", "")
        if not _is_figure(cell):
            name, unit = _named(cell) if not heads and cell else (name, unit)
            continue
        found = FIGURE.fullmatch(cell)
        own = "" if found is None or re.search(r"[^万亿千百]", found["unit"]) else unit or of_column
        parts = (head, name) if re.search("年", head) else (name, head)
        told.append("".join(part for part in parts if not VALUE.fullmatch(part)) + cell + own)
    return [f"{'，'.join(told)}；"] if told else []


def _named(cell: str) -> tuple[str, str]:
    """(name, unit) of 碳排放量（吨）; a bare year is one."""
    found = UNIT_IN_NAME.search(cell)
    name = cell[: found.start()] if found else cell
    return f"{name}年" if YEAR.fullmatch(name) else name, found["unit"] if found else ""
