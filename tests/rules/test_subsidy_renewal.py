"""The invented subsidy's second programme: tiers, a marginal rate, a window of days, a negation, points without an annex."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.documents.policy import Policy
from assistant.errors import FactError
from assistant.rules.assessment import Assessment, Finding, Status
from assistant.rules.binding import broken_bindings
from assistant.rules.book import RuleBook
from assistant.rules.engine import assess, compute_metric
from assistant.rules.facts import parse_facts
from assistant.rules.loading import load_book
from tests.rules.conftest import SUBSIDY

DAY = date(2026, 5, 20)
SOUND: dict[str, object] = {
    "设备投资": "800万元",
    "发票日期": "2025-04-01",
    "green_factory": True,
    "obsolete": False,
}


@pytest.fixture(scope="module")
def subsidy(city: Policy, city_library: Library) -> RuleBook:
    book = load_book(SUBSIDY / "rules.yaml", city)
    assert broken_bindings(book, city_library) == ()
    return book


def judged(book: RuleBook, on: date = DAY, **changes: object) -> Assessment:
    facts = {id: value for id, value in {**SOUND, **changes}.items() if value is not None}
    return assess(book, "设备更新奖励", parse_facts(book, facts), on)


def found(result: Assessment, criterion: str) -> Finding:
    return next(finding for finding in result.findings if finding.criterion_id == criterion)


@pytest.mark.parametrize(
    ("equipment", "reward"),
    [
        ("0万元", "10万元"),
        ("499.99万元", "10万元"),
        ("500万元", "30万元"),
        ("999.99万元", "30万元"),
        ("1000万元", "60万元"),
        ("1亿元", "60万元"),
        ("200万元至499万元", "10万元"),
        ("500万元至900万元", "30万元"),
    ],
)
def test_the_reward_climbs_by_steps(subsidy: RuleBook, equipment: str, reward: str) -> None:
    assert (
        compute_metric(subsidy, "奖励金额", parse_facts(subsidy, {"设备投资": equipment})).display == reward
    )


@pytest.mark.parametrize(
    ("equipment", "interest"),
    [
        ("0万元", "0万元"),
        ("100万元", "10万元"),
        ("101万元", "10.08万元"),
        ("500万元", "42万元"),
        ("501万元", "42.05万元"),
        ("1259万元", "79.95万元"),
        ("1260万元", "80万元"),
        ("1261万元", "80万元"),
        ("9亿元", "80万元"),
    ],
)
def test_the_interest_is_counted_rate_by_rate_up_to_its_cap(
    subsidy: RuleBook, equipment: str, interest: str
) -> None:
    assert compute_metric(subsidy, "贴息", parse_facts(subsidy, {"设备投资": equipment})).display == interest


@pytest.mark.parametrize(
    ("equipment", "reward", "interest"),
    [
        (None, "在10万元至60万元之间", "在0万元至80万元之间"),
        ("400万元至600万元", "在10万元至30万元之间", "在34万元至47万元之间"),
        ("900万元至1000万元", "在30万元至60万元之间", "在62万元至67万元之间"),
    ],
)
def test_an_unknown_investment_bounds_both_amounts(
    subsidy: RuleBook, equipment: str | None, reward: str, interest: str
) -> None:
    facts = parse_facts(subsidy, {"设备投资": equipment})
    assert compute_metric(subsidy, "reward", facts).display == reward
    assert compute_metric(subsidy, "interest", facts).display == interest


@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2026, 2, 28), "不符合"),
        (date(2026, 3, 1), "符合"),
        (date(2026, 6, 30), "符合"),
        (date(2026, 7, 1), "不符合"),
    ],
)
def test_the_window_of_application_includes_its_first_and_last_day(
    subsidy: RuleBook, on: date, status: str
) -> None:
    result = judged(subsidy, on)
    assert result.status == found(result, "window").status == status


def test_a_day_outside_the_window_is_told_in_the_words_of_days(subsidy: RuleBook) -> None:
    assert "早于要求的2026-03-01" in found(judged(subsidy, date(2026, 2, 28)), "window").reason
    assert "晚于要求的2026-06-30" in found(judged(subsidy, date(2026, 7, 1)), "window").reason
    assert judged(subsidy, date(2026, 7, 1), obsolete=None).missing == ()


@pytest.mark.parametrize(
    ("invoice", "on", "status"),
    [
        ("2024-05-19", DAY, "不符合"),
        ("2024-05-20", DAY, "符合"),
        ("2026-05-20", DAY, "符合"),
        ("2024-02-28", date(2026, 2, 28), "符合"),
        ("2024-02-29", date(2026, 2, 28), "符合"),
        ("2024-02-29", date(2026, 3, 1), "不符合"),
        ("2024-03-31", date(2026, 3, 31), "符合"),
        ("2024-03-30", date(2026, 3, 31), "不符合"),
        ("2024-04", DAY, "不符合"),
        ("2024-05", DAY, "待补充"),
        ("2024-06", DAY, "符合"),
        ("2025年", DAY, "符合"),
        ("2024年", DAY, "待补充"),
    ],
)
def test_the_invoice_is_of_the_last_two_years(subsidy: RuleBook, invoice: str, on: date, status: str) -> None:
    result = judged(subsidy, on, 发票日期=invoice)
    assert found(result, "invoice").status == status
    if status == "待补充":
        assert result.status is Status.OPEN
        assert result.missing[0].fact_id == "invoice_date"
        assert (result.missing[0].decides, result.missing[0].address) == (
            "设备发票",
            "city-subsidy#第四条/（二）",
        )


def test_an_invoice_of_tomorrow_is_refused(subsidy: RuleBook) -> None:
    with pytest.raises(FactError, match="设备发票开具日期晚于判定日2026-05-20"):
        judged(subsidy, 发票日期="2026-05-21")


@pytest.mark.parametrize(
    ("obsolete", "status", "reason"),
    [
        (False, "符合", "符合：属于淘汰类产能企业为否"),
        (True, "不符合", "不符合：属于淘汰类产能企业为是"),
        (None, "待补充", "待确认：属于淘汰类产能企业（应为否）"),
    ],
)
def test_what_must_not_be(subsidy: RuleBook, obsolete: bool | None, status: str, reason: str) -> None:
    result = judged(subsidy, obsolete=obsolete)
    finding = found(result, "not_obsolete")
    assert (result.status, finding.status, finding.reason) == (status, status, reason)


@pytest.mark.parametrize(
    ("equipment", "status"), [("199.99万元", "不符合"), ("200万元", "符合"), ("199万元至201万元", "待补充")]
)
def test_the_least_investment(subsidy: RuleBook, equipment: str, status: str) -> None:
    assert judged(subsidy, 设备投资=equipment).status == status


@pytest.mark.parametrize(
    ("facts", "low", "high"),
    [
        ({}, 0, 20),
        ({"节能率": "9.99%"}, 0, 8),
        ({"节能率": "10%"}, 12, 20),
        ({"节能率": "10%", "management_score": "8分"}, 20, 20),
        ({"management_score": "3分至5分"}, 3, 17),
        ({"节能率": "5%", "management_score": "50%"}, 4, 4),
    ],
)
def test_points_without_an_annex(subsidy: RuleBook, facts: dict[str, object], low: int, high: int) -> None:
    score = judged(subsidy, **facts).score
    assert (score.low, score.high, score.maximum) == (low, high, 20)


def test_the_answer_that_settles_an_either_or_is_asked_for_first(subsidy: RuleBook) -> None:
    result = judged(subsidy, green_factory=None)
    assert [item.fact_id for item in result.missing[:2]] == ["green_factory", "energy"]
    denied = judged(subsidy, green_factory=False)
    assert denied.missing[0].fact_id == "energy"
    assert judged(subsidy, green_factory=None, energy="3000tce").status is Status.MET


def test_both_programmes_answer_to_their_own_names_and_criteria(subsidy: RuleBook) -> None:
    first, second = subsidy.programme("绿色改造补助"), subsidy.programme("设备更新奖励")
    assert not set(first.criteria) & set(second.criteria)
    assert (first.total, second.total, first.annex, second.form) == (0, 20, None, None)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("on ≥ 2026-03-01", "on ≥ 2026-03-02", "“申请时间”的日期2026-03-02在所引文字里没有"),
        ("on ≤ 2026-06-30", "on ≤ 2026-06-29", "“申请时间”的日期2026-06-29在所引文字里没有"),
        ("before(on, 2年)", "before(on, 3年)", "“设备发票”的数3年在所引文字里没有"),
        ("60万元, if", "61万元, if", "“设备更新奖励金额”的数61万元在所引文字里没有"),
        ("× 8%", "× 9%", "“设备贷款贴息”的数9%在所引文字里没有"),
        ("points: 12", "points: 13", "“节能率”的数13分在所引文字里没有"),
        ("equipment ≥ 200万元", "equipment ≥ 201万元", "“设备投资规模”的数201万元在所引文字里没有"),
    ],
)
def test_each_number_and_day_stands_in_the_text(
    tmp_path: Path, city: Policy, city_library: Library, old: str, new: str, words: str
) -> None:
    source = (SUBSIDY / "rules.yaml").read_text(encoding="utf-8")
    assert source.count(old) == 1
    file = tmp_path / "rules.yaml"
    changed = source.replace(old, new)
    if "points" in old:
        changed = changed.replace("    total: 20", "    total: 21")
    file.write_text(changed, encoding="utf-8")
    (problem,) = broken_bindings(load_book(file, city), city_library)
    assert problem.startswith(words)
