"""The metrics that a message is about: by name, by the figures it gives, or by the score that uses them."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.agent.conversation import Conversation
from assistant.agent.understanding import intents
from assistant.agent.understanding.bearing import facts_of
from assistant.agent.understanding.facts.figure_binding import COUNT_UNITS
from assistant.agent.understanding.facts.stated import FactReading
from assistant.agent.understanding.metric_parts import (
    asked_in_its_unit,
    named_by_parts,
    score_of_clause,
    short_name,
)
from assistant.agent.understanding.programmes import Named, programmes_named
from assistant.retrieval.asking import Ask, asks_of
from assistant.rules.book import CAP, Metric, RuleBook


def metric_of(
    books: Mapping[str, RuleBook],
    message: str,
    asks: frozenset[Ask],
    facts: FactReading,
    current: str,
    measuring: bool,
    conversation: Conversation,
) -> Named | None:
    """The metric that the message is about: by name, by the figures it gives, or as the score that uses them."""
    stated = set(facts.values)
    found: list[tuple[tuple[int, ...], Named]] = []
    for policy, book in books.items():
        programme_facts = {fact for one in book.programmes for fact in facts_of(book, one)}
        counting = measuring and bool(conversation.facts.get(policy) or stated)
        known = stated | set(conversation.facts.get(policy, {}))
        own = book.programmes[current].metrics if current in book.programmes else ()
        own_inputs = {fact for id in own if book.metrics[id].unit == "%" for fact in book.needed[id]}
        told = stated or known  # a message's own figures before those of the programme that was spoken of
        elsewhere = not told & own_inputs and not programmes_named({policy: book}, message)
        told_names = {
            name for one in book.metrics.values() if one.id in stated for name in (one.label, *one.synonyms)
        }
        mentioned = {
            alias
            for metric in book.metrics.values()
            for alias in (
                metric.label,
                *metric.synonyms,
                *(_tails(metric, message) if counting and metric.unit == "%" else ()),
            )
            if alias in message
        }
        read = None
        if conversation.intent in (intents.Intent.LOOKUP, intents.Intent.CLAUSE):
            read = score_of_clause(book, conversation.focus, conversation.query)
        for metric in book.metrics.values():
            inputs = {*book.needed[metric.id], *book.inputs(metric.id)}
            named = max(
                (len(a) for a in mentioned if a in metric.label or a in metric.synonyms),
                default=named_by_parts(message, metric, book),
            )
            goes_on = (
                not mentioned - told_names
                and conversation.intent == intents.Intent.METRIC
                and conversation.metric == f"{policy}/{metric.id}"
            )  # 百分之二十呢, after a score
            scored = (
                metric.unit == "分"
                and (Ask.POINTS in asks or metric is read or goes_on)
                and (
                    bool(inputs & stated)
                    or (_names_item(book, metric, message, conversation) and Ask.POINTS in asks)
                )
            )
            free = not measuring or not stated & programme_facts
            plain = metric.limit is not None or len(book.needed[metric.id]) == 1
            counted = bool(stated) and free and plain and set(book.needed[metric.id]) == stated
            how_many = not asks and not stated & programme_facts  # 复审名单有18家: how many there are
            how_many = how_many or metric.unit in COUNT_UNITS  # 41家抽8家够不够
            counted = counted and (how_many or intents.COMPUTE.search(message) is not None)
            if named or scored or counted or asked_in_its_unit(message, metric, conversation.focus):
                overlap = len(set(book.needed[metric.id]) & stated)
                in_programme = current in book.programmes and metric.id in book.programmes[current].metrics
                told_of = int(bool(overlap) and elsewhere and set(book.needed[metric.id]) <= known)
                rank = (int(scored), int(named > 0), told_of, int(in_programme), overlap, named)
                found.append((rank, Named(policy, metric.id)))
    return _measured(books, max(found, key=lambda item: item[0])[1], stated) if found else None


def further_metrics(
    message: str, first: Named | None, book: RuleBook | None, current: str
) -> tuple[Named, ...]:
    """碳削减率和占比各是多少: the other metrics of the same book that a message names, the current programme's by choice."""
    if first is None or book is None or book.policy_id != first.policy:
        return ()
    own_metrics = book.programmes[current].metrics if current in book.programmes else ()
    labels = [
        (name, metric)
        for metric in sorted(book.metrics.values(), key=lambda one: one.id in own_metrics)
        for name in (metric.label, *metric.synonyms, *_tails(metric, message))
        if name in message
    ]
    said = [
        (name, metric)
        for name, metric in labels
        if not any(
            name in other and name != other and message.count(name) == message.count(other)
            for other, _ in labels
        )
    ]
    named_first = book.metrics[first.id]
    own = {name for name, _ in said if any(name in one for one in (named_first.label, *named_first.synonyms))}
    found = {name: metric for name, metric in said if name not in own}
    named = {
        metric.label: metric for metric in found.values() if metric.label != book.metrics[first.id].label
    }
    scores = [
        metric.id
        for metric in book.metrics.values()
        if metric.unit == "分" and first.id in book.inputs(metric.id) and Ask.POINTS in asks_of(message)
    ]
    further = [metric.id for metric in named.values() if metric.unit == "%" or metric.limit]
    return tuple(Named(first.policy, id) for id in dict.fromkeys((*further, *scores)))


def _measured(books: Mapping[str, RuleBook], metric: Named, stated: set[str]) -> Named:
    """抵消最多占到70%，行吗: where a limit is spoken of and the share itself is stated, the share is measured."""
    book = books[metric.policy]
    asked = book.metrics[metric.id]
    if stated & set(book.needed[metric.id]):
        return metric
    for one in book.metrics.values():
        adjusted = book.facts[one.adjust].label if one.limit and one.adjust else None
        if one.id in stated and adjusted and asked.label == f"{adjusted}{CAP}":
            return Named(metric.policy, one.id, metric.alias)
    return metric


def _tails(metric: Metric, message: str) -> tuple[str, ...]:
    tail = short_name(metric, message)
    return (tail,) if tail else ()


def _names_item(book: RuleBook, metric: Metric, message: str, conversation: Conversation) -> bool:
    """抵消那项能拿几分, said of oneself or with figures known: the scored item is named by the amount it is about."""
    known = conversation.facts.get(book.policy_id, {})
    behind = {*book.needed[metric.id], *book.inputs(metric.id)}
    if not (behind & set(known) or intents.FIRST_PERSON.search(message)):
        return False
    parts = [book.metrics[id] for id in book.inputs(metric.id) if id in book.metrics]
    moved = [book.facts[one.adjust] for one in (metric, *parts) if one.adjust]
    return any(word in message for fact in moved for word in fact.topic)
