"""Variants of a message by general rules: the same question as other people would type, say or paste it.

A rule takes a message and a seeded random source, and gives the message back unchanged where it has nothing to change. No
rule changes what is meant: amounts are written in other units exactly, figures keep their digits, typing errors stay out of
numerals, units, negations and question words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

CONFUSABLES = Path(__file__).resolve().parent / "confusables.json"
TYPING_ERRORS = 2  # at most, in a message

Rule = Callable[[str, Random], str]

_HAN = re.compile(r"[\u4e00-\u9fff]")
_AMOUNT = re.compile(
    r"(?<![\d.,A-Za-z])(?P<number>\d[\d,]*(?:\.\d+)?)(?P<scale>[万千亿]?)"
    r"(?P<unit>吨标准煤|吨标煤|tce|吨二氧化碳当量|吨二氧化碳|tCO2e?|吨|亿元|万元|元|%)(?!/|每)"
)
_SCALES = {"": 1, "千": 10**3, "万": 10**4, "亿": 10**8}
_COAL = ("吨标准煤", "吨标煤", "tce")
_MONEY = {"元": 1, "万元": 10**4, "亿元": 10**8}
_ENERGY = re.compile(r"能耗|用能|能源|标煤|标准煤|tce")
_CARBON = re.compile(r"排放|抵消|碳")
_CLAUSE = re.compile(r"(?<=，)")
_MOVABLE = re.compile(r"[\u4e00-\u9fff]{2}[^，。；？?！]*\d|\d{4}年[^，。；？?！]*\d")
_TIED = re.compile(
    r"^(?:其中|而|但|不过|那|也|又|再|还|其|后来|现在|目前|降|升|到|即|就是|变|剩|减|多|少|另|加|分别|前|后|算|够|能|可)"
    r"|更正|改|不是|如果|要是|假如|假设|吗|呢|多少|几|[？?]|从|由|降到|分别|合计|共"
)
_PARTICLES = re.compile(r"(?<!目)(?<!标)的(?!确)|(?<![为除])了(?![解结])|呢|吗|啊|吧|嘛")
_NUMERALS = "零〇一二两三四五六七八九十百千万亿几半成点负双俩"
_HELD = _NUMERALS + "不没未无非别吗呢么嘛年月日天吨元分个家项度级倍多少是否有能可"
_BEFORE = ("您好，", "你好，请问一下，", "麻烦问一下，", "老师您好，想咨询一下，")
_AFTER = ("，谢谢！", "，麻烦您了", "，辛苦帮忙看下，谢谢")
_FILLERS = ("嗯，", "那个，", "呃，", "就是说，", "这个嘛，")


def rules() -> dict[str, Rule]:
    """Every rule by its name, in the order they are tried."""
    return {
        "homophones": lambda text, random: _typed_wrong(text, random, "homophones"),
        "shapes": lambda text, random: _typed_wrong(text, random, "shapes"),
        "particles dropped": lambda text, random: _PARTICLES.sub("", text),
        "politeness before": lambda text, random: random.choice(_BEFORE) + text,
        "politeness after": lambda text, random: text.rstrip("。！!") + random.choice(_AFTER),
        "units plain": lambda text, random: _rewritten(text, _plain),
        "units latin": lambda text, random: _rewritten(text, _latin),
        "units grouped": lambda text, random: _rewritten(text, _grouped),
        "units in characters": lambda text, random: _rewritten(text, _in_characters),
        "units in ten thousands": lambda text, random: _rewritten(text, _in_ten_thousands),
        "clauses swapped": _swapped,
        "traditional": lambda text, random: _converter("s2t")(text),
        "traditional, Taiwan": lambda text, random: _converter("s2tw")(text),
        "full width": lambda text, random: "".join(map(_wide, text)),
        "spaces": lambda text, random: _spaced(text),
        "punctuation dropped": lambda text, random: _unpunctuated(text),
        "punctuation ASCII": lambda text, random: text.translate(_ASCII),
        "characters twice": _doubled,
        "fillers": lambda text, random: random.choice(_FILLERS) + text,
        "fillers inside": _filled,
        "blanks for commas": lambda text, random: re.sub(r"[，、；]", " ", text),
    }


def variants(turns: Sequence[str], seed: str, count: int) -> list[tuple[str, tuple[str, ...]]]:
    """(rule names, turns) of `count` different variants: each rule alone, then seeded pairs of rules."""
    named = rules()
    random = Random(seed)
    found: dict[tuple[str, ...], str] = {}
    pairs = [[name] for name in named]
    pairs += [random.sample(list(named), 2) for _ in range(10 * count)]
    for names in pairs:
        changed = tuple(turns)
        for name in names:
            changed = tuple(
                named[name](turn, Random(f"{seed}/{name}/{at}")) for at, turn in enumerate(changed)
            )
        if changed != tuple(turns):
            found.setdefault(changed, " + ".join(names))
        if len(found) == count:
            break
    return [(names, changed) for changed, names in found.items()]


@cache
def _confusables() -> Mapping[str, Mapping[str, str]]:
    loaded: dict[str, dict[str, str]] = json.loads(CONFUSABLES.read_text(encoding="utf-8"))
    return loaded


@cache
def _converter(name: str) -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC(name).convert
    return convert


def _typed_wrong(text: str, random: Random, kind: str) -> str:
    """One character in ten, two at most, typed as one that sounds or looks like it."""
    table = _confusables()[kind]
    places = [at for at, char in enumerate(text) if char in table]
    wrong = random.sample(places, min(len(places), TYPING_ERRORS, 1 + len(text) // 20))
    return "".join(random.choice(table[char]) if at in wrong else char for at, char in enumerate(text))


def _rewritten(text: str, write: Callable[[Decimal, str, bool], str]) -> str:
    """Every amount of the message written by `write`(value in the unit, unit, whether it can only be carbon)."""
    carbon = bool(_CARBON.search(text)) and not _ENERGY.search(text)

    def written(match: re.Match[str]) -> str:
        value = Decimal(match["number"].replace(",", "")) * _SCALES[match["scale"]]
        unit = match["unit"]
        if unit in _MONEY:
            return write(value * _MONEY[unit], "元", carbon)
        return write(value, "吨标准煤" if unit in _COAL else "%" if unit == "%" else "吨", carbon)

    return _AMOUNT.sub(written, text)


def _digits(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _plain(value: Decimal, unit: str, carbon: bool) -> str:
    return _digits(value) + unit


def _latin(value: Decimal, unit: str, carbon: bool) -> str:
    if unit == "吨标准煤":
        return f"{_digits(value)}tce"
    if unit == "吨" and value >= 1000:
        return f"{_digits(value / 10000)}万t"
    return _digits(value) + {"吨": "t"}.get(unit, unit)


def _grouped(value: Decimal, unit: str, carbon: bool) -> str:
    if unit == "%":
        return f"{_digits(value)} %"
    return f"{value.normalize():,f}" + (" tCO2" if unit == "吨" and carbon else unit)


def _in_ten_thousands(value: Decimal, unit: str, carbon: bool) -> str:
    if unit == "%" or value < 1000:
        return _digits(value) + unit
    return f"{_digits(value / 10000)}万{unit}"


def _in_characters(value: Decimal, unit: str, carbon: bool) -> str:
    if unit == "%":
        return f"百分之{in_characters(value)}"
    for name, scale in (("亿", 10**8), ("万", 10**4)):
        if value >= scale:
            return in_characters(value / scale) + name + unit
    return in_characters(value) + unit


def in_characters(value: Decimal) -> str:
    """A number below 10,000 with its decimals, as it is read out: 10.5 十点五, 1005 一千零五."""
    whole, _, rest = _digits(value).partition(".")
    read = "".join("零一二三四五六七八九"[int(digit)] for digit in rest)
    text = _below(int(whole))
    return f"{text}点{read}" if read else text


def _below(number: int) -> str:
    """1 to 9,999 as it is read out."""
    if number == 0:
        return "零"
    text, zero = "", False
    for power, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += ("零" if zero and text else "") + "零一二三四五六七八九"[digit] + name
        zero = not digit
    return text.removeprefix("一") if 10 <= number < 20 else text


def _swapped(text: str, random: Random) -> str:
    """Two neighbouring clauses that each say a figure and what it is, in the other order."""
    body = re.match(r"[^。；？?！!]*", text)
    assert body is not None, "an empty match is a match"
    clauses = body[0].split("，")
    pairs = [
        at
        for at in range(len(clauses) - 1)
        if all(_MOVABLE.search(one) and not _TIED.search(one) for one in clauses[at : at + 2])
        and not any(_TIED.search(one) for one in clauses[at + 2 : at + 3] if one[:1] in "降到即")
    ]
    if not pairs:
        return text
    at = random.choice(pairs)
    clauses[at : at + 2] = reversed(clauses[at : at + 2])
    return "，".join(clauses) + text[body.end() :]


def _wide(char: str) -> str:
    return chr(ord(char) + 0xFEE0) if char.isascii() and (char.isdigit() or char in "%.+-()") else char


def _spaced(text: str) -> str:
    """A blank between digits and what follows them or stands before them."""
    apart = re.sub(r"(?<=\d)(?=[\u4e00-\u9fffA-Za-z%])", " ", text)
    return re.sub(r"(?<=[\u4e00-\u9fff])(?=\d)", " ", apart)


_ASCII = str.maketrans("，。？！；：（）", ",.?!;:()")


def _unpunctuated(text: str) -> str:
    """No punctuation but a blank between two figures."""
    apart = re.sub(r"(?<=\d)[，。；、](?=\d)", " ", text)
    return re.sub(r"[，。？！；?!]", "", apart)


def _doubled(text: str, random: Random) -> str:
    """One character twice, as fingers or a speech recogniser do it."""
    places = [
        at
        for at, char in enumerate(text)
        if _HAN.match(char)
        and char not in _HELD
        and not any(near in _NUMERALS or near.isdigit() for near in text[max(0, at - 1) : at + 2])
    ]
    if not places:
        return text
    at = random.choice(places)
    return text[: at + 1] + text[at:]


def _filled(text: str, random: Random) -> str:
    """A filler after one of the commas."""
    places = [match.end() for match in re.finditer("，", text)]
    if not places:
        return text
    at = random.choice(places)
    return text[:at] + random.choice(_FILLERS) + text[at:]
