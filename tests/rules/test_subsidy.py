"""Another kind of policy needs a file and no Python: an invented subsidy with a rate, a cap and an either/or."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.documents.library import Library
from assistant.documents.policy import Policy
from assistant.errors import RuleBookError
from assistant.rules.assessment import Status
from assistant.rules.binding import broken_bindings
from assistant.rules.book import RuleBook
from assistant.rules.engine import assess, compute_metric
from assistant.rules.facts import parse_facts
from assistant.rules.loading import load_book
from tests.rules.conftest import SUBSIDY


@pytest.fixture(scope="module")
def subsidy(city: Policy, city_library: Library) -> RuleBook:
    book = load_book(SUBSIDY / "rules.yaml", city)
    assert broken_bindings(book, city_library) == ()
    return book


@pytest.mark.parametrize(
    ("investment", "amount"),
    [("100万元", "10万元"), ("499万元", "49.9万元"), ("500万元", "50万元"), ("1亿元", "50万元")],
)
def test_the_subsidy_is_a_tenth_up_to_a_cap(subsidy: RuleBook, investment: str, amount: str) -> None:
    facts = parse_facts(subsidy, {"改造投资": investment})
    assert compute_metric(subsidy, "补助金额", facts).display == amount


def test_the_cap_bounds_what_is_unknown(subsidy: RuleBook) -> None:
    result = compute_metric(subsidy, "subsidy", {})
    assert (result.value, result.display, result.missing) == (None, "在0万元至50万元之间", ("investment",))
    assert result.formula == "较小者（年度改造投资 × 10%，50万元）"


@pytest.mark.parametrize(
    ("green", "energy", "status"),
    [
        (True, None, "符合"),
        (None, "3000吨标准煤", "符合"),
        (False, "3001吨标准煤", "不符合"),
        (False, None, "待补充"),
        (None, "3001tce", "待补充"),
        (None, None, "待补充"),
    ],
)
def test_either_or_follows_kleene(
    subsidy: RuleBook, green: bool | None, energy: str | None, status: str
) -> None:
    facts = parse_facts(
        subsidy, {"registered": "在本市注册", "investment": "100万", "green_factory": green, "energy": energy}
    )
    result = assess(subsidy, "绿色改造补助", facts)
    assert result.status == status
    assert (result.score.low, result.score.high, result.score.maximum) == (0, 0, 0)
    assert result.warnings == ()
    if status == "待补充":
        open_facts = {missing.fact_id for missing in result.missing}
        assert open_facts == {
            id for id, value in (("green_factory", green), ("energy", energy)) if value is None
        }


def test_one_tonne_under_the_limit_of_investment(subsidy: RuleBook) -> None:
    result = assess(subsidy, "subsidy", parse_facts(subsidy, {"investment": "99.99万元"}))
    assert result.status is Status.FAILED
    assert result.findings[1].reason == (
        "年度改造投资为99.99万元，低于要求的100万元；年度改造投资须由99.99万元增加到100万元，还差0.01万元"
    )


def test_a_policy_in_force_warns_once_it_has_ended(city: Policy, subsidy: RuleBook) -> None:
    from dataclasses import replace

    ended = replace(subsidy, policy=replace(city, valid_to=date(2025, 12, 31)))
    during = assess(ended, "subsidy", {"registered": False}, on=date(2025, 12, 31))
    after = assess(ended, "subsidy", {"registered": False}, on=date(2026, 1, 1))
    assert (during.warnings, during.validity, during.status) == ((), None, Status.FAILED)
    (warning,) = after.warnings
    assert "判定日2026-01-01已超过《某市工业企业绿色改造补助办法》所定的有效期（至2025-12-31）" in warning
    assert (after.validity, after.status, after.missing) == (warning, Status.OPEN, ())
    assert after.findings[0].status is Status.FAILED


def test_names_that_do_not_exist_are_answered_with_those_that_do(subsidy: RuleBook) -> None:
    with pytest.raises(RuleBookError, match=r"没有名为“零碳工厂”的申报类别.*绿色改造补助（subsidy）"):
        assess(subsidy, "零碳工厂", {})
    with pytest.raises(RuleBookError, match=r"没有名为“碳削减率”的指标.*补助金额（subsidy）"):
        compute_metric(subsidy, "碳削减率", {})
