"""3200千克二氧化碳算几吨: one figure asked for in another unit of the same kind."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from assistant.quantities import find_quantities
from assistant.units import match_unit

ASKED = re.compile(
    r"^[^，。；？\d]{0,6}?(?:是|等于|合|算|折合?|折算成?|换算?(?:成|为|到)?|相当于|有|=)(?:成)?(?:多少|几)(?P<scale>[百千万亿]*)"
)
KINDS = ("吨", "吨标准煤", "万元")
SCALES = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}


def conversion_in(message: str) -> str | None:
    """The equation that answers the message (3200千克 = 3.2吨), None when it asks for no conversion."""
    figures = [figure for figure in find_quantities(message) if figure.unit in KINDS]
    if len(figures) != 1 or figures[0].approximate:
        return None
    figure = figures[0]
    asked = ASKED.match(message[figure.end :])
    if asked is None:
        return None
    begin = figure.end + asked.start("scale")
    unit = match_unit(message, figure.end + asked.end())
    if unit is None or unit.name != figure.unit:
        return None
    scale = Fraction(1)
    for char in asked["scale"]:
        scale *= SCALES[char]
    target = message[begin : unit.end].strip()
    if re.search(rf"(?<![百千万亿]){re.escape(target)}$", figure.text):
        return None  # the unit that it has
    return f"{figure.text} = {_decimal(figure.value / (unit.factor * scale))}{target}"


def _decimal(value: Fraction) -> str:
    """A value of powers of ten as it is, in whole digits."""
    text = format(Decimal(value.numerator) / Decimal(value.denominator), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
