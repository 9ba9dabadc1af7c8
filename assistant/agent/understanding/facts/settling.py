"""Figures that were asked about: settled by the next messages, or still open.

A figure stays open until its fact is named or told, or the message leaves it out; nothing is computed from the facts that it
may be until then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.agent.understanding.facts.relations import Related
from assistant.agent.understanding.facts.stated import FactReading, StatedFact, UnknownFigure
from assistant.agent.understanding.facts.suppositions import WONDERED
from assistant.quantities import find_quantities
from assistant.rules.book import RuleBook

LEFT_OUT = re.compile(
    r"(?:不用|不要|不必|别|甭)(?:管|理|算|改|加|计)|忽略|不管|撤回|作废|不算数?|当我没说|照旧|不变|"
    r"(?:按|照|用|以|还是)[^，。；]{0,3}(?:原来|之前|前面|原先|刚才|先前|已有|原数)"
)
YES = re.compile(r"^(?:嗯|对|是|没错|正是|就是)(?:的|呀|啊|对)*[，。！!\s]*$")
ANSWER = 14  # characters of a message that only names what a figure is
STILL_OPEN = "还没有说清，没有计入"


def settled(
    message: str,
    facts: FactReading,
    left: Mapping[str, Sequence[str]],
    book: RuleBook | None,
    prefer: frozenset[str],
    back: bool,
) -> FactReading:
    """The facts of a message with the figures `left` open by earlier ones ({words: facts they may be}) settled where it does.

    `back`: it goes back to what was told before.
    """
    if not left or book is None or back or LEFT_OUT.search(message):
        return facts
    told = {item.fact for item in facts.stated}
    still: list[UnknownFigure] = []
    named = None if told else _named(message, left, book, prefer)
    for words, candidates in left.items():
        if told & set(candidates):
            continue
        if named in candidates and len(_figures(words)) == 1:
            facts = replace(facts, stated=(*facts.stated, StatedFact(str(named), words, words)))
            named = None
            continue
        still.append(UnknownFigure(words, tuple(candidates), STILL_OPEN))
    return replace(facts, unsettled=tuple(still))


def open_after(facts: FactReading) -> dict[str, list[str]]:
    """{words: facts they may be} of what a message leaves open."""
    unclear = {
        one.words: list(one.candidates) for one in (*facts.unsettled, *facts.ambiguous, *facts.unknown)
    }
    return unclear | {one.words: [one.fact] for one in facts.unread if one.unsettles and one.fact}


def _named(
    message: str, left: Mapping[str, Sequence[str]], book: RuleBook, prefer: frozenset[str]
) -> str | None:
    """The fact that an answer names, or agrees to where only one was asked about."""
    first = next(iter(left.values()))
    if YES.match(message.strip()):
        return first[0] if len(first) == 1 else None
    metrics = [name for one in book.metrics.values() for name in (one.label, *one.synonyms)]
    if len(message) > ANSWER or WONDERED.search(message) or _figures(message):
        return None
    if any(name in message for name in metrics):
        return None  # 现在削减率
    return Related(book, prefer).named(message)


def _figures(words: str) -> list[object]:
    return [one for one in find_quantities(words) if one.unit != "年"]
