"""Clauses as plain data for the tools: one quotation an item, each with its marker."""

from __future__ import annotations

import re
from typing import Any

from assistant.agent.desk import TurnContext
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library

Found = tuple[str, dict[str, Any]]
PAGE_NUMBER = 4  # characters that a page number between two lines may add: - 14 -
READ_LIMIT = 60
SPACE = re.compile(r"\s+")


def quoted_item(turn: TurnContext, clause: Clause, quote: str) -> dict[str, Any]:
    """One quoted sentence as plain data, with its marker."""
    policy = turn.desk.library.policies[clause.policy_id]
    marker = turn.ledger.hand_out(clause.address, quote)
    evidence = turn.ledger.get(marker)
    assert evidence is not None, "the marker was handed out just now"
    return {
        "marker": marker,
        "address": clause.address,
        "policy": clause.policy_id,
        "title": policy.title,
        "policy_status": policy.status,
        "label": clause.label,
        "kind": str(clause.kind),
        "parent": f"{clause.policy_id}#{clause.parent}" if clause.parent else None,
        "children": [child.address for child in turn.desk.library.children(clause)],
        "quote": quote,
        "attributes": dict(clause.attributes),
        "at": evidence.start,
    }


def own_items(turn: TurnContext, clause: Clause) -> list[dict[str, Any]]:
    """A clause's own text as one quotation, or line by line where a table keeps its lines apart in the file."""
    if not clause.text:
        return []
    requirement = clause.attributes.get("requirement")
    shown = requirement or clause.attributes.get("indicator")
    if clause.kind in (ClauseKind.ROW, ClauseKind.SUBROW) and shown and shown in clause.text:
        return [quoted_item(turn, clause, shown)]
    _, span, _ = turn.desk.library.cite(clause.address, clause.text)
    stored = turn.desk.library.source(clause.policy_id)[span.start : span.end]
    whole = len(SPACE.sub("", stored)) - len(SPACE.sub("", clause.text)) <= PAGE_NUMBER
    return [quoted_item(turn, clause, part) for part in ([clause.text] if whole else clause.text.split("\n"))]


def below(library: Library, clause: Clause) -> list[Clause]:
    """Descendants in reading order, bounded."""
    found: list[Clause] = []
    pending = list(library.children(clause))
    while pending and len(found) < READ_LIMIT:
        child = pending.pop(0)
        found.append(child)
        pending = list(library.children(child)) + pending
    return found
