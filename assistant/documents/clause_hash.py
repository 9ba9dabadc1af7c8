"""What of a clause must stay the same for what rests on it."""

from __future__ import annotations

import hashlib

from assistant.documents.library import Library
from assistant.errors import AddressError


def clause_hash(library: Library, address: str) -> str | None:
    """SHA-256 of a clause's words, those below it and its policy's status; None when there is no such clause."""
    try:
        clause = library.clause(address)
    except AddressError:
        return None
    status = library.policies[clause.policy_id].status
    return hashlib.sha256(f"{status}\n{library.full_text(clause)}".encode()).hexdigest()
