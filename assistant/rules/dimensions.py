"""Units of rule books as dimensions, so that a formula that adds tonnes to yuan is refused when the book is loaded."""

from __future__ import annotations

from collections import Counter

Dimension = tuple[tuple[str, int], ...]

DIMENSIONLESS: Dimension = ()

UNITS: dict[str, Dimension] = {
    "%": DIMENSIONLESS,
    "吨": (("吨", 1),),
    "吨标准煤": (("吨标准煤", 1),),
    "万元": (("万元", 1),),
    "吨/万元": (("万元", -1), ("吨", 1)),
    "吨标准煤/万元": (("万元", -1), ("吨标准煤", 1)),
    "项": (("项", 1),),
    "家": (("家", 1),),
    "分": (("分", 1),),
    "个月": (("个月", 1),),
    "年": (("年", 1),),
    "天": (("天", 1),),
}


def dimension_of(unit: str | None) -> Dimension:
    """Dimension of a unit's name; a bare number and a percentage have none."""
    return UNITS[unit] if unit else DIMENSIONLESS


def multiply(left: Dimension, right: Dimension, power: int = 1) -> Dimension:
    """Dimension of left × right**power."""
    total = Counter(dict(left))
    for base, exponent in right:
        total[base] += exponent * power
    return tuple(sorted((base, exponent) for base, exponent in total.items() if exponent))


def describe(dimension: Dimension) -> str:
    """Chinese name of a dimension: the unit's own name, or powers of the basic ones."""
    for unit, known in UNITS.items():
        if known == dimension:
            return "纯数（或%）" if unit == "%" else unit
    return "·".join(base if exponent == 1 else f"{base}^{exponent}" for base, exponent in dimension)
