"""Every figure of a text with its type: amounts, dates, document numbers, telephone numbers, standards.

An amount is an exact value in a canonical unit with the words around it, which say what it measures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from assistant.numerals import normalise
from assistant.quantities import find_dates, find_quantities

WORDS_BEFORE, WORDS_AFTER = 18, 8
COUNTED = frozenset("个家项条款种类名人位点处座台套份步方面大张辆")
NO_UNIT = ("", "个")
COAL = "吨标准煤"
_PER_MONEY = re.compile(r"每(?:一)?万元[^，。；]{0,14}$")
_SHARED = re.compile(r"[，,]?(?:且|并且?|和|与|至|到|但|或)")
_SHARED_BOUND = re.compile(
    _SHARED.pattern
    + r"(?:(?:不得?|不能|应|须|要)?(?:[高低多少大小超][于过]?)|[≥≤<>]=?|达到?|至[少多]|最[高低多少]|在|为|的|约)*"
)
_STOP = re.compile(r"[。！？；;\n\u2003]")
_TOLD_IN_BRACKETS = re.compile(r"(?<=[:：])(\d+(?:\.\d+)?)[)）]")  # （分值：15） is no list mark
_DATE = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{1,2}-\d{1,2}(?!\d)|[〇零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日"
)
_DOCUMENT = re.compile(r"[\u4e00-\u9fff]{0,8}[〔\[(（【](\d{4})[〕\])）】]\s*(\d+)\s*号")
_TELEPHONE = re.compile(
    r"(?<!\d)(?:0\d{2,3}[-—– ]?\d{7,8}|1[3-9]\d{9}|400-?\d{3}-?\d{4}|12345|12\d{3})(?!\d)"
)
_STANDARD = re.compile(r"(?:DB\d*|GB|ISO|IEC|HJ)(?:/[A-Z])?\s*\d[\d.]*(?:\s*[-–—]+\s*\d+)*", re.I)


class Kind(StrEnum):
    """What a figure is."""

    AMOUNT = "amount"
    DATE = "date"
    DOCUMENT = "document"
    TELEPHONE = "telephone"
    STANDARD = "standard"


@dataclass(frozen=True)
class Figure:
    """One figure at [start, end): `value` is comparable within its kind; `before` and `after` are the words around it."""

    kind: Kind
    value: tuple[Fraction, str] | str
    text: str
    start: int
    end: int
    before: str = ""
    after: str = ""

    @property
    def unit(self) -> str:
        """The unit of an amount, counting words as one."""
        return self.value[1] if isinstance(self.value, tuple) else str(self.kind)


@lru_cache(maxsize=4096)
def figures(text: str) -> tuple[Figure, ...]:
    """The figures of a text in order; clause numbers and list marks are none."""
    folded = normalise(text)
    found = [*_written(folded)]
    taken = [(figure.start, figure.end) for figure in found]
    for quantity in find_quantities(_TOLD_IN_BRACKETS.sub(r"\1，", text)):
        if any(start < quantity.end and quantity.start < end for start, end in taken):
            continue
        value = (quantity.value, _unit(quantity.unit))
        found.append(Figure(Kind.AMOUNT, value, quantity.text, quantity.start, quantity.end))
    found.sort(key=lambda figure: figure.start)
    return tuple(_in_context(found, number, folded) for number in range(len(found)))


def _written(folded: str) -> list[Figure]:
    """Figures that are written signs rather than amounts."""
    found: list[Figure] = []
    for match in _DATE.finditer(folded):
        days = find_dates(match[0])
        if days:
            found.append(Figure(Kind.DATE, days[0].isoformat(), match[0], match.start(), match.end()))
    patterns = ((Kind.DOCUMENT, _DOCUMENT), (Kind.TELEPHONE, _TELEPHONE), (Kind.STANDARD, _STANDARD))
    for kind, pattern in patterns:
        for match in pattern.finditer(folded):
            if kind is Kind.DOCUMENT:
                value, start = f"{match[1]}/{int(match[2])}", match.start(1) - 1
            else:
                value, start = re.sub(r"[\s\-–—]+", "-", match[0]).upper().replace("-", ""), match.start()
            if not any(one.start < match.end() and start < one.end for one in found):
                found.append(Figure(kind, value, folded[start : match.end()], start, match.end()))
    return found


def _unit(unit: str | None) -> str:
    """Canonical unit; counting words count alike: 三家, 三个."""
    return "个" if unit in COUNTED else unit or ""


def _in_context(found: list[Figure], number: int, folded: str) -> Figure:
    figure = found[number]
    floor = found[number - 1].end if number else 0
    before = folded[max(floor, figure.start - WORDS_BEFORE) : figure.start]
    if number and _SHARED_BOUND.fullmatch(before) and floor > figure.start - WORDS_BEFORE:
        last = found[number - 2].end if number > 1 else 0  # 取水量不低于300吨且不高于500吨: one subject
        before = folded[max(last, found[number - 1].start - WORDS_BEFORE) : found[number - 1].start] + before
    value = figure.value
    if isinstance(value, tuple) and value[1] == "吨" and _PER_MONEY.search(before):
        value = (value[0], "吨/万元")
    elif isinstance(value, tuple) and value[1] == "吨" and number and found[number - 1].unit == COAL:
        value = (value[0], COAL)  # 6000吨标准煤，超过5000吨的门槛
    stops = [stop.end() for stop in _STOP.finditer(before)]
    after = _STOP.split(folded[figure.end : figure.end + WORDS_AFTER], maxsplit=1)[0]
    return Figure(
        figure.kind,
        value,
        figure.text,
        figure.start,
        figure.end,
        before[stops[-1] :] if stops else before,
        re.split(r"[，,、（(]", after, maxsplit=1)[0],
    )


def key(figure: Figure) -> tuple[Kind, Fraction | str, str]:
    """What two figures share when they are the same: kind, value and unit.

    A bare number is the same as a counted one, and 36个月 as 3年.
    """
    if isinstance(figure.value, str):
        return figure.kind, figure.value, ""
    value, unit = figure.value
    if unit == "个月":
        return figure.kind, value / 12, "年"
    return figure.kind, value, "" if unit in NO_UNIT else unit


def measured(figure: Figure) -> bool:
    """Whether a figure is an amount of a unit of measure: no count and no year."""
    return figure.kind is Kind.AMOUNT and figure.unit not in (*NO_UNIT, "年")


def amount(figure: Figure) -> Fraction | None:
    """The value of an amount in its canonical unit; None for a date, a number or the like."""
    return figure.value[0] if isinstance(figure.value, tuple) else None


def same(one: Figure, other: Figure) -> bool:
    """Whether two figures are the same."""
    return key(one) == key(other)
