"""近零碳，2024年5万吨，2025年4.6万吨: years one after the other, the first and the last read as the ends of a period.

The text does not say from which year to which the period runs, so the answer tells how the years were taken.
"""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.agent.understanding.facts.accounting import LEAST
from assistant.agent.understanding.facts.bare_figures import SCALED
from assistant.agent.understanding.facts.doubts import doubt
from assistant.agent.understanding.facts.figure_binding import YEAR, Window, window, year_of
from assistant.agent.understanding.facts.series import Series, falling
from assistant.agent.understanding.facts.setting import Setting
from assistant.agent.understanding.facts.stated import StatedFact
from assistant.quantities import Quantity
from assistant.rules.book import FactDefinition

FIRST_OF_THEM = r"第一年|头一?年|首年|前一年"
NEXT_OF_THEM = r"第二年|次年|下一年|后一年|转年"
IN_ORDER = re.compile(rf"(?P<first>{FIRST_OF_THEM})|{NEXT_OF_THEM}")
PAIR = 2


def years_in_a_row(setting: Setting) -> Series | None:
    """The amounts of a message that stand for years in a row, as the two ordered facts under discussion.

    None where other facts' words stand beside them, or the facts' own names say which is which.
    """
    if not setting.prefer or len(setting.ordered) != 1:
        return None
    facts, pair = setting.book.facts, setting.ordered[0]
    common = {word for id in pair for word in facts[id].topic}
    others = {word for fact in facts.values() if fact.id not in pair for word in fact.topic} - common
    own = {word for id in pair for word in facts[id].periods if not IN_ORDER.fullmatch(word)}
    dated: list[tuple[int, Window, str]] = []
    for number, figure in enumerate(setting.figures):
        place = window(setting.nameless, setting.figures, number)
        if not _is_amount(figure) or any(word in place.near for word in others):
            continue
        if any(word in place.near for word in own):
            return None
        said = _year_said(place)
        if said:
            dated.append((number, place, said))
    dated.sort(key=lambda one: _number(one[2], setting))
    years = [_number(said, setting) for _, _, said in dated]
    if len(years) < PAIR or any(later != year + 1 for year, later in pairwise(years)):
        return None
    for number, place, said in dated:
        apart = Window(place.before.replace(said, ""), place.after, place.gross, place.net)
        figure = setting.figures[number]
        clear = not figure.approximate and not place.is_bound
        if not clear or doubt(
            setting.message, figure, apart, facts[pair[-1]], setting.today, setting.applied
        ):
            return None
    ends = zip(pair, (dated[0], dated[-1]), strict=True)
    stated = [_told(setting, facts[id], number, place, said) for id, (number, place, said) in ends]
    row = [setting.figures[number] for number, _, _ in dated]
    if len(row) > PAIR:
        stated += falling(setting, row)
    return Series(tuple(stated), frozenset(number for number, _, _ in dated))


def _told(setting: Setting, fact: FactDefinition, number: int, place: Window, said: str) -> StatedFact:
    """An amount as the beginning or the end of the period, with how its year was taken."""
    figure = setting.figures[number]
    said = f"{said}年" if f"{said}年" in setting.message else said
    note = f"“{said}”的“{figure.text.strip()}”按{fact.label}计算，不是的话请更正"
    return StatedFact(fact.id, figure.text, f"{place.before}{figure.text}".strip(" 　␟"), note=note)


def _is_amount(figure: Quantity) -> bool:
    large = SCALED.search(figure.text) is not None or figure.value >= LEAST
    return figure.unit == "吨" or (figure.unit is None and large)


def _year_said(place: Window) -> str:
    """The year that stands before a figure, nearest first."""
    for words in (place.before, place.lead):
        found = [*IN_ORDER.finditer(words), *YEAR.finditer(words)]
        if found:
            return found[-1].group()
    return ""


def _number(said: str, setting: Setting) -> int:
    """A year as a number that can be counted on: 2024, 24, 去年, 第一年."""
    in_order = IN_ORDER.fullmatch(said)
    if in_order:
        return 1 if in_order["first"] else PAIR
    return year_of(said, setting.today)
