"""Known figures that are changed without a new one: exchanged (写反了), multiplied (抵消翻一番), told in another unit (都是公斤).

What is meant is taken where one reading is left; else it is told as unclear, and nothing is computed from the facts concerned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from assistant.agent.understanding.facts.bare_figures import SCALED
from assistant.agent.understanding.facts.prepared import OF_AMOUNTS
from assistant.agent.understanding.facts.stated import StatedFact, UnknownFigure
from assistant.errors import QuantityError
from assistant.numerals import normalise, read_number
from assistant.quantities import Quantity, display_quantity, find_quantities, parse_quantity
from assistant.rules.book import FactDefinition, RuleBook
from assistant.units import match_unit

EXCHANGED = re.compile(
    r"对调|对换|调换|互换|调个个|(?:写|说|报|搞|弄|填|讲|记|输|打|看)(?:反|颠倒|倒)了?|(?<![相正违])反了|颠倒|倒过来"
)
ASKING = re.compile(r"[吗么][？?。]?$|[？?]$|会不会|是不是|怎么办|几分|多少")
YEARS = re.compile(r"(?:两|2|二|俩)(?:个)?年|年份")
FIRST_TWO, LAST_TWO = re.compile(r"前(?:面)?(?:两|2|二)"), re.compile(r"后(?:面)?(?:两|2|二)")
_FACTORS: tuple[tuple[str, Fraction], ...] = (
    (r"翻(?:两|2|二)番", Fraction(4)),
    (r"翻[了个上]*(?:一?番|一?倍)|加倍|(?:增加|增|多|涨|提高)[了出]?(?:一|1)倍", Fraction(2)),
    (r"减半|砍半|折半|腰斩|打?[个了]*对折|(?:减少|减|砍|降低|降|少|缩)[了掉去]*(?:一半|50%)", Fraction(1, 2)),
)
DISCOUNT = re.compile(r"(?:打|按)[了个]*(?P<number>[一二三四五六七八九]|\d(?:\.\d)?)折")
UNIT_ALONE = re.compile(
    r"单位[^，。；\d]{0,6}?(?:是|为|用|[:：]|写|错|该)|(?:都|全|全部|统统|统一)(?:是|按|用)|是[^，。；\d]{1,5}[，,]?(?:不是|而不是|而非)|不是[^，。；\d]{1,5}[，,]?(?:而|应该|应)?是"
)
SAY_ANEW = "改的是单位，请把改正后的数连同单位再说一遍"
WHICH_EXCHANGED = "没有说清是哪两项"
WHICH_CHANGED = "没有说清是哪一项、在哪个数的基础上，没有计入"
SAY_RIGHT = "说的是有误，请把正确的数再说一遍"
WRONG = re.compile(r"(?:全|都|也|有|是|说|写|报|记|弄|搞|算|填|给|输)错|不对|有误|不准确|不准|搞混|弄混")


@dataclass(frozen=True)
class Changed:
    """What known facts become, or what about them is unclear."""

    stated: tuple[StatedFact, ...] = ()
    unknown: tuple[UnknownFigure, ...] = ()


@dataclass(frozen=True)
class Known:
    """The amounts known of an applicant, in the order they were told last (`latest`)."""

    book: RuleBook
    values: Mapping[str, str]
    latest: tuple[str, ...]
    measured_from: Callable[[str], str | None]

    def changed(self, message: str) -> Changed:
        """What a message without figures of its own changes."""
        amounts = [id for id in self.values if self._amount(id) is not None]
        if not amounts or any(_is_amount(one) for one in find_quantities(message)):
            return Changed()
        named = [id for id in amounts if _is_named(message, self.book.facts[id], self.book.facts)]
        if UNIT_ALONE.search(message) and _units_in(message) and not ASKING.search(message):
            return self._in_another_unit(message, amounts, named)
        if EXCHANGED.search(message) and not ASKING.search(message):
            return self._exchanged(message, amounts, named)
        factor = _factor(message)
        if factor is not None:
            return self._multiplied(message, amounts, named, factor)
        if WRONG.search(message) and (named or "数" in message) and not ASKING.search(message):
            told = [id for id in self.latest if id in amounts]
            return Changed(
                unknown=(UnknownFigure(message.strip(), tuple(named or told or amounts), SAY_RIGHT),)
            )
        return Changed()

    def _exchanged(self, message: str, amounts: list[str], named: list[str]) -> Changed:
        told = [id for id in self.latest if id in amounts]
        dated = [id for id in amounts if self.book.facts[id].periods]
        pairs = (
            named,
            dated if YEARS.search(message) else [],
            told[:2] if FIRST_TWO.search(message) else [],
            told[-2:] if LAST_TWO.search(message) else [],
            told if not named else [],
        )
        pair = next((one for one in pairs if len(one) == 2), [])
        if len({self.book.facts[id].unit for id in pair}) != 1:
            return Changed(
                unknown=(UnknownFigure(message.strip(), tuple(named or amounts), WHICH_EXCHANGED),)
            )
        first, second = pair
        return Changed(
            stated=(
                StatedFact(first, self.values[second], message),
                StatedFact(second, self.values[first], message),
            )
        )

    def _multiplied(self, message: str, amounts: list[str], named: list[str], factor: Fraction) -> Changed:
        if len(named) == 1 and self.measured_from(named[0]) is None:
            fact, amount = self.book.facts[named[0]], self._amount(named[0])
            if amount is not None and fact.unit is not None:
                value = display_quantity(amount * factor, fact.unit)
                return Changed(stated=(StatedFact(fact.id, value, message, adds=True),))
        if len(named) > 1:
            return Changed()  # 去年比2021年减了一半: a relation, read by its words
        return Changed(unknown=(UnknownFigure(message.strip(), tuple(named or amounts), WHICH_CHANGED),))

    def _in_another_unit(self, message: str, amounts: list[str], named: list[str]) -> Changed:
        units = _units_in(message)
        facts = [id for id in (named or amounts) if self.book.facts[id].unit in units]
        return (
            Changed(unknown=(UnknownFigure(message.strip(), tuple(facts), SAY_ANEW),)) if facts else Changed()
        )

    def _amount(self, id: str) -> Fraction | None:
        fact = self.book.facts.get(id)
        if fact is None or fact.type != "number" or fact.unit is None:
            return None
        try:
            return parse_quantity(self.values[id], fact.unit)
        except QuantityError:
            return None


def _is_amount(figure: Quantity) -> bool:
    return figure.unit in OF_AMOUNTS or (figure.unit is None and bool(SCALED.search(figure.text)))


def _factor(message: str) -> Fraction | None:
    for pattern, factor in _FACTORS:
        if re.search(pattern, message):
            return factor
    found = DISCOUNT.search(message)
    number = read_number(normalise(found["number"])) if found else None
    return number / 10 if number is not None else None


def _is_named(message: str, fact: FactDefinition, facts: Mapping[str, FactDefinition]) -> bool:
    """By its name, its period, or its topic where that is no other fact's."""
    if any(word in message for word in (fact.label, *fact.synonyms, *fact.periods)):
        return True
    shared = {word for other in facts.values() if other.id != fact.id for word in other.topic}
    return any(word in message for word in fact.topic if word not in shared)


def _units_in(message: str) -> set[str]:
    """The canonical units that a message names."""
    folded = normalise(message)
    found = (match_unit(folded, at) for at in range(len(folded)) if folded[at] not in " \t")
    return {unit.name for unit in found if unit is not None}
