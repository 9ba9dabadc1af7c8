"""还差多少, read like sentences: ranges, proofs, plans and scores of both programmes, on both sides of each limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import pytest

from assistant.errors import RuleBookError
from assistant.rules.book import RuleBook
from assistant.rules.facts import parse_facts
from assistant.rules.whatif.explore import explore
from assistant.rules.whatif.linear import Range
from assistant.rules.whatif.reaching import reach_score
from assistant.rules.whatif.results import CriterionOutlook, FactRange
from assistant.rules.whatif.sentences import show_least, show_most

Look = Callable[..., CriterionOutlook]
CARBON = "carbon_reduction"


def closed(low: int | Fraction | None, high: int | Fraction | None) -> tuple[Range, ...]:
    return (Range(*(None if end is None else Fraction(end) for end in (low, high))),)


@pytest.fixture
def look(book: RuleBook) -> Look:
    """One criterion's outlook from facts as people write them."""

    def run(criterion: str, programme: str = "zero_carbon", **facts: object) -> CriterionOutlook:
        found = explore(book, programme, parse_facts(book, facts)).criteria
        return next(item for item in found if item.criterion_id == criterion)

    return run


def figure(outlook: CriterionOutlook, id: str) -> FactRange:
    return next(item for item in outlook.facts if item.id == id)


SIX: Mapping[str, object] = {
    "baseline_emissions": "10万吨",
    "report_emissions": "6万吨",
    "offset_emissions": 0,
}


def test_alone_the_emissions_must_fall_to_nothing_together_to_half_of_the_baseline(look: Look) -> None:
    emissions = figure(look(CARBON, **SIX), "report_emissions")
    assert emissions.alone.ranges == closed(0, 0)
    assert emissions.gap == -60000
    assert emissions.together.ranges == closed(0, 50000)
    assert emissions.alone.exact
    assert emissions.together.exact


def test_alone_the_offset_cannot_reach_it_and_the_proof_says_by_how_much(look: Look) -> None:
    outlook = look(CARBON, **SIX)
    offset = figure(outlook, "offset_emissions")
    assert (offset.alone.ranges, offset.gap) == ((), None)
    proof = offset.alone.proof
    assert proof is not None
    assert proof.apart == 10000
    assert [demand.ranges for demand in proof.demands] == [closed(60000, None), closed(None, 50000)]
    assert offset.together.ranges == closed(0, 50000)
    assert (
        "申报上年度碳排放量不变时，只调整碳抵消量达不到：碳削减率≥100%，要求碳抵消量不低于6万吨；"
        "碳抵消占比≤50%，要求碳抵消量不超过5万吨；两者不能同时做到，相差1万吨"
    ) in outlook.sentences


def test_the_best_plan_is_the_least_own_reduction_with_the_largest_offset(look: Look) -> None:
    outlook = look(CARBON, **SIX)
    plan = outlook.best_plan
    assert plan is not None
    assert [(move.id, move.current, move.target, move.extreme) for move in (plan.least, *plan.others)] == [
        ("report_emissions", 60000, 50000, "最多"),
        ("offset_emissions", 0, 50000, "最多"),
    ]
    assert plan.text == ("碳抵消量按最多5万吨计算，申报上年度碳排放量须由6万吨降到5万吨以内，还要减少1万吨")
    assert outlook.sentences[0] == plan.text
    # The other way: without any offset.
    assert outlook.plans[1].text == ("碳抵消量不变时，申报上年度碳排放量须由6万吨降到0吨，还要减少6万吨")


@pytest.mark.parametrize(
    ("emissions", "offset"),
    [("5万吨", closed(50000, 50000)), ("49999吨", closed(49999, 50000)), ("50001吨", ())],
)
def test_the_least_offset_at_the_present_emissions(
    look: Look, emissions: str, offset: tuple[Range, ...]
) -> None:
    outlook = look(CARBON, baseline_emissions="10万吨", report_emissions=emissions, offset_emissions=0)
    assert figure(outlook, "offset_emissions").alone.ranges == offset
    assert (figure(outlook, "offset_emissions").alone.proof is None) == bool(offset)


def test_what_holds_already_has_no_plan_and_says_how_far_it_may_go(look: Look) -> None:
    outlook = look(CARBON, baseline_emissions="10万吨", report_emissions="4万吨", offset_emissions="4.5万吨")
    assert outlook.plans == ()
    assert figure(outlook, "report_emissions").gap == 0
    assert (
        "申报上年度碳排放量不变时，碳抵消量现为4.5万吨，已在范围内（在4万吨至5万吨之间）" in outlook.sentences
    )


def test_an_unknown_divisor_leaves_it_unsolved_and_names_what_is_missing(look: Look) -> None:
    outlook = look(CARBON, report_emissions="6万吨", offset_emissions=0)
    offset = figure(outlook, "offset_emissions")
    assert (offset.alone.ranges, offset.alone.proof) == ((), None)
    assert offset.alone.missing == ("baseline_emissions",)
    assert "碳抵消量的范围还算不出：尚缺2021年碳排放量" in outlook.sentences
    assert outlook.plans == ()


