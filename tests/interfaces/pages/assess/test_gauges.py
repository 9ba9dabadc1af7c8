"""Bars stand where the figures are."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.interfaces.pages.assess.gauges import Span, gauge, score_bar
from assistant.rules.assessment import Score
from assistant.rules.book import Limit
from assistant.rules.intervals import EVERYTHING, between, point

CAP = Limit("<=", Fraction(1, 2), "≤50%")
FLOOR = Limit(">=", Fraction(1), "≥100%")


def test_a_share_under_its_cap() -> None:
    bar = gauge(point(Fraction(2, 5)), CAP)
    assert bar.mark == 833  # the scale ends a fifth beyond the greatest figure
    assert bar.allowed == Span(0, 833)
    assert bar.figure == Span(0, 667)
    assert bar.open is None


def test_a_figure_over_the_cap_goes_beyond_the_mark() -> None:
    bar = gauge(point(Fraction(9)), CAP)
    assert bar.figure is not None
    assert bar.figure.width > bar.mark


def test_a_least_value_allows_what_lies_beyond() -> None:
    bar = gauge(point(Fraction(4, 5)), FLOOR)
    assert bar.allowed == Span(bar.mark, 1000 - bar.mark)
    assert bar.figure is not None
    assert bar.figure.width < bar.mark


def test_a_figure_below_zero_begins_left_of_it() -> None:
    bar = gauge(point(Fraction(-1)), FLOOR)
    assert bar.figure is not None
    assert bar.figure.x < bar.zero == bar.figure.x + bar.figure.width < bar.mark


@pytest.mark.parametrize(
    ("bounds", "first", "last"),
    [
        (between(Fraction(1, 4), Fraction(1, 2)), 417, 833),
        (between(Fraction(0), None), 0, 1000),
        (between(None, Fraction(1)), 0, 833),
    ],
)
def test_what_is_open_is_drawn_between_its_bounds(bounds: object, first: int, last: int) -> None:
    bar = gauge(bounds, CAP)  # type: ignore[arg-type]
    assert bar.figure is None
    assert bar.open == Span(first, last - first)


def test_nothing_known_is_no_bar() -> None:
    assert gauge(EVERYTHING, CAP).open is None
    assert gauge(point(Fraction(0)), Limit("<=", Fraction(0), "≤0")).mark == 0


def test_points() -> None:
    bar = score_bar(Score(Fraction(15), Fraction(90), Fraction(100)))
    assert (bar.gained, bar.open) == (Span(0, 150), Span(150, 750))
    assert score_bar(Score(Fraction(0), Fraction(0), Fraction(0))).open == Span(0, 0)
