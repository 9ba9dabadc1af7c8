"""Figures, days and answers as people write them: units, scales, numerals; every form means exactly the value.

Imports nothing of the product.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

from eval.rules.gaps import ZERO, Days, Span, Value
from eval.rules.oracle import NEAR_ZERO_ROWS, ZERO_ROWS

_CARBON = ("吨", "t", "tCO2", "吨二氧化碳", "吨CO2")
_COAL = ("吨标准煤", "吨标煤", "tce")
# How a figure of each unit may be written: scale in front, unit, and how many of the unit one of it is.
WRITTEN = {
    "吨": [
        *(("", unit, Fraction(1)) for unit in _CARBON),
        *(("万", unit, Fraction(10**4)) for unit in _CARBON),
        ("千", "吨", Fraction(1000)),
        ("", "kt", Fraction(1000)),
        ("亿", "吨", Fraction(10**8)),
        ("", "kg", Fraction(1, 1000)),
        ("", "千克", Fraction(1, 1000)),
        ("", "公斤", Fraction(1, 1000)),
    ],
    "吨标准煤": [
        *(("", unit, Fraction(1)) for unit in _COAL),
        *(("万", unit, Fraction(10**4)) for unit in _COAL),
        ("千", "吨标煤", Fraction(1000)),
        ("", "千克标准煤", Fraction(1, 1000)),
    ],
    "万元": [("", "元", Fraction(1, 10**4)), ("万", "元", Fraction(1)), ("亿", "元", Fraction(10**4))],
    "项": [("", "项", Fraction(1)), ("", "个项目", Fraction(1)), ("", "个", Fraction(1))],
    "家": [("", "家", Fraction(1)), ("", "家企业", Fraction(1))],
    "分": [("", "分", Fraction(1))],
}
UNITS = {
    **dict.fromkeys(
        (
            "baseline_emissions",
            "report_emissions",
            "offset_emissions",
            "cultivation_start_emissions",
            "cultivation_end_emissions",
            "annual_emissions",
        ),
        "吨",
    ),
    "industrial_added_value": "万元",
    "energy_consumption": "吨标准煤",
    "retrofit_projects": "项",
    "candidate_count": "家",
    **{f"score_{row}": "分" for row in (*ZERO_ROWS, *NEAR_ZERO_ROWS)},
}


def write(random: Random, id: str, value: Value) -> object:
    """A value as somebody might write it; every figure is exact in every form it is written in."""
    match value:
        case bool():
            return (
                random.choice(("是", "符合", "对") if value else ("否", "不符合"))
                if random.random() < 0.5
                else value
            )
        case Days():
            return random.choice((f"{value.first.year}年{value.first.month}月", f"{value.first:%Y-%m}"))
        case date():
            return random.choice((value.isoformat(), f"{value.year}年{value.month}月{value.day}日", value))
        case Span():
            return f"{_decimal(value.low)}{UNITS[id]}至{_decimal(value.high or ZERO)}{UNITS[id]}"
    if id.startswith("score_") and random.random() < 0.3:
        degrees = {Fraction(5): "满分", ZERO: "零分"}
        return degrees.get(value, f"{_decimal(value * 20)}%")
    if value.denominator == 1 and random.random() < 0.1:
        return int(value)
    scale, unit, factor = random.choice(WRITTEN[UNITS[id]])
    if not value:
        scale, factor = "", Fraction(1)  # nobody writes 零亿吨
    return f"{_number(random, value / factor, scale)}{scale}{unit}"


def _number(random: Random, value: Fraction, scale: str) -> str:
    """The digits in front of a scale; numerals only where people write them (七千万, but not 七万五千万)."""
    if value.denominator == 1 and value >= 0 and random.random() < 0.3:
        if not scale:
            return random.choice((f"{int(value):,}", chinese(int(value))))
        if scale != "千" and value < 10**4:
            return chinese(int(value))
    return _decimal(value)


def _decimal(value: Fraction) -> str:
    """All digits of a fraction that has finitely many."""
    digits = 0
    while (value * 10**digits).denominator != 1:
        digits += 1
    return format(Decimal(int(value * 10**digits)).scaleb(-digits), "f")


def chinese(value: int) -> str:
    """A whole number in Chinese numerals: 十二, 一百零五, 三万二千."""
    if value == 0:
        return "零"
    words = ""
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, value = divmod(value, scale)
        if part:
            gap = bool(words) and part < 1000
            words += (
                ("零" if gap else "") + (chinese(part) if part >= 10**4 else _below_ten_thousand(part)) + name
            )
    return words[1:] if words.startswith("一十") else words


def _below_ten_thousand(value: int) -> str:
    words, gap = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, scale)
        if digit:
            words += ("零" if gap and words else "") + "零一二三四五六七八九"[digit] + name
        gap = not digit
    return words