def test_a_missing_offset_still_gives_what_all_together_allow(look: Look) -> None:
    outlook = look(CARBON, baseline_emissions="10万吨", report_emissions="6万吨")
    assert figure(outlook, "report_emissions").alone.missing == ("offset_emissions",)
    assert figure(outlook, "report_emissions").together.ranges == closed(0, 50000)
    assert outlook.best_plan is not None
    assert outlook.best_plan.text.startswith(
        "碳抵消量按最多5万吨计算，申报上年度碳排放量须由6万吨降到5万吨以内"
    )


def test_a_range_counts_as_unknown(look: Look) -> None:
    outlook = look(
        CARBON, baseline_emissions="10万吨", report_emissions="3万吨至4万吨", offset_emissions="4万吨"
    )
    emissions = figure(outlook, "report_emissions")
    assert (emissions.current, emissions.gap) == (None, None)
    assert emissions.alone.ranges == closed(0, 40000)
    assert figure(outlook, "offset_emissions").alone.missing == ("report_emissions",)


def test_a_part_that_a_range_decides_is_decided(look: Look) -> None:
    """7万吨 is more than half of anything up to 12万吨, so no emissions help."""
    outlook = look(
        CARBON, baseline_emissions="10万吨至12万吨", report_emissions="1万吨", offset_emissions="7万吨"
    )
    emissions = figure(outlook, "report_emissions")
    assert emissions.alone.proof is not None
    assert emissions.alone.proof.text.endswith("这不取决于申报上年度碳排放量")


def test_a_share_given_as_a_figure_is_moved_itself(look: Look) -> None:
    outlook = look("zc_10", offset_share="60%")
    (share,) = outlook.facts
    assert (share.id, share.current, share.alone.ranges) == (
        "offset_share",
        Fraction(3, 5),
        closed(0, Fraction(3, 10)),
    )
    assert outlook.sentences[0] == "要得满分20分，碳抵消占比须由60%降到30%以内，还要减少30个百分点"


def test_intensity_takes_less_emissions_or_more_added_value(look: Look) -> None:
    outlook = look("zc_8", report_emissions="6万吨", industrial_added_value="7000万元")
    assert figure(outlook, "report_emissions").alone.ranges == closed(0, 56000)
    assert figure(outlook, "industrial_added_value").alone.ranges == closed(7500, None)
    assert [plan.text for plan in outlook.plans] == [
        "工业增加值不变时，申报上年度碳排放量须由6万吨降到5.6万吨以内，还要减少4000吨",
        "申报上年度碳排放量不变时，工业增加值须由7000万元增加到7500万元，还差500万元",
    ]
    # A divisor of zero is no value at all: the end is open.
    added = figure(outlook, "industrial_added_value").together.ranges
    assert added == (Range(Fraction(0), None, low_open=True),)


@pytest.mark.parametrize(
    ("value", "unit", "least", "most"),
    [
        (Fraction(1, 3), "吨", "0.34吨", "0.33吨"),
        (Fraction(1, 3), "%", "33.34%", "33.33%"),
        (Fraction(1, 8), "万元", "0.125万元", "0.125万元"),
        (Fraction(74999999, 10000), "万元", "7499.9999万元", "7499.9999万元"),
        (Fraction(1, 20000), "分", "0.01分", "0分"),
        (Fraction(60000), "吨", "6万吨", "6万吨"),
    ],
)
def test_a_shown_limit_also_holds(value: Fraction, unit: str, least: str, most: str) -> None:
    """What must be reached is rounded up, what must not be exceeded down."""
    assert (show_least(value, unit), show_most(value, unit)) == (least, most)


@pytest.mark.parametrize(("count", "gap"), [(1, 2), (2, 1), (3, 0), (4, 0)])
def test_projects_are_whole(look: Look, count: int, gap: int) -> None:
    (projects,) = look("zc_9", retrofit_projects=count).facts
    assert projects.alone.ranges == closed(3, None)
    assert projects.gap == gap


def test_cultivation_names_the_highest_end_emissions(look: Look) -> None:
    outlook = look(
        "cultivation_reduction",
        "near_zero_carbon",
        cultivation_start_emissions="3万吨",
        cultivation_end_emissions="2.9万吨",
    )
    (end,) = outlook.facts
    assert end.alone.ranges == closed(0, 28500)
    assert end.alone.missing == ("emissions_continuously_falling",)
    assert not end.alone.exact
    assert outlook.sentences == (
        "培育期末年碳排放量须由2.9万吨降到2.85万吨以内，还要减少500吨（另外还要看培育期内年碳排放量保持下降）",
    )


