"""What a page needs to show the facts of a conversation and to ask for those that are missing: fields from the rule book.

Nothing here knows a policy: kind, unit, bounds and choices are the fact's own in its rule book.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from assistant.agent.answer import MissingFact
from assistant.agent.conversation import Conversation
from assistant.agent.understanding.form_replies import correction, reply_to, withdrawal
from assistant.quantities import display_number
from assistant.rules.book import FactDefinition, Metric, RuleBook
from assistant.rules.books import RuleBooks
from assistant.units import written_units

NOT_APPLICABLE = "不适用"
NONE = "没有"  # what a question for an amount may offer as an answer: none of it
YES_NO = "boolean"


@dataclass(frozen=True)
class FactField:
    """How a fact is put in: `kind` is boolean, number, integer, points or date.

    `choices` are the words to tap (of a boolean, and 没有 where the question offers it), `units` those to choose from, the handiest first; `minimum` and `maximum`
    bound a number in the fact's own unit (None: unbounded, or several units). `reply` goes before the value in the sentence
    that is sent.
    """

    policy: str
    fact: str
    label: str
    question: str
    kind: str
    units: tuple[str, ...]
    choices: tuple[str, ...]
    minimum: str | None
    maximum: str | None
    reply: str


@dataclass(frozen=True)
class UnderstoodFact:
    """A fact that a conversation holds: its value as it was told, the words it was read from and their turn (1: the first).

    `field` is how to change it, its `reply` being that of a correction; `withdrawal` is the sentence that takes it back.
    """

    policy: str
    fact: str
    label: str
    value: str
    unit: str | None
    kind: str
    words: str
    turn: int | None
    field: FactField
    withdrawal: str


def understood_facts(conversation: Conversation, books: RuleBooks) -> tuple[UnderstoodFact, ...]:
    """The facts of a conversation in the order of the rule books; what a book no longer knows is left out."""
    found = []
    for policy, known in conversation.facts.items():
        book = books.books.get(policy)
        if book is None:
            continue
        origins = conversation.origins.get(policy, {})
        for one in book.told():
            if one.id in known:
                found.append(_understood(book, one, known[one.id], origins.get(one.id, {})))
    return tuple(found)


def missing_fields(missing: Iterable[MissingFact], books: RuleBooks) -> tuple[FactField | None, ...]:
    """The field of each missing fact; None for one that no rule book asks for in these words."""
    return tuple(_field_of(item, books) for item in missing)


def _field_of(item: MissingFact, books: RuleBooks) -> FactField | None:
    for book in books.books.values():
        fact = book.facts.get(item.fact)
        if fact is not None and fact.question == item.question:
            return _field(book, fact, reply_to(fact.label))
    return None


def _understood(
    book: RuleBook, one: FactDefinition | Metric, value: str, origin: Mapping[str, object]
) -> UnderstoodFact:
    kind = one.type if isinstance(one, FactDefinition) else "number"
    turn = origin.get("turn")
    return UnderstoodFact(
        policy=book.policy_id,
        fact=one.id,
        label=one.label,
        value=value,
        unit=one.unit,
        kind=kind,
        words=str(origin.get("words", "")),
        turn=turn if isinstance(turn, int) else None,
        field=_field(book, one, correction(one.label)),
        withdrawal=withdrawal(one.label),
    )


def _field(book: RuleBook, one: FactDefinition | Metric, reply: str) -> FactField:
    fact = one if isinstance(one, FactDefinition) else None
    units = written_units(one.unit) if one.unit else ()
    least = most = None
    if fact is not None and len(units) <= 1:
        least, most = fact.minimum, fact.maximum
    return FactField(
        policy=book.policy_id,
        fact=one.id,
        label=one.label,
        question=fact.question if fact else "",
        kind=fact.type if fact else "number",
        units=units,
        choices=_choices(fact) if fact else (),
        minimum=_plain(least, one.unit),
        maximum=_plain(most, one.unit),
        reply=reply,
    )


def _choices(fact: FactDefinition) -> tuple[str, ...]:
    if fact.type != YES_NO:
        return (NONE,) if f"“{NONE}”" in fact.question else ()
    return ("是", "否", NOT_APPLICABLE) if NOT_APPLICABLE in fact.affirm else ("是", "否")


def _plain(bound: Fraction | None, unit: str | None) -> str | None:
    if bound is None:
        return None
    return display_number(bound * 100 if unit == "%" else bound)
