"""Closed intervals with exact ends: what is known of a number while some facts are missing.

An end is `(sign, value)`: sign 0 for a finite value, -1 and 1 for minus and plus infinity (value 0 then), so ends compare
as tuples. Every operation is inclusive: for all x in a and y in b, x op y lies in a op b. A known number is the
interval whose ends are the same: `point` makes both one object, which spares most of the exact arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

End = tuple[int, Fraction]

_ZERO = Fraction(0)
MINUS_INFINITY: End = (-1, _ZERO)
PLUS_INFINITY: End = (1, _ZERO)


class Interval(NamedTuple):
    """All numbers from `low` to `high`, both included when finite."""

    low: End
    high: End

    @property
    def exact(self) -> Fraction | None:
        """The one number it holds, or None while it holds more."""
        return self.low[1] if self.low is self.high or self.low == self.high else None

    @property
    def floor(self) -> Fraction | None:
        """The least number, None when unbounded."""
        return self.low[1] if self.low[0] == 0 else None

    @property
    def ceiling(self) -> Fraction | None:
        """The greatest number, None when unbounded."""
        return self.high[1] if self.high[0] == 0 else None


EVERYTHING = Interval(MINUS_INFINITY, PLUS_INFINITY)


def point(value: Fraction) -> Interval:
    """The interval of one known number."""
    end = (0, value)
    return Interval(end, end)


def between(low: Fraction | None, high: Fraction | None) -> Interval:
    """The interval from `low` to `high`; None leaves that side open to infinity."""
    return Interval(MINUS_INFINITY if low is None else (0, low), PLUS_INFINITY if high is None else (0, high))


def add(a: Interval, b: Interval) -> Interval:
    """a + b."""
    if a.low is a.high and b.low is b.high:
        return point(a.low[1] + b.low[1])
    return Interval(_add(a.low, b.low), _add(a.high, b.high))


def negate(a: Interval) -> Interval:
    """-a."""
    if a.low is a.high:
        return point(-a.low[1])
    return Interval((-a.high[0], -a.high[1]), (-a.low[0], -a.low[1]))


def multiply(a: Interval, b: Interval) -> Interval:
    """a × b."""
    if a.low is a.high and b.low is b.high:
        return point(a.low[1] * b.low[1])
    ends = [_multiply(x, y) for x in a for y in b]
    return Interval(min(ends), max(ends))


def divide(a: Interval, b: Interval) -> Interval:
    """a ÷ b, where b is never zero itself: a b that straddles zero, or is zero, tells nothing."""
    if b.low < (0, _ZERO) < b.high or b.exact == 0:
        return EVERYTHING
    if a.low is a.high and b.low is b.high:
        return point(a.low[1] / b.low[1])
    positive = b.high > (0, _ZERO)
    ends = (_reciprocal(b.high, positive), _reciprocal(b.low, positive))
    return multiply(a, Interval(min(ends), max(ends)))


def smallest(parts: list[Interval]) -> Interval:
    """min of numbers."""
    return Interval(min(part.low for part in parts), min(part.high for part in parts))


def largest(parts: list[Interval]) -> Interval:
    """max of numbers."""
    return Interval(max(part.low for part in parts), max(part.high for part in parts))


def ceil(a: Interval) -> Interval:
    """a rounded up to a whole number."""
    return mapped(a, lambda value: Fraction(math.ceil(value)))


def intersect(a: Interval, b: Interval) -> Interval | None:
    """What both hold, None when that is nothing."""
    low, high = max(a.low, b.low), min(a.high, b.high)
    return Interval(low, high) if low <= high else None


def hull(a: Interval, b: Interval) -> Interval:
    """The least interval that holds both."""
    return Interval(min(a.low, b.low), max(a.high, b.high))


def mapped(a: Interval, function: Callable[[Fraction], Fraction]) -> Interval:
    """A never-falling function of a; infinite ends stay where they are."""
    low, high = ((sign, value if sign else function(value)) for sign, value in a)
    return Interval(low, high)


def compare(operator: str, a: Interval, b: Interval) -> bool | None:
    """Truth of a comparison for all numbers in a and b; None when it depends."""
    match operator:
        case ">=":
            return True if a.low >= b.high else False if a.high < b.low else None
        case "<=":
            return compare(">=", b, a)
        case ">":
            return True if a.low > b.high else False if a.high <= b.low else None
        case "<":
            return compare(">", b, a)
        case "=":
            if a.high < b.low or b.high < a.low:
                return False
            return True if a.exact is not None and a == b else None
    equal = compare("=", a, b)
    return None if equal is None else not equal


def _add(a: End, b: End) -> End:
    if a[0] or b[0]:
        return a if a[0] else b
    return (0, a[1] + b[1])


def _sign(end: End) -> int:
    return end[0] or (end[1] > 0) - (end[1] < 0)


def _multiply(a: End, b: End) -> End:
    if a[0] or b[0]:
        return (
            _sign(a) * _sign(b),
            _ZERO,
        )  # zero times infinity is zero: no number in the interval is infinite
    return (0, a[1] * b[1])


def _reciprocal(end: End, positive: bool) -> End:
    if end[0]:
        return (0, _ZERO)
    if end[1] == 0:
        return PLUS_INFINITY if positive else MINUS_INFINITY
    return (0, 1 / end[1])
