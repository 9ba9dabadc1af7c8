"""Facts as people write them, and facts that are refused: the message names fact, value, legal form and correction."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from assistant.errors import FactError
from assistant.rules.book import RuleBook
from assistant.rules.facts import parse_facts


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("baseline_emissions", "10万吨", 100000),
        ("2021年碳排放量", "100,000 tCO2", 100000),
        ("基准值", 100000, 100000),
        ("report_emissions", "4.5万", 45000),
        ("report_emissions", 0.1, Fraction(1, 10)),
        ("report_emissions", Decimal("0.3"), Fraction(3, 10)),
        ("offset_emissions", "0吨", 0),
        ("offset_emissions", "没有", 0),
        ("offset_emissions", "800公斤", Fraction(4, 5)),
        ("industrial_added_value", "1.2亿元", 12000),
        ("industrial_added_value", "1.2亿", 12000),
        ("energy_consumption", "5千tce", 5000),
        ("retrofit_projects", "三个", 3),
        ("retrofit_projects", "3个项目", 3),
        ("candidate_count", "11家", 11),
        ("score_zc_13", "满分", 5),
        ("score_zc_13", "80%", 4),
        ("score_zc_13", "3分", 3),
        ("score_zc_13", 4.5, Fraction(9, 2)),
        ("green_factory", "有", True),
        ("green_factory", "没有", False),
        ("green_factory", True, True),
        ("no_accidents_36_months", "无事故", True),
        ("no_accidents_36_months", "发生过安全事故", False),
        ("limits_advanced", "不适用", True),
        ("not_dishonest_debtor", "是", True),
        ("not_dishonest_debtor", "是失信被执行人", False),
        ("manufacturer", "否", False),
    ],
)
def test_facts_are_read_exactly(book: RuleBook, name: str, raw: object, value: object) -> None:
    ((_, found),) = parse_facts(book, {name: raw}).items()
    assert found == value
    assert type(found) is (bool if isinstance(value, bool) else Fraction)


def test_null_is_unknown_and_no_fact(book: RuleBook) -> None:
    assert parse_facts(book, {"offset_emissions": None}) == {}


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        (
            "report_emissions",
            "-5万吨",
            ("申报上年度碳排放量", "-5万吨", "不能小于零", "如 60000吨 或 6万吨", "请更正"),
        ),
        ("report_emissions", -1, ("-1", "不能小于零")),
        ("offset_emissions", "负五万吨", ("碳抵消量", "负五万吨", "不能小于零")),
        ("baseline_emissions", "0吨", ("2021年碳排放量", "0吨", "必须大于零")),
        ("baseline_emissions", 0, ("必须大于零",)),
        ("industrial_added_value", 0, ("工业增加值", "必须大于零")),
        (
            "energy_consumption",
            "5000吨",
            ("年综合能源消费量", "5000吨", "单位是吨", "5000吨标准煤 或 5000tce"),
        ),
        ("report_emissions", "4万元", ("4万元", "单位是万元", "6万吨")),
        ("report_emissions", "40%", ("40%", "单位是%")),
        ("report_emissions", "约4万吨", ("约4万吨", "确定的数")),
        ("report_emissions", "不清楚", ("不清楚", "不能读成")),
        ("report_emissions", "没有", ("没有", "不能读成")),
        ("report_emissions", True, ("True", "这里要的是数")),
        ("report_emissions", [4], ("[4]", "这里要的是数")),
        ("report_emissions", float("nan"), ("nan", "有限的数")),
        ("report_emissions", float("inf"), ("inf", "有限的数")),
        ("retrofit_projects", "2.5个", ("近2年节能减碳改造项目数", "2.5个", "必须是整数")),
        ("retrofit_projects", "-1项", ("不能小于零",)),
        ("candidate_count", 0, ("抽查范围内的企业数", "不能小于1家")),
        ("score_zc_13", "6分", ("附件3第13项自评得分", "6分", "不能大于5分")),
        ("score_zc_13", "120%", ("120%", "不能大于5分")),
        ("score_zc_13", -1, ("-1", "不能小于零")),
        ("green_factory", "也许", ("获得省级及以上绿色工厂称号", "也许", "“是”或“否”")),
        ("no_accidents_36_months", "不好说", ("不好说", "看不出是或否")),
    ],
)
def test_what_is_not_legal_is_refused_in_words(
    book: RuleBook, name: str, raw: object, words: tuple[str, ...]
) -> None:
    with pytest.raises(FactError) as caught:
        parse_facts(book, {name: raw})
    assert caught.value.fact == name
    for word in words:
        assert word in str(caught.value)


def test_an_unknown_fact_is_named_with_those_that_exist(book: RuleBook) -> None:
    with pytest.raises(FactError, match=r"不认识的事实“emissions”.*baseline_emissions（2021年碳排放量）"):
        parse_facts(book, {"emissions": 1})


def test_one_fact_under_two_names_is_refused(book: RuleBook) -> None:
    with pytest.raises(FactError, match="2021年碳排放量写了两次（“基准值”与另一处）"):
        parse_facts(book, {"baseline_emissions": 1, "基准值": 1})


def test_no_phrase_says_both_yes_and_no(book: RuleBook) -> None:
    for fact in book.facts.values():
        assert not set(fact.affirm) & set(fact.deny), fact.id
        said = bool(fact.affirm and (fact.deny or fact.implies))
        assert said == (fact.type == "boolean"), fact.id
