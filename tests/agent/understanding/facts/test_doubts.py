"""Figures that are not what they look like are never taken, and what they were is told."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.agent.understanding.facts.reader import read_facts
from assistant.rules.book import RuleBook

TODAY = date(2026, 11, 21)
BASE = {"baseline_emissions": "10万吨"}


@pytest.mark.parametrize(
    ("said", "values", "why"),
    [
        ("去年减少了4万吨", {}, "变化了多少"),
        ("2025年碳排放下降4万吨", {}, "变化了多少"),
        ("2025年减排至4万吨", {"report_emissions": "4万吨"}, None),
        ("去年降到4万吨", {"report_emissions": "4万吨"}, None),
        ("去年6e4吨", {}, "没有读懂"),
        ("去年4.0×10^4吨", {}, "没有读懂"),
        ("去年-1万吨", {}, "负号"),
        ("2022年5万吨", {}, "2022年的数"),
        ("2025年5万吨", {"report_emissions": "5万吨"}, None),
        ("去年上半年4万吨", {}, "不是全年"),
        ("去年每月4000吨", {}, "不是全年"),
        ("去年不是4万吨", {}, "不是"),
        ("去年抵消后排放5万吨", {}, "扣除抵消以后"),
        ("去年没抵消前排了5万吨", {"report_emissions": "5万吨"}, None),
        ("去年5万吨碳", {"report_emissions": "5万吨"}, None),
        ("去年5万吨煤", {}, "口径"),
        ("买绿证花了300万元", {}, None),
        ("没抵消4万吨那么多", {}, None),
    ],
)
def test_what_is_no_amount_is_not_taken(
    said: str, values: dict[str, str], why: str | None, book: RuleBook
) -> None:
    reading = read_facts(f"2021年10万吨，{said}", book, today=TODAY)
    assert reading.values == BASE | values
    assert [why in item.why for item in reading.unread] == ([True] if why else [])


@pytest.mark.parametrize("said", ["能耗6000吨原煤", "能耗6000吨标煤（等价值）", "能耗月均500吨标煤"])
def test_energy_of_another_kind_is_not_taken(said: str, book: RuleBook) -> None:
    reading = read_facts(said, book, today=TODAY)
    assert (reading.values, len(reading.unread)) == ({}, 1)


def test_two_figures_for_one_fact_are_neither(book: RuleBook) -> None:
    reading = read_facts("去年能耗4000吨标煤，前年能耗6000吨标煤", book, today=TODAY)
    assert "energy_consumption" not in reading.values
    assert "不一致" in reading.unread[0].why
    assert read_facts("去年6万吨，说错了，是5万吨", book, today=TODAY).values == {"report_emissions": "5万吨"}


@pytest.mark.parametrize("said", ["绿证抵消3万吨，碳汇抵消2万吨", "抵消绿证3万吨、碳汇2万吨"])
def test_kinds_of_one_amount_are_added(said: str, book: RuleBook) -> None:
    assert read_facts(said, book, today=TODAY).values == {"offset_emissions": "5万吨"}


def test_what_is_still_to_come_is_planned(book: RuleBook) -> None:
    assert read_facts("2021年10万吨，计划明年抵消5万吨", book, today=TODAY).planned
    assert not read_facts("2021年10万吨，抵消5万吨", book, today=TODAY).planned


@pytest.mark.parametrize(
    "said",
    [
        "母公司是省级绿色工厂",
        "听说隔壁厂出过安全事故",
        "没有不符合产业政策",
        "2020年是失信被执行人，已经移出了",
        "零碳抵消得几分",
    ],
)
def test_yes_and_no_at_once_and_others_are_nothing(said: str, book: RuleBook) -> None:
    assert read_facts(said, book, today=TODAY).values == {}


def test_several_events_count_by_the_last(book: RuleBook) -> None:
    said = "2023年11月20日出过安全事故，2024年又出过一次质量事故"
    assert read_facts(said, book, today=TODAY).values == {"last_accident_date": "2024年"}


def test_the_whole_is_not_said_beside_a_part_that_is_torn(book: RuleBook) -> None:
    said = "基本条件都符合，我们在福建注册，生产都在江西"
    assert "basic_conditions" not in read_facts(said, book, today=TODAY).values


@pytest.mark.parametrize(
    ("said", "values", "why"),
    [
        ("产值2亿元", {}, "口径"),
        ("营业收入2亿，增加值8000万元", {"industrial_added_value": "8000万元"}, None),
        ("2023年增加值8000万元", {}, "大前年的数"),
        ("2025年增加值8000万元", {"industrial_added_value": "8000万元"}, None),
        ("去年吨钢排放1.8吨", {}, "不是全年"),
        ("去年扣掉3万吨绿证还有2万吨", {"offset_emissions": "3万吨"}, "扣除抵消以后"),
        ("基准改用2020年的12万吨", {}, "2020年的数"),
        ("用2022年的10万吨当基准", {}, "2022年的数"),
        ("2021年排废水10万吨", {}, "口径"),
        ("培育期抵消3000吨后期末5.7万吨", {"offset_emissions": "3000吨"}, "扣除抵消以后"),
        ("一吨绿证都没买过", {"offset_emissions": "0"}, None),
    ],
)
def test_another_quantity_year_or_remainder_is_not_taken(
    said: str, values: dict[str, str], why: str | None, book: RuleBook
) -> None:
    reading = read_facts(said, book, metric="emission_intensity", today=TODAY)
    assert reading.values == values
    assert [why in item.why for item in reading.unread] == ([True] if why else [])


def test_a_part_that_does_not_count_yet_unsettles_the_whole(book: RuleBook) -> None:
    reading = read_facts("2021年10万吨，抵消3万吨，其中1万吨还没到账", book, today=TODAY)
    assert (reading.values, reading.doubtful) == (BASE, {"offset_emissions"})
    kept = read_facts("2021年10万吨，抵消3万吨，其中绿证1万吨", book, today=TODAY)
    assert kept.values["offset_emissions"] == "3万吨"


def test_how_many_were_drawn_is_not_how_many_there_are(book: RuleBook) -> None:
    assert read_facts("核查了20%也就是4家，总共多少家", book, today=TODAY).values == {}
    assert read_facts("进入现场核查的有4家", book, today=TODAY).values == {"candidate_count": "4家"}


def test_a_year_of_the_period_is_not_the_period(book: RuleBook) -> None:
    prefer = frozenset({"cultivation_start_emissions", "cultivation_end_emissions"})
    reading = read_facts("第一年降了2%，第二年降了3%", book, prefer=prefer, today=TODAY)
    assert (reading.values, len(reading.unread)) == ({}, 2)


def test_a_supposed_cut_of_a_known_year_is_asked(book: RuleBook) -> None:
    known = BASE | {"report_emissions": "4万吨", "offset_emissions": "3万吨"}
    reading = read_facts("去年如果降10%呢", book, known=known, today=TODAY)
    assert (reading.values, reading.doubtful) == ({}, {"report_emissions"})


@pytest.mark.parametrize("said", ["绿证5万个", "绿证5万张", "买了绿电3000万度"])
def test_pieces_are_no_weight_and_leave_the_whole_open(said: str, book: RuleBook) -> None:
    reading = read_facts(f"2021年10万吨，{said}，碳汇抵消1万吨", book, today=TODAY)
    assert "offset_emissions" in reading.doubtful
    assert "单位是" in reading.unread[0].why
    assert read_facts("绿证一张都没买", book, today=TODAY).values == {"offset_emissions": "0"}


@pytest.mark.parametrize(
    "said",
    [
        "抵消3万吨（绿证2万吨+碳汇1万吨）",
        "一共抵消3万吨，绿证2万吨，碳汇1万吨",
        "绿证2万吨，碳汇1万吨，共3万吨",
    ],
)
def test_parts_that_make_up_the_whole_are_not_another_figure(said: str, book: RuleBook) -> None:
    reading = read_facts(f"2021年10万吨，{said}", book, today=TODAY)
    assert (reading.values["offset_emissions"], reading.unread, reading.ambiguous) == ("3万吨", (), ())


def test_parts_that_do_not_make_up_the_whole_are_told(book: RuleBook) -> None:
    reading = read_facts("2021年10万吨，抵消3万吨，绿证2万吨，碳汇2万吨", book, today=TODAY)
    assert "offset_emissions" not in reading.values
    assert len(reading.unread) == 2


@pytest.mark.parametrize(
    ("message", "ends", "falling"),
    [
        ("2023年6万吨，2024年5.8万吨，2025年5.6万吨", ("6万吨", "5.6万吨"), "是"),
        ("2023年6万吨，2024年6.2万吨，2025年5.6万吨", ("6万吨", "5.6万吨"), "否"),
        ("2025年5.6万吨，2024年6万吨", ("6万吨", "5.6万吨"), None),
    ],
)
def test_years_in_a_row_are_the_ends_of_a_period(
    message: str, ends: tuple[str, str], falling: str | None, book: RuleBook
) -> None:
    start, end = "cultivation_start_emissions", "cultivation_end_emissions"
    reading = read_facts(message, book, prefer=frozenset({start, end}), today=TODAY)
    assert (reading.values[start], reading.values[end]) == ends
    assert reading.values.get("emissions_continuously_falling") == falling


def test_pieces_of_what_is_counted_are_its_number(book: RuleBook) -> None:
    prefer = frozenset({"retrofit_projects", "no_violations_36_months"})
    reading = read_facts("近两年做了4个节能改造", book, prefer=prefer, today=TODAY)
    assert (reading.values, reading.unread) == ({"retrofit_projects": "4个"}, ())


def test_what_follows_an_offset_in_another_unit_is_nothing_left_of_it(book: RuleBook) -> None:
    reading = read_facts("去年7万吨，扣掉3万吨绿证后碳排放强度为6.67", book, today=TODAY)
    assert reading.values == {"report_emissions": "7万吨"}
