"""Interval arithmetic: known ends, and the promise that no pair of numbers leaves the result."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.rules import intervals
from assistant.rules.intervals import EVERYTHING, Interval, between, compare, point

F = Fraction
fractions = st.fractions(min_value=-20, max_value=20, max_denominator=6)


@st.composite
def held(draw: st.DrawFn) -> tuple[Interval, Fraction]:
    """An interval, perhaps open to infinity, and a number in it."""
    value = draw(fractions)
    below = draw(st.one_of(st.none(), st.fractions(min_value=0, max_value=9, max_denominator=4)))
    above = draw(st.one_of(st.none(), st.fractions(min_value=0, max_value=9, max_denominator=4)))
    return between(None if below is None else value - below, None if above is None else value + above), value


def contains(interval: Interval, value: Fraction) -> bool:
    return interval.low <= (0, value) <= interval.high


@given(held(), held())
def test_sums_products_and_extremes_hold_every_pair(
    first: tuple[Interval, Fraction], second: tuple[Interval, Fraction]
) -> None:
    (a, x), (b, y) = first, second
    assert contains(intervals.add(a, b), x + y)
    assert contains(intervals.negate(a), -x)
    assert contains(intervals.multiply(a, b), x * y)
    assert contains(intervals.smallest([a, b]), min(x, y))
    assert contains(intervals.largest([a, b]), max(x, y))
    assert contains(intervals.ceil(a), F(-(-x.numerator // x.denominator)))
    if y:
        assert contains(intervals.divide(a, b), x / y)


COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
    "=": operator.eq,
    "≠": operator.ne,
}


@given(held(), held(), st.sampled_from(sorted(COMPARISONS)))
def test_a_decided_comparison_holds_for_every_pair(
    first: tuple[Interval, Fraction], second: tuple[Interval, Fraction], sign: str
) -> None:
    decided = compare(sign, first[0], second[0])
    assert decided is None or decided == COMPARISONS[sign](first[1], second[1])


@given(fractions, fractions, st.sampled_from(sorted(COMPARISONS)))
def test_known_numbers_are_always_decided(x: Fraction, y: Fraction, sign: str) -> None:
    assert compare(sign, point(x), point(y)) == COMPARISONS[sign](x, y)


def test_a_limit_is_decided_at_the_very_end_of_the_bounds() -> None:
    assert compare("<=", between(F(0), F(5)), point(F(5))) is True
    assert compare("<", between(F(0), F(5)), point(F(5))) is None
    assert compare(">", between(F(0), F(5)), point(F(5))) is False


def test_ends_of_what_is_open() -> None:
    share = intervals.divide(point(F(6)), between(F(0), None))
    assert (share.floor, share.ceiling) == (0, None)
    assert intervals.divide(point(F(0)), between(F(0), None)).exact == 0
    assert intervals.divide(point(F(1)), point(F(0))) == EVERYTHING
    assert intervals.divide(point(F(1)), between(F(-1), F(1))) == EVERYTHING
    assert point(F(3)).exact == 3
    assert between(F(1), F(2)).exact is None


@pytest.mark.parametrize(("low", "high"), [(F(4), F(9)), (None, F(1))])
def test_nothing_in_common_is_none(low: Fraction | None, high: Fraction) -> None:
    assert intervals.intersect(between(F(2), F(3)), between(low, high)) is None
    assert intervals.intersect(between(F(2), F(3)), between(F(3), None)) == point(F(3))
