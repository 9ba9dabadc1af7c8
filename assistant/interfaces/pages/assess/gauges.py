"""Figures as bars: a metric beside its limit, and points gained, open and lost. Positions are whole numbers of a width of 1000."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from assistant.rules.assessment import Score
from assistant.rules.book import Limit
from assistant.rules.intervals import Interval

WIDTH = 1000
_ROOM = Fraction(6, 5)  # the scale goes on beyond the greatest figure by this


@dataclass(frozen=True)
class Span:
    """A stretch of the bar."""

    x: int
    width: int


@dataclass(frozen=True)
class Gauge:
    """A metric on its scale: what the limit allows, its mark, what is certain and what is open of the figure."""

    allowed: Span
    mark: int
    zero: int
    figure: Span | None
    open: Span | None


@dataclass(frozen=True)
class ScoreBar:
    """Points that are certain, then those that are still open; the rest of the width is lost."""

    gained: Span
    open: Span


def gauge(bounds: Interval, limit: Limit) -> Gauge:
    """The bar of a metric's bounds (a point when it is known); an end that nothing bounds is drawn to the end of the scale."""
    known = [end for end in (bounds.floor, bounds.ceiling) if end is not None]
    least, most = min(Fraction(0), limit.value, *known), max(Fraction(0), limit.value, *known)
    low, high = least * _ROOM, most * _ROOM
    if low == high:
        high = low + 1

    def at(value: Fraction) -> int:
        return round((value - low) / (high - low) * WIDTH)

    mark, zero = at(limit.value), at(Fraction(0))
    allowed = Span(0, mark) if limit.operator.startswith("<") else Span(mark, WIDTH - mark)
    exact = bounds.exact
    if exact is not None:
        return Gauge(allowed, mark, zero, _between(zero, at(exact)), None)
    if not known:
        return Gauge(allowed, mark, zero, None, None)
    first = 0 if bounds.floor is None else at(bounds.floor)
    last = WIDTH if bounds.ceiling is None else at(bounds.ceiling)
    return Gauge(allowed, mark, zero, None, _between(first, last))


def score_bar(score: Score) -> ScoreBar:
    """The bar of a score's bounds; nothing to gain is an empty one."""
    if not score.maximum:
        return ScoreBar(Span(0, 0), Span(0, 0))
    low, high = (round(part / score.maximum * WIDTH) for part in (score.low, score.high))
    return ScoreBar(Span(0, low), Span(low, high - low))


def _between(one: int, other: int) -> Span:
    return Span(min(one, other), max(abs(one - other), 3))
