"""Every reported end is true at its value and false just beyond, by assessing again; what cannot be reached is nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.documents.library import Library
from assistant.rules import intervals
from assistant.rules.assessment import Finding, Status
from assistant.rules.book import FactValue
from assistant.rules.books import RuleBooks
from assistant.rules.engine import assess
from assistant.rules.evaluation import Evaluator
from assistant.rules.whatif.explore import explore
from assistant.rules.whatif.feasibility import Problem
from assistant.rules.whatif.linear import Range
from assistant.rules.whatif.results import CriterionOutlook, FactRange, Feasible
from tests.rules.conftest import CORPUS, FACTORY

BOOK = RuleBooks.load(Library.load(CORPUS), CORPUS).book(FACTORY)
DAY = date(2026, 3, 1)
BEYOND = Fraction(1, 1000)
Facts = Mapping[str, FactValue]

amounts = st.one_of(
    st.integers(0, 14).map(Fraction), st.fractions(0, 14, max_denominator=7), st.just(Fraction(0))
)
positive = amounts.map(lambda value: value or Fraction(1, 3))


@st.composite
def applicants(draw: st.DrawFn) -> Facts:
    """Figures of both programmes in tonnes and 万元, some of them unknown."""
    figures: dict[str, FactValue] = {
        "baseline_emissions": draw(positive),
        "report_emissions": draw(amounts),
        "offset_emissions": draw(amounts),
        "cultivation_start_emissions": draw(positive),
        "cultivation_end_emissions": draw(amounts),
        "industrial_added_value": draw(positive) / 8,
        "energy_consumption": draw(amounts) * 1000,
        "retrofit_projects": Fraction(draw(st.integers(0, 5))),
        "green_factory": draw(st.booleans()),
        "emissions_continuously_falling": draw(st.booleans()),
    }
    hidden = draw(st.sets(st.sampled_from(sorted(figures)), max_size=3))
    return {id: value for id, value in figures.items() if id not in hidden}


def judged(programme: str, criterion: str, facts: Facts) -> Finding:
    return next(
        found for found in assess(BOOK, programme, facts, DAY).findings if found.criterion_id == criterion
    )


def kept(programme: str, outlook: CriterionOutlook, facts: Facts) -> bool:
    """Whether the engine finds the criterion met, or its computed score full."""
    found = judged(programme, outlook.criterion_id, facts)
    if found.status is Status.GRADED:
        assert found.points is not None
        return found.points.low == found.points.maximum
    return found.status is Status.MET


def outside(item: FactRange, feasible: Feasible) -> Iterator[Fraction]:
    """Values just beyond each end that are still legal."""
    step = Fraction(1) if BOOK.facts[item.id].type == "integer" else BEYOND
    for held in feasible.ranges:
        ends = [] if held.low is None else [held.low if held.low_open else held.low - step]
        ends += [] if held.high is None else [held.high if held.high_open else held.high + step]
        yield from (end for end in ends if any(end in legal for legal in item.legal))


def inside(held: Range) -> Iterator[Fraction]:
    """The ends that belong to a range."""
    if held.low is not None:
        yield held.low + BEYOND if held.low_open else held.low
    if held.high is not None:
        yield held.high - BEYOND if held.high_open else held.high


GRID = [Fraction(n, 7) for n in range(0, 106, 5)] + [
    Fraction(1, 2),
    Fraction(3, 2),
    Fraction(5),
    Fraction(10),
]


def grid(id: str) -> list[Fraction]:
    if BOOK.facts[id].type == "integer":
        return [Fraction(n) for n in range(8)]
    scale = 1000 if id == "energy_consumption" else 1
    positive_only = BOOK.facts[id].exclusive_minimum is not None
    return [value * scale for value in GRID if value or not positive_only]


def truth(outlook: CriterionOutlook, facts: Facts) -> bool | None:
    condition = BOOK.criteria[outlook.criterion_id].condition
    assert condition is not None
    return Evaluator(BOOK, facts, DAY).truth(condition)


@settings(max_examples=40, deadline=None)
@given(applicants(), st.sampled_from(["zero_carbon", "near_zero_carbon"]))
def test_ends_alone_hold_and_fail_just_beyond(facts: Facts, programme: str) -> None:
    for outlook in explore(BOOK, programme, facts, DAY).criteria:
        for item in outlook.facts:
            if item.alone.exact:
                for value in (value for held in item.alone.ranges for value in inside(held)):
                    assert kept(programme, outlook, {**facts, item.id: value})
            if not item.alone.unsolved:
                for value in outside(item, item.alone):
                    assert not kept(programme, outlook, {**facts, item.id: value})


@settings(max_examples=30, deadline=None)
@given(applicants(), st.sampled_from(["zero_carbon", "near_zero_carbon"]))
def test_ends_together_have_partners_and_none_just_beyond(facts: Facts, programme: str) -> None:
    for outlook in explore(BOOK, programme, facts, DAY).criteria:
        node = BOOK.criteria[outlook.criterion_id].condition
        if node is None or len(outlook.facts) < 2:
            continue
        names = tuple(item.id for item in outlook.facts)
        problem = Problem(Evaluator(BOOK, facts, DAY), node, names)
        for item in (item for item in outlook.facts if item.together.exact):
            for value in (value for held in item.together.ranges for value in inside(held)):
                fixed = {item.id: value}
                for other in (name for name in names if name not in fixed):
                    fixed[other] = next(inside(problem.feasible(other, fixed).ranges[0]))
                assert kept(programme, outlook, {**facts, **fixed})
            others = [name for name in names if name != item.id]
            for value in outside(item, item.together):
                for chosen in product(*map(grid, others)):
                    moved = {**facts, **dict(zip(others, chosen, strict=True)), item.id: value}
                    assert truth(outlook, moved) is not True


@settings(max_examples=40, deadline=None)
@given(applicants(), st.sampled_from(["zero_carbon", "near_zero_carbon"]))
def test_what_cannot_be_reached_is_nowhere(facts: Facts, programme: str) -> None:
    for outlook in explore(BOOK, programme, facts, DAY).criteria:
        if BOOK.criteria[outlook.criterion_id].condition is None:
            assert all(item.alone.proof is None for item in outlook.facts)
            continue
        for item in outlook.facts:
            assert not (item.alone.proof and item.alone.ranges)
            if item.alone.proof is not None:
                assert all(truth(outlook, {**facts, item.id: value}) is not True for value in grid(item.id))
        proofs = [item.together.proof for item in outlook.facts]
        assert all(proofs) or not any(proofs)
        if any(proofs):
            names = [item.id for item in outlook.facts]
            for chosen in product(*map(grid, names)):
                assert truth(outlook, {**facts, **dict(zip(names, chosen, strict=True))}) is not True


@settings(max_examples=50, deadline=None)
@given(applicants(), st.sampled_from(["zero_carbon", "near_zero_carbon"]))
def test_plans_get_there(facts: Facts, programme: str) -> None:
    for outlook in explore(BOOK, programme, facts, DAY).criteria:
        for plan in outlook.plans:
            moved = {**facts, **{move.id: move.target for move in (plan.least, *plan.others)}}
            found = judged(programme, outlook.criterion_id, moved)
            assert found.status is not Status.FAILED
            assert plan.least.target != facts[plan.least.id]
        solvable = all(item.together.exact and item.current is not None for item in outlook.facts)
        reachable = all(item.together.ranges for item in outlook.facts)
        open_end = any(held.low_open for item in outlook.facts for held in item.together.ranges)
        if outlook.status is Status.FAILED and outlook.facts and solvable and reachable and not open_end:
            assert outlook.best_plan is not None


@settings(max_examples=60, deadline=None)
@given(applicants(), st.fractions(0, 20, max_denominator=9))
def test_the_score_is_straight_between_its_rows_and_right_at_them(facts: Facts, share: Fraction) -> None:
    """The points of 附件3 item 10 written straight, against the table's rows and the straight lines between them."""
    outlook = next(
        item for item in explore(BOOK, "zero_carbon", facts, DAY).criteria if item.criterion_id == "zc_10"
    )
    (table,) = outlook.scores
    baseline = facts.get("baseline_emissions")
    divisor = baseline if table.id == "offset_emissions" else Fraction(1)
    assert isinstance(divisor, Fraction)
    for row in table.rows:
        assert row.points == min(max(50 - 100 * row.value / divisor, Fraction(0)), Fraction(20))
    for first, second in zip(table.rows, table.rows[1:], strict=False):
        at = first.value + (second.value - first.value) * share / 20
        straight = first.points + (second.points - first.points) * share / 20
        assert straight == min(max(50 - 100 * at / divisor, Fraction(0)), Fraction(20))


@settings(max_examples=60, deadline=None)
@given(applicants(), st.data())
def test_ranges_and_given_metrics_are_no_present_values(facts: Facts, data: st.DataObject) -> None:
    """A figure known within bounds counts as unknown, a share given in place of its amounts as a figure of its own."""
    rough = data.draw(
        st.sets(st.sampled_from(["report_emissions", "offset_emissions", "baseline_emissions"]))
    )
    given_facts: dict[str, FactValue] = {
        id: intervals.between(value, value + 1) if id in rough and isinstance(value, Fraction) else value
        for id, value in facts.items()
    }
    if data.draw(st.booleans()):
        given_facts.pop("offset_emissions", None)
        given_facts["offset_share"] = data.draw(positive) / 10
    for outlook in explore(BOOK, "zero_carbon", given_facts, DAY).criteria:
        for item in outlook.facts:
            exact = isinstance(given_facts.get(item.id), Fraction)
            assert (item.current is not None) == exact
            if item.id not in BOOK.metrics and item.alone.exact:
                for value in (value for held in item.alone.ranges for value in inside(held)):
                    assert kept("zero_carbon", outlook, {**given_facts, item.id: value})
        assert outlook.sentences
