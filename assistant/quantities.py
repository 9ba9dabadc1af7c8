"""Figures in Chinese text -> exact values: numbers with units, percentages, dates; and exact values -> text.

Everything is a Fraction; only the display functions round. A percentage's value is the ratio: 37.5% is 3/8
with unit "%". Years come out with unit 年 (2021年 is 2021, 21年 is 21), so callers can set them
aside; clause numbers, document numbers, standards, telephone numbers, dates written with signs and list
markers do not come out at all.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import deque
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache

from assistant.errors import QuantityError
from assistant.numerals import CHINESE, NUMBER, normalise, parse_chinese_number, read_number
from assistant.units import EXAMPLES, Unit, convert, match_unit

__all__ = [
    "Quantity",
    "display_number",
    "display_quantity",
    "find_quantities",
    "in_unit",
    "parse_chinese_number",
    "parse_date",
    "parse_quantity",
]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure: its exact value in the canonical unit (None: written without one) and where it stands.

    `approximate` says that the words around it (约, 左右, 将近, 多, 超过, 以上) make it no exact figure. A
    range (3-5万吨, 七八万吨) comes out as its two ends, both approximate, over the same characters.
    """

    value: Fraction
    unit: str | None
    text: str
    start: int
    end: int
    approximate: bool = False


