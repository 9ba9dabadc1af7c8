"""What is indexed: one entry for each clause that has words of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assistant.documents.library import Library
from assistant.documents.policy import Policy


@dataclass(frozen=True)
class Entry:
    """A clause as it is searched: `context` says where it stands, `text` are its own words."""

    address: str
    policy_id: str
    context: str
    text: str

    @property
    def searched_text(self) -> str:
        """What both channels index."""
        return f"{self.context} {self.text}"


@dataclass(frozen=True)
class PolicyRecord:
    """What filters ask of a policy; the dates are inclusive, None where the text states none, and so is an empty issuer."""

    id: str
    title: str = ""
    region: str = ""
    level: str = ""
    issuer: str = ""
    status: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    @classmethod
    def of(cls, policy: Policy) -> PolicyRecord:
        """The record of a policy of the library."""
        return cls(
            policy.id,
            policy.title,
            policy.region,
            policy.level,
            policy.issuer or "",
            policy.status,
            policy.valid_from,
            policy.valid_to,
        )


@dataclass(frozen=True)
class IndexSource:
    """Everything an index is made from; row numbers are positions in `entries`."""

    corpus_hash: str
    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, library: Library) -> IndexSource:
        """All clauses of the library with text, policy by policy, in the order of the texts."""
        return cls(library.content_hash, tuple(_entries(library)))

    @cached_property
    def fingerprint(self) -> str:
        """Hash over what is indexed: it also changes when the parser reads an unchanged text differently."""
        digest = hashlib.sha256()
        for entry in self.entries:
            digest.update(f"{entry.address}\0{entry.context}\0{entry.text}\1".encode())
        return digest.hexdigest()


def _entries(library: Library) -> Iterator[Entry]:
    for clause in library.clauses():
        if clause.text.strip():
            title = library.policies[clause.policy_id].title
            # The heading path of an item holds the lead-in of its article, that of a row its group and indicator.
            context = " ".join(dict.fromkeys([title, *clause.heading_path, clause.label]))
            yield Entry(clause.address, clause.policy_id, context, clause.text)
