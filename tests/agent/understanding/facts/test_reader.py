"""Which figure is which fact: by the words beside it, its unit, and what was asked."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.agent.understanding.facts.reader import read_facts
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
        ("培育期初4万吨，期末目前39000吨", {START: "4万吨", END: "39000吨"}),
        ("培育期初4万吨，现在期末3.86万吨", {START: "4万吨", END: "3.86万吨"}),
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


@pytest.mark.parametrize(
    ("message", "values"),
    [
        ("近36个月没出过安全、质量、环境污染事故", {"no_accidents_36_months": "是"}),
        ("无安全、质量、环境污染事故", {"no_accidents_36_months": "是"}),
        ("没按要求整改、发生环境污染事故", {"no_accidents_36_months": "否"}),
        (
            "没按期整改、环境污染事故两起",
            {"no_accidents_36_months": "否", "rectification_completed": "否"},
        ),
        ("20个月前被环保罚过", {"no_violations_36_months": "否"}),
        ("一年多前出过安全事故", {"no_accidents_36_months": "否"}),
        ("三年多前出过安全事故", {}),
        ("五年之前出过安全事故", {}),
        ("40个月前出过安全事故", {}),
    ],
)
def test_what_is_denied_of_a_list_and_how_long_ago_it_was(
    message: str, values: dict[str, str], book: RuleBook
) -> None:
    assert read_facts(message, book).values == values


def test_a_question_states_nothing(book: RuleBook) -> None:
    assert read_facts("一定要有省级绿色工厂称号吗？", book).values == {}


def test_a_figure_without_words_is_the_input_of_the_metric_under_discussion(book: RuleBook) -> None:
    assert read_facts("占比41.2%的呢", book, metric="offset_score").values == {"offset_share": "41.2%"}
    assert read_facts("占比41.2%的呢", book).values == {}


def test_an_approximate_figure_is_marked(book: RuleBook) -> None:
    assert read_facts("去年排放大约4万吨", book).stated[0].approximate
    assert not read_facts("去年排放4万吨", book).stated[0].approximate


def test_an_increment_adds_to_what_is_known_and_a_restatement_replaces(book: RuleBook) -> None:
    known = {OFFSET: "15000吨", REPORT: "3万吨"}
    facts = frozenset({BASE, REPORT, OFFSET})
    assert read_facts("如果再多抵消3000吨呢", book, prefer=facts, known=known).values == {OFFSET: "1.8万吨"}
    assert read_facts("抵消改成3000吨呢", book, prefer=facts, known=known).values == {OFFSET: "3000吨"}
    assert read_facts("自己再减1万吨呢", book, prefer=facts, known=known).values == {REPORT: "2万吨"}
    assert read_facts("再多抵消3000吨呢", book, prefer=facts).values == {}


def test_none_of_it_is_zero(book: RuleBook) -> None:
    assert read_facts("去年排放3万吨，抵消一吨都没有", book).values == {REPORT: "3万吨", OFFSET: "0"}


@pytest.mark.parametrize(
    "message", ["离100%还差多少吨", "碳削减率有没有到100%", "今天碳配额一吨卖多少块", "FFCER成交了19亿元"]
)
def test_a_target_or_a_price_is_no_fact(message: str, book: RuleBook) -> None:
    assert read_facts(message, book).values == {}


@pytest.mark.parametrize(
    ("message", "values"),
    [
        ("近36个月没有发生事故", {"no_accidents_36_months": "是"}),
        ("近36个月没有发生环境污染事故", {}),  # and the others?
        ("没有偷税漏税", {}),
        ("去年有过一次环境污染事故", {"last_accident_date": "2025年"}),
        ("2024年5月3日出过安全事故", {"last_accident_date": "2024年5月3日"}),
        ("前年8月被列入整改名单", {"last_listing_date": "2024年8月"}),
        ("2022年3月出过安全事故", {}),  # not said to be the last one
        ("最近一次安全事故是2022年3月", {"last_accident_date": "2022年3月"}),
        ("2022年3月出过安全事故，之后没再发生", {"last_accident_date": "2022年3月"}),
        ("2023年11月被处罚", {"last_violation_date": "2023年11月"}),  # may lie in the window: ask for the day
        ("五年前出过安全事故", {}),
    ],
)
def test_incidents_are_read_with_their_negation_and_their_time(
    message: str, values: dict[str, str], book: RuleBook
) -> None:
    assert read_facts(message, book, today=date(2026, 11, 21)).values == values


def test_a_day_answers_the_question_for_it(book: RuleBook) -> None:
    assert read_facts("2024年5月3日", book, pending="last_accident_date").values == {
        "last_accident_date": "2024年5月3日"
    }
    corrected = read_facts("更正一下，是2024年6月3日", book, latest=("last_accident_date",))
    assert corrected.values == {"last_accident_date": "2024年6月3日"}
    assert read_facts("2024年13月", book, pending="last_accident_date").values == {}


def test_a_unit_that_does_not_fit_a_named_fact_is_passed_on_to_be_refused(book: RuleBook) -> None:
    assert read_facts("工业增加值3万吨", book).values == {"industrial_added_value": "3万吨"}


def test_an_amount_at_its_cap(book: RuleBook) -> None:
    assert read_facts("抵消顶格用满，自己还得再减多少吨", book).values == {OFFSET: "上限"}


def test_one_figure_for_several_facts_is_taken_for_each(book: RuleBook) -> None:
    found = read_facts("抵消与上年度排放都降到35000吨", book)
    assert found.values == {"offset_emissions": "35000吨", "report_emissions": "35000吨"}


@pytest.mark.parametrize("said", ["够8吨的线吗", "碳排放强度够不够8吨这条线", "8吨的门槛过了没"])
def test_a_limit_that_is_spoken_of_is_no_fact(book: RuleBook, said: str) -> None:
    assert not read_facts(said, book, metric="emission_intensity").stated


def test_a_year_may_be_said_by_its_last_two_digits(book: RuleBook) -> None:
    today = date(2026, 11, 21)
    found = read_facts("零碳的，21年排放6万吨，25年2.4万吨", book, today=today)
    assert found.values == {"baseline_emissions": "6万吨", "report_emissions": "2.4万吨"}
    other = read_facts("零碳的，21年排放6万吨，24年2.4万吨", book, today=today)
    assert other.values == {"baseline_emissions": "6万吨"}
    assert [item.fact for item in other.unread] == ["report_emissions"]


def test_a_share_of_another_amount_is_not_as_much_as_it(book: RuleBook) -> None:
    assert read_facts("抵消量相当于基准的三成", book).values == {"offset_share": "三成"}
    assert read_facts("抵消量相当于去年排放", book).values == {"offset_emissions": "=report_emissions"}
