"""Policies and clauses as plain JSON, the same from every interface, and the tags that say whether they changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from assistant.documents.clause import Clause
from assistant.documents.library import Library
from assistant.documents.policy import Policy
from assistant.reading.reliance import Reliance
from assistant.reading.stored_lines import line_range

VIEW_VERSION = "2"  # of the shapes below: another one makes another tag


def clause_view(library: Library, clause: Clause, rules: Sequence[Reliance]) -> dict[str, Any]:
    """A clause with its place in the tree, in the stored file and in the rule book."""
    policy = library.policies[clause.policy_id]
    around = [item.address for item in library.clauses(clause.policy_id)]
    at = around.index(clause.address)
    source = library.source(clause.policy_id)
    return {
        "address": clause.address,
        "label": clause.label,
        "kind": str(clause.kind),
        "heading_path": list(clause.heading_path),
        "text": library.full_text(clause),
        "own_text": clause.text,
        "attributes": dict(clause.attributes),
        "standings": [
            {
                "spans": [asdict(span) for span in standing.spans],
                "lines": list(line_range(source, standing.spans)) if standing.spans else None,
            }
            for standing in clause.standings
        ],
        "policy": {
            "id": policy.id,
            "title": policy.title,
            "number": policy.number,
            "status": policy.status,
            "sha256": policy.sha256,
        },
        "parent": f"{policy.id}#{clause.parent}" if clause.parent else None,
        "children": [child.address for child in library.children(clause)],
        "previous": around[at - 1] if at else None,
        "next": around[at + 1] if at + 1 < len(around) else None,
        "rules": [
            {
                "kind": rule.kind,
                "id": rule.id,
                "label": rule.label,
                "quote": rule.quote,
                "programmes": list(rule.programmes),
                "detail": rule.detail,
            }
            for rule in rules
        ],
    }


def brief_view(clause: Clause) -> dict[str, Any]:
    """A clause in a list."""
    return {
        "address": clause.address,
        "label": clause.label,
        "kind": str(clause.kind),
        "heading_path": list(clause.heading_path),
        "text": clause.text,
        "parent": f"{clause.policy_id}#{clause.parent}" if clause.parent else None,
    }


def policy_view(policy: Policy, clauses: int, rule_book: bool) -> dict[str, Any]:
    """A policy in the catalogue."""
    return {
        "id": policy.id,
        "title": policy.title,
        "number": policy.number,
        "issuer": policy.issuer,
        "published": policy.published.isoformat() if policy.published else None,
        "status": policy.status,
        "valid_from": policy.valid_from.isoformat() if policy.valid_from else None,
        "valid_to": policy.valid_to.isoformat() if policy.valid_to else None,
        "region": policy.region,
        "level": policy.level,
        "sha256": policy.sha256,
        "clauses": clauses,
        "rule_book": rule_book,
    }


def entity_tag(*parts: str) -> str:
    """A strong ETag of what a representation is made from, this program's view of it included."""
    digest = hashlib.sha256("\0".join((VIEW_VERSION, *parts)).encode()).hexdigest()
    return f'"{digest[:32]}"'


def policy_identity(policies: Iterable[Policy]) -> str:
    """All that the catalogue tells of policies, the hash of their texts included."""
    return "\n".join(repr(policy) for policy in policies)
