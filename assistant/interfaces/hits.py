"""A search result as plain JSON, the same from the CLI and the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.search.clause_search import SearchResult


def hit_json(hit: SearchResult) -> dict[str, Any]:
    """Address, policy, label, kind, heading path, text and score."""
    clause = hit.clause
    return {
        "address": clause.address,
        "policy_id": clause.policy_id,
        "title": hit.title,
        "policy_status": hit.policy_status,
        "label": clause.label,
        "kind": str(clause.kind),
        "heading_path": list(clause.heading_path),
        "text": clause.text,
        "score": hit.score,
    }
