"""Where the facts of a conversation come from, and the trace of what a turn computed from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from assistant.agent.desk import TurnContext
from assistant.agent.understanding.facts.stated import FactReading, StatedFact
from assistant.plain_text import as_written
from assistant.rules.facts import parse_facts
from assistant.rules.origins import SAID, SOLVED, Origin
from assistant.rules.trace import trace, trace_metrics


def fact_origins(
    context: TurnContext, reading: FactReading, policy: str, facts: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """{fact id: {"words", "turn"}} of a policy's facts as they stand after this turn.

    A fact that this turn did not state keeps its origin; of one whose value no words of the message account for (a model
    understood it) the whole message is the origin.
    """
    known = context.conversation.facts.get(policy, {})
    before = context.conversation.origins.get(policy, {})
    stated = {item.fact: item for item in reading.stated}
    found: dict[str, dict[str, Any]] = {}
    for id, value in facts.items():
        item = stated.get(id)
        if known.get(id) == value and (item is None or item.value != value):
            if id in before:
                found[id] = before[id]
            continue
        words = _words(reading, item, before.get(id), context.message) if item else context.message
        found[id] = {"words": words.strip(), "turn": context.conversation.turns + 1}
    return found


def _words(reading: FactReading, last: StatedFact, before: Mapping[str, Any] | None, message: str) -> str:
    """The words of a fact's last statement as the message has them; where they only add to earlier ones, those first."""
    if not last.adds:
        return as_written(last.words, message)
    parts = [as_written(item.words, message) for item in reading.stated if item.fact == last.fact]
    if before and all(item.adds for item in reading.stated if item.fact == last.fact):
        parts.insert(0, before["words"])
    return "；".join(part.strip() for part in parts)


def trace_of(
    measured: Mapping[str, Any] | None, context: TurnContext, reading: FactReading
) -> dict[str, Any] | None:
    """The trace of a turn's assessment or computation (its tool's data), each fact with the user's words."""
    if measured is None:
        return None
    book = context.desk.books.book(measured["policy"])
    given: Mapping[str, str] = measured["facts"]
    origins = {
        id: Origin(SAID, **origin)
        for id, origin in fact_origins(context, reading, book.policy_id, given).items()
    }
    facts = parse_facts(book, given)
    if "at" in measured:
        facts |= {id: Fraction(value) for id, value in measured["at"].items()}
        origins |= dict.fromkeys(measured["at"], Origin(SOLVED, "；".join(measured["sentences"])))
        checked = [item["metric"] for item in measured["checks"]]
        return trace_metrics(book, checked, facts, context.today, origins)
    if "programme" in measured:
        day = date.fromisoformat(measured["on"])
        return trace(book, measured["programme"], facts, day, measured["stage"], origins)
    return trace_metrics(book, [measured["calculation"]["metric"]], facts, context.today, origins)
