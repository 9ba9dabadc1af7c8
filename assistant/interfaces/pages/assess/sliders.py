"""Ranges in which a figure can be tried out, from what the rules ask of it: for the what-if slider."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assistant.rules.book import FactDefinition, FactValue, RuleBook
from assistant.rules.wording import show

NUMERIC = ("number", "integer", "points")
_STEPS = 200
_MOST_MARKS = 4


@dataclass(frozen=True)
class Slider:
    """A figure's range in `unit` (a percentage in percents); decimals as text. `marks` are the limits the rules set to it."""

    fact: str
    unit: str
    low: str
    high: str
    step: str
    value: str
    shown: str
    marks: tuple[tuple[str, str], ...]


def sliders(
    book: RuleBook, asked: Iterable[str], values: Mapping[str, FactValue], outlook: Mapping[str, Any]
) -> list[Slider]:
    """One slider for each numeric fact asked for that has a range: a known figure, a maximum, or limits told by `outlook`."""
    ends = _ends(outlook)
    made = (
        _slider(book.facts[id], values.get(id), ends.get(id, []))
        for id in asked
        if id in book.facts and book.facts[id].type in NUMERIC
    )
    return [one for one in made if one is not None]


def _ends(outlook: Mapping[str, Any]) -> dict[str, list[Fraction]]:
    """The finite ends of all ranges, by fact: where a condition begins to hold or ceases to."""
    found: dict[str, list[Fraction]] = {}
    for criterion in outlook["criteria"]:
        for item in criterion["facts"]:
            ends = found.setdefault(item["fact"], [])
            ends += _of_feasible(item["alone"])
            ends += _of_feasible(item["together"])
        for plan in criterion["plans"]:
            for move in plan["moves"]:
                found.setdefault(move["fact"], []).append(Fraction(move["target"]))
    return found


def _of_feasible(feasible: Mapping[str, Any]) -> Iterator[Fraction]:
    demands = feasible["proof"]["demands"] if feasible["proof"] else ()
    for holder in (feasible, *demands):
        for one in holder["ranges"]:
            yield from (Fraction(one[end]) for end in ("low", "high") if one[end] is not None)


def _slider(fact: FactDefinition, value: FactValue | None, ends: list[Fraction]) -> Slider | None:
    current = value if isinstance(value, Fraction) else None
    least = fact.minimum if fact.minimum is not None else fact.exclusive_minimum
    points = [*ends, *([current] if current is not None else [])]
    if fact.maximum is None and not any(points):
        return None
    low = least if least is not None else min(Fraction(0), *points)
    high = fact.maximum if fact.maximum is not None else max(points) * Fraction(3, 2)
    if high <= low:
        return None
    step = _step(high - low, whole=fact.type == "integer")
    if fact.exclusive_minimum is not None and low == fact.exclusive_minimum:
        low += step
    if fact.maximum is None:
        high = low + step * -((low - high) // step)
    marks = sorted({end for end in ends if low < end < high and end != current})
    return Slider(
        fact=fact.id,
        unit=fact.unit or "",
        low=_decimal(low, fact.unit),
        high=_decimal(high, fact.unit),
        step=_decimal(step, fact.unit),
        value=_decimal(low if current is None else current, fact.unit),
        shown="" if current is None else show(current, fact.unit),
        marks=tuple((_decimal(end, fact.unit), show(end, fact.unit)) for end in marks[:_MOST_MARKS]),
    )


def _step(width: Fraction, whole: bool) -> Fraction:
    """1, 2 or 5 times a power of ten, about a 200th of the width; at least 1 where only whole numbers go."""
    wanted, power = width / _STEPS, Fraction(1)
    while power > wanted:
        power /= 10
    while power * 10 <= wanted:
        power *= 10
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= wanted)
    return max(step, Fraction(1)) if whole else step


def _decimal(value: Fraction, unit: str | None) -> str:
    """A plain decimal, exact where it ends within nine places."""
    shown = value * 100 if unit == "%" else value
    text = f"{Decimal(shown.numerator) / Decimal(shown.denominator):.9f}"
    return text.rstrip("0").rstrip(".")
