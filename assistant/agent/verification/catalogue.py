"""What is known of policies and rule books whatever is asked: titles, numbers, names, and which clauses a name is bound to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from assistant.documents.library import Library
from assistant.rules.book import Bound, Note, RuleBook
from assistant.rules.expression import Name, Node, walk


def catalogue_of(library: Library, books: Mapping[str, RuleBook]) -> tuple[str, ...]:
    """The catalogue's texts, one of each policy, fact and criterion."""
    told = [
        f"{policy.title} {policy.issuer} {policy.number or ''} {policy.published or ''} {policy.valid_to or ''}"
        for policy in library.policies.values()
    ]
    told += [f"{fact.label}\n{fact.question}" for book in books.values() for fact in book.facts.values()]
    told += [criterion.label for book in books.values() for criterion in book.criteria.values()]
    return tuple(told)


def bound_clauses(books: Iterable[RuleBook]) -> Mapping[str, frozenset[str]]:
    """By the label of a fact, metric or criterion, the addresses of all clauses that rule books bind it to.

    A metric is also bound to the clauses of what judges by it, a fact to those of what needs it, and a criterion to those
    of the notes on it.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for book in books:
        for label, rule in _rules(book):
            found[label].update(binding.address for binding in rule.bindings)
    return {label: frozenset(addresses) for label, addresses in found.items()}


def _rules(book: RuleBook) -> Iterator[tuple[str, Bound | Note]]:
    """Each label of a book with everything that speaks of what it names."""
    for id, criterion in book.criteria.items():
        yield criterion.label, criterion
        tested = {name for node in (criterion.condition, criterion.score) if node for name in _names(node)}
        told = [book.metrics[name].label for name in tested & book.metrics.keys()]
        yield from ((label, criterion) for label in (*told, *_facts(book, id)))
        for note in book.notes:
            if id in note.criteria:
                yield from ((label, note) for label in (criterion.label, *told))
    for id, metric in book.metrics.items():
        yield from ((label, metric) for label in (metric.label, *_facts(book, id)))
    for fact in book.facts.values():
        yield fact.label, fact


def _names(node: Node) -> set[str]:
    return {one.id for one in walk(node) if isinstance(one, Name)}


def _facts(book: RuleBook, id: str) -> list[str]:
    """Labels of the facts that a metric or criterion needs."""
    return [book.facts[fact].label for fact in book.needed[id]]
