"""A result against its limit, and a score between its bounds, as small bars: positions from 0 to 100 for an SVG."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from assistant.errors import QuantityError
from assistant.quantities import parse_quantity

_LIMIT = re.compile(r"(?P<operator>[≥≤><])\s*(?P<amount>\d[\d.,]*\s*(?P<unit>.*))")
_ROOM = Fraction(6, 5)  # the larger of value and limit stands at five sixths of the bar
_WHOLE = 100


@dataclass(frozen=True)
class LimitBar:
    """`value` and `limit` are positions, `good_from` to `good_to` is what the limit allows."""

    value: str
    limit: str
    good_from: str
    good_width: str


@dataclass(frozen=True)
class ScoreBar:
    """The score is at least `low` and at most `low` + `open` of the whole."""

    low: str
    open: str


def limit_bar(calculation: Mapping[str, Any]) -> LimitBar | None:
    """The bar of a calculation of an answer; None without an exact value or a limit that can be drawn."""
    found = _LIMIT.fullmatch(calculation["limit"] or "")
    if found is None or calculation["value"] is None:
        return None
    try:
        limit = parse_quantity(found["amount"], found["unit"].strip())
        value = max(Fraction(calculation["value"]), Fraction(0))
    except (QuantityError, ValueError, ZeroDivisionError):
        return None
    end = max(value, limit) * _ROOM
    if not end:
        return None
    at, mark = value / end * _WHOLE, limit / end * _WHOLE
    least = found["operator"] in "≥>"
    good = (mark, _WHOLE - mark) if least else (Fraction(0), mark)
    return LimitBar(_place(at), _place(mark), _place(good[0]), _place(good[1]))


def score_bar(score: Mapping[str, str]) -> ScoreBar | None:
    """The bar of a score's bounds; None when they are no plain numbers."""
    try:
        low, high, most = (Fraction(score[name]) for name in ("low", "high", "max"))
    except (KeyError, ValueError, ZeroDivisionError):
        return None
    if most <= 0:
        return None
    return ScoreBar(_place(low / most * _WHOLE), _place((high - low) / most * _WHOLE))


def _place(position: Fraction) -> str:
    return f"{float(position):.2f}"
