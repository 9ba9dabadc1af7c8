"""Elimination over fractions against what a reader can check by hand, and against points drawn at random."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.rules.whatif.linear import Form, Inequality, Range, extent, merged


def at_least(constant: int, *, strict: bool = False, **slopes: int) -> Inequality:
    """slopes · names ≥ constant."""
    form = Form.of({name: Fraction(slope) for name, slope in slopes.items()}, Fraction(-constant))
    return Inequality(form, strict)


def test_two_figures_bound_each_other() -> None:
    system = (at_least(0, y=1, x=-1), at_least(-5, y=-1), at_least(0, x=1))
    assert extent(system, "x") == Range(Fraction(0), Fraction(5))
    assert extent(system, "y") == Range(Fraction(0), Fraction(5))


def test_an_open_end_stays_open_through_elimination() -> None:
    system = (at_least(0, y=1, x=-1, strict=True), at_least(-5, y=-1))
    assert extent(system, "x") == Range(None, Fraction(5), high_open=True)
    assert extent((at_least(5, x=1), at_least(-5, x=-1)), "x") == Range(Fraction(5), Fraction(5))
    assert extent((at_least(5, x=1, strict=True), at_least(-5, x=-1)), "x") is None


def test_a_contradiction_among_other_names_leaves_nothing() -> None:
    assert extent((at_least(3, y=1), at_least(-2, y=-1), at_least(0, x=1)), "x") is None


def test_the_nearer_of_two_ends_counts_and_the_open_one_of_equal_ends() -> None:
    system = (at_least(1, x=1), at_least(2, x=1), at_least(2, x=1, strict=True), at_least(-9, x=-1))
    assert extent(system, "x") == Range(Fraction(2), Fraction(9), low_open=True)


def test_whole_numbers_of_a_range() -> None:
    assert Range(Fraction(5, 2), Fraction(4)).whole() == Range(Fraction(3), Fraction(4))
    assert Range(Fraction(2), Fraction(4), True, True).whole() == Range(Fraction(3), Fraction(3))
    assert Range(Fraction(2), Fraction(3), True, True).whole().empty


def test_ranges_that_touch_are_one() -> None:
    one, two, three = map(Fraction, (1, 2, 3))
    assert merged([Range(two, three), Range(one, two)]) == (Range(one, three),)
    apart = (Range(one, two, high_open=True), Range(two, three, low_open=True))
    assert merged(apart) == apart
    assert merged([Range(one, None), Range(None, two)]) == (Range(None, None),)


NAMES = ("x", "y", "z")
inequalities = st.builds(
    lambda slopes, constant, strict: Inequality(
        Form.of(dict(zip(NAMES, map(Fraction, slopes), strict=True)), Fraction(constant)), strict
    ),
    st.tuples(*[st.integers(-3, 3)] * 3),
    st.integers(-6, 6),
    st.booleans(),
)


def holds(system: list[Inequality], point: tuple[Fraction, ...]) -> bool:
    for item in system:
        value = item.form.constant + sum(
            item.form.slope(name) * at for name, at in zip(NAMES, point, strict=True)
        )
        if value < 0 or (item.strict and value == 0):
            return False
    return True


@settings(max_examples=200, deadline=None)
@given(
    st.lists(inequalities, max_size=5),
    st.randoms(use_true_random=False),
)
def test_no_solution_lies_outside_its_range(system: list[Inequality], random: Random) -> None:
    ranges = [extent(tuple(system), name) for name in NAMES]
    for _ in range(20):
        point = tuple(Fraction(random.randint(-16, 16), 4) for _ in NAMES)
        if holds(system, point):
            assert all(held is not None and at in held for held, at in zip(ranges, point, strict=True))


@settings(max_examples=200, deadline=None)
@given(st.lists(inequalities, max_size=5))
def test_every_value_of_a_range_belongs_to_a_solution(system: list[Inequality]) -> None:
    """Fixing each name in turn at a value of its range ends at a solution of the whole system."""
    fixed: list[Inequality] = []
    point = []
    for name in NAMES:
        held = extent((*system, *fixed), name)
        if held is None:
            assert name == NAMES[0]  # a value of an earlier range would have had no partner
            return
        value = inner(held)
        point.append(value)
        form = Form.of({name: Fraction(1)}, -value)
        fixed += [Inequality(form), Inequality(form.scaled(Fraction(-1)))]
    assert holds(system, tuple(point))


def inner(held: Range) -> Fraction:
    """An end where it belongs to the range, else a value inside."""
    if held.low is not None and not held.low_open:
        return held.low
    if held.high is not None and not held.high_open:
        return held.high
    if held.low is not None and held.high is not None:
        return (held.low + held.high) / 2
    if held.low is not None:
        return held.low + 1
    return Fraction(0) if held.high is None else held.high - 1
