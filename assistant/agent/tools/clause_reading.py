"""The work of the reading tool: a clause and what stands under it, or the clauses that a reference may mean."""

from __future__ import annotations

import re
from typing import Any

from assistant.agent.desk import TurnContext
from assistant.agent.tools.items import Found, below, own_items
from assistant.errors import AddressError, AmbiguousClauseError, UnknownClauseError

MAX_CANDIDATES = 5


def read(turn: TurnContext, reference: str, policy: str | None) -> Found:
    """A clause and what stands under it, each with a marker."""
    library = turn.desk.library
    try:
        clause = library.resolve(reference, policy)
    except AmbiguousClauseError as error:
        found = [library.clause(address) for address in error.candidates[:MAX_CANDIDATES]]
        items = [item for one in found for item in own_items(turn, one)[:1]]
        return str(error), {"ambiguous": reference, "items": items, "choices": list(error.candidates)}
    except UnknownClauseError as error:
        items = _container(turn, reference, policy)
        near = own_items(turn, library.clause(error.nearest)) if error.nearest else []
        told = {"unknown": str(error), "items": items, "notes": _notes(turn, reference, items), "near": near}
        return str(error), told
    turn.progress("clause", f"阅读{clause.label}", (clause.address,))
    items = [item for member in (clause, *below(library, clause)) for item in own_items(turn, member)]
    lines = [f"[{item['marker']}] {item['label']}：{item['quote']}" for item in items]
    head = {
        "address": clause.address,
        "policy": clause.policy_id,
        "label": clause.label,
        "kind": str(clause.kind),
        "title": library.policies[clause.policy_id].title,
        "heading_path": list(clause.heading_path),
    }
    return "\n".join(lines) or f"{clause.label}（标题）", {"clause": head, "items": items}


def _container(turn: TurnContext, reference: str, policy: str | None) -> list[dict[str, Any]]:
    """The clause that would hold a clause that does not exist: 附件4 for 附件4第11项."""
    path = reference.split("#")[-1]
    while "/" in path:
        path = path.rpartition("/")[0]
        try:
            return own_items(turn, turn.desk.library.resolve(path, policy))[:1]
        except AddressError:
            continue
    return _siblings(turn, path, policy)


def _notes(turn: TurnContext, reference: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the rule book notes about a number that a table lacks: 附件4 goes from 10 to 12."""
    number = reference.rpartition("/")[2]
    if not items or not number.isdigit():
        return []
    book = turn.desk.book_of(items[0]["policy"])
    name = f"{items[0]['label']}第{number}项"
    return [
        {
            "text": note.text,
            "markers": [turn.ledger.hand_out(one.address, one.quote) for one in note.bindings],
        }
        for note in (book.notes if book else ())
        if name in note.topics
    ]


def _siblings(turn: TurnContext, path: str, policy: str | None) -> list[dict[str, Any]]:
    """The clauses that are numbered like one that does not exist: 专栏1 and 专栏2 for 专栏3."""
    series = re.match(r"附件|专栏", path)
    if policy is None or series is None:
        return []
    named = re.compile(rf"{series.group()}\d+")
    found = [clause for clause in turn.desk.library.clauses(policy) if named.fullmatch(clause.path)]
    return [item for clause in found for item in own_items(turn, clause)[:1]]
