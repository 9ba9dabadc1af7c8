"""The live formulas of the workbook give the engine's figures, recomputed by LibreOffice."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from assistant.agent.assessment import AssessedApplicant
from assistant.errors import FactError
from assistant.interfaces.exports.inputs_sheet import input_facts
from assistant.interfaces.exports.workbook import workbook_bytes
from assistant.rules.book import FactDefinition
from assistant.rules.evaluation import Evaluator
from assistant.rules.wording import show
from tests.interfaces.exports.conftest import Assess, Print, Recompute, changed

SHEETS = ["结论", "事实", "判定", "评分", "测算", "条款", "待补充", "推算"]
COMPLETE = {
    "baseline_emissions": "10万吨",
    "report_emissions": "4万吨",
    "offset_emissions": "4万吨",
    "industrial_added_value": "1.2亿元",
    "retrofit_projects": 3,
    "basic_conditions": "是",
    "green_laws_compliant": "是",
    "limits_advanced": "是",
    "benchmark_reached": "是",
    "score_zc_11_1": 5,
    "score_zc_13": "80%",
}


def rows_of(workbook: Workbook, sheet: str) -> list[tuple[Any, ...]]:
    """The rows under the headers."""
    return [row for row in workbook[sheet].iter_rows(min_row=5, values_only=True) if any(row)]


def summary(workbook: Workbook) -> dict[str, Any]:
    return {row[0]: row[1] for row in rows_of(workbook, "结论")}


def same(found: object, expected: Fraction) -> bool:
    """A recomputed cell and an exact figure: as near as fifteen digits allow, and shown alike."""
    assert isinstance(found, int | float), found
    near = abs(Fraction(str(found)) - expected) <= Fraction(1, 10**9) * max(1, abs(expected))
    return near and show(Fraction(str(round(found, 9))), None) == show(expected, None)


def assert_agrees(workbook: Workbook, one: AssessedApplicant) -> None:
    """Every status, point, total, metric and the verdict."""
    result = one.result
    told = summary(workbook)
    assert told["结论"] == result.status.value
    assert same(told["得分下限"], result.score.low)
    assert same(told["得分上限"], result.score.high)
    vetoes = [finding for finding in result.findings if finding.kind == "veto"]
    live = {row[1]: row[3] for row in rows_of(workbook, "判定")}
    assert live == {finding.label: finding.status.value for finding in vetoes}
    failed = [finding.label for finding in vetoes if finding.status.value == "不符合"]
    assert told["首个不符合的条件"] in (failed or ["无"])
    scored = {row[7]: row for row in rows_of(workbook, "评分") if row[7]}
    for finding in result.findings:
        if finding.points is not None:
            row = scored[one.library.clause(finding.address).label]
            assert same(row[4], finding.points.low), finding
            assert same(row[5], finding.points.high), finding
    figures = {row[0]: row for row in rows_of(workbook, "测算")}
    evaluator = Evaluator(one.book, one.facts, result.on)
    for metric in (one.book.metrics[id] for id in one.programme.metrics):
        row, bounds = figures[metric.label], evaluator.metric(metric.id)
        for cell, end in ((row[1], bounds.floor), (row[2], bounds.ceiling)):
            assert (cell == "不限") if end is None else same(cell, end), (metric.id, cell, end)
        if metric.limit:
            passed = evaluator.meets(metric.id)
            assert row[5] == {True: "达到", False: "未达到", None: "待补充"}[passed], metric.id


def sheet_of(one: AssessedApplicant) -> bytes:
    return workbook_bytes(one)


APPLICANTS: dict[str, dict[str, Any]] = {
    "complete": {"programme": "零碳工厂", "facts": COMPLETE},
    "empty": {"programme": "零碳工厂", "facts": {}},
    "offset over the cap": {"programme": "零碳工厂", "facts": COMPLETE | {"offset_emissions": "5.5万吨"}},
    "impossible with any offset": {
        "programme": "零碳工厂",
        "facts": {"baseline_emissions": "10万吨", "report_emissions": "6万吨"},
    },
    "share given itself": {"programme": "零碳工厂", "facts": {"碳抵消占比": "40%", "report_emissions": 0}},
    "accident on the last day of the window": {
        "programme": "零碳工厂",
        "on": "2026-11-21",
        "facts": {"last_accident_date": "2023-11-21", "no_violations_36_months": "是"},
    },
    "accident the day before": {
        "programme": "零碳工厂",
        "on": "2026-11-21",
        "facts": {"last_accident_date": "2023-11-20", "no_violations_36_months": "是"},
    },
    "accident in some month": {"programme": "零碳工厂", "facts": {"last_accident_date": "2023-11"}},
    "listed but mended": {
        "programme": "零碳工厂",
        "facts": {
            "last_listing_date": "2025-02-28",
            "rectification_completed": "是",
            "no_serious_findings_36_months": "是",
        },
    },
    "outside the validity": {"programme": "零碳工厂", "on": "2029-01-01", "facts": COMPLETE},
    "near zero, empty": {"programme": "近零碳工厂", "facts": {}},
    "near zero": {
        "programme": "近零碳工厂",
        "facts": {
            "cultivation_start_emissions": "10万吨",
            "cultivation_end_emissions": "9.5万吨",
            "energy_consumption": "5000tce",
            "green_factory": "是",
            "emissions_continuously_falling": "是",
            "industrial_added_value": "3亿元",
            "basic_conditions": "是",
        },
    },
    "near zero, at the application": {
        "programme": "近零碳工厂",
        "stage": "申报",
        "facts": {
            "cultivation_start_emissions": "10万吨",
            "energy_consumption": "5000tce",
            "green_factory": "是",
            "basic_conditions": "是",
            "limits_advanced": "是",
            "benchmark_reached": "是",
            "retrofit_projects": 5,
        },
    },
    "near zero, by a hair": {
        "programme": "近零碳工厂",
        "facts": {
            "cultivation_start_emissions": "3万吨",
            "cultivation_end_emissions": 28500.01,
            "energy_consumption": 4999.99,
            "report_emissions": "7吨",
            "industrial_added_value": "0.3万元",
            "retrofit_projects": 2,
        },
    },
}


def test_recomputed_cells_are_the_engines_figures(assessed: Assess, recompute: Recompute) -> None:
    ones = {f"{number}.xlsx": assessed(request) for number, request in enumerate(APPLICANTS.values())}
    workbooks = recompute({name: sheet_of(one) for name, one in ones.items()})
    for name, one in ones.items():
        assert workbooks[name].sheetnames == SHEETS
        assert_agrees(workbooks[name], one)


def test_changed_inputs_recompute_every_finding(assessed: Assess, recompute: Recompute) -> None:
    """Open the export, fill other cells: the same as a new export of those facts."""
    empty = sheet_of(assessed({"programme": "零碳工厂", "facts": {}}))
    full = sheet_of(assessed({"programme": "零碳工厂", "facts": COMPLETE}))
    files = {
        "filled.xlsx": changed(
            empty,
            {
                "2021年碳排放量": 100000,
                "申报上年度碳排放量": 40000,
                "碳抵消量": 39999.99,
                "最近一次安全、质量、环境污染等事故的日期": date(2023, 11, 20),
                "近36个月无节能、环保、偷漏税等违法违规行为": "是",
            },
        ),
        "emptied.xlsx": changed(full, {"碳抵消量": None, "基本条件全部符合": None}),
        "other day.xlsx": changed(full, {"判定日": date(2029, 1, 1)}),
        "contrary.xlsx": changed(full, {"属于制造业企业": "否"}),
        "illegal.xlsx": changed(full, {"碳抵消量": -3}),
    }
    workbooks = recompute(files)
    filled = assessed(
        {
            "programme": "零碳工厂",
            "facts": {
                "baseline_emissions": 100000,
                "report_emissions": 40000,
                "offset_emissions": 39999.99,
                "last_accident_date": "2023-11-20",
                "no_violations_36_months": "是",
            },
        }
    )
    assert_agrees(workbooks["filled.xlsx"], filled)
    assert filled.result.status.value == "不符合"
    known = {k: v for k, v in COMPLETE.items() if k not in ("offset_emissions", "basic_conditions")}
    assert_agrees(workbooks["emptied.xlsx"], assessed({"programme": "零碳工厂", "facts": known}))
    assert "已改动" in workbooks["emptied.xlsx"]["判定"]["A3"].value
    assert summary(workbooks["other day.xlsx"])["结论"] == "待补充"
    for name in ("contrary.xlsx", "illegal.xlsx"):
        assert summary(workbooks[name])["结论"].startswith("输入有误")


def random_value(fact: FactDefinition, chance: random.Random) -> object:
    match fact.type:
        case "boolean":
            return chance.random() < 0.8
        case "date":
            day = date.fromordinal(
                date(2026, 11, 21).toordinal() - chance.choice([1, 1094, 1095, 1096, 1097, 2000])
            )
            return day.isoformat() if chance.random() < 0.8 else day.isoformat()[:7]
        case "points":
            return chance.choice(["满分", "0分", "37.5%", 3, 2.5])
        case "integer":
            return chance.choice([1, 2, 3, 4, 17])
    near = {"吨": [100000, 50000, 40000, 47500, 95000, 0.1, 333.3], "万元": [5000, 6250, 12500, 1 / 8]}
    return chance.choice(near.get(fact.unit or "", [5000, 4999.9, 7000]))


def random_requests(assessed: Assess, count: int) -> Iterator[AssessedApplicant]:
    """Applicants with some of their facts; those that contradict themselves are drawn again."""
    chance = random.Random(20261121)
    while count:
        programme = chance.choice(["零碳工厂", "近零碳工厂"])
        empty = assessed({"programme": programme, "facts": {}})
        facts = input_facts(empty.book, empty.programme.criteria, empty.programme.metrics)
        share = chance.choice([0.2, 0.5, 0.8, 1])
        given = {fact.id: random_value(fact, chance) for fact in facts if chance.random() < share}
        try:
            yield assessed({"programme": programme, "on": "2026-11-21", "facts": given})
        except FactError:
            continue
        count -= 1


def test_random_partial_applicants_agree(assessed: Assess, recompute: Recompute) -> None:
    ones = {f"{number}.xlsx": one for number, one in enumerate(random_requests(assessed, 40))}
    workbooks = recompute({name: sheet_of(one) for name, one in ones.items()})
    for name, one in ones.items():
        try:
            assert_agrees(workbooks[name], one)
        except AssertionError as error:
            raise AssertionError(f"{one.programme.label} {dict(one.facts)}") from error


def test_another_policys_book_needs_no_python(subsidised: Assess, recompute: Recompute) -> None:
    """A metric with min, a criterion with or; no annex, no form, a policy in force."""
    requests: list[Mapping[str, Any]] = [
        {"programme": "subsidy", "facts": {}},
        {"programme": "subsidy", "facts": {"investment": "600万元", "energy": 3000, "registered": "是"}},
        {"programme": "subsidy", "facts": {"investment": "99.99万元"}},
        {"programme": "subsidy", "on": "2028-01-01", "facts": {"investment": "600万元"}},
    ]
    ones = {f"{number}.xlsx": subsidised(request) for number, request in enumerate(requests)}
    workbooks = recompute({name: sheet_of(one) for name, one in ones.items()})
    for name, one in ones.items():
        told = summary(workbooks[name])
        assert told["结论"] == one.result.status.value
        live = {row[1]: row[3] for row in rows_of(workbooks[name], "判定")}
        assert live == {f.label: f.status.value for f in one.result.findings}
    assert rows_of(workbooks["1.xlsx"], "测算")[0][1:3] == (50, 50)


def test_a_text_that_looks_like_a_formula_stays_a_text(assessed: Assess) -> None:
    for words in ("=1+1", "+SUM(A1)", "-2", "@cmd", '=HYPERLINK("x")'):
        one = assessed({"programme": "零碳工厂", "facts": {}, "applicant": {"企业名称": words}})
        sheet = openpyxl.load_workbook(io.BytesIO(sheet_of(one)))["结论"]
        cell = next(row[1] for row in sheet.iter_rows(min_row=5) if row[0].value == "企业名称")
        assert (cell.value, cell.data_type, cell.quotePrefix) == (words, "s", True)


def test_every_sheet_says_that_the_text_is_a_draft(assessed: Assess) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(sheet_of(assessed(APPLICANTS["complete"]))))
    for sheet in workbook:
        assert "征求意见稿" in sheet["A2"].value
        assert "征求意见稿" in sheet.oddHeader.center.text
        assert sheet.page_setup.orientation == "landscape"


def test_every_printed_page_shows_the_draft_status(assessed: Assess, pages: Print) -> None:
    printed = pages({"a.xlsx": sheet_of(assessed(APPLICANTS["near zero"]))})["a.xlsx"]
    assert len(printed) >= len(SHEETS)
    for number, page in enumerate(printed, start=1):
        assert page.count("【征求意见稿】《福建省零碳工厂建设管理办法》尚未正式施行，以正式文件为准") >= 2
        assert f"第{number}页，共{len(printed)}页" in page


def test_inputs_are_validated_and_typed(assessed: Assess) -> None:
    request = {
        "programme": "零碳工厂",
        "facts": {"last_accident_date": "2020-03-01", "green_laws_compliant": "否"},
    }
    workbook = openpyxl.load_workbook(io.BytesIO(sheet_of(assessed(request))))
    sheet = workbook["事实"]
    rows = {sheet.cell(row, 1).value: row for row in range(5, sheet.max_row + 1)}
    assert sheet.cell(rows["最近一次安全、质量、环境污染等事故的日期"], 2).value == datetime(2020, 3, 1)
    laws = rows["遵守国家和地方绿色低碳循环利用相关法律法规、政策、标准"]
    assert sheet.cell(laws, 2).value == "否"
    lists = [rule for rule in sheet.data_validations.dataValidation if f"B{laws}" in rule.sqref]
    assert [rule.formula1 for rule in lists] == ['"是,否"']


def test_missing_facts_stand_in_the_engines_order(assessed: Assess) -> None:
    one = assessed(APPLICANTS["near zero"])
    workbook = openpyxl.load_workbook(io.BytesIO(sheet_of(one)))
    asked = [row[2] for row in rows_of(workbook, "待补充")]
    assert asked == [item.question for item in one.result.missing]


def test_cited_clauses_carry_their_words(assessed: Assess) -> None:
    one = assessed(APPLICANTS["complete"])
    rows = rows_of(openpyxl.load_workbook(io.BytesIO(sheet_of(one))), "条款")
    cited = {(row[1], row[2]) for row in rows}
    assert {(finding.address, finding.quote) for finding in one.result.findings} <= cited
    assert all(row[2].replace("\n", "") in row[3].replace("\n", "") for row in rows)


@pytest.mark.parametrize("programme", ["零碳工厂", "近零碳工厂"])
def test_scores_stand_in_the_order_of_the_annex(assessed: Assess, programme: str) -> None:
    one = assessed({"programme": programme, "facts": {}})
    rows = rows_of(openpyxl.load_workbook(io.BytesIO(sheet_of(one))), "评分")
    numbers = [int(row[0]) for row in rows if row[0]]
    assert numbers == sorted(numbers)
    assert [row[1] for row in rows if not row[0]][-1] == "合计"
