"""Pieces of spreadsheet formulas, each over operands that are cell references or literals.

Infinity is the constant INFINITY: sums and products are held within it, a quotient by it is zero. Spreadsheets count in
binary with some 15 digits, so comparisons allow for TOLERANCE, relative to the larger side: what lies nearer to a limit
than that counts as on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

INFINITY = "1E+150"
TOLERANCE = "1E-12"
# Day 0 of the 1900 date system as an ordinal; right for every day from 1900-03-01 on.
SERIAL_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_SERIAL = date(1900, 3, 1).toordinal() - SERIAL_EPOCH


def literal(value: Fraction) -> str:
    """An exact decimal where there is one of at most 15 digits, a quotient in brackets otherwise."""
    if value.denominator == 1:
        text = str(value.numerator)
    else:
        text = format(float(value), ".15g")
        if Fraction(text) != value:
            text = f"({value.numerator}/{value.denominator})"
    return f"({text})" if text.startswith("-") else text


def serial(ordinal: Fraction) -> str:
    """The spreadsheet's number of a day."""
    return str(int(ordinal) - SERIAL_EPOCH)


def text_literal(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


def every(parts: Iterable[str]) -> str:
    """All of the conditions; TRUE of none."""
    found = list(parts)
    return found[0] if len(found) == 1 else f"AND({','.join(found)})" if found else "TRUE"


def some(parts: Iterable[str]) -> str:
    """One of the conditions; FALSE of none."""
    found = list(parts)
    return found[0] if len(found) == 1 else f"OR({','.join(found)})" if found else "FALSE"


def negated(condition: str) -> str:
    """Not the condition."""
    return f"NOT({condition})"


def minus(value: str) -> str:
    """The negative of a number."""
    return f"(-{value})"


def infinite(value: str) -> str:
    """Whether an end is infinite."""
    return f"ABS({value})>={INFINITY}"


def plus(a: str, b: str) -> str:
    """a + b, held within infinity."""
    return f"MAX(-{INFINITY},MIN({INFINITY},{a}+{b}))"


def times(a: str, b: str) -> str:
    """a × b of two ends; zero times infinity is zero."""
    return f"IF(OR({infinite(a)},{infinite(b)}),SIGN({a})*SIGN({b})*{INFINITY},{a}*{b})"


def over(a: str, b: str, side: str) -> str:
    """a ÷ b of two ends; `side` is 1 or -1: from which side of zero a divisor that ends in zero comes."""
    far = f"IF({infinite(a)},SIGN({a})*SIGN({b})*{INFINITY},{a}/{b})"
    return f"IF({infinite(b)},0,IF({b}=0,SIGN({a})*{side}*{INFINITY},{far}))"


def rounded_up(value: str) -> str:
    """The next whole number; the rounding takes away what binary counting has added."""
    return f"IF({infinite(value)},{value},-INT(-ROUND({value},9)))"


def shifted(value: str, months: int, days: Fraction) -> str:
    """A day so many months and days later (earlier, when negative); month ends clamp, infinite ends stay.

    So do days so early that a spreadsheet could not count the result.
    """
    moved = f"EDATE({value},{months})" if months else f"{value}+{literal(days)}"
    least = _FIRST_SERIAL + 31 * max(0, -months) + max(0, -int(days))
    return f"IF(OR({infinite(value)},{value}<{least}),{value},{moved})"


def _margin(a: str, b: str) -> str:
    return f"{TOLERANCE}*MAX(1,ABS({a}),ABS({b}))"


def at_least(a: str, b: str) -> str:
    """a ≥ b."""
    return f"{a}-{b}>=-{_margin(a, b)}"


def above(a: str, b: str) -> str:
    """a > b."""
    return f"{a}-{b}>{_margin(a, b)}"


def same(a: str, b: str) -> str:
    """a = b."""
    return f"ABS({a}-{b})<={_margin(a, b)}"
