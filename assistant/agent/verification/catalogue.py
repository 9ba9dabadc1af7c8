"""What is known of policies and rule books whatever is asked: titles, issuers, numbers, dates, names of facts and criteria."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.documents.library import Library
from assistant.rules.book import RuleBook


def catalogue_of(library: Library, books: Mapping[str, RuleBook]) -> tuple[str, ...]:
    """The catalogue's texts, one of each policy, fact and criterion."""
    told = [
        f"{policy.title} {policy.issuer} {policy.number or ''} {policy.published or ''} {policy.valid_to or ''}"
        for policy in library.policies.values()
    ]
    told += [f"{fact.label}\n{fact.question}" for book in books.values() for fact in book.facts.values()]
    told += [criterion.label for book in books.values() for criterion in book.criteria.values()]
    return tuple(told)
