"""Talk about the facts themselves: which are noted, why one is asked for, forget this one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.agent.conversation import Conversation
from assistant.quantities import find_quantities
from assistant.rules.book import FactDefinition
from assistant.rules.books import RuleBooks

ALL_OF_IT = re.compile(r"都|哪些|哪几|全部|所有|一共|[些]数")
CONDITIONAL = re.compile(r"[？?吗]|如果|要是")


def dropped(message: str, conversation: Conversation, books: RuleBooks) -> dict[str, tuple[str, ...]]:
    """{policy: facts} that a message tells to be forgotten, the others to stay: 抵消那个数不算了; by the name it gives."""
    if CONDITIONAL.search(message):
        return {}
    if any(figure.unit != "年" for figure in find_quantities(message)):
        return {}  # 去掉抵消的4万吨: how the others change is not said
    found: dict[str, tuple[str, ...]] = {}
    for policy, known in conversation.facts.items():
        book = books.books.get(policy)
        facts = {id: book.facts[id] for id in known if id in book.facts} if book else {}
        scores = {id: _named(message, fact) for id, fact in facts.items()}
        best = max(scores.values(), default=0)
        if best:
            found[policy] = tuple(id for id, score in scores.items() if score == best)
    return {policy: facts for policy, facts in found.items() if len(facts) == 1}


def _named(message: str, fact: FactDefinition) -> int:
    """How plainly a message names a fact: by its name, its period, its topic."""
    if any(name in message for name in (fact.label, *fact.synonyms)):
        return 3
    period = any(word in message for word in fact.periods)
    topic = any(word in message for word in fact.topic)
    return 2 * period + (topic if period or not fact.periods else 0)


def noted(message: str, conversation: Conversation, books: RuleBooks) -> tuple[tuple[str, str, str], ...]:
    """(label, value, the user's words) of what the conversation has noted: of the one fact that is named, else of all."""
    found = []
    best = 0
    for policy, known in conversation.facts.items():
        book = books.books.get(policy)
        origins: Mapping[str, Mapping[str, str]] = conversation.origins.get(policy, {})
        for id, value in known.items():
            one = book.facts.get(id) or book.metrics.get(id) if book else None
            if one is not None:
                told = (one.label, value, origins.get(id, {}).get("words", ""))
                fact = book.facts.get(id) if book else None
                score = _named(message, fact) if fact and not ALL_OF_IT.search(message) else 0
                best = max(best, score)
                found.append((score, told))
    named = [told for score, told in found if score == best]
    return tuple(named if best and len(named) == 1 else (told for _, told in found))
