"""Facts that a model hands to the rule tools: only what the user said, as the built-in reading understood it.

A model that obeys an instruction in a message, or makes a figure up, would otherwise turn a verdict round.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from assistant.agent.desk import TurnContext
from assistant.errors import FactError, QuantityError
from assistant.plain_text import plain
from assistant.quantities import find_quantities, in_unit
from assistant.rules.book import RuleBook
from assistant.rules.facts import parse_facts
from assistant.rules.wording import label


def admitted(turn: TurnContext, book: RuleBook, said: Mapping[str, str]) -> dict[str, str]:
    """What was read from the message, with those of the model's facts that the user's own words hold.

    Raises FactError that names what the user did not say.
    """
    read = dict(turn.understood.get(book.policy_id, {}))
    known = turn.remembered(book.policy_id)
    result = dict(read)
    for name, value in said.items():
        before = read.get(name, known.get(name))
        if before is not None:
            if not _same(book, name, before, value):
                raise FactError(
                    f"{label(book, name)}的值“{value}”与用户说的“{before}”不同；应为用户说的值", name
                )
        elif not _is_said(turn, book, name, value, {**known, **read}):
            raise FactError(f"用户没有说过{label(book, name)}是“{value}”；没有说过的数据请留空", name)
        else:
            result[name] = value
    return result


def _same(book: RuleBook, name: str, one: str, other: str) -> bool:
    try:
        return parse_facts(book, {name: one}) == parse_facts(book, {name: other})
    except FactError:
        return one == other


def _is_said(turn: TurnContext, book: RuleBook, name: str, value: str, taken: Mapping[str, str]) -> bool:
    """Whether a figure stands in the user's words and is not another fact's; a yes or no is never taken from a model."""
    fact = book.facts.get(name)
    if fact is None or fact.unit is None:
        return False
    amount = parse_facts(book, {name: value}).get(name)
    if not isinstance(amount, Fraction):
        return False
    for other, text in taken.items():
        if other in book.facts and parse_facts(book, {other: text}).get(other) == amount:
            return False
    return any(amount in _amounts(words, fact.unit) for words in (*turn.conversation.said, turn.message))


def _amounts(words: str, unit: str) -> set[Fraction]:
    found = set()
    for quantity in find_quantities(plain(words)):
        try:
            found.add(in_unit(quantity, unit))
        except QuantityError:
            continue
    return found
