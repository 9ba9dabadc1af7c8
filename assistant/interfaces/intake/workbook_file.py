"""A filled-in template: one row an enterprise. A bad cell is named by sheet, row and column; the other rows go on."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant.errors import FactError, InputError, RuleBookError
from assistant.interfaces.intake.cells import value_of
from assistant.interfaces.intake.enterprise import Enterprise, Enterprises
from assistant.interfaces.intake.template import (
    ABOUT,
    DAY,
    ENTRIES,
    NAME,
    POLICY,
    PROGRAMME,
    STAGE,
    column_header,
)
from assistant.quantities import parse_date
from assistant.rules.book import STAGES, RuleBook
from assistant.rules.facts import parse_facts

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS = 10_000, 300
_HEADER_SEARCH = 10
_OLE = b"\xd0\xcf\x11\xe0"
_UNIT = re.compile(r"[（(][^（()）]*[)）]$")
_OWN = {NAME: "name", PROGRAMME: "programme", STAGE: "stage", DAY: "on"}


@dataclass(frozen=True)
class Column:
    """A column that holds something: its letter, its header and the key of what it holds."""

    number: int
    letter: str
    header: str
    key: str


def is_workbook(name: str, content: bytes) -> bool:
    """Whether a file is meant as a workbook: by its name, or by how it begins."""
    return name.lower().endswith((".xlsx", ".xlsm", ".xls")) or content[:4] in (b"PK\x03\x04", _OLE)


class WorkbookFile:
    """An opened workbook; `policy` is the policy that its template was made for, None when it does not say."""

    def __init__(self, name: str, content: bytes) -> None:
        self._name = name
        self._check(content)
        self._stored, self._computed = (self._load(content, computed) for computed in (False, True))
        self._sheet_name = self._find_sheet()
        self._sheet: Worksheet = self._stored[self._sheet_name]
        self._results: Worksheet = self._computed[self._sheet_name]

    @property
    def policy(self) -> str | None:
        """Id of the policy whose template this is."""
        if ABOUT not in self._stored.sheetnames:
            return None
        for row in self._stored[ABOUT].iter_rows(max_col=2, max_row=MAX_ROWS, values_only=True):
            if row[0] == POLICY and isinstance(row[1], str):
                return row[1]
        return None

    def enterprises(self, book: RuleBook, programme: str | None) -> Enterprises:
        """Every row that is not blank; `programme` is for rows that name none. InputError for the file as a whole."""
        header, columns, default = self._columns(book)
        merged = self._merged()
        entries = [
            entry
            for row in range(header + 1, self._sheet.max_row + 1)
            if (entry := self._entry(book, row, columns, programme or default, merged))
        ]
        if not entries:
            raise InputError(
                f"{self._name}：工作表“{self._sheet_name}”里没有填写企业；请从第{header + 1}行起填写，一行一家"
            )
        return Enterprises(tuple(entries), tuple(self._remarks(columns)))

    def _check(self, content: bytes) -> None:
        if len(content) > MAX_BYTES:
            raise InputError(
                f"{self._name}：文件有{len(content) // 1024 // 1024}MB，超过上限{MAX_BYTES // 1024 // 1024}MB；请拆成几个文件"
            )
        if content[:4] == _OLE:
            locked = "EncryptedPackage".encode("utf-16-le") in content
            why = "设有打开密码；请去掉密码后另存" if locked else "是旧的 .xls 格式；请另存为 .xlsx"
            raise InputError(f"{self._name}：{why}")
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                unpacked = sum(part.file_size for part in packed.infolist())
        except zipfile.BadZipFile as error:
            raise InputError(f"{self._name}：不是工作簿，或文件已损坏；应为 .xlsx 文件") from error
        if unpacked > MAX_UNPACKED:
            raise InputError(
                f"{self._name}：解开后有{unpacked // 1024 // 1024}MB，超过上限{MAX_UNPACKED // 1024 // 1024}MB；请拆成几个文件"
            )

    def _load(self, content: bytes, computed: bool) -> Any:
        import openpyxl

        try:
            return openpyxl.load_workbook(io.BytesIO(content), data_only=computed)
        except Exception as error:
            raise InputError(
                f"{self._name}：不是工作簿，或文件已损坏（{type(error).__name__}）；应为 .xlsx 文件"
            ) from error

    def _find_sheet(self) -> str:
        names: list[str] = [sheet.title for sheet in self._stored.worksheets]
        if ENTRIES in names:
            return ENTRIES
        if len(names) == 1:
            return names[0]
        raise InputError(
            f"{self._name}：没有名为“{ENTRIES}”的工作表，有的是：{'、'.join(names)}；请用模板填写"
        )

    def _columns(self, book: RuleBook) -> tuple[int, list[Column], str | None]:
        """The last row of the headers, the columns and the programme that the template is for."""
        sheet = self._sheet
        if sheet.max_row > MAX_ROWS or sheet.max_column > MAX_COLUMNS:
            raise InputError(
                f"{self._name}：工作表“{self._sheet_name}”有{sheet.max_row}行{sheet.max_column}列，"
                f"超过上限{MAX_ROWS}行{MAX_COLUMNS}列；请删去多余的空白行列，或拆成几个文件"
            )
        row = next((row for row in range(1, _HEADER_SEARCH + 1) if NAME in self._texts(row).values()), None)
        if row is None:
            raise InputError(
                f"{self._name}：工作表“{self._sheet_name}”前{_HEADER_SEARCH}行里没有“{NAME}”这一列；请用模板填写"
            )
        headers, ids = self._texts(row), self._texts(row + 1)
        own = next((ids.get(number) for number, text in headers.items() if text == NAME), None)
        ids = ids if own == "name" else {}
        columns = [self._column(book, number, text, ids.get(number), row) for number, text in headers.items()]
        self._refuse_double(columns)
        self._refuse_headless(columns, row + bool(ids))
        default = next((id for id in ids.values() if id.startswith("programme=")), "")
        return row + bool(ids), columns, default.partition("=")[2] or None

    def _texts(self, row: int) -> dict[int, str]:
        """Texts of a row by column."""
        values = (
            (number, self._results.cell(row, number).value) for number in range(1, self._sheet.max_column + 1)
        )
        return {
            number: str(value).strip() for number, value in values if value is not None and str(value).strip()
        }

    def _column(self, book: RuleBook, number: int, header: str, id: str | None, row: int) -> Column:
        from openpyxl.utils import get_column_letter

        letter = get_column_letter(number)
        own = _OWN.get(_UNIT.sub("", header).strip())
        key = own or _key(book, header)
        declared = id.partition("=")[0] if id else None
        where = f"{self._name}：工作表“{self._sheet_name}”第{row}行{letter}列的表头“{header}”"
        if key is None:
            known = "、".join(
                [NAME, PROGRAMME, STAGE, DAY, *(column_header(fact) for fact in book.facts.values())][:12]
            )
            raise InputError(f"{where}不认识；应为模板里的列名，如 {known}…")
        if declared and declared != key:
            raise InputError(f"{where}与下一行的编号“{declared}”不是同一项；请恢复模板的表头")
        return Column(number, letter, header, key)

    def _refuse_double(self, columns: list[Column]) -> None:
        seen: dict[str, Column] = {}
        for column in columns:
            other = seen.setdefault(column.key, column)
            if other is not column:
                raise InputError(
                    f"{self._name}：工作表“{self._sheet_name}”{other.letter}列和{column.letter}列"
                    f"都是“{column.header}”；请只保留一列"
                )

    def _refuse_headless(self, columns: list[Column], header: int) -> None:
        from openpyxl.utils import get_column_letter

        known = {column.number for column in columns}
        for number in range(1, self._sheet.max_column + 1):
            if number in known:
                continue
            for row in range(header + 1, self._sheet.max_row + 1):
                value = self._sheet.cell(row, number).value
                if value is not None and str(value).strip():
                    raise InputError(
                        f"{self._name}：工作表“{self._sheet_name}”{get_column_letter(number)}列没有表头，"
                        f"第{row}行却有内容“{str(value)[:20]}”；请补上表头或删去内容"
                    )

    def _merged(self) -> dict[tuple[int, int], str]:
        """Cells that a merged range hides, with the range's name."""
        return {
            cell: str(area)
            for area in self._sheet.merged_cells.ranges
            for line in area.rows
            for cell in line
            if cell != (area.min_row, area.min_col)
        }

    def _entry(
        self,
        book: RuleBook,
        row: int,
        columns: list[Column],
        programme: str | None,
        merged: Mapping[tuple[int, int], str],
    ) -> Enterprise | None:
        """A row as an enterprise, None when it is blank."""
        cells = {column: self._sheet.cell(row, column.number) for column in columns}
        if not any(cell.value is not None and str(cell.value).strip() for cell in cells.values()):
            return None
        problems: list[str] = []
        found: dict[str, object] = {}
        for column, cell in cells.items():
            place = f"工作表“{self._sheet_name}”第{row}行{column.letter}列"
            label = _UNIT.sub("", column.header)
            if (row, column.number) in merged:
                problems.append(
                    f"{place}“{label}”在合并的单元格{merged[row, column.number]}里；请取消合并，逐行填写"
                )
                continue
            try:
                value = value_of(cell, self._results.cell(row, column.number))
                if value is not None:
                    found[column.key] = _checked(book, column.key, value)
            except (FactError, RuleBookError, InputError) as error:
                fact = book.facts.get(column.key)
                told = str(error).removeprefix(fact.label if fact else "")
                problems.append(f"{place}“{label}”{told}")
        name = str(found.pop("name", "") or f"第{row}行")
        request: dict[str, Any] = {"policy": book.policy_id, "programme": found.pop("programme", programme)}
        refused = any(f"“{PROGRAMME}”" in problem for problem in problems)
        if request["programme"] is None and not refused:
            legal = "、".join(one.label for one in book.programmes.values())
            problems.append(f"工作表“{self._sheet_name}”第{row}行没有写“{PROGRAMME}”；应为：{legal}")
        request.update({key: found.pop(key) for key in ("on", "stage") if key in found})
        request["facts"] = found
        return Enterprise(name, f"工作表“{self._sheet_name}”第{row}行", request, tuple(problems))

    def _remarks(self, columns: list[Column]) -> Iterator[str]:
        for column in columns:
            if self._sheet.column_dimensions[column.letter].hidden and column.key not in _OWN.values():
                yield f"工作表“{self._sheet_name}”{column.letter}列“{column.header}”是隐藏的，其中的值照样读入"


def _key(book: RuleBook, header: str) -> str | None:
    """The fact or metric that a header names, with or without its unit."""
    for text in (header, _UNIT.sub("", header).strip()):
        for fact in book.facts.values():
            if text in (fact.id, fact.label, column_header(fact), *fact.synonyms):
                return fact.id
        for metric in book.metrics.values():
            if text in (metric.id, metric.label):
                return metric.id
    return None


def _checked(book: RuleBook, key: str, value: object) -> object:
    """A cell's value, refused here where the cell can still be named."""
    if key == "name":
        return str(value)
    if key == "programme":
        return book.programme(str(value)).id
    if key == "stage":
        if value not in STAGES:
            raise InputError(f"的值“{value}”不合法；应为：{'、'.join(STAGES)}")
        return value
    if key == "on":
        return value.isoformat() if isinstance(value, date) else parse_date(str(value)).isoformat()
    if isinstance(value, date) and key in book.facts and book.facts[key].type != "date":
        raise InputError(f"的值是日期{value.isoformat()}；表格程序可能把填写的内容改成了日期，请改填数或文字")
    parse_facts(book, {key: value})
    return value
