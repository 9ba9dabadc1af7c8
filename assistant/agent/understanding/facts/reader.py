"""From the user's words to facts: which figure is which fact, by the rule book's own cues, never by guessing.

When two readings are left, both are named and neither is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.agent.understanding.facts.amounts_in_words import amounts_in_words, at_the_cap, the_rest
from assistant.agent.understanding.facts.declarations import declared, is_asked
from assistant.agent.understanding.facts.doubts import doubt
from assistant.agent.understanding.facts.figure_binding import (
    NONE_OF_IT,
    SAME,
    Window,
    as_fact,
    candidates,
    choose,
    fits_unit,
    named_before,
    window,
)
from assistant.agent.understanding.facts.stated import (
    CORRECTED,
    AmbiguousFigure,
    FactReading,
    StatedFact,
    UnreadFigure,
)
from assistant.quantities import (
    Quantity,
    display_quantity,
    find_quantities,
    parse_quantity,
)
from assistant.rules.book import FactDefinition, Metric, RuleBook
from assistant.rules.expression import Name, walk

SUPPOSITION = re.compile(
    r"用满|用足|拉满|顶格|如果|假如|假设|要是|倘若|若是|改成|换成|变成|万一|设想|再多买|再买"
)
NOTHING = re.compile(r"^(?:都?没有?|无|零|0)(?:买|抵消|做)?[过的了呢啊，。！ ]*$")
ADDED = re.compile(r"又|另外|另有|还有|加上|再加|外加")
MORE_OR_LESS = re.compile(
    r"(?:再|又)?(?:多(?=买|抵|做|加)|增加(?!值)|追加|加(?=买|到|抵))(?:买|抵消?|做)?[^，。；到至]{0,4}$|(?P<less>再(?:减|降|少)[^，。；到至]{0,4}$)"
)
VAGUE = re.compile(r"[多余几来]")
PLANNED = re.compile(r"计划|打算|准备|预计|预期|拟|争取|将要|明年|后年|目标是")
FROM = re.compile(r"(?:从|由)[^，。]{0,6}$")


def read_facts(
    message: str,
    book: RuleBook,
    pending: str | None = None,
    prefer: frozenset[str] = frozenset(),
    metric: str | None = None,
    latest: tuple[str, ...] = (),
    known: Mapping[str, str] | None = None,
    foreign: frozenset[str] = frozenset(),
    today: date | None = None,
) -> FactReading:
    """Facts stated in `message`.

    `pending` is the fact asked for last, `prefer` breaks ties (the programme's facts), `metric` is the one under
    discussion: a figure that no word explains is taken for its input when only one input fits the unit. `latest` are
    the facts stated last: a correction that names none is about the one that fits. `known` are the conversation's
    facts, to which 再多抵消3000吨 adds; metrics of another programme (`foreign`) are not read. `today` is the day from
    which 去年5月 counts.
    """
    figures = [item for item in find_quantities(message) if item.unit not in ("年", "个月")]
    readable = {
        **book.facts,
        **{
            one.id: as_fact(one, book)
            for one in book.metrics.values()
            if one.id not in foreign and one.limit is not None
        },
    }
    answer = book.facts.get(pending or "")
    stated: list[StatedFact] = []
    ambiguous: list[AmbiguousFigure] = []
    unread: list[UnreadFigure] = []
    seen: dict[str, Quantity] = {}
    carried = ""
    for number, figure in enumerate(figures):
        place = window(message, figures, number)
        if place.is_bound:
            continue
        scores = candidates(figure, place, carried or message[: figure.start], readable, prefer)
        carried = place.near if scores else carried
        bound = _between(figure, place, stated, choose(scores, prefer), _ordered(book, prefer))
        if bound is None and CORRECTED.search(message):
            told = (*(item.fact for item in reversed(stated)), *latest)
            bound = next((fact for fact in told if _answers(figure, book.facts.get(fact))), None)
        if bound is None and figure.unit is not None:
            bound = named_before(place, book.facts)
        if bound is None and metric is not None and metric in book.metrics:
            bound = _only_input(figure, book.metrics[metric], readable)
        bound = _instead(bound, book, prefer)
        if isinstance(bound, str) and any(word in place.gross for word in readable[bound].topic):
            continue  # 那个数含了抵消，抵消前是9万吨: no offset
        if not isinstance(bound, str):
            bound = _reduced(place, book, known or {}, prefer) or bound
        if answer and len(figures) == 1 and not isinstance(bound, str) and _answers(figure, answer):
            bound = answer.id
        if (
            isinstance(bound, str)
            and MORE_OR_LESS.search(place.before)
            and not {*(known or {}), *seen} & {bound}
        ):
            continue  # 再多抵消3000吨, and nobody said how much there was
        why = (
            doubt(message, figure, place, readable[bound], today or date.today())
            if isinstance(bound, str) and not MORE_OR_LESS.search(place.before)
            else None
        )
        if why is not None and isinstance(bound, str):
            unread.append(UnreadFigure(f"{place.before}{figure.text}{place.after}".strip(), bound, why))
        elif isinstance(bound, str) and _disagrees(message, bound, figure, place, seen, stated, readable):
            unread.append(UnreadFigure(figure.text, bound, "与前面说的不一致"))
            stated = [item for item in stated if item.fact != bound]
        elif isinstance(bound, str) and not (figure.approximate and VAGUE.search(figure.text)):
            another = _another_part(place, bound, stated, readable)
            stated.append(
                _stated(readable[bound], figure, place, seen.get(bound), (known or {}).get(bound), another)
            )
            seen[bound] = (
                replace(figure, value=figure.value + seen[bound].value)
                if stated[-1].adds and bound in seen
                else figure
            )
        elif isinstance(bound, tuple):
            ambiguous.append(AmbiguousFigure(figure.text, bound))
    stated, ambiguous = _earlier(stated, ambiguous, _ordered(book, prefer))
    if answer and not figures and answer.minimum == 0 and NOTHING.match(message.strip()):
        stated.append(StatedFact(answer.id, "0", message))
    stated += at_the_cap(message, book, seen)
    stated += [
        StatedFact(fact.id, value, words)
        for fact, value, words in amounts_in_words(message, book.facts)
        if fact.id not in {*seen, *(item.fact for item in stated)} and not is_asked(message, words)
    ]
    stated += the_rest(message, book, stated, known or {}, prefer)
    stated += declared(message, book, answer, latest, today or date.today())
    planned = any(PLANNED.search(item.words) for item in stated if item.value not in ("是", "否"))
    supposed = bool(SUPPOSITION.search(message))
    return FactReading(tuple(stated), tuple(ambiguous), supposed, tuple(unread), planned)


def _disagrees(
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
    settled = CORRECTED.search(message) or SUPPOSITION.search(message) or SAME.search(place.before)
    return not (settled or ADDED.search(place.before) or _another_part(place, fact, stated, readable))


def _another_part(
    place: Window, fact: str, stated: Sequence[StatedFact], readable: Mapping[str, FactDefinition]
) -> bool:
    """绿证抵消3万吨，碳汇抵消2万吨: each names a kind that the other does not."""
    before = next((item.words for item in reversed(stated) if item.fact == fact), "")
    kinds = [{word for word in readable[fact].topic if word in text} for text in (before, place.near)]
    return bool(kinds[0] - kinds[1]) and bool(kinds[1] - kinds[0])


def _ordered(book: RuleBook, prefer: frozenset[str]) -> list[tuple[str, str]]:
    """Pairs of facts that are told one after the other, where both belong to what is under discussion."""
    return [
        (fact.id, fact.precedes)
        for fact in book.facts.values()
        if fact.precedes is not None and {fact.id, fact.precedes} <= prefer
    ]


def _instead(
    bound: str | tuple[str, ...] | None, book: RuleBook, prefer: frozenset[str]
) -> str | tuple[str, ...] | None:
    """The fact that is under discussion in place of the one whose words were used."""
    if not isinstance(bound, str) or bound in prefer:
        return bound
    meant = (fact.id for fact in book.facts.values() if fact.said_as == bound and fact.id in prefer)
    return next(meant, bound)


def _only_input(figure: Quantity, metric: Metric, readable: Mapping[str, FactDefinition]) -> str | None:
    inputs = [node.id for node in walk(metric.formula) if isinstance(node, Name)]
    fitting = [name for name in dict.fromkeys(inputs) if fits_unit(figure, readable[name])]
    return fitting[0] if len(fitting) == 1 and figure.unit is not None else None


def _reduced(place: Window, book: RuleBook, known: Mapping[str, str], prefer: frozenset[str]) -> str | None:
    """自己再减1万吨: what is reduced is the known fact in which the gap to a lower limit is told."""
    step = MORE_OR_LESS.search(place.before)
    if not step or not step["less"]:
        return None
    lower = [metric for metric in book.metrics.values() if metric.limit and ">" in metric.limit.operator]
    found = [metric.adjust for metric in lower if metric.adjust in known and metric.adjust in prefer]
    return found[0] if len(found) == 1 else None


def _answers(figure: Quantity, fact: FactDefinition | None) -> bool:
    """Whether a figure answers the question for a fact; 吨 said of energy means the 吨标准煤 that were asked for."""
    if fact is None:
        return False
    return fits_unit(figure, fact) or (fact.unit == "吨标准煤" and figure.unit == "吨")


def _between(
    figure: Quantity,
    place: Window,
    stated: list[StatedFact],
    bound: str | tuple[str, ...] | None,
    ordered: Sequence[tuple[str, str]],
) -> str | tuple[str, ...] | None:
    """从4万吨降到3.7万吨: of the facts that fit, the earlier one first, the later one after it."""
    if not isinstance(bound, tuple) or figure.unit != "吨":
        return bound
    for first, second in ordered:
        if {first, second} & set(bound):
            if FROM.search(place.before) and first in bound:
                return first
            if stated and stated[-1].fact == first and second in bound:
                return second
    return bound


def _earlier(
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


def _stated(
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
    step = MORE_OR_LESS.search(place.before)
    if step and known and earlier is None and figure.unit == fact.unit and fact.unit:
        change = -figure.value if step["less"] else figure.value
        value = display_quantity(parse_quantity(known, fact.unit) + change, fact.unit)
        words = place.before + figure.text + place.after
        return StatedFact(fact.id, value, words, figure.approximate, adds=True)
    value, adds = figure.text, False
    if figure.value == 1 and NONE_OF_IT.search(place.after):
        value = "0"  # 一吨都没抵消
    elif earlier and figure.unit and earlier.unit == figure.unit and (another or ADDED.search(place.before)):
        value, adds = display_quantity(earlier.value + figure.value, figure.unit), True
    elif fact.unit == "吨标准煤" and figure.unit == "吨":
        value = f"{figure.text}标准煤"
    return StatedFact(fact.id, value, place.before + figure.text + place.after, figure.approximate, adds)
