"""Golden cases of 零碳工厂, read like sentences, with both sides of each limit (第八条（二）, 附件3)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.rules.assessment import Assessment, Finding, Status
from assistant.rules.book import RuleBook
from assistant.rules.engine import assess, compute_metric
from assistant.rules.facts import parse_facts
from tests.rules.conftest import Assess

WORDS = {
    "2021年": "baseline_emissions",
    "去年": "report_emissions",
    "抵消": "offset_emissions",
    "增加值": "industrial_added_value",
    "改造": "retrofit_projects",
}
VETOES = {
    "registered_in_fujian": True,
    "manufacturer": True,
    "industrial_policy_compliant": True,
    "no_outdated_equipment": True,
    "no_accidents_36_months": True,
    "no_violations_36_months": True,
    "not_dishonest_debtor": True,
    "no_serious_findings_36_months": True,
    "not_on_rectification_list_36_months": True,
    "green_laws_compliant": True,
    "limits_advanced": True,
    "benchmark_reached": True,
}


def facts_of(sentence: str) -> dict[str, object]:
    """`2021年 10万吨、去年 4万吨` as raw facts."""
    return {WORDS[name]: value for name, value in (part.split() for part in sentence.split("、"))}


def finding(assessment: Assessment, criterion: str) -> Finding:
    return next(found for found in assessment.findings if found.criterion_id == criterion)


GOLDEN = [
    ("2021年 10万吨、去年 4万吨、抵消 4万吨", "100%", "40%", "10分", "符合"),
    ("2021年 100,000tCO2、去年 四万吨、抵消 4万吨", "100%", "40%", "10分", "符合"),
    ("2021年 10万吨、去年 5万吨、抵消 5万吨", "100%", "50%", "0分", "符合"),
    ("2021年 10万吨、去年 5万吨、抵消 49999吨", "99.999%", "49.999%", "0分", "不符合"),
    ("2021年 10万吨、去年 50001吨、抵消 50001吨", "100%", "50.001%", "0分", "不符合"),
    ("2021年 10万吨、去年 6.5万吨、抵消 6.5万吨", "100%", "65%", "0分", "不符合"),
    ("2021年 10万吨、去年 3万吨、抵消 3万吨", "100%", "30%", "20分", "符合"),
    ("2021年 10万吨、去年 2.99万吨、抵消 2.99万吨", "100%", "29.9%", "20分", "符合"),
    ("2021年 10万吨、去年 3.01万吨、抵消 3.01万吨", "100%", "30.1%", "19.9分", "符合"),
    ("2021年 10万吨、去年 0吨、抵消 0吨", "100%", "0%", "20分", "符合"),
    ("2021年 10万吨、去年 4万吨、抵消 5万吨", "110%", "50%", "0分", "符合"),
    ("2021年 10万吨、去年 12万吨、抵消 2万吨", "0%", "20%", "20分", "不符合"),
    ("2021年 10万吨、去年 14万吨、抵消 0吨", "-40%", "0%", "20分", "不符合"),
    ("2021年 3万吨、去年 1万吨、抵消 1万吨", "100%", "33.33%", "16.67分", "符合"),
]


@pytest.mark.parametrize(("sentence", "rate", "share", "points", "status"), GOLDEN)
def test_reduction_and_offset(
    judge: Assess, sentence: str, rate: str, share: str, points: str, status: str
) -> None:
    result = judge("zero_carbon", facts_of(sentence))
    shown = {calculation.metric_id: calculation.display for calculation in result.calculations}
    assert (shown["reduction_rate"], shown["offset_share"], shown["offset_score"]) == (rate, share, points)
    assert finding(result, "carbon_reduction").status == status
    assert result.status == ("不符合" if status == "不符合" else "待补充")


def test_the_exact_points_are_kept_behind_the_shown_ones(judge: Assess) -> None:
    points = finding(judge("zero_carbon", facts_of("2021年 3万吨、抵消 1万吨")), "zc_10").points
    assert points is not None
    assert (points.low, points.high, points.maximum) == (Fraction(50, 3), Fraction(50, 3), 20)


def test_an_offset_over_the_cap_is_told_in_tonnes(judge: Assess) -> None:
    found = finding(
        judge("zero_carbon", facts_of("2021年 10万吨、去年 6.5万吨、抵消 6.5万吨")), "carbon_reduction"
    )
    assert [(gap.fact_id, gap.target, gap.difference) for gap in found.gaps] == [
        ("offset_emissions", 50000, 15000),
        ("report_emissions", 50000, 15000),
    ]
    assert found.reason == (
        "碳削减率为100%，符合≥100%的要求；碳抵消占比为65%，高于上限50%；"
        "碳抵消量6.5万吨，上限为5万吨，超出上限1.5万吨；"
        "按此调整后，申报上年度碳排放量须由6.5万吨降到5万吨以内，还要减少1.5万吨"
    )


def test_a_rate_below_the_limit_is_told_in_tonnes(judge: Assess) -> None:
    found = finding(
        judge("zero_carbon", facts_of("2021年 10万吨、去年 6万吨、抵消 3万吨")), "carbon_reduction"
    )
    assert [(gap.fact_id, gap.current, gap.target) for gap in found.gaps] == [
        ("report_emissions", 60000, 30000)
    ]
    assert "还要减少3万吨" in found.reason


def test_a_rate_just_below_the_limit_is_not_shown_as_the_limit(judge: Assess) -> None:
    found = finding(
        judge("zero_carbon", facts_of("2021年 10万吨、去年 5万吨、抵消 49999吨")), "carbon_reduction"
    )
    assert "碳削减率为99.999%，低于要求的100%" in found.reason
    assert "还要减少1吨" in found.reason


def test_an_offset_over_the_cap_fails_though_the_emissions_are_unknown(judge: Assess) -> None:
    result = judge("zero_carbon", facts_of("2021年 10万吨、抵消 50001吨"))
    assert finding(result, "carbon_reduction").status is Status.FAILED
    assert (result.status, result.missing) == (Status.FAILED, ())


@pytest.mark.parametrize(
    ("sentence", "status"),
    [("2021年 10万吨、去年 5万吨", "待补充"), ("2021年 10万吨、去年 50001吨", "不符合")],
)
def test_no_offset_under_the_cap_can_mend_too_little_reduction_of_ones_own(
    judge: Assess, sentence: str, status: str
) -> None:
    found = finding(judge("zero_carbon", facts_of(sentence)), "carbon_reduction")
    assert found.status == status
    if status == "不符合":
        assert "碳削减率≥100%，要求碳抵消量不低于5.0001万吨" in found.reason
        assert "碳抵消占比≤50%，要求碳抵消量在0吨至5万吨之间；两者不能同时做到，相差1吨" in found.reason


@pytest.mark.parametrize(
    ("sentence", "status", "shown"),
    [
        ("去年 4万吨、增加值 5000万元", "符合", "8吨/万元"),
        ("去年 40001吨、增加值 0.5亿元", "不符合", "8.0002吨/万元"),
        ("去年 39999吨、增加值 5000万元", "符合", "7.9998吨/万元"),
        ("去年 4万吨", "待补充", None),
    ],
)
def test_intensity(judge: Assess, sentence: str, status: str, shown: str | None) -> None:
    found = finding(judge("zero_carbon", facts_of(sentence)), "zc_8")
    assert found.status == status
    assert found.points is not None
    assert (found.points.low, found.points.high) == {"符合": (5, 5), "不符合": (0, 0), "待补充": (0, 5)}[
        status
    ]
    assert shown is None or f"碳排放强度为{shown}" in found.reason


@pytest.mark.parametrize(("count", "status"), [("2项", "不符合"), ("3项", "符合"), ("四个项目", "符合")])
def test_retrofit_projects(judge: Assess, count: str, status: str) -> None:
    found = finding(judge("zero_carbon", {"retrofit_projects": count}), "zc_9")
    assert found.status == status
    assert ("还差1项" in found.reason) == (status == "不符合")


@pytest.mark.parametrize("veto", VETOES)
def test_each_declared_veto_decides_alone(judge: Assess, veto: str) -> None:
    carbon = facts_of("2021年 10万吨、去年 4万吨、抵消 4万吨") | {"rectification_completed": False}
    assert judge("zero_carbon", carbon | VETOES).status is Status.MET
    assert judge("zero_carbon", carbon | VETOES | {veto: False}).status is Status.FAILED
    assert judge("zero_carbon", carbon | VETOES | {veto: None}).status is Status.OPEN
    assert judge("zero_carbon", {veto: False, "rectification_completed": False}).status is Status.FAILED


def test_the_score_is_bounds_and_never_decides(judge: Assess) -> None:
    nothing = judge("zero_carbon", {})
    assert (nothing.score.low, nothing.score.high, nothing.score.maximum) == (0, 100, 100)
    poor = {
        f"score_zc_{row}": 0 for row in ("11_1", "11_2", "11_3", "12", "13", "14", "15_1", "15_2", "16", "17")
    }
    met = judge("zero_carbon", facts_of("2021年 10万吨、去年 4万吨、抵消 4万吨、改造 0项") | VETOES | poor)
    assert (met.score.low, met.score.high) == (10, 10 + 5 + 4 * 5)
    assert met.status is Status.MET
    assert "no_passing_score" in [note.id for note in met.notes]


def test_all_points_make_a_hundred(book: RuleBook, judge: Assess) -> None:
    graded = {id: "满分" for id in book.facts if id.startswith("score_zc_")}
    sentence = "2021年 10万吨、去年 3万吨、抵消 3万吨、增加值 1亿元、改造 3项"
    result = judge("zero_carbon", facts_of(sentence) | graded)
    assert (result.score.low, result.score.high) == (100, 100)


def test_findings_name_article_and_annex_once(judge: Assess) -> None:
    result = judge("零碳工厂", {})
    found = finding(result, "carbon_reduction")
    assert found.address.endswith("#第八条/（二）")
    assert [binding.address.partition("#")[2] for binding in found.also] == ["附件3/7"]
    registration = finding(result, "basic_registration")
    assert [binding.address.partition("#")[2] for binding in registration.also] == ["附件3/1"]
    assert len({found.criterion_id for found in result.findings}) == len(result.findings) == 25


def test_a_calculation_shows_formula_and_figures(book: RuleBook) -> None:
    facts = parse_facts(book, facts_of("2021年 10万吨、去年 4万吨、抵消 4万吨"))
    rate = compute_metric(book, "碳削减率", facts)
    assert rate.formula == "（2021年碳排放量 − 申报上年度碳排放量 + 碳抵消量） ÷ 2021年碳排放量"
    assert rate.substituted == "（10万吨 − 4万吨 + 4万吨） ÷ 10万吨"
    assert (rate.value, rate.display, rate.limit, rate.passed) == (1, "100%", "≥100%", True)
    assert dict(rate.inputs) == {
        "2021年碳排放量": "10万吨",
        "申报上年度碳排放量": "4万吨",
        "碳抵消量": "4万吨",
    }
    score = compute_metric(book, "offset_score", facts)
    assert score.substituted == "将 50分 − 40% × 100分 限定在0分至20分之间"


def test_a_calculation_with_a_missing_figure_says_which(book: RuleBook) -> None:
    rate = compute_metric(book, "reduction_rate", parse_facts(book, facts_of("2021年 10万吨、去年 4万吨")))
    assert (rate.value, rate.passed, rate.missing) == (None, None, ("offset_emissions",))
    assert rate.display == "不低于60%"
    assert rate.substituted == "（10万吨 − 4万吨 + 〔碳抵消量〕） ÷ 10万吨"


@pytest.mark.parametrize(
    ("count", "least"), [(1, 1), (4, 1), (5, 1), (6, 2), (10, 2), (11, 3), (100, 20), (101, 21)]
)
def test_spot_checks(book: RuleBook, count: int, least: int) -> None:
    result = compute_metric(book, "spot_check_count", parse_facts(book, {"candidate_count": count}))
    assert (result.value, result.display) == (least, f"{least}家")


def test_the_draft_and_its_end_of_validity_are_told(book: RuleBook) -> None:
    from datetime import date

    during = assess(book, "zero_carbon", {}, on=date(2028, 12, 31))
    after = assess(book, "zero_carbon", {}, on=date(2029, 1, 1))
    assert len(during.warnings) == 1
    assert "征求意见稿" in during.warnings[0]
    assert "2029-01-01已超过《福建省零碳工厂建设管理办法》所定的有效期（至2028-12-31）" in after.warnings[1]
    assert after.validity == after.warnings[1]
    assert during.validity is None


def test_the_same_facts_give_the_same_assessment(judge: Assess) -> None:
    facts = facts_of("2021年 10万吨、去年 4万吨、抵消 4万吨") | VETOES
    assert judge("zero_carbon", facts) == judge("zero_carbon", dict(reversed(list(facts.items()))))
