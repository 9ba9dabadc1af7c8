"""The facts of figures that the words beside them do not name: from what was told, asked or measured before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.agent.understanding.facts.declarations import is_asked
from assistant.agent.understanding.facts.figure_binding import LEFT_OF_IT, TAKEN_OFF, Window, fits_unit
from assistant.agent.understanding.facts.prepared import MORE_OR_LESS
from assistant.agent.understanding.facts.setting import Setting
from assistant.agent.understanding.facts.stated import AmbiguousFigure, StatedFact
from assistant.quantities import Quantity
from assistant.rules.book import FactDefinition, Metric, RuleBook
from assistant.rules.expression import Name, walk

DONE_WITH = re.compile(r"(?:之|以)?后")  # 扣掉3万吨绿证后强度1.67
OWN_WORDS = 8  # characters between two figures that speak of the second


def under_discussion(
    bound: str | tuple[str, ...] | None, book: RuleBook, prefer: frozenset[str], known: Mapping[str, str]
) -> str | tuple[str, ...] | None:
    """The fact that is under discussion in place of the one whose words were used.

    What is known under its own name is told anew under it: the engine takes it for the other where that is not known.
    """
    if not isinstance(bound, str) or bound in prefer:
        return bound
    meant = next(
        (fact.id for fact in book.facts.values() if fact.said_as == bound and fact.id in prefer), bound
    )
    return bound if bound in known and meant not in known else meant


def made_of(number: int, setting: Setting) -> str | None:
    """扣掉3万吨绿证后: the amount whose kind stands right behind the figure, whatever stands around; not 10万吨绿证3万吨."""
    figures, message = setting.figures, setting.message
    figure, behind = figures[number], message[figures[number].end :]
    taken_off = TAKEN_OFF.search(message[: figure.start])
    close = number + 1 < len(figures) and figures[number + 1].start - figure.end <= OWN_WORDS
    found = [
        fact.id
        for fact in setting.book.facts.values()
        if fact.type == "number" and figure.unit == fact.unit
        for kind in [word for part in fact.parts for word in part.split("|")]
        if behind.startswith(kind) and (not close or taken_off or DONE_WITH.match(behind[len(kind) :]))
    ]
    found = list(dict.fromkeys(found))
    return found[0] if len(found) == 1 else None


def is_taken_off(figure: Quantity, fact: FactDefinition, setting: Setting) -> bool:
    """扣掉3万吨绿证还有2万吨: whether a figure is so much of the fact's kinds, taken off from what the next one is left of."""
    message = setting.message
    kinds = [word for part in fact.parts for word in part.split("|")]
    behind = message[figure.end :]
    if not TAKEN_OFF.search(message[: figure.start]) or not any(map(behind.startswith, kinds)):
        return False
    after = next((one for one in setting.figures if one.start >= figure.end), None)
    if after is None or after.unit != figure.unit:
        return False
    return LEFT_OF_IT.search(message[figure.end : after.start]) is not None


def counted(figure: Quantity, setting: Setting) -> str | None:
    """今年通过评审23家，现场核查至少几家: the one count in the figure's own unit, where its words stand elsewhere in the message."""
    own = [
        fact for fact in setting.book.facts.values() if fact.type == "integer" and fact.unit == figure.unit
    ]
    if len(own) != 1 or figure.unit is None or is_asked(setting.message, figure.text):
        return None
    return own[0].id if any(word in setting.message for word in own[0].topic) else None


def only_input(
    figure: Quantity, metric: Metric, readable: Mapping[str, FactDefinition], known: Mapping[str, str]
) -> str | None:
    """The one input of a metric that a figure fits, or the one that is still unknown."""
    inputs = [node.id for node in walk(metric.formula) if isinstance(node, Name)]
    fitting = [
        name for name in dict.fromkeys(inputs) if name in readable and fits_unit(figure, readable[name])
    ]
    if len(fitting) > 1 and any(name in known for name in fitting):
        fitting = [name for name in fitting if name not in known]
    return fitting[0] if len(fitting) == 1 and figure.unit is not None else None


def reduced(place: Window, book: RuleBook, known: Mapping[str, str], prefer: frozenset[str]) -> str | None:
    """自己再减1万吨: what is reduced is the known fact in which the gap to a lower limit is told."""
    step = MORE_OR_LESS.search(place.before)
    if not step or not step["less"]:
        return None
    lower = [metric for metric in book.metrics.values() if metric.limit and ">" in metric.limit.operator]
    found = [metric.adjust for metric in lower if metric.adjust in known and metric.adjust in prefer]
    return found[0] if len(found) == 1 else None


def answers(figure: Quantity, fact: FactDefinition | None) -> bool:
    """Whether a figure answers the question for a fact; 吨 said of energy means the 吨标准煤 that were asked for."""
    if fact is None:
        return False
    return fits_unit(figure, fact) or (fact.unit == "吨标准煤" and figure.unit == "吨")


def later_of_two(
    figure: Quantity,
    stated: Sequence[StatedFact],
    bound: str | tuple[str, ...] | None,
    ordered: Sequence[tuple[str, str]],
) -> str | tuple[str, ...] | None:
    """培育期初4万吨、3.7万吨: of the facts that fit, the later one after the earlier one."""
    if not isinstance(bound, tuple) or figure.unit != "吨":
        return bound
    for first, second in ordered:
        if stated and stated[-1].fact == first and second in bound:
            return second
    return bound


def may_be(bound: str | tuple[str, ...] | None, fact: str) -> bool:
    """Whether words that bind a figure leave it open to be a fact."""
    return bound is None or bound == fact or (isinstance(bound, tuple) and fact in bound)


def earlier_of_two(
    stated: list[StatedFact],
    ambiguous: list[AmbiguousFigure],
    ordered: Sequence[tuple[str, str]],
) -> tuple[list[StatedFact], list[AmbiguousFigure]]:
    """年排放26万吨，培育完24.8万吨: beside the later one of two, a figure that may be the earlier one is that."""
    known = {item.fact for item in stated}
    for first, second in ordered:
        unsettled = [item for item in ambiguous if first in item.candidates]
        if len(unsettled) == 1 and second in known and first not in known:
            found = StatedFact(first, unsettled[0].words, unsettled[0].words)
            return [found, *stated], [item for item in ambiguous if item is not unsettled[0]]
    return stated, ambiguous
