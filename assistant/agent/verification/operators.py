"""The small words that turn a rule round: comparisons, modals, negations, 且 and 或, 前 and 后, each with what it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from assistant.agent.verification.figures import Figure, figures
from assistant.numerals import normalise


class Bound(StrEnum):
    """How a figure bounds what it measures."""

    AT_LEAST = "≥"
    AT_MOST = "≤"
    OVER = ">"
    UNDER = "<"
    BEFORE = "前"
    AFTER = "后"


class Mode(StrEnum):
    """How binding a rule is, and whether it holds at all."""

    MUST = "必须"
    MAY = "可以"
    ENCOURAGED = "鼓励"
    FORBIDDEN = "不得"
    NOT = "不"


_BEFORE_FIGURE: tuple[tuple[Bound, re.Pattern[str]], ...] = tuple(
    (
        bound,
        re.compile(
            rf"(?:{words})了?(?:(?:要求|规定|标准|上限|下限|门槛|限值)的)?(?:[为是在到约的]|[\u4e00-\u9fff（）]{{1,8}}[的期值])?[ \t]*$"
        ),
    )
    for bound, words in (
        (
            Bound.AT_LEAST,
            "不低于|不得低于|不能低于|不应低于|不少于|不得少于|不能少于|不小于|大于等于|大于或等于|至少(?:要|应|需)?(?:达到?|有|完成)?|最低|最少|起码(?:要)?|(?:达到|等于)或(?:超过|大于|高于|多于)|≥|>=|下限|门槛",
        ),
        (
            Bound.AT_MOST,
            "不高于|不得高于|不能高于|不超过|不得超过|不能超过|不应超过|不可超过|不大于|不多于|小于等于|小于或等于|等于或(?:低于|小于|少于)|未超过?|没有?超过?|最高|最多|至多|上限|封顶|≤|<=|控制在|限于",
        ),
        (
            Bound.OVER,
            "(?<!不)(?<!不得)(?<!不能)(?<!不应)(?<!不可)(?<!未)(?<!没有)(?<!没)(?<!或)超过|(?<![未没有不])超出?|(?<![不最或])(?<!不得)高于|(?<![不或])大于|(?<![不或])多于|突破|(?<![≥=])>",
        ),
        (
            Bound.UNDER,
            "(?<![不最])(?<!不得)(?<!不能)(?<!不应)(?<!或)低于|(?<![不或])(?<!不得)少于|(?<![不或])小于|不足|不满|不到|达不到|未达到?|没有?达?到|<",
        ),
    )
)
_FORBIDDEN = re.compile(r"(?:不[要得能应可宜准许]|别|勿)[\u4e00-\u9fff]{0,2}$")  # 不要写超过300字
_WITHIN = {Bound.OVER: Bound.AT_MOST, Bound.UNDER: Bound.AT_LEAST}
_AFTER_FIGURE: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    (
        Bound.AT_LEAST,
        re.compile(
            r"[ \t]*(?:[（(][^）)]{0,12}[）)])?(?:及|或|\(含\)|（含）)?(?:以上|之上|起(?![草步])|打底)"
        ),
    ),
    (
        Bound.AT_MOST,
        re.compile(r"[ \t]*(?:[（(][^）)]{0,12}[）)])?(?:及|或)?(?:以下|以内|之内|之下|为限|封顶)"),
    ),
    (Bound.BEFORE, re.compile(r"(?:年?底|年?末)?(?:之前|以前|前(?!三|两|\d|期))")),
    (Bound.AFTER, re.compile(r"(?:年?底|年?末)?(?:之后|以后|后(?!续))")),
)
_OPPOSED = {
    frozenset(pair)
    for pair in (
        (Bound.AT_LEAST, Bound.AT_MOST),
        (Bound.AT_LEAST, Bound.UNDER),
        (Bound.AT_LEAST, Bound.OVER),
        (Bound.AT_MOST, Bound.OVER),
        (Bound.AT_MOST, Bound.UNDER),
        (Bound.OVER, Bound.UNDER),
        (Bound.BEFORE, Bound.AFTER),
    )
}
_MODES: tuple[tuple[Mode, str], ...] = (
    (
        Mode.FORBIDDEN,
        "不得|禁止|严禁|不准|不许|不可以?|不允许|不能(?!源)|不应当?|不予",
    ),
    (
        Mode.NOT,
        "没有|未(?!来)|无(?![机线人害锡])|(?<![并而])非(?![洲电常化道])|不(?![断同良含仅但足是])|没(?![收落])",
    ),
    (Mode.MUST, "必须|应当|应该|务必|须|应(?![用急对变收])|需要?(?!求)|一律|要求"),
    (Mode.ENCOURAGED, "鼓励|支持|引导|倡导|推荐|优先|择优"),
    (Mode.MAY, "可以?(?![能靠行持见再视])|允许|能够|能(?![源效耗力量])|有权|自愿"),
)
_ASKED = re.compile(r"有没有?$|有无$|是否$|能不能$|可不可以?$|得不得$|会不会$|要不要$|是不是$")
_MODE = re.compile("|".join(f"(?P<{mode.name}>{words})" for mode, words in _MODES))
_OPPOSED_MODES = {
    frozenset(pair)
    for pair in (
        (Mode.MUST, Mode.MAY),
        (Mode.MUST, Mode.ENCOURAGED),
        (Mode.MUST, Mode.FORBIDDEN),
        (Mode.MUST, Mode.NOT),
        (Mode.FORBIDDEN, Mode.MAY),
        (Mode.FORBIDDEN, Mode.ENCOURAGED),
        (Mode.MAY, Mode.ENCOURAGED),
        (Mode.MAY, Mode.NOT),
        (Mode.ENCOURAGED, Mode.NOT),
    )
}
_AND, _OR = re.compile(r"并且|而且|同时|以及|且|[和与及并]"), re.compile(r"或者?|抑或")
_LINK = re.compile(r"(?P<either>或者?(?!以[上下内]))|(?P<both>并且|而且|以及|且|[和与及](?!其他))")
_SIGN = re.compile(r"[，,。；;：:、\s（）()\u2003“”‘’「」\[\]]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ASIDE = re.compile(r"(?:[（(][^（）()]{0,20}[）)])?[，,、\s]*$")  # 5000吨标准煤及以上（当量值），且…
ARGUMENT = 4


@dataclass(frozen=True)
class Bounded:
    """A figure with the words that bound it; None for a figure that is simply told."""

    figure: Figure
    bound: Bound | None


@dataclass(frozen=True)
class Moded:
    """A modal or negation at [start, end) and the characters it is about."""

    mode: Mode
    argument: str
    start: int
    end: int


@dataclass(frozen=True)
class Linked:
    """两者 by 且 (both) or 或 (either): the characters on either side."""

    either: bool
    left: str
    right: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def bounded(text: str) -> tuple[Bounded, ...]:
    """The figures of a text, each with how it bounds."""
    plain = normalise(text)
    return tuple(Bounded(figure, _bound(plain, figure)) for figure in figures(text))


def _bound(plain: str, figure: Figure) -> Bound | None:
    behind = plain[figure.end : figure.end + 18]
    if not figure.unit:
        behind = re.sub(r"^[\u4e00-\u9fff]{1,2}?(?=以[上下内]|之[上下内])", "", behind)  # 300字以内
    for bound, pattern in _AFTER_FIGURE:
        if pattern.match(behind):
            return bound
    ahead = plain[max(0, figure.start - 12) : figure.start]
    for bound, pattern in _BEFORE_FIGURE:
        if found := pattern.search(ahead):
            forbidden = _FORBIDDEN.search(ahead[: found.start()]) is not None
            return _WITHIN.get(bound, bound) if forbidden else bound
    return None


def opposed(one: Bound | None, other: Bound | None) -> bool:
    """Whether two bounds cannot both hold of one figure."""
    return one is not None and other is not None and frozenset((one, other)) in _OPPOSED


@lru_cache(maxsize=4096)
def modes(text: str) -> tuple[Moded, ...]:
    """Modals and negations of a text with what follows them."""
    found = []
    for match in _MODE.finditer(text):
        if _ASKED.search(text[max(0, match.start() - 2) : match.end()]):
            continue
        argument = _argument(text, match.end())
        if argument:
            found.append(Moded(Mode[match.lastgroup or ""], argument, match.start(), match.end()))
    return tuple(found)


def modes_opposed(one: Mode, other: Mode) -> bool:
    """Whether two modes of the same thing contradict each other."""
    return frozenset((one, other)) in _OPPOSED_MODES


@lru_cache(maxsize=4096)
def links(text: str) -> tuple[Linked, ...]:
    """且 and 或 of a text with what they join."""
    found = []
    for match in _LINK.finditer(text):
        left = _tail(_ASIDE.sub("", text[: match.start()])[-ARGUMENT:], ARGUMENT)
        right = _argument(text, match.end())
        if len(left) >= 2 and len(right) >= 2:
            found.append(Linked(bool(match["either"]), left, right, match.start(), match.end()))
    return tuple(found)


def _argument(text: str, at: int) -> str:
    """Up to four characters from here to the next sign, function words in front left out."""
    run = _SIGN.split(text[at : at + ARGUMENT + 4], maxsplit=1)[0]
    run = re.sub(r"^(?:是|得|应|被|会|有|要|将|再|向|对|由|把|在)+", "", run)
    return run[:ARGUMENT] if len(run) >= 2 and _HAN.match(run) else ""


def _tail(text: str, at: int) -> str:
    run = _SIGN.split(text[max(0, at - ARGUMENT) : at])[-1]
    return run if _HAN.search(run) else ""
