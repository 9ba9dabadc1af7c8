"""Messages that a page's form sends: a fact's question or name with its value, and a fact that is taken back by its name.

They are plain sentences, so that the conversation stays a whole record; here they are read as exactly that one fact,
whatever words its name holds (近36个月无…：否). `reply_to`, `correction` and `withdrawal` are their one spelling.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.agent.conversation import Conversation
from assistant.rules.book import FactDefinition, RuleBook
from assistant.rules.books import RuleBooks

CORRECTING = "更正："
NO_LONGER = "不再计入"
_CORRECTS = re.compile(r"更正\s*[：:，,]\s*")
_GIVES = re.compile(r"\s*[：:]\s*")
_TAKES_BACK = re.compile(rf"(?P<name>.+?)\s*(?:{NO_LONGER}|不算了?|不计入了?)[。！!]?")
_FURTHER = re.compile(r"[，,、；;。？?！!](?!\d)")  # words that say more than one value


def reply_to(label: str) -> str:
    """What goes before the value of a fact that is asked for."""
    return f"{label}："


def correction(label: str) -> str:
    """What goes before the new value of a known fact."""
    return f"{CORRECTING}{label}："


def withdrawal(label: str) -> str:
    """The sentence that takes a known fact back."""
    return f"{CORRECTING}{label}{NO_LONGER}"


def answered(raw: str, conversation: Conversation, books: RuleBooks) -> tuple[str, Conversation]:
    """A message that gives one fact by its question or its name, as that fact's answer; any other as it is."""
    said = _CORRECTS.sub("", raw, count=1) if _CORRECTS.match(raw) else raw
    for policy, book in books.books.items():
        for fact in book.facts.values():
            rest = _after_question(raw, fact) or _after_name(said, fact)
            if rest:
                programme = conversation.programme or f"{policy}/{_programme_with(book, fact.id)}"
                waiting = replace(conversation, pending=fact.id, programme=programme, intent="eligibility")
                return rest, waiting
    return raw, conversation


def withdrawn(raw: str, conversation: Conversation, books: RuleBooks) -> dict[str, tuple[str, ...]]:
    """{policy: facts} of the known facts that a message takes back by their whole name."""
    found = _TAKES_BACK.fullmatch(_CORRECTS.sub("", raw, count=1)) if _CORRECTS.match(raw) else None
    if found is None:
        return {}
    taken: dict[str, tuple[str, ...]] = {}
    for policy, known in conversation.facts.items():
        book = books.books.get(policy)
        labels = [(one.id, one.label) for one in book.told()] if book else []
        ids = tuple(id for id, label in labels if id in known and label == found["name"].strip())
        if ids:
            taken[policy] = ids
    return taken


def _after_question(raw: str, fact: FactDefinition) -> str:
    asked = bool(fact.question) and raw.startswith(fact.question)
    return raw[len(fact.question) :].strip(" ：:，") if asked else ""


def _after_name(said: str, fact: FactDefinition) -> str:
    gives = _GIVES.match(said, len(fact.label)) if said.startswith(fact.label) else None
    rest = said[gives.end() :].strip() if gives else ""
    return "" if _FURTHER.search(rest) else rest


def _programme_with(book: RuleBook, fact: str) -> str:
    """The first programme that needs the fact; the book's first where none does."""
    needing = (
        id
        for id, programme in book.programmes.items()
        if any(fact in book.needed[criterion] for criterion in programme.criteria)
    )
    return next(needing, next(iter(book.programmes)))
