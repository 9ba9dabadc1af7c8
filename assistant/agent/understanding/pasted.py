"""A table as it is pasted, its cells apart by tabs, bars or blanks, as the sentences that it stands for.

Each figure is told with the names of its row and its column, and with the unit that the table gives for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

FIGURE = re.compile(r"(?:约|-)?\d[\d,，.]*(?:\.\d+)?[ ]?(?P<unit>[万亿千百]*[^\d\s年月]{0,8})")
YEAR = re.compile(r"(?:19|20)\d{2}")
UNIT_IN_NAME = re.compile(r"[（(/](?:单位[:：])?(?P<unit>(?!\d)[^（）()]{1,12})[)）]?$")
UNIT = re.compile(r"(?:计量)?单位")
NUMBERED = re.compile(r"序号|编号|[Nn][Oo]\.?|行号|#")  # a column that only counts the rows
RULE = re.compile(r"\|?[ \t:|-]+\|?")  # |---|---|
VALUE = re.compile(
    r"数[值量据字]|值|结果|填报[值数]|内容|情况|金额|合计"
)  # a column's name that names nothing
FORM_LINE = re.compile(
    r"(?P<name>[^:：\n]+?)[（(](?P<unit>(?!\d)[^（）()]{1,12})[)）][ \t]*[:：][ \t]*(?P<figure>[\d,.]+)"
)
ROWS = 2  # lines with cells from which a message holds a table
COLUMNS = 3  # cells from which blanks alone are taken for a table's


def as_sentences(message: str) -> str:
    """The message with the rows of its tables told as sentences; without a table the message itself."""
    lines = _apart(message.split("\n"))
    if sum("\t" in line.strip() for line in lines) < ROWS:
        return "\n".join(_of_form(line) for line in message.split("\n"))
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
        elif heads and NUMBERED.fullmatch(heads[0]):
            told += _row(cells[1:], heads[1:])
        else:
            told += _row(cells, heads)
    return "\n".join(told)


def _apart(lines: Sequence[str]) -> list[str]:
    """The lines with tabs between the cells, also where bars or blanks stand between them."""
    barred = [
        line.strip().strip("|").replace("|", "\t") for line in lines if not RULE.fullmatch(line.strip())
    ]
    if sum(line.count("|") >= ROWS for line in lines) >= ROWS:
        return barred
    cells = [line.split() for line in lines]
    for at, head in enumerate(cells[:-1]):
        if len(head) < COLUMNS or any(map(_is_figure, head)):
            continue
        rows = 0
        while at + rows + 1 < len(cells) and _is_row(cells[at + rows + 1], head):
            rows += 1
        if rows:
            table = ["\t".join(one) for one in cells[at : at + rows + 1]]
            return [*lines[:at], *table, *lines[at + rows + 1 :]]
    return list(lines)


def _is_row(cells: Sequence[str], head: Sequence[str]) -> bool:
    """Whether a line's blanks part it like the line of names above: a name, and a figure under each of the others."""
    return len(cells) == len(head) and all(map(_is_figure, cells[1:]))


def _of_form(line: str) -> str:
    """碳抵消量（tCO2）：30000, as a form has it: the figure with its unit."""
    found = FORM_LINE.fullmatch(line.strip())
    return f"{found['name']}：{found['figure']}{found['unit']}" if found else line


def _is_figure(cell: str) -> bool:
    return FIGURE.fullmatch(cell) is not None and not YEAR.fullmatch(cell)


def _row(cells: Sequence[str], heads: Sequence[str]) -> list[str]:
    """A row as one sentence; without heads a figure is named by the cell before it, without a name of the row by its head."""
    nameless = bool(heads and heads[0]) and _is_figure(cells[0])
    name, unit = ("", "") if nameless else _named(cells[0])
    unit = next(
        (cells[at] for at, head in enumerate(heads) if UNIT.fullmatch(head) and at < len(cells)), unit
    )
    told = []
    for at, cell in enumerate(cells):
        head, of_column = _named(heads[at]) if at < len(heads) else ("", "")
        if at == 0 and not nameless:
            continue
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
