"""Which figure is which fact: by the words beside it, its unit, and what was asked."""

from __future__ import annotations

import pytest

from assistant.agent.understanding.facts_reader import read_facts
from assistant.rules.book import RuleBook

BASE, REPORT, OFFSET = "baseline_emissions", "report_emissions", "offset_emissions"
START, END = "cultivation_start_emissions", "cultivation_end_emissions"


@pytest.mark.parametrize(
    ("message", "values"),
    [
        ("2021年排放10万吨，去年4万吨，抵消4万吨", {BASE: "10万吨", REPORT: "4万吨", OFFSET: "4万吨"}),
        ("2021年10万吨去年4万吨抵消4万吨", {BASE: "10万吨", REPORT: "4万吨", OFFSET: "4万吨"}),
        (
            "基准年十万吨，报告期6.5万t，用绿证和碳汇抵消了6.5万t",
            {BASE: "十万吨", REPORT: "6.5万t", OFFSET: "6.5万t"},
        ),
        (
            "2021年碳排放100000吨、2025年35000吨、购买碳汇30000吨",
            {BASE: "100000吨", REPORT: "35000吨", OFFSET: "30000吨"},
        ),
        ("绿证抵了3万吨，林业碳汇又抵了2万吨", {OFFSET: "5万吨"}),
        ("培育期初排9万吨，期末8.6万吨", {START: "9万吨", END: "8.6万吨"}),
        ("工业增加值1.2亿元", {"industrial_added_value": "1.2亿元"}),
        ("一年8千吨标煤", {"energy_consumption": "8千吨标煤"}),
        ("近两年做了3个节能改造项目", {"retrofit_projects": "3个"}),
        ("抵消占比41.2%", {"offset_share": "41.2%"}),
        ("抵消了四成", {"offset_share": "四成"}),
    ],
)
def test_figures_are_bound_by_the_words_beside_them(
    message: str, values: dict[str, str], book: RuleBook
) -> None:
    assert read_facts(message, book).values == values


@pytest.mark.parametrize(
    "message", ["抵消能不能超过一半", "能耗5000吨标准煤以上才能报吗", "抵消不得超过基准期的30%对吧"]
)
def test_a_bound_is_not_a_fact(message: str, book: RuleBook) -> None:
    assert read_facts(message, book).values == {}


def test_a_figure_that_fits_two_facts_is_not_guessed(book: RuleBook) -> None:
    reading = read_facts("我们排放4万吨", book)
    assert reading.values == {}
    assert {BASE, REPORT} <= set(reading.ambiguous[0].candidates)


def test_a_bare_answer_belongs_to_what_was_asked(book: RuleBook) -> None:
    assert read_facts("5万", book, pending=OFFSET).values == {OFFSET: "5万"}
    assert read_facts("没有", book, pending=OFFSET).values == {OFFSET: "0"}
    assert read_facts("有的", book, pending="green_factory").values == {"green_factory": "是"}
    assert read_facts("没有", book, pending="green_factory").values == {"green_factory": "否"}
    assert read_facts("没有", book).values == {}


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("我们有省级绿色工厂称号", "是"),
        ("我们没有绿色工厂称号", "否"),
        ("还没评上绿色工厂", "否"),
    ],
)
def test_yes_and_no(message: str, value: str, book: RuleBook) -> None:
    assert read_facts(message, book).values == {"green_factory": value}


def test_a_question_states_nothing(book: RuleBook) -> None:
    assert read_facts("一定要有省级绿色工厂称号吗？", book).values == {}


def test_a_figure_without_words_is_the_input_of_the_metric_under_discussion(book: RuleBook) -> None:
    assert read_facts("占比41.2%的呢", book, metric="offset_score").values == {"offset_share": "41.2%"}
    assert read_facts("占比41.2%的呢", book).values == {}


def test_an_approximate_figure_is_marked(book: RuleBook) -> None:
    assert read_facts("去年排放大约4万吨", book).stated[0].approximate
    assert not read_facts("去年排放4万吨", book).stated[0].approximate
