"""What a search found as plain JSON, the same from the CLI and the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.search.clause_search import Findings, SearchResult


def findings_json(query: str, found: Findings) -> dict[str, Any]:
    """The query, how likely the corpus answers it (0…1), and the clauses found."""
    return {
        "query": query,
        "answerable": round(found.answerable, 3),
        "results": [_hit(hit) for hit in found.results],
    }


def _hit(hit: SearchResult) -> dict[str, Any]:
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
