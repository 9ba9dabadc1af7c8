"""Calendar arithmetic of legal periods, on days counted as proleptic ordinals (`date.toordinal`).

Civil Code of the PRC, art. 201: the day on which a period begins does not count; art. 202: a period of months or years
ends on the corresponding day of its last month, or on that month's last day where there is none.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction

MONTHS = {"个月": 1, "年": 12}
PERIOD_UNITS = (*MONTHS, "天")
DATE_UNIT = "日期"  # stands where a figure has a unit


def shift(ordinal: Fraction, amount: Fraction, unit: str) -> Fraction:
    """The day `amount` months, years or days after (before, when negative) a day; years outside 1-9999 stop there."""
    if unit not in MONTHS:
        return ordinal + amount
    day = date.fromordinal(int(ordinal))
    month = day.year * 12 + day.month - 1 + int(amount) * MONTHS[unit]
    year = month // 12
    if year < date.min.year:
        return Fraction(date.min.toordinal())
    if year > date.max.year:
        return Fraction(date.max.toordinal())
    last = monthrange(year, month % 12 + 1)[1]
    return Fraction(date(year, month % 12 + 1, min(day.day, last)).toordinal())


def show_day(ordinal: Fraction) -> str:
    """2026-03-01."""
    return date.fromordinal(int(ordinal)).isoformat()
