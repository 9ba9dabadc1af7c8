"""Which programme figures belong to, and whether what is known of an applicant bears on what is asked."""

from __future__ import annotations

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.facts.stated import FactReading
from assistant.agent.understanding.programmes import Named
from assistant.agent.understanding.reading import Reading
from assistant.rules.book import RuleBook


def facts_of(book: RuleBook, programme: str) -> frozenset[str]:
    """Facts behind the criteria of a programme."""
    return frozenset(fact for id in book.programmes[programme].criteria for fact in book.needed[id])


def likeliest_programme(book: RuleBook, facts: FactReading) -> Named | None:
    """The programme that needs the most of the facts that are stated, the first of several; None in a book without any."""
    stated = set(facts.values)
    ranked = sorted(book.programmes, key=lambda programme: -len(stated & facts_of(book, programme)))
    return Named(book.policy_id, ranked[0]) if ranked else None


def bears_on(base: Reading, conversation: Conversation, book: RuleBook | None) -> bool:
    """Whether what is known of the applicant bears on what a message may ask: on a programme, or on the metric spoken of.

    How many enterprises there are to draw from says nothing of an applicant.
    """
    known = {fact for facts in conversation.facts.values() for fact in facts}
    if book is None or not known:
        return bool(known)
    metrics = [base.metric.id] if base.metric else []
    if base.follows and conversation.metric:
        metrics.append(conversation.metric.partition("/")[2])
    of_metrics = {fact for id in metrics if id in book.needed for fact in book.needed[id]}
    of_programmes = {fact for id in book.programmes for fact in facts_of(book, id)}
    return bool(known & (of_metrics | of_programmes | set(book.metrics)))


def of_another_programme(book: RuleBook, current: str, facts: FactReading, message: str) -> str | None:
    """The programme that a message's own figures belong to, where two or more of what it tells or speaks of are only its,
    and fewer are only the current one's: 2021年9万吨，最多能抵多少, after 近零碳 was spoken of."""
    stated = {item.fact for item in facts.stated if item.value not in ("是", "否")}
    if current not in book.programmes or not stated:
        return None
    current_facts = facts_of(book, current)
    shared = {word for fact in current_facts for word in book.facts[fact].topic}
    for id in book.programmes:
        own = facts_of(book, id)
        told = stated | {
            fact
            for fact in own
            if any(word in message for word in book.facts[fact].topic if word not in shared)
        }
        least = max(1, len(stated & current_facts - own))
        if stated & own - current_facts and len(told & own - current_facts) > least:
            return id
    return None
