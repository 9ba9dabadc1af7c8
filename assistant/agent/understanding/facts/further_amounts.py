"""What comes on top of a known amount or in its place: a plan for a year to come, a further part of which nobody said whether it adds."""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.agent.understanding.facts.context_binding import REACHED
from assistant.agent.understanding.facts.figure_binding import NOW, Window
from assistant.agent.understanding.facts.prepared import MORE_OR_LESS, amount_of
from assistant.agent.understanding.facts.setting import Setting
from assistant.agent.understanding.facts.stated import CORRECTED, StatedFact
from assistant.agent.understanding.facts.stating import ADDED, another_part
from assistant.agent.understanding.facts.suppositions import WONDERED
from assistant.quantities import Quantity

PART_OF = re.compile(r"其中|里面|里头|当中|分别|包括|包含|含有?|内含")
PLANNED = re.compile(r"计划|打算|准备|预计|预期|拟|争取|将要|明年|后年|目标是")


def is_plan(setting: Setting, place: Window, bound: str, seen: Collection[str]) -> bool:
    """明年打算排到5万吨，那时候削减率, once figures are known: what is still to come is supposed in the place of what is known."""
    fact = setting.readable[bound]
    names = [name for one in setting.book.metrics.values() for name in (one.label, *one.synonyms)]
    asked = WONDERED.search(setting.message) or any(name in setting.message for name in names)
    told = bound in seen or not setting.known
    replaced = set(fact.periods) & set(NOW) or (fact.adjustable and bound in setting.known)
    return bool(PLANNED.search(place.before) and replaced and asked and not told)


def unclear_whether_more(
    setting: Setting, figure: Quantity, place: Window, bound: str, seen: Collection[str]
) -> str | None:
    """碳汇另外1万吨, after 绿证3万吨 in an earlier message: whether that is all or comes on top is asked, or it is a part of it."""
    known = amount_of(setting.known.get(bound), setting.readable[bound].unit)
    settles = MORE_OR_LESS.search(place.before) or REACHED.search(place.before)  # 再多抵1万吨, 再加到5万吨
    if known is None or bound in seen or settles or CORRECTED.search(setting.message):
        return None
    if PART_OF.search(place.before) and figure.value < known:
        return f"说的是{setting.known[bound]}里的一部分"
    told = StatedFact(bound, "", setting.told.get(bound, ""))
    other = another_part(place, bound, [told], setting.readable)
    if other or ADDED.search(place.before):
        return f"没有说清是在{setting.known[bound]}之外另加，还是一共就是这些"
    return None
