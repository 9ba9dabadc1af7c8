"""What is indexed: one entry for each clause that has words of its own, policy by policy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
class PolicySource:
    """One policy with its entries, in the order of the text."""

    record: PolicyRecord
    entries: Sequence[Entry]

    @cached_property
    def fingerprint(self) -> str:
        """Hash over record and entries: it also changes when the parser reads an unchanged text differently."""
        digest = hashlib.sha256(json.dumps(vars(self.record), default=str, ensure_ascii=False).encode())
        for entry in self.entries:
            digest.update(f"{entry.address}\0{entry.context}\0{entry.text}\1".encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class IndexSource:
    """Everything an index is made from."""

    corpus_hash: str
    policies: Mapping[str, PolicySource]

    @classmethod
    def of(cls, library: Library) -> IndexSource:
        """All policies of the library with their clauses that have text."""
        return cls(
            library.content_hash,
            {
                key: PolicySource(PolicyRecord.of(policy), tuple(_entries(library, policy)))
                for key, policy in library.policies.items()
            },
        )

    @classmethod
    def of_entries(
        cls, entries: Iterable[Entry], records: Mapping[str, PolicyRecord] | None = None
    ) -> IndexSource:
        """Policies made from the entries' policy ids, in the order of their first entries, for texts without a library.

        A policy that `records` does not name gets an empty record.
        """
        grouped: dict[str, list[Entry]] = {}
        for entry in entries:
            grouped.setdefault(entry.policy_id, []).append(entry)
        known = records or {}
        policies = {key: PolicySource(known.get(key, PolicyRecord(key)), own) for key, own in grouped.items()}
        return cls(
            combined_fingerprint((key, policy.fingerprint) for key, policy in policies.items()), policies
        )

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All entries, policy by policy."""
        return tuple(entry for policy in self.policies.values() for entry in policy.entries)

    @cached_property
    def fingerprint(self) -> str:
        """Hash over what is indexed."""
        return combined_fingerprint((key, policy.fingerprint) for key, policy in self.policies.items())


def combined_fingerprint(policies: Iterable[tuple[str, str]]) -> str:
    """Hash over (id, fingerprint) of policies, in their order."""
    digest = hashlib.sha256()
    for key, fingerprint in policies:
        digest.update(f"{key}\0{fingerprint}\1".encode())
    return digest.hexdigest()


def _entries(library: Library, policy: Policy) -> Iterator[Entry]:
    for clause in library.clauses(policy.id):
        if clause.text.strip():
            # The heading path of an item holds the lead-in of its article, that of a row its group and indicator.
            context = " ".join(dict.fromkeys([policy.title, *clause.heading_path, clause.label]))
            yield Entry(clause.address, clause.policy_id, context, clause.text)