def test_energy_scale_is_moved_though_the_book_calls_it_no_adjustable_fact(look: Look) -> None:
    outlook = look("energy_scale", "near_zero_carbon", energy_consumption=4000, green_factory=True)
    (energy,) = outlook.facts
    assert (energy.alone.ranges, energy.gap) == (closed(5000, None), 1000)
    assert outlook.sentences == ("年综合能源消费量须不低于5000吨标准煤，还差1000吨标准煤",)


def test_a_known_no_is_what_decides(look: Look) -> None:
    outlook = look("energy_scale", "near_zero_carbon", energy_consumption=4000, green_factory=False)
    assert outlook.decided_by == ("green_factory",)
    (energy,) = outlook.facts
    assert energy.alone.proof is not None
    assert energy.alone.proof.text.endswith("这不取决于年综合能源消费量")
    assert outlook.sentences[0].startswith("“获得省级及以上绿色工厂称号”为否，不是调整数字能改变的")
    assert outlook.plans == ()


def test_a_criterion_without_figures_is_told_only_once_it_is_decided(book: RuleBook) -> None:
    def told(**facts: object) -> set[str]:
        return {item.criterion_id for item in explore(book, "zero_carbon", parse_facts(book, facts)).criteria}

    assert told() == {CARBON, "zc_8", "zc_9", "zc_10"}
    assert told(registered_in_fujian="否") - told() == {"basic_registration"}
    assert told(registered_in_fujian="是") == told()


def test_the_score_along_the_offset_has_its_bends(look: Look) -> None:
    (table,) = look(
        "zc_10", baseline_emissions="10万吨", report_emissions="6万吨", offset_emissions="4万吨"
    ).scores
    assert [(row.value, row.points, row.marks) for row in table.rows] == [
        (0, 20, ("起点", "否决项下限")),
        (30000, 20, ("转折",)),
        (40000, 10, ("现值",)),
        (50000, 0, ("转折", "否决项上限")),
    ]
    assert [dict(row.metrics)["offset_share"] for row in table.rows] == [
        0,
        Fraction(3, 10),
        Fraction(2, 5),
        Fraction(1, 2),
    ]


def test_without_a_baseline_the_score_runs_along_the_share(look: Look) -> None:
    (table,) = look("zc_10").scores
    assert table.id == "offset_share"
    assert [(row.value, row.points) for row in table.rows] == [
        (0, 20),
        (Fraction(3, 10), 20),
        (Fraction(1, 2), 0),
    ]


@pytest.mark.parametrize(
    ("points", "share"), [(20, Fraction(3, 10)), (10, Fraction(2, 5)), (1, Fraction(49, 100))]
)
def test_the_highest_share_for_so_many_points(book: RuleBook, points: int, share: Fraction) -> None:
    reach = reach_score(book, "zc_10", parse_facts(book, {"baseline_emissions": "10万吨"}), Fraction(points))
    (metric,) = reach.metrics
    assert (metric.id, metric.alone.ranges) == ("offset_share", closed(0, share))
    (offset,) = reach.facts
    assert offset.alone.ranges == closed(0, share * 100000)


def test_the_share_for_full_points_is_known_without_any_fact(book: RuleBook) -> None:
    reach = reach_score(book, "zc_10", {}, Fraction(20))
    assert reach.sentences == ("碳抵消占比在0%至30%之间时，碳抵消（逆向指标）得满分20分",)
    assert reach.facts[0].alone.missing == ("baseline_emissions",)


def test_no_points_are_reached_by_anything_and_all_or_nothing_by_the_condition(book: RuleBook) -> None:
    facts = parse_facts(book, {"industrial_added_value": "1000万元"})
    assert reach_score(book, "zc_8", facts, Fraction(1)).facts[0].alone.ranges == closed(0, 8000)
    assert reach_score(book, "zc_8", facts, Fraction(0)).facts[0].alone.ranges == closed(0, None)
    assert reach_score(book, "zc_10", {}, Fraction(0)).metrics[0].alone.ranges == closed(0, None)
    graded = reach_score(book, "zc_12", {}, Fraction(3)).facts[0]
    assert (graded.id, graded.alone.ranges) == ("score_zc_12", closed(3, 5))


def test_points_that_an_item_never_gives_are_refused(book: RuleBook) -> None:
    with pytest.raises(RuleBookError, match="“碳抵消（逆向指标）”的分数“21分”不合法；应在0分至20分之间"):
        reach_score(book, "zc_10", {}, Fraction(21))
    with pytest.raises(RuleBookError, match="没有编号为“carbon_reduction”的评分项，有：zc_8"):
        reach_score(book, CARBON, {}, Fraction(1))


def test_the_emissions_and_the_added_value_of_an_intensity_may_move(look: Look) -> None:
    found = look("nzc_9", "near_zero_carbon", annual_emissions="9000吨", industrial_added_value="1000万元")
    assert [item.id for item in found.facts] == ["annual_emissions", "industrial_added_value"]
    assert found.facts[0].alone.ranges == closed(0, 8000)
