"""The fact of a figure from what was told, asked, supposed or measured before, where the words beside it do not settle it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.agent.understanding.facts.bare_figures import SCALED
from assistant.agent.understanding.facts.figure_binding import Window, named_before
from assistant.agent.understanding.facts.items_by_number import item_named
from assistant.agent.understanding.facts.prepared import MORE_OR_LESS
from assistant.agent.understanding.facts.setting import Setting
from assistant.agent.understanding.facts.stated import CORRECTED, StatedFact
from assistant.agent.understanding.facts.suppositions import is_supposed
from assistant.agent.understanding.facts.unnamed import (
    answers,
    counted,
    later_of_two,
    only_input,
    reduced,
    under_discussion,
)
from assistant.quantities import Quantity

REACHED = re.compile(r"(?:[到至成为]|[只就]?[有做买])$")  # 那再压到3.6万吨, after another figure was supposed
WHAT_OF = re.compile(r"^[吨t]?(?:呢|行不行|够不够|行吗|够吗)")  # 那4万呢, after 5万 was supposed
STILL = re.compile(r"(?:还是|还按|仍是|仍按|依旧|照旧)(?:的|是|按)*$")


@dataclass(frozen=True)
class Bound:
    """The fact of a figure, the facts that it may be, or None; whether it is `supposed` in the place of what was supposed before."""

    fact: str | tuple[str, ...] | None
    supposed: bool = False


def bound_in_context(
    figure: Quantity,
    place: Window,
    chosen: str | tuple[str, ...] | None,
    setting: Setting,
    stated: Sequence[StatedFact],
) -> Bound:
    """The fact of a figure of which the words beside it `chosen` one, several or none; `stated` are those before it in the message."""
    supposed = False
    book = setting.book
    bound = later_of_two(figure, stated, chosen, setting.ordered if setting.prefer else [])
    if bound is None and CORRECTED.search(setting.message):
        told = tuple(item.fact for item in reversed(stated))
        fitting = [fact for fact in told if answers(figure, book.facts.get(fact))][:1]
        fitting = fitting or [fact for fact in setting.latest if answers(figure, book.facts.get(fact))]
        bound = fitting[0] if len(fitting) == 1 else tuple(fitting) or None
    written = figure.unit is not None or SCALED.search(figure.text)
    if (
        bound is None
        and written
        and not CORRECTED.search(setting.message)
        and (REACHED.search(place.before) or is_supposed(setting.message) or WHAT_OF.search(place.after))
    ):
        bound = next((fact for fact in setting.supposed if answers(figure, book.facts.get(fact))), None)
        supposed = bound is not None
    if bound is None and STILL.search(place.before):
        known = setting.known  # 算了，还是6万吨, after 8万吨 was supposed
        bound = next((fact for fact in setting.supposed if known.get(fact) == figure.text.strip()), None)
    if bound is None and figure.unit is not None:
        bound = named_before(place, book.facts)
    if bound is None and setting.metric is not None and setting.metric in book.metrics:
        bound = only_input(figure, book.metrics[setting.metric], setting.readable, setting.known)
    if bound is None:
        bound = counted(figure, setting) or item_named(figure, place, setting)
    if isinstance(bound, tuple) and MORE_OR_LESS.search(place.before):
        told = tuple(fact for fact in bound if fact in setting.known)  # 排放再降5000吨: of what was told
        bound = told[0] if len(told) == 1 else bound
    bound = under_discussion(bound, book, setting.prefer, setting.known)
    if not isinstance(bound, str):
        bound = reduced(place, book, setting.known, setting.prefer) or bound
    answer = setting.answer
    if answer and len(setting.figures) == 1 and not isinstance(bound, str) and answers(figure, answer):
        bound = answer.id
    return Bound(bound, supposed)
