"""Answers about the facts of a conversation: what is noted, what was forgotten, why one is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.agent.answer import AnswerStatus
from assistant.agent.understanding.reading import Reading
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.rules.book import Criterion, FactDefinition, RuleBook

NOTHING = "这次对话里还没有记下企业的数据。您可以直接说，比如基准年和上年度的排放量、抵消量。"


def noted(reading: Reading) -> Draft:
    """The facts that the conversation holds, each with the user's own words."""
    if not reading.noted:
        return Draft(NOTHING, AnswerStatus.ANSWERED)
    if len(reading.noted) == 1:
        label, value, words = reading.noted[0]
        said = f"（您说的是“{words}”）" if words and value not in words else ""
        return Draft(f"您说过的{label}是{value}{said}。", AnswerStatus.ANSWERED)
    lines = [
        f"- {label}：{value}" + (f"（您说的是“{words}”）" if words and value not in words else "")
        for label, value, words in reading.noted
    ]
    return Draft("到目前记下的数据：\n" + "\n".join(lines), AnswerStatus.ANSWERED)


def forgotten(labels: Sequence[str]) -> Draft:
    """One fact is forgotten, the others stay."""
    return Draft(f"好的，{'、'.join(labels)}已不再计入，其他数据不变。", AnswerStatus.ANSWERED)


def why(reading: Reading, fact: FactDefinition, book: RuleBook, results: Sequence[ToolResult]) -> Draft:
    """Which requirement needs the fact that is asked for, in the clause's own words, and the question again."""
    needing = needing_fact(reading, fact, book)
    items = [item for result in results for item in result.artifact.get("items", ())[:1]]
    marker = "".join(f"[{item['marker']}]" for item in items[:1])
    text = (
        f"问这个，是因为要据此判定“{needing.label}”。\n\n依据：“{needing.quote}”{marker}\n\n{fact.question}"
    )
    return Draft(text, AnswerStatus.NEEDS_FACTS, ((fact.id, fact.question),), fact.id)


def needing_fact(reading: Reading, fact: FactDefinition, book: RuleBook) -> Criterion | FactDefinition:
    """The requirement that needs a fact, of the programme under discussion; the fact itself where none does."""
    programme = book.programmes.get(reading.programme.id) if reading.programme else None
    wanted = {fact.id, *fact.implies}
    if fact.implies:
        return fact
    ids = programme.criteria if programme else tuple(book.criteria)
    return next((book.criteria[id] for id in ids if wanted & set(book.needed[id])), fact)
