"""The amounts of a period year by year: 培育期三个年度排放依次为6万吨、5.8万吨、5.6万吨.

The first is the fact told first of two, the last the one told after it, and whether each lies below the one before is the
fact that says so in words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.agent.understanding.facts.setting import Setting
from assistant.agent.understanding.facts.stated import StatedFact
from assistant.quantities import Quantity

LEAST = 3  # figures that are a series; two are a beginning and an end
IN_A_ROW = re.compile(r"依次|分别|各年|逐年|每年|[三四3-4]个?年度?|(?<!\d)[三四3-4]年")
NEXT = re.compile(r"^[、，,；;\s]*(?:再?到)?(?:第[一二三四]年)?(?:是|为)?[ \t]*$")
FALLING = "逐年下降"


@dataclass(frozen=True)
class Series:
    """What a series says, and which figures it is made of."""

    stated: tuple[StatedFact, ...]
    figures: frozenset[int]


def series_in(setting: Setting) -> Series | None:
    """The one series of a message that speaks of the period two ordered facts share; None where there is none that is clear."""
    message, figures, facts = setting.message, setting.figures, setting.book.facts
    amounts = [number for number, one in enumerate(figures) if one.unit == "吨"]
    row = [figures[number] for number in amounts]
    if len(row) < LEAST or not _in_a_row(message, row):
        return None
    for first, last in setting.ordered:
        others = {word for id, fact in facts.items() if id not in (first, last) for word in fact.topic}
        own = [word for word in facts[first].topic if word in facts[last].topic and word not in others]
        if any(word in message[: row[0].start] for word in own):
            return Series(_told(setting, row, first, last), frozenset(amounts))
    return None


def _in_a_row(message: str, figures: Sequence[Quantity]) -> bool:
    listed = all(NEXT.match(message[one.end : other.start]) for one, other in pairwise(figures))
    return listed and IN_A_ROW.search(message) is not None and not any(one.approximate for one in figures)


def _told(setting: Setting, figures: Sequence[Quantity], first: str, last: str) -> tuple[StatedFact, ...]:
    words = setting.message[figures[0].start : figures[-1].end]
    told = [StatedFact(first, figures[0].text, words), StatedFact(last, figures[-1].text, words)]
    return (*told, *falling(setting, figures))


def falling(setting: Setting, figures: Sequence[Quantity]) -> list[StatedFact]:
    """Whether each amount of a row lies below the one before, as the fact that says so."""
    words = setting.message[min(one.start for one in figures) : max(one.end for one in figures)]
    falls = "是" if all(one.value > other.value for one, other in pairwise(figures)) else "否"
    says = [fact.id for fact in setting.book.facts.values() if FALLING in fact.affirm]
    return [StatedFact(id, falls, words) for id in says]
