"""A filled-in template: exact values, cells named where they are wrong, the other rows going on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from assistant.documents.library import Library
from assistant.errors import InputError
from assistant.interfaces.intake.enterprise import Enterprises
from assistant.interfaces.intake.template import template_bytes
from assistant.interfaces.intake.workbook_file import MAX_BYTES, WorkbookFile, is_workbook
from assistant.rules.book import RuleBook

Fill = Callable[[Worksheet, dict[str, int]], None]
FIRST = 6


def filled(book: RuleBook, library: Library, fill: Fill, programme: str | None = None) -> bytes:
    """The template with its sheet 填报 changed by `fill(sheet, column by id)`."""
    chosen = book.programme(programme) if programme else None
    workbook = openpyxl.load_workbook(io.BytesIO(template_bytes(book, library, chosen, date(2026, 11, 21))))
    sheet = workbook["填报"]
    columns = {str(sheet.cell(5, n).value).partition("=")[0]: n for n in range(1, sheet.max_column + 1)}
    fill(sheet, columns)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def rows(values: Mapping[int, Mapping[str, object]]) -> Fill:
    """Fill cells by row and id."""

    def fill(sheet: Worksheet, columns: dict[str, int]) -> None:
        for row, cells in values.items():
            for id, value in cells.items():
                sheet.cell(row, columns[id]).value = value

    return fill


@pytest.fixture
def read(book: RuleBook, library: Library) -> Callable[..., Enterprises]:
    def run(fill: Fill, programme: str | None = None, asked: str | None = None) -> Enterprises:
        return WorkbookFile("表.xlsx", filled(book, library, fill, programme)).enterprises(book, asked)

    return run


def test_cells_become_exact_values(read: Callable[..., Enterprises]) -> None:
    cells: dict[str, object] = {
        "name": "甲公司 ",
        "programme": "零碳工厂",
        "stage": "申报",
        "on": datetime(2026, 3, 1),
        "baseline_emissions": 0.1,
        "report_emissions": "6万吨\u3000",
        "offset_emissions": 0.1 + 0.2,
        "green_laws_compliant": True,
        "last_accident_date": datetime(2024, 2, 29),
        "retrofit_projects": 3,
        "score_zc_13": " ",
    }
    (one,) = read(rows({FIRST: cells})).entries
    assert (one.name, one.place, one.problems) == ("甲公司", f"工作表“填报”第{FIRST}行", ())
    assert one.request["programme"] == "zero_carbon"
    assert (one.request["on"], one.request["stage"]) == ("2026-03-01", "申报")
    assert one.request["facts"] == {
        "baseline_emissions": Decimal("0.1"),
        "report_emissions": "6万吨",
        "offset_emissions": Decimal("0.3"),
        "green_laws_compliant": True,
        "last_accident_date": date(2024, 2, 29),
        "retrofit_projects": Decimal(3),
    }


def test_percentages_are_read_as_shown(read: Callable[..., Enterprises]) -> None:
    def fill(sheet: Worksheet, columns: dict[str, int]) -> None:
        rows({FIRST: {"name": "甲", "programme": "零碳工厂", "score_zc_13": 0.35}})(sheet, columns)
        sheet.cell(FIRST, columns["score_zc_13"]).number_format = "0%"

    (one,) = read(fill).entries
    assert one.request["facts"] == {"score_zc_13": "35%"}


def test_a_bad_cell_is_named_and_the_other_rows_go_on(read: Callable[..., Enterprises]) -> None:
    found = read(
        rows(
            {
                6: {"name": "甲", "programme": "零碳工厂", "baseline_emissions": -3, "manufacturer": "大概"},
                8: {"name": "乙", "programme": "零碳工厂", "baseline_emissions": 10},
                9: {"name": "丙", "programme": "负碳", "stage": "答辩"},
                10: {"name": "丁", "programme": "零碳工厂", "report_emissions": datetime(2026, 3, 1)},
                11: {"name": "戊", "programme": "零碳工厂", "report_emissions": "=1+1"},
                12: {"name": "己", "baseline_emissions": 10},
            }
        )
    )
    by_name = {one.name: one for one in found.entries}
    first, second = by_name["甲"].problems
    assert first.startswith("工作表“填报”第6行E列“2021年碳排放量”的值“-3”不合法：必须大于零")
    assert "“属于制造业企业”的值“大概”不合法：看不出是或否" in second
    assert by_name["乙"].problems == ()
    assert "没有名为“负碳”的申报类别" in by_name["丙"].problems[0]
    assert "C列“判定阶段”的值“答辩”不合法；应为：申报、培育、验收" in by_name["丙"].problems[1]
    assert "的值是日期2026-03-01" in by_name["丁"].problems[0]
    assert "是公式，但文件里没有算好的结果" in by_name["戊"].problems[0]
    assert by_name["己"].problems == ("工作表“填报”第12行没有写“申报类别”；应为：零碳工厂、近零碳工厂",)
    assert len(found.entries) == 6


def test_the_programme_of_a_template_for_one_need_not_be_written(read: Callable[..., Enterprises]) -> None:
    fill = rows({FIRST: {"name": "甲", "energy_consumption": 5000}})
    assert read(fill, programme="近零碳工厂").entries[0].request["programme"] == "near_zero_carbon"
    assert read(fill, asked="近零碳").entries[0].request["programme"] == "近零碳"


def test_merged_cells_are_refused_not_guessed(read: Callable[..., Enterprises]) -> None:
    def fill(sheet: Worksheet, columns: dict[str, int]) -> None:
        rows({6: {"name": "甲", "programme": "零碳工厂", "baseline_emissions": 10}, 7: {"name": "乙"}})(
            sheet, columns
        )
        sheet.merge_cells("E6:E7")

    first, second = read(fill, programme="零碳工厂").entries
    assert first.problems == ()
    assert "第7行E列“2021年碳排放量”在合并的单元格E6:E7里" in second.problems[0]


def test_hidden_columns_are_read_and_told(read: Callable[..., Enterprises]) -> None:
    def fill(sheet: Worksheet, columns: dict[str, int]) -> None:
        rows({FIRST: {"name": "甲", "programme": "零碳工厂", "baseline_emissions": 10}})(sheet, columns)
        sheet.column_dimensions["E"].hidden = True

    found = read(fill)
    assert found.entries[0].request["facts"] == {"baseline_emissions": Decimal(10)}
    assert "E列“2021年碳排放量（吨）”是隐藏的" in found.remarks[0]


def heading(number: int, text: object) -> Fill:
    def fill(sheet: Worksheet, columns: dict[str, int]) -> None:
        rows({FIRST: {"name": "甲", "programme": "零碳工厂"}})(sheet, columns)
        sheet.cell(4, number).value = text

    return fill


@pytest.mark.parametrize(
    ("fill", "said"),
    [
        (heading(5, "2012年碳排放量"), "第4行E列的表头“2012年碳排放量”不认识"),
        (
            heading(5, "申报上年度碳排放量"),
            "第4行E列的表头“申报上年度碳排放量”与下一行的编号“baseline_emissions”不是同一项",
        ),
        (heading(1, "名字"), "没有“企业名称”这一列"),
        (lambda sheet, columns: None, "没有填写企业"),
        (rows({FIRST: {"name": None}}), "没有填写企业"),
        (lambda sheet, columns: setattr(sheet.cell(9, 99), "value", 3), "CU列没有表头，第9行却有内容“3”"),
        (lambda sheet, columns: setattr(sheet.cell(20_000, 1), "value", "甲"), "超过上限10000行"),
    ],
    ids=["unknown", "contrary", "no name", "empty", "blank", "headless", "long"],
)
def test_a_sheet_that_cannot_be_read_is_refused(
    read: Callable[..., Enterprises], fill: Fill, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read(fill)


def test_a_plain_sheet_with_labels_is_enough(book: RuleBook) -> None:
    """No second header row, own order, synonyms and units in the headers."""
    workbook = openpyxl.Workbook()
    workbook.active.append(["基准年碳排放量（吨）", "企业名称", "申报类别"])
    workbook.active.append([100000, "甲", "零碳工厂"])
    file = io.BytesIO()
    workbook.save(file)
    (one,) = WorkbookFile("表.xlsx", file.getvalue()).enterprises(book, None).entries
    assert one.request["facts"] == {"baseline_emissions": Decimal(100000)}


def packed(size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * size)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a workbook", "不是工作簿，或文件已损坏"),
        (packed(10), "不是工作簿，或文件已损坏"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "设有打开密码"),
        (b"\xd0\xcf\x11\xe0 old", "是旧的 .xls 格式"),
        (packed(101 * 1024 * 1024), "解开后有101MB，超过上限100MB"),
        (b"PK\x03\x04" + b"0" * MAX_BYTES, "文件有20MB，超过上限20MB"),
    ],
    ids=["text", "other zip", "password", "xls", "bomb", "huge"],
)
def test_a_file_that_is_no_workbook_is_refused(content: bytes, said: str) -> None:
    assert is_workbook("表.xlsx", content)
    with pytest.raises(InputError, match=said):
        WorkbookFile("表.xlsx", content)


def test_the_template_explains_each_column(book: RuleBook, library: Library) -> None:
    content = template_bytes(book, library, book.programme("近零碳工厂"), date(2026, 11, 21))
    workbook = openpyxl.load_workbook(io.BytesIO(content))
    sheet, about = workbook["填报"], workbook["说明"]
    heads: dict[Any, Any] = {
        sheet.cell(5, n).value: sheet.cell(4, n).value for n in range(1, sheet.max_column + 1)
    }
    assert heads["energy_consumption"] == "年综合能源消费量（吨标准煤）"
    assert "baseline_emissions" not in heads
    told = {row[1]: row for row in about.iter_rows(min_row=5, values_only=True)}
    fact = book.facts["energy_consumption"]
    assert told["energy_consumption"][2] == fact.question
    assert told["energy_consumption"][5:] == ("第九条（一）", fact.quote)
    assert all(
        "征求意见稿" in one["A2"].value and "征求意见稿" in one.oddHeader.center.text for one in workbook
    )
    letter = openpyxl.utils.get_column_letter(list(heads).index("green_factory") + 1)
    choices = [rule for rule in sheet.data_validations.dataValidation if f"{letter}6" in rule.sqref]
    assert [rule.formula1 for rule in choices] == ['"是,否"']
    assert WorkbookFile("t.xlsx", content).policy == book.policy_id
