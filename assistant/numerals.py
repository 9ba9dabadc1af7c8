"""Numbers as people write them in Chinese text, read to exact fractions.

Arabic digits (with thousands separators), Chinese numerals (小写, 大写, 繁体, digit by digit) and mixtures
of both (12万5千, 1.2亿, 10w). Colloquial endings count: 一万五 is 15000, 三千五 is 3500, 一万零五 is 10005.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from functools import lru_cache

from assistant.errors import QuantityError

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
SMALL_SCALES = {"十": 10, "百": 100, "千": 1000}
BIG_SCALES = {"万": 10**4, "亿": 10**8}
SCALES = SMALL_SCALES | BIG_SCALES

# Variants that compatibility normalisation leaves alone; each is one character, so positions stay.
_VARIANTS = str.maketrans(
    "〇○壹贰叁肆伍陆柒捌玖拾佰仟萬億貳參陸兩噸點負個項數幾餘來標準塊錢約過−﹣﹪",
    "零零一二三四五六七八九十百千万亿二三六两吨点负个项数几余来标准块钱约过--%",
)

_CHINESE_DIGIT = "零一二两三四五六七八九"
_THOUSAND = "千(?![克瓦米伏卡焦])"  # 千 of 千克, 千瓦, 千伏 and 千米 belongs to the unit
ARABIC = (
    r"(?:\d{1,3}(?:[,，]\d{3})+(?![\d,，])|\d{1,3}(?:[ ]\d{3})+(?=[ \t]*(?:[万亿]?[吨元]|t))|\d+)(?:\.\d+)?"
)
ARABIC_SCALED = (
    rf"{ARABIC}(?:[ \t]*(?:(?:[十百万亿]|{_THOUSAND})+|w(?=[ \t]*(?:t|吨|元|块|[^a-z]|$)))"
    rf"(?:零?(?:\d+(?:\.\d+)?|[{_CHINESE_DIGIT}])(?:[十百万]|{_THOUSAND})*(?![年月日个家项直般定起些样氧碳%\d.]|次(?!年)))*)?"
)
CHINESE = (
    rf"[{_CHINESE_DIGIT}十](?:[{_CHINESE_DIGIT}十百万亿]|{_THOUSAND})*"
    rf"(?:点[{_CHINESE_DIGIT}]+(?:[十百万亿]|{_THOUSAND})*)?(?!氧)"
)
NUMBER = rf"(?:{ARABIC_SCALED}|{CHINESE})"

_LETTER_O = re.compile(r"(?<=\d)[oO](?=[oO]*(?:[\d年月吨]|[万亿千百][吨元\d]))")  # 2O21年, 1O万吨
_SEPARATORS = str.maketrans("", "", ",， ")
_TOKEN = re.compile(
    r"(?P<literal>\d+(?:[,， ]\d{3}(?!\d))*(?:\.\d+)?)"
    rf"|(?P<char>[{_CHINESE_DIGIT}十百千万亿w])|(?P<space>[ \t]+)",
    re.IGNORECASE,
)
_DECIMAL = re.compile(rf"([{_CHINESE_DIGIT}十百千]+)点([{_CHINESE_DIGIT}]+)")


@lru_cache(maxsize=256)  # each part of a turn looks for figures in the same message
def normalise(text: str) -> str:
    """Fold full-width signs, 繁体 and 大写 numerals to one form; the length, and so every position, stays."""
    folded = []
    for char in text:
        if char in "，。；：（）" or "\u2460" <= char <= "\u24ff":  # circled numbers are list markers
            folded.append(char)
            continue
        narrow = unicodedata.normalize("NFKC", char)
        folded.append(narrow if len(narrow) == 1 else char)
    return _LETTER_O.sub("0", "".join(folded).translate(_VARIANTS))


def parse_chinese_number(text: str) -> Fraction:
    """Value of a whole numeral: 十二万五千, 一点五万, 二〇二一, 10万, 1,000.5; a leading 负 or - is a sign.

    Raises QuantityError when `text` is no numeral.
    """
    folded = normalise(text).strip()
    sign = 1
    if folded[:1] in ("负", "-"):
        sign, folded = -1, folded[1:].strip()
    value = read_number(folded)
    if value is None:
        raise QuantityError(f"“{text}”不是可读的数，请写成 12.5、十二点五 或 12万5千 这样的数")
    return sign * value


def read_number(folded: str) -> Fraction | None:
    """Value of a numeral that `normalise` has folded, or None when it is not a well-formed numeral."""
    if len(folded) > 1 and all(char in DIGITS for char in folded):
        return Fraction("".join(str(DIGITS[char]) for char in folded)) if len(folded) > 2 else None
    tokens = _tokens(folded)
    return _combine(tokens) if tokens else None


def _tokens(folded: str) -> list[Fraction | str] | None:
    """Literals as fractions, digits and scales as characters; None when something else stands in between."""
    tokens: list[Fraction | str] = []
    decimal = _DECIMAL.match(folded)
    position = 0
    if decimal:
        whole = read_number(decimal[1]) if len(decimal[1]) > 1 else _single(decimal[1])
        if whole is None:
            return None
        digits = "".join(str(DIGITS[char]) for char in decimal[2])
        tokens.append(whole + Fraction(int(digits), 10 ** len(digits)))
        position = decimal.end()
    while position < len(folded):
        match = _TOKEN.match(folded, position)
        if match is None:
            return None
        if match["literal"]:
            tokens.append(Fraction(match["literal"].translate(_SEPARATORS)))
        elif match["char"]:
            tokens.append("万" if match["char"] in "wW" else match["char"])
        position = match.end()
    return tokens


def _single(char: str) -> Fraction | None:
    value = DIGITS.get(char, SMALL_SCALES.get(char) if char == "十" else None)
    return None if value is None else Fraction(value)


def _combine(tokens: list[Fraction | str]) -> Fraction | None:
    """Add up digits and scales; scales must descend, as in 十二万五千; None otherwise."""
    total = section = Fraction(0)
    pending: Fraction | None = None
    after_zero = False
    ceiling, last_scale, last_big = 10**4, 0, 10**9
    for token in tokens:
        if isinstance(token, str) and token in SCALES:
            scale = SCALES[token]
            if scale < 10**4:
                if scale >= ceiling or (pending is None and token != "十"):
                    return None
                section += (Fraction(1) if pending is None else pending) * scale
                ceiling = scale
            else:
                if pending is None and not section and not total:
                    return None
                group = section + (pending or 0)
                total = (total + group) * scale if scale >= last_big else total + group * scale
                section, ceiling, last_big = Fraction(0), 10**4, scale
            pending, last_scale, after_zero = None, scale, False
            continue
        value = token if isinstance(token, Fraction) else Fraction(DIGITS[token])
        if token == "零" and last_scale:
            after_zero = True
            continue
        if pending is not None:
            return None
        pending = value
    if pending is None:
        return total + section
    colloquial = last_scale > 10 and not after_zero and 0 < pending < 10 and pending.denominator == 1
    return total + section + pending * (last_scale // 10 if colloquial else 1)
