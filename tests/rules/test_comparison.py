"""Two scenarios side by side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest

from assistant.errors import RuleBookError
from assistant.rules.book import RuleBook
from assistant.rules.facts import parse_facts
from assistant.rules.whatif.comparison import Comparison, compare

NOW: Mapping[str, object] = {
    "baseline_emissions": "10万吨",
    "report_emissions": "6万吨",
    "offset_emissions": 0,
    "green_laws_compliant": "是",
}
PLAN = {**NOW, "report_emissions": "5万吨", "offset_emissions": "5万吨"}


def compared(book: RuleBook, first: Mapping[str, object], second: Mapping[str, object]) -> Comparison:
    return compare(book, "zero_carbon", parse_facts(book, first), parse_facts(book, second), date(2026, 3, 1))


def test_only_what_differs_is_told(book: RuleBook) -> None:
    result = compared(book, NOW, PLAN)
    assert [(item.id, item.first, item.second) for item in result.facts] == [
        ("report_emissions", "6万吨", "5万吨"),
        ("offset_emissions", "0吨", "5万吨"),
    ]
    assert [(item.criterion_id, item.statuses) for item in result.findings] == [
        ("carbon_reduction", ("不符合", "符合")),
        ("zc_10", ("已评分", "已评分")),
    ]
    assert result.statuses == ("不符合", "待补充")
    assert (result.score_difference, [(score.low, score.high) for score in result.scores]) == (
        (-20, -20),
        [(20, 100), (0, 80)],
    )


def test_figures_have_their_values_and_the_difference(book: RuleBook) -> None:
    metrics = {item.metric_id: item for item in compared(book, NOW, PLAN).metrics}
    rate = metrics["reduction_rate"]
    assert (rate.first, rate.second, rate.difference, rate.passed) == (
        Fraction(2, 5),
        1,
        Fraction(3, 5),
        (False, True),
    )
    assert metrics["emission_intensity"].difference is None


def test_it_is_told_in_chinese(book: RuleBook) -> None:
    assert compared(book, NOW, PLAN).sentences == (
        "申报上年度碳排放量：6万吨 → 5万吨",
        "碳抵消量：0吨 → 5万吨",
        "碳削减率：40% → 100%，增加60个百分点",
        "碳抵消占比：0% → 50%，增加50个百分点",
        "碳抵消得分：20分 → 0分，减少20分",
        "碳削减率和碳抵消占比：不符合 → 符合",
        "碳抵消（逆向指标）：20分 → 0分",
        "得分：20分至100分 → 0分至80分",
        "结论：不符合 → 待补充",
    )


def test_a_scenario_and_itself_differ_in_nothing(book: RuleBook) -> None:
    result = compared(book, PLAN, PLAN)
    assert (result.facts, result.findings, result.score_difference) == ((), (), (0, 0))
    assert result.sentences == ("得分：0分至80分，不变", "结论：待补充，不变")


def test_facts_that_only_one_scenario_has(book: RuleBook) -> None:
    first = {"report_emissions": "3万吨至4万吨", "registered_in_fujian": "否"}
    result = compared(book, first, {"last_accident_date": "2020-05-01"})
    assert [(item.label[:6], item.first, item.second) for item in result.facts] == [
        ("申报上年度碳", "在3万吨至4万吨之间", "未提供"),
        ("在福建省内依", "否", "未提供"),
        ("最近一次安全", "未提供", "2020-05-01"),
    ]
    assert result.statuses == ("不符合", "待补充")


def test_an_unknown_programme_is_refused(book: RuleBook) -> None:
    with pytest.raises(RuleBookError, match="没有名为“五星工厂”的申报类别"):
        compare(book, "五星工厂", {}, {})
