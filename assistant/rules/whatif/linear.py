"""Systems of linear inequalities over fractions, strict and non-strict kept apart, solved by Fourier-Motzkin elimination.

Eliminating a name keeps exactly the values of the others for which some value of that name exists, so what is left
for one name is its true range. The systems here have a handful of names; the method's growth does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Form:
    """slope × name + … + constant; names with slope 0 are left out."""

    slopes: tuple[tuple[str, Fraction], ...]
    constant: Fraction

    @classmethod
    def of(cls, slopes: Mapping[str, Fraction], constant: Fraction) -> Form:
        """A form in its one writing: names in order, none with slope 0."""
        return cls(tuple(sorted((name, slope) for name, slope in slopes.items() if slope)), constant)

    @classmethod
    def number(cls, value: Fraction) -> Form:
        """A form without names."""
        return cls((), value)

    @classmethod
    def name(cls, name: str) -> Form:
        """A single name."""
        return cls(((name, Fraction(1)),), _ZERO)

    @property
    def known(self) -> Fraction | None:
        """The number it is, None while it holds a name."""
        return None if self.slopes else self.constant

    def slope(self, name: str) -> Fraction:
        """Slope of a name, 0 when it does not occur."""
        return dict(self.slopes).get(name, _ZERO)

    def plus(self, other: Form, times: Fraction = Fraction(1)) -> Form:
        """self + times × other."""
        slopes = dict(self.slopes)
        for name, slope in other.slopes:
            slopes[name] = slopes.get(name, _ZERO) + times * slope
        return Form.of(slopes, self.constant + times * other.constant)

    def scaled(self, factor: Fraction) -> Form:
        """factor × self."""
        return Form.of({name: slope * factor for name, slope in self.slopes}, self.constant * factor)

    def times(self, other: Form) -> Form | None:
        """Product of two forms, None when both hold names (it is no form then)."""
        if other.known is not None:
            return self.scaled(other.known)
        return other.scaled(self.known) if self.known is not None else None


@dataclass(frozen=True, slots=True)
class Inequality:
    """form ≥ 0, or form > 0 when strict."""

    form: Form
    strict: bool = False

    def normal(self) -> Inequality:
        """The same one, with a first slope of ±1, so that equals meet in a set."""
        if not self.form.slopes:
            return self
        return Inequality(self.form.scaled(1 / abs(self.form.slopes[0][1])), self.strict)

    @property
    def false(self) -> bool:
        """Whether it holds for no values at all: a number on the wrong side."""
        known = self.form.known
        return known is not None and (known < 0 or (known == 0 and self.strict))


CONTRADICTION = Inequality(Form.number(Fraction(-1)))
System = tuple[Inequality, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """All numbers from `low` to `high`; None is unbounded, an open end does not belong to it."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def __contains__(self, value: Fraction) -> bool:
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high or (value == self.high and not self.high_open)
        return above and below

    @property
    def empty(self) -> bool:
        """Whether no number is in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def whole(self) -> Range:
        """The range from its least to its greatest whole number, both included."""
        low = self.low if self.low is None else Fraction(math.ceil(self.low))
        high = self.high if self.high is None else Fraction(math.floor(self.high))
        if low is not None and low not in self and low == self.low:
            low += 1
        if high is not None and high not in self and high == self.high:
            high -= 1
        return Range(low, high)


def eliminate(system: Iterable[Inequality], name: str) -> System:
    """The system without a name: solvable for exactly those values for which a value of the name exists."""
    below: list[Inequality] = []
    above: list[Inequality] = []
    rest: dict[Inequality, None] = {}
    for item in system:
        slope = item.form.slope(name)
        if slope > 0:
            below.append(item)
        elif slope < 0:
            above.append(item)
        else:
            rest[item.normal()] = None
    for low in below:
        for high in above:
            form = low.form.scaled(-high.form.slope(name)).plus(high.form, low.form.slope(name))
            combined = Inequality(form, low.strict or high.strict).normal()
            if combined.false:
                return (combined,)
            if combined.form.slopes:
                rest[combined] = None
    return tuple(rest)


def extent(system: System, name: str) -> Range | None:
    """Values of a name for which the system has a solution; None when it has none."""
    for other in sorted({held for item in system for held, _ in item.form.slopes} - {name}):
        system = eliminate(system, other)
    if any(item.false for item in system):
        return None
    lows = [_end(item, name) for item in system if item.form.slope(name) > 0]
    highs = [_end(item, name) for item in system if item.form.slope(name) < 0]
    low, low_open = max(lows, default=(None, False))
    high, high_closed = min(((value, not strict) for value, strict in highs), default=(None, True))
    found = Range(low, high, low_open, not high_closed)
    return None if found.empty else found


def _end(item: Inequality, name: str) -> tuple[Fraction, bool]:
    """Where an inequality in one name begins to hold, and whether that end is left out."""
    return -item.form.constant / item.form.slope(name), item.strict


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """A union of ranges as few as possible, from the least to the greatest."""

    def start(item: Range) -> tuple[bool, Fraction, bool]:
        return item.low is not None, item.low or _ZERO, item.low_open

    found: list[Range] = []
    for item in sorted(ranges, key=start):
        if found and _touch(found[-1], item):
            found[-1] = _join(found[-1], item)
        else:
            found.append(item)
    return tuple(found)


def _touch(first: Range, second: Range) -> bool:
    """Whether no number lies between two ranges, `first` starting no later."""
    if first.high is None or second.low is None:
        return True
    return second.low < first.high or (second.low == first.high and not (second.low_open and first.high_open))


def _join(first: Range, second: Range) -> Range:
    if first.high is None or second.high is None:
        return Range(first.low, None, first.low_open)
    further = (second.high, not second.high_open) > (first.high, not first.high_open)
    last = second if further else first
    return Range(first.low, last.high, first.low_open, last.high_open)
