"""Figures and answers with gaps, for the oracle: what may be true of a value that is missing or known in part.

Imports nothing of the product.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

ZERO = Fraction(0)


@dataclass(frozen=True)
class Span:
    """A number or a day known within bounds, both included; a `high` of None has no end."""

    low: Fraction
    high: Fraction | None


@dataclass(frozen=True)
class Days:
    """A date known within bounds: 2024年3月 is its first day to its last."""

    first: date
    last: date


Value = Fraction | bool | date | Span | Days
Facts = Mapping[str, Value]
Ends = tuple[Fraction, Fraction | None]  # the least and the greatest, None without end
Truth = frozenset[bool]  # what a condition may turn out to be: one value, or both

YES, NO, EITHER = frozenset((True,)), frozenset((False,)), frozenset((True, False))


def ends(value: Value | None) -> Ends:
    """Least and greatest number that a value may be; zero and no end when it is missing."""
    if isinstance(value, Span):
        return value.low, value.high
    if isinstance(value, Fraction):
        return value, value
    return ZERO, None


def both(*parts: Truth) -> Truth:
    return YES if all(part == YES for part in parts) else NO if NO in parts else EITHER


def either(*parts: Truth) -> Truth:
    return NO if all(part == NO for part in parts) else YES if YES in parts else EITHER


def truth_of(may_hold: bool, may_fail: bool) -> Truth:
    return frozenset(value for value, may in ((True, may_hold), (False, may_fail)) if may)


def at_most(a: Ends, b: Ends, rate: Fraction) -> Truth:
    """a ≤ b × rate, where b is above zero even when its least is told as zero."""
    may_hold = b[1] is None or a[0] <= b[1] * rate
    return truth_of(may_hold, a[1] is None or a[1] > b[0] * rate)


def exact(ends: Ends) -> Fraction | None:
    return ends[0] if ends[0] == ends[1] else None


def ratio(above: Ends, below: Ends) -> Ends:
    """above ÷ below; what is below is above zero, even when its least is told as zero."""
    if above[1] == 0:
        return ZERO, ZERO
    low = ZERO if below[1] is None else above[0] / below[1]
    return low, None if above[1] is None or below[0] == 0 else above[1] / below[0]
