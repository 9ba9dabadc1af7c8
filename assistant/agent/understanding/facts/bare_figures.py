"""Figures without a unit: taken in the unit of what was told before where only one reading is plausible, else asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from assistant.quantities import Quantity
from assistant.rules.book import FactDefinition

# The larger unit that people leave out, and the figure below which a bare one is rather in that unit.
LARGER = {
    "吨": ("万吨", 10**4, 1000),
    "吨标准煤": ("万吨标准煤", 10**4, 100),
    "万元": ("亿元", 10**4, 100),
}
SCALED = re.compile(r"[万亿萬億wW]|[百千]")
LEAST, MOST = Fraction(1, 50), 20  # how far the amounts of one applicant lie apart


@dataclass(frozen=True)
class Completed:
    """A figure with the unit that was left out; `note` says which, `doubt` why none was taken."""

    figure: Quantity
    note: str = ""
    doubt: str = ""


def completed(figure: Quantity, fact: FactDefinition, others: Sequence[Fraction]) -> Completed:
    """A bare figure for a fact beside `others`, the amounts told so far in the fact's unit."""
    if figure.unit is not None or fact.type != "number" or fact.unit not in LARGER or figure.value <= 0:
        return Completed(figure)
    if SCALED.search(figure.text):
        return Completed(figure)
    name, factor, least = LARGER[fact.unit]
    known = [other for other in others if other > 0]
    if known:
        small, large = (
            any(LEAST * other <= value <= MOST * other for other in known)
            for value in (figure.value, figure.value * factor)
        )
        if large and not small:
            taken = replace(
                figure, value=figure.value * factor, unit=fact.unit, text=f"{figure.text.strip()}{name}"
            )
            return Completed(taken, f"“{figure.text}”没有写单位，按前面用的“{name}”计算；不是的话请更正")
        if small and not large:
            return Completed(figure)
    elif figure.value >= least:
        return Completed(figure)
    return Completed(figure, doubt=f"没有写单位，可能是{fact.unit}，也可能是{name}")