_SINGLE = rf"""
    (?P<sign>负|(?<![\da-z零一二三四五六七八九十年月日吨元%)\]）〕-])-)?[ \t]*(?P<number>{NUMBER})
    (?:(?P<more>[多余来])(?P<more_scale>[十百千万亿]*)(?=[ \t]*(?:[吨元家项个年%]|t|公斤|千克)))?
"""
_NUMBER = re.compile(_SINGLE, re.VERBOSE | re.IGNORECASE)
_FORMS = re.compile(
    rf"""
    (?P<hundred>百分百|百分之(?:一?百))
    |(?P<denominator>百|千|万|\d+|{CHINESE})分之[ \t]*(?P<numerator>{NUMBER})
    |(?P<tenths>[一二两三四五六七八九十]|\d+(?:\.\d+)?)成(?P<rest>[一二三四五六七八九半])?(?!不变|[立为员果功熟绩品长都本])
    |(?P<half>一半|半数|过半)
    |(?P<low>{NUMBER})[ \t]*(?:-|~|–|—|至|到)[ \t]*(?P<high>{NUMBER})
    |(?P<pair>一二|[二两]三|三四|四五|五六|六七|七八|八九)(?P<pair_scale>[十百千万亿]*)
     (?=[ \t]*(?:吨|t|[万亿]?元|家|项|个))
    |{_SINGLE}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NOT_FIGURES = re.compile(
    rf"""
    第[ \t]*{NUMBER}(?:[ \t]*[-~至到、和][ \t]*{NUMBER})*
    |(?:附件|附表|附|专栏|表|图)[ \t]*{NUMBER}(?:[ \t]*[-~至到、和][ \t]*\d+)*(?![\d.]*[ \t]*(?:吨|万|t))
    |[〔\[(（【][ \t]*(?:19|20)\d\d[ \t]*[〕\])）】][ \t]*\d+[ \t]*号
    |(?:DB\d*|GB|ISO|IEC|HJ|NB|SH|HG|JB|YB)(?:[ \t]*/[ \t]*[A-Z])?[ \t]*\d[\d.]*(?:[ \t]*[-–—:]+[ \t]*\d+)*
    |https?://[^\s，。）)]+|(?<![a-z0-9._-])[a-z0-9._-]+@[a-z0-9.-]+
    |(?:19|20)\d\d[-/.]\d{{1,2}}(?:[-/.]\d{{1,2}})?(?![\d万亿])
    |(?<!\d)1[3-9]\d{{9}}(?!\d)|(?<!\d)0\d{{2,3}}[- ]?\d{{7,8}}(?!\d)|(?<!\d)400-?\d{{3}}-?\d{{4}}(?!\d)
    |(?:电话|手机|传真|联系方式|邮编|代码|热线)[^\d，。；]{{0,4}}[\d-]+
    |(?<![\d.])\d+(?:\.\d+){{2,}}|(?<!\d)\d{{1,2}}[:：]\d\d(?!\d)
    |[（(][ \t]*[一二三四五六七八九十]+[ \t]*[)）]|(?<![\d.（(])\d{{1,2}}[)）]
    |(?:^|[\n？?。；;：:])[ \t]*\d{{1,2}}[.、．](?!\d)
    |十[一二三四五]五(?![万千百吨元项])|(?<![得评打扣满])十分(?!之)
    |[一二三四五六七八九十]是
    |[统唯单同另进专任逐某每这那]一(?!半)|(?<!分)之一
    |一[般些下直起样定致体旦边向方面块儿点](?![一二三四五六七八九钱])
    |[几数][十百千万亿]+|十几[万千百亿]*
    |[a-z_]\d+
    """,
    re.VERBOSE | re.IGNORECASE,
)
_INDEFINITE = frozenset("个家次条种类名位份台套步期批大")  # 一个, 一家 mean "a", unless counted
_COUNTED = re.compile(r"(?:只有|仅有?|共|就)$")
_SPANS_OF_TIME = frozenset(("年", "个月", "月", "天", "日"))
_ABOUT_BEFORE = re.compile(
    r"(?:大?约(?:为|是)?|大概|大致|差不多|将近|接近|估计|估摸|超过?|高于|大于|多于|低于|小于|少于|不到|不足|至少|"
    r"(?P<near>(?<![最附将接])近))[ \t]*[是有在为]?[ \t]*$"
)
_ABOUT_AFTER = re.compile(r"[ \t]*(?:左右|上下(?!游)|及?以[上下内]|出头|不到|多(?=[，。,；]|$))")


def find_quantities(text: str) -> list[Quantity]:
    """Figures of `text` in order, positions in the original text; what is no readable figure is left out."""
    return list(_quantities(text))


@lru_cache(maxsize=256)  # each part of a turn looks for figures in the same message
def _quantities(text: str) -> tuple[Quantity, ...]:
    folded = normalise(text)
    barred = deque(match.span() for match in _NOT_FIGURES.finditer(folded))
    found: list[Quantity] = []
    position = 0
    while match := _FORMS.search(folded, position):
        while barred and barred[0][1] <= match.start():
            barred.popleft()
        if barred and barred[0][0] < match.end():
            position = max(match.start() + 1, barred[0][1])
            continue
        figures, position = _read(match, folded, text)
        found += figures
    return tuple(found)


def in_unit(quantity: Quantity, unit: str) -> Fraction:
    """The quantity's value in `unit`; raises QuantityError when its own unit is of another kind."""
    scaled = bool(re.search(r"[万亿wW]", normalise(quantity.text)))
    return convert(quantity.value, quantity.unit, unit, quantity.text, scaled)


def parse_quantity(text: str, unit: str) -> Fraction:
    """Value in `unit` of a text that is one exact figure and nothing else: 10万吨, 十万, -5, 1.2亿元, 50%.

    Raises QuantityError that names the text and the legal form.
    """
    folded = normalise(text)
    match = _FORMS.match(folded, len(folded) - len(folded.lstrip()))
    if match:
        figures, end = _read(match, folded, text, whole=True)
        if len(figures) == 1 and not folded[end:].strip() and not figures[0].approximate:
            return in_unit(figures[0], unit)
    raise QuantityError(f"“{text}”不能读成一个确定的数，请写成 {EXAMPLES.get(unit, '12.5')} 的形式")


def _read(match: re.Match[str], folded: str, text: str, whole: bool = False) -> tuple[list[Quantity], int]:
    """Quantities of one match of _FORMS, and where reading goes on; `whole`: the text holds nothing else."""
    if match["low"] or match["pair"]:
        ends = _range_ends(match)
        unit = match_unit(folded, match.end())
        if ends and unit:
            return [
                _quantity(end, unit, text, folded, match.start(), unit.end, True) for end in ends
            ], unit.end
        single = _NUMBER.match(folded, match.start())
        return _read_single(single, folded, text, whole) if single else ([], match.end())
    ratio = _ratio(match)
    if ratio is not None:
        unit = Unit(match.end(), "%", Fraction(1))
        return [_quantity(ratio, unit, text, folded, match.start(), match.end())], match.end()
    return _read_single(match, folded, text, whole) if match["number"] else ([], match.end())


def _ratio(match: re.Match[str]) -> Fraction | None:
    """Value of 百分之…, 三分之二, 三成五, 一半; None for other forms."""
    if match["hundred"]:
        return Fraction(1)
    if match["half"]:
        return Fraction(1, 2)
    if match["tenths"]:
        rest = Fraction(5) if match["rest"] == "半" else read_number(match["rest"] or "零") or Fraction(0)
        return (read_number(match["tenths"]) or Fraction(0)) / 10 + rest / 100
    if match["denominator"]:
        below = read_number(
            {"百": "100", "千": "1000", "万": "10000"}.get(match["denominator"], match["denominator"])
        )
        above = read_number(match["numerator"])
        return above / below if below and above is not None else None
    return None


def _range_ends(match: re.Match[str]) -> tuple[Fraction, Fraction] | None:
    """Both ends of 3-5万 or 七八万, the lower with the upper's scale; None when they do not ascend."""
    if match["pair"]:
        first, second = (read_number(char + match["pair_scale"]) for char in match["pair"])
        return (first, second) if first is not None and second is not None else None
    low, high = read_number(match["low"]), read_number(match["high"])
    if low is None or high is None:
        return None
    scale = re.search(r"[万亿千]+$|w$", match["high"], re.IGNORECASE)
    if scale and not re.search(r"[十百千万亿w]$", match["low"], re.IGNORECASE):
        low *= read_number("1" + scale[0]) or 1
    return (low, high) if low < high else None


def _read_single(match: re.Match[str], folded: str, text: str, whole: bool) -> tuple[list[Quantity], int]:
    """One number with or without its unit; nothing for words that only look like one."""
    written, unit = match["number"], match_unit(folded, match.end())
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    value = read_number(written)
    if value is None and len(written) == 2 and unit and unit.name == "年":  # 二一年
        value = read_number("零" + written)
    if value is None:
        return [], match.end()
    if match["more_scale"]:
        value *= read_number("1" + match["more_scale"]) or 1
    if match["sign"]:
        value = -value
    whole = whole or folded.strip(" \t\n。！，,.?？") == match[0].strip()
    if not whole and not _counts(written, unit, folded[: match.start()]):
        return [], match.end()
    if unit is None and not whole and _is_year(written):
        unit = Unit(match.end(), "年", Fraction(1))
    end = unit.end if unit else match.end()
    return [_quantity(value, unit, text, folded, start, end, bool(match["more"]))], end


def _quantity(
    value: Fraction,
    unit: Unit | None,
    text: str,
    folded: str,
    start: int,
    end: int,
    approximate: bool = False,
) -> Quantity:
    """The quantity over text[start:end], with what the words on either side say about its exactness."""
    name = unit.name if unit else None
    before = _ABOUT_BEFORE.search(folded, max(0, start - 8), start)
    about = before is not None and not (before["near"] and name in _SPANS_OF_TIME)
    approximate = approximate or about or _ABOUT_AFTER.match(folded, end) is not None
    return Quantity(value * unit.factor if unit else value, name, text[start:end], start, end, approximate)


def _counts(written: str, unit: Unit | None, before: str) -> bool:
    """Whether a number inside a sentence is a figure: a bare 三 is not, nor are 一个 and 一家 for "a"."""
    if unit is None:
        return written[0].isdigit() or any(char in "点百千万亿" for char in written)
    return written != "一" or unit.name not in _INDEFINITE or bool(_COUNTED.search(before))


def _is_year(written: str) -> bool:
    """2021 without 年: people write it for the year; round 2000 stays a number."""
    return (
        bool(re.fullmatch(r"20[0-3]\d|二零[零一二三][零一二三四五六七八九]", written)) and written != "2000"
    )


_DATE = re.compile(r"(\d{4})(?:年|[-/.])[ \t]*(\d{1,2})(?:月|[-/.])[ \t]*(\d{1,2})[日号]?")
_CHINESE_DATE = re.compile(
    r"([零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})[日号]?"
)
_MONTH = re.compile(r"((?:19|20)\d{2})(?:年|[-/.](?=\d))(?:[ \t]*(\d{1,2})月?份?)?")
_CHINESE_MONTH = re.compile(r"([零一二三四五六七八九]{4})年(?:([一二三四五六七八九十]{1,2})月份?)?")


def parse_date(text: str) -> date:
    """A whole date: 2025-03-01, 2025/3/1, 2025.3.1, 2025年3月1日, 二〇二五年三月一日; else QuantityError."""
    folded = normalise(text).strip()
    match = _DATE.fullmatch(folded) or _CHINESE_DATE.fullmatch(folded)
    if match:
        numbers = [read_number(part) for part in match.groups()]
        try:
            return date(*(int(number) for number in numbers if number is not None))
        except (ValueError, TypeError):
            pass  # an impossible day, such as 2025-02-30, gets the message below
    raise QuantityError(f"“{text}”不是可用的日期，请写成 2025-03-01 或 2025年3月1日 的形式")


def find_dates(text: str) -> list[date]:
    """Whole dates inside a text, in order; what is no day of the calendar is left out."""
    found = []
    for match in (*_DATE.finditer(folded := normalise(text)), *_CHINESE_DATE.finditer(folded)):
        try:
            found.append((match.start(), parse_date(match[0])))
        except QuantityError:
            continue
    return [day for _, day in sorted(found)]


def parse_period(text: str) -> tuple[date, date]:
    """First and last day of a date, a month (2025-03, 2025年3月) or a year (2025年); else QuantityError."""
    folded = normalise(text).strip()
    match = _MONTH.fullmatch(folded) or _CHINESE_MONTH.fullmatch(folded)
    if match is None:
        day = parse_date(text)
        return day, day
    year, month = (None if part is None else read_number(part) for part in match.groups())
    try:
        first = date(int(year or 0), int(month or 1), 1)
        last = date(first.year, int(month or 12), monthrange(first.year, int(month or 12))[1])
    except ValueError as error:
        raise QuantityError(f"“{text}”不是可用的日期，请写成 2025-03-01 或 2025年3月1日 的形式") from error
    return first, last


def display_number(value: Fraction) -> str:
    """Two decimals, half away from zero, trailing zeros dropped, no exponent, no grouping."""
    # Whole-number arithmetic: this runs some eighty times an assessment, and Fractions are slow.
    numerator, denominator = value.numerator, value.denominator
    if denominator == 1:
        return str(numerator)
    hundredths = (200 * abs(numerator) + denominator) // (2 * denominator)
    digits = _decimal(hundredths, 2)
    return f"-{digits}" if numerator < 0 and hundredths else digits


def display_quantity(value: Fraction, unit: str) -> str:
    """A value with its unit: 60000 吨 -> 6万吨 (when four decimals of 万 hold it exactly), 3/8 % -> 37.5%."""
    if unit == "%":
        return display_number(value * 100) + "%"
    if unit in ("吨", "吨标准煤") and value.denominator == 1 and abs(value.numerator) >= 10**4:
        return f"{'-' if value.numerator < 0 else ''}{_decimal(abs(value.numerator), 4)}万{unit}"
    return display_number(value) + unit


def _decimal(digits: int, places: int) -> str:
    """A whole number read as so many decimal places, trailing zeros dropped."""
    whole, rest = divmod(digits, 10**places)
    return f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".") if rest else str(whole)
