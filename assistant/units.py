"""Units of the policies' figures: how people write them, and the canonical unit each converts to."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from assistant.errors import QuantityError

_CARBON = r"(?:[ \t]*[（(]?[ \t]*(?:二氧化碳(?:当量)?|CO2(?:当量|e|eq)?(?![a-z]))[ \t]*[)）]?)?"
_COAL = r"(?:[（(]?标准?煤[)）]?(?:当量)?|煤当量)"
_LATIN_END = r"(?![a-z])"

# (pattern, canonical unit, factor); the first that matches wins, so longer forms stand before shorter ones.
_MASS: tuple[tuple[str, str, Fraction], ...] = (
    (rf"(?:吨|t){_COAL}|吨标(?![准识志])|tce{_LATIN_END}", "吨标准煤", Fraction(1)),
    (rf"ktce{_LATIN_END}|千吨{_COAL}", "吨标准煤", Fraction(1000)),
    (rf"kgce{_LATIN_END}|(?:千克|公斤){_COAL}", "吨标准煤", Fraction(1, 1000)),
    (rf"kt(?:[ \t]*CO2(?:e|eq)?)?{_LATIN_END}", "吨", Fraction(1000)),
    (rf"Mt(?:[ \t]*CO2(?:e|eq)?)?{_LATIN_END}", "吨", Fraction(10**6)),
    (rf"(?:千克|公斤|kg){_CARBON}{_LATIN_END}", "吨", Fraction(1, 1000)),
    (r"市?斤", "吨", Fraction(1, 2000)),
    (rf"t(?:[ \t]*CO2(?:e|eq)?)?{_LATIN_END}", "吨", Fraction(1)),
    (rf"公?吨{_CARBON}|tonnes?{_LATIN_END}|tons?{_LATIN_END}", "吨", Fraction(1)),
)
_PER_MONEY = r"[ \t]*(?:/|每)[ \t]*(?P<per>[十百千万亿]*)元"
_MONEY = r"元(?:人民币)?|块钱?|人民币|rmb" + _LATIN_END

_PLAIN: tuple[tuple[str, str, Fraction], ...] = (
    (_MONEY, "万元", Fraction(1, 10**4)),
    (r"%|个?百分点|个点|percent" + _LATIN_END, "%", Fraction(1, 100)),
    (r"‰", "%", Fraction(1, 1000)),
    (r"个月", "个月", Fraction(1)),
    (r"个项目|个(?=[^，。；、？！,;?!\s\d]{0,12}?项目)|项目?", "项", Fraction(1)),
    (r"个(?:企业|工厂|公司|厂)|家(?:企业|工厂|公司|单位)?", "家", Fraction(1)),
    (r"年度?", "年", Fraction(1)),
)
# Units that no fact of a rule book uses; naming them keeps "3台" or "5号" from passing as a bare figure.
_OTHER = (
    "美[元金]|欧元|日元|港[元币]|澳门元|新?台币|英镑|平方米|平方公里|立方米|千瓦时|千瓦|千伏|千米|千卡|兆瓦|公里|公顷|辆|小时|分钟|张|kwh|mwh|kw|kv|mw|gw|吉焦|"
    "月|日|号|天|周|分|倍|级|条|款|章|节|次(?!年)|台|套|名|人|位|种|类|批|期(?![初末中满内间])|轮|步|岁|亩|米|度|届|个|份|座|栋|点|方面|大"
)

_PER_UNIT = {"吨": "吨/万元", "吨标准煤": "吨标准煤/万元"}
_TABLE = [
    (re.compile(rf"(?:{pattern})(?:{_PER_MONEY})?", re.IGNORECASE), canonical, factor)
    for pattern, canonical, factor in _MASS
] + [(re.compile(pattern, re.IGNORECASE), canonical, factor) for pattern, canonical, factor in _PLAIN]
_OTHER_PATTERN = re.compile(_OTHER, re.IGNORECASE)
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

EXAMPLES = {
    "吨": "60000吨 或 6万吨",
    "吨标准煤": "5000吨标准煤 或 5000tce",
    "万元": "8000万元 或 1.2亿元",
    "吨/万元": "6.5吨/万元",
    "%": "37.5% 或 百分之三十七点五",
    "项": "3项 或 3个项目",
    "家": "12家",
    "年": "2年",
    "个月": "36个月",
    "天": "30天",
    "分": "5分",
}


class Unit(NamedTuple):
    """A unit found in a text: where it ends, its canonical name, and how many of those one of it is."""

    end: int
    name: str
    factor: Fraction


def match_unit(folded: str, position: int) -> Unit | None:
    """Unit that stands at `position` of a normalised text, blanks before it allowed."""
    while position < len(folded) and folded[position] in " \t":
        position += 1
    for pattern, canonical, factor in _TABLE:
        match = pattern.match(folded, position)
        if match is None:
            continue
        per = match.groupdict().get("per")
        if per is None:
            return Unit(match.end(), canonical, factor)
        money = 1
        for char in per:
            money *= _POWERS[char]
        return Unit(match.end(), _PER_UNIT[canonical], factor * Fraction(10**4, money))
    other = _OTHER_PATTERN.match(folded, position)
    return Unit(other.end(), other[0].lower(), Fraction(1)) if other else None


def convert(value: Fraction, unit: str | None, target: str, text: str, scaled: bool = False) -> Fraction:
    """`value` of `unit` in `target`; a bare number is taken as being in `target`.

    Where money is asked for, a bare number with a scale is in 元 (1.2亿 is 12000 万元); `scaled` says that
    `text` wrote 万 or 亿. Raises QuantityError, naming `text` and the legal form, when the units disagree or
    when a bare number could mean two things (a percentage without its sign).
    """
    if target not in EXAMPLES:
        raise QuantityError(f"单位“{target}”不认识，可用的单位有：{'、'.join(EXAMPLES)}")
    if unit == target:
        return value
    if unit is None and target == "万元":
        return value / 10**4 if scaled else value
    if unit is None and target != "%":
        return value
    if unit == "个" and target in ("项", "家"):
        return value
    if unit == "年" and target == "个月":
        return value * 12
    was = f"单位是{unit}" if unit else "没有单位"
    raise QuantityError(f"“{text}”{was}，这里要的单位是{target}，请写成 {EXAMPLES[target]} 的形式")


def written_units(unit: str) -> tuple[str, ...]:
    """The units in which people write amounts of a canonical unit, the handiest first."""
    if unit in ("吨", "吨标准煤"):
        return (f"万{unit}", unit)
    return (unit, "亿元") if unit == "万元" else (unit,)
