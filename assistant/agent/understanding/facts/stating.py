"""From a figure that is bound to a fact to what is stated: a new value, a part that is added, a step up or down."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.agent.understanding.facts.bare_figures import SCALED
from assistant.agent.understanding.facts.figure_binding import SAME, Window, is_none_of_it
from assistant.agent.understanding.facts.prepared import MORE_OR_LESS, amount_of
from assistant.agent.understanding.facts.stated import CORRECTED, StatedFact
from assistant.agent.understanding.facts.suppositions import is_supposed
from assistant.agent.understanding.programmes import USED
from assistant.quantities import Quantity, display_quantity
from assistant.rules.book import FactDefinition

MONEY = "万元"  # 三万 alone is in 元
ADDED = re.compile(r"又|另外|另有|还有|加上|再加|外加")


def disagrees(
    message: str,
    fact: str,
    figure: Quantity,
    place: Window,
    seen: Mapping[str, Quantity],
    stated: Sequence[StatedFact],
    readable: Mapping[str, FactDefinition],
) -> bool:
    """Whether one message gives a fact two figures and says nothing of correcting, adding or supposing."""
    earlier = seen.get(fact)
    if earlier is None or (earlier.value, earlier.unit) == (figure.value, figure.unit):
        return False
    settled = CORRECTED.search(message) or is_supposed(message) or SAME.search(place.before)
    return not (settled or ADDED.search(place.before) or another_part(place, fact, stated, readable))


def another_part(
    place: Window, fact: str, stated: Sequence[StatedFact], readable: Mapping[str, FactDefinition]
) -> bool:
    """绿证抵消3万吨，碳汇抵消2万吨: each names a kind that the other does not."""
    before = next((item.words for item in reversed(stated) if item.fact == fact), "")
    kinds = [
        {part for part in readable[fact].parts if any(word in text for word in part.split("|"))}
        for text in (before, place.near)
    ]
    return bool(kinds[0] - kinds[1]) and bool(kinds[1] - kinds[0])


def _together(earlier: Quantity, figure: Quantity, fact: FactDefinition) -> str | None:
    """The unit in which two figures add up: of 3万吨 and 1.5万吨, and of 三万 and 一万五, which are tonnes; none of 3 and 15000."""
    units = {earlier.unit, figure.unit}
    if len(units) == 1 and figure.unit:
        return figure.unit
    weighed = units <= {fact.unit, None} and fact.unit != MONEY
    return (
        fact.unit
        if weighed and all(one.unit or SCALED.search(one.text) for one in (earlier, figure))
        else None
    )


def step_of(place: Window, fact: FactDefinition, told: bool = True) -> re.Match[str] | None:
    """再多抵1万吨, 抵消量核减1.5万吨: words that add to a known amount or take from it; an amount of a period is cut against another.

    再买1万吨 adds where an amount was `told`, and is the amount where none was.
    """
    found = MORE_OR_LESS.search(place.before)
    if found and found["again"] and not told:
        return None
    return None if found and found["cut"] and (fact.periods or fact.unit == "%") else found


def words_of(place: Window, figure: str) -> str:
    return f"{place.before}{figure}{place.after}".replace(USED, "").strip(" 　")


def stated_as(
    fact: FactDefinition,
    figure: Quantity,
    place: Window,
    earlier: Quantity | None,
    known: str | None,
    another: bool,
) -> StatedFact:
    """绿证抵了3万吨，碳汇又抵了2万吨: another part of the same quantity is added; a restatement replaces.

    再多抵消3000吨 adds to what is known, 再减2万吨 takes from it.
    """
    step = step_of(place, fact, told=bool(earlier or known))
    base = earlier.value if earlier else amount_of(known, fact.unit)
    amount = base if step and figure.unit in (fact.unit, None) else None
    if step and amount is not None and fact.unit:
        change = -figure.value if step["less"] or step["cut"] else figure.value
        value = display_quantity(amount + change, fact.unit)
        words = words_of(place, figure.text)
        return StatedFact(fact.id, value, words, figure.approximate, adds=True)
    value, adds = figure.text, False
    if is_none_of_it(figure, place, fact):
        value = "0"  # 一吨都没抵消
    elif earlier and (unit := _together(earlier, figure, fact)) and (another or ADDED.search(place.before)):
        value, adds = display_quantity(earlier.value + figure.value, unit), True
    elif fact.unit == "吨标准煤" and figure.unit == "吨":
        value = f"{figure.text}标准煤"
    return StatedFact(fact.id, value, words_of(place, figure.text), figure.approximate, adds)
