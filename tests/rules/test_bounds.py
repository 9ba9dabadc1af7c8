"""True bounds: no completion of the missing facts leaves them, and adding a fact never widens them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.documents.library import Library
from assistant.rules.assessment import Assessment, Score, Status
from assistant.rules.book import FactDefinition, FactValue, RuleBook
from assistant.rules.books import RuleBooks
from assistant.rules.engine import assess
from assistant.rules.intervals import between
from tests.rules.conftest import CORPUS, FACTORY

BOOK = RuleBooks.load(Library.load(CORPUS), CORPUS).book(FACTORY)


def values(fact: FactDefinition) -> st.SearchStrategy[FactValue]:
    """Small figures, so that limits are met, missed and hit exactly."""
    if fact.type == "boolean":
        return st.booleans()
    if fact.type == "points":
        return st.sampled_from([Fraction(0), Fraction(5, 2), Fraction(5)])
    scale = {"energy_consumption": 1000, "industrial_added_value": Fraction(1, 8)}.get(fact.id, 1)
    least = 1 if fact.exclusive_minimum is not None or fact.minimum == 1 else 0
    return st.integers(min_value=least, max_value=12).map(lambda value: Fraction(value) * scale)


@st.composite
def applicants(draw: st.DrawFn, programme: str) -> list[tuple[str, FactValue]]:
    """A complete applicant's facts in the order in which they become known."""
    needed = {fact for id in BOOK.programmes[programme].criteria for fact in BOOK.needed[id]}
    needed -= {id for id in needed if BOOK.facts[id].type == "date"}  # test_dates.py has those
    order = draw(st.permutations(sorted(needed)))
    # Mostly true, or nearly every applicant would fail at once.
    return [
        (
            id,
            True
            if BOOK.facts[id].type == "boolean" and draw(st.integers(0, 9))
            else draw(values(BOOK.facts[id])),
        )
        for id in order
    ]


def within(inner: Score, outer: Score) -> bool:
    return outer.low <= inner.low <= inner.high <= outer.high


def follows(before: Assessment, after: Assessment) -> None:
    """What was decided stays, and no bound widens."""
    assert within(after.score, before.score)
    assert before.status in (Status.OPEN, after.status)
    for old, new in zip(before.findings, after.findings, strict=True):
        assert old.status in (Status.OPEN, new.status)
        if old.points is not None and new.points is not None:
            assert within(new.points, old.points)
    for old_metric in before.calculations:
        new_metric = next(m for m in after.calculations if m.metric_id == old_metric.metric_id)
        assert old_metric.passed in (None, new_metric.passed)
        assert old_metric.value in (None, new_metric.value)


def check(book: RuleBook, programme: str, facts: list[tuple[str, FactValue]]) -> None:
    steps = [assess(book, programme, dict(facts[:count])) for count in range(len(facts) + 1)]
    for before, after in pairwise(steps):
        follows(before, after)
    final = steps[-1]
    assert final.score.low == final.score.high
    assert final.status is not Status.OPEN
    assert not final.missing
    for count, step in enumerate(steps):
        follows(step, final)
        assert not {missing.fact_id for missing in step.missing} & {id for id, _ in facts[:count]}


@settings(max_examples=25, deadline=None)
@given(applicants("zero_carbon"))
def test_zero_carbon_bounds_are_true(facts: list[tuple[str, FactValue]]) -> None:
    check(BOOK, "zero_carbon", facts)


@settings(max_examples=25, deadline=None)
@given(applicants("near_zero_carbon"))
def test_near_zero_carbon_bounds_are_true(facts: list[tuple[str, FactValue]]) -> None:
    check(BOOK, "near_zero_carbon", facts)


@settings(max_examples=300, deadline=None)
@given(
    st.integers(1, 12),
    st.integers(0, 14),
    st.integers(0, 12),
    st.sets(st.sampled_from(["baseline_emissions", "report_emissions", "offset_emissions"])),
)
def test_a_verdict_with_gaps_is_the_only_one_that_can_come(
    baseline: int, report: int, offset: int, hidden: set[str]
) -> None:
    """The reduction written straight from 第八条（二）, against the engine that sees only some of the figures."""
    figures = {"baseline_emissions": baseline, "report_emissions": report, "offset_emissions": offset}
    met = baseline - report + offset >= baseline and 2 * offset <= baseline
    facts: dict[str, FactValue] = {id: Fraction(value) for id, value in figures.items() if id not in hidden}
    found = next(
        f for f in assess(BOOK, "zero_carbon", facts).findings if f.criterion_id == "carbon_reduction"
    )
    assert found.status is Status.OPEN or found.status is (Status.MET if met else Status.FAILED)
    if not hidden:
        assert found.status is not Status.OPEN
        share = Fraction(offset, baseline)
        points = min(max(50 - share * 100, Fraction(0)), Fraction(20))
        score = next(
            f for f in assess(BOOK, "zero_carbon", facts).findings if f.criterion_id == "zc_10"
        ).points
        assert score is not None
        assert score.low == score.high == points
        assert bool(found.gaps) == (not met)
    if hidden == {"offset_emissions"}:
        # With only the offset missing the engine must see that more than half cannot be offset away.
        assert (found.status is Status.FAILED) == (2 * report > baseline)


def test_a_proof_from_one_unknown_stands_when_that_figure_becomes_known_roughly() -> None:
    known: dict[str, FactValue] = {
        "baseline_emissions": Fraction(100_000),
        "report_emissions": Fraction(60_000),
    }
    for offset in (None, between(Fraction(10_000), Fraction(70_000)), Fraction(65_000)):
        facts = known if offset is None else {**known, "offset_emissions": offset}
        result = assess(BOOK, "zero_carbon", facts)
        assert result.status is Status.FAILED, offset
