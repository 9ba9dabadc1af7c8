"""What comes on top of a known amount or in its place: a plan for a year to come, a further part of which nobody said whether it adds."""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.agent.understanding.facts.bare_figures import LARGER
from assistant.agent.understanding.facts.context_binding import REACHED
from assistant.agent.understanding.facts.figure_binding import NOW, Window
from assistant.agent.understanding.facts.prepared import MORE_OR_LESS, amount_of
from assistant.agent.understanding.facts.setting import Setting
from assistant.agent.understanding.facts.stated import CORRECTED, StatedFact
from assistant.agent.understanding.facts.stating import ADDED, another_part
from assistant.agent.understanding.facts.suppositions import WONDERED, is_supposed
from assistant.quantities import Quantity

PART_OF = re.compile(r"其中|里面|里头|当中|分别|包括|包含|含有?|内含")
PLANNED = re.compile(r"计划|打算|准备|预计|预期|拟|争取|将要|明年|后年|目标是")


CHANGE_OR_ANEW = "没有说清是改成这个数，还是变化了这么多"
SO_MUCH = re.compile(r"(?:是|为|有|到|至|成|按|[:：=])[^，。；\d]{0,3}$")
FAR = 4  # times by which a new value below the known one is rather a change of it


def unclear_whether_change(
    setting: Setting, figure: Quantity, place: Window, bound: str, seen: Collection[str]
) -> bool:
    """去年漏了五千, where 四万五 was known: a far smaller amount that is not said to be the new one may be what it changes by."""
    fact = setting.readable[bound]
    known = amount_of(setting.known.get(bound), fact.unit)
    if known is None or fact.unit not in LARGER or bound in seen or figure.unit not in (fact.unit, None):
        return False
    said = SO_MUCH.search(place.before) or CORRECTED.search(setting.message) or is_supposed(setting.message)
    return not said and 0 < figure.value * FAR <= known


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
