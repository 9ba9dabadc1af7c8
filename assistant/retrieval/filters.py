"""Which clauses a search may return: conditions on their policies, applied before anything is ranked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistant.documents.policy import IN_FORCE
from assistant.retrieval.entries import PolicyRecord


@dataclass(frozen=True)
class ClauseFilter:
    """None means any; the members of a set are alternatives; all given conditions must hold.

    `in_force_on` asks what `Policy.standing` asks: 现行, and the day within the days of validity that the text states.
    """

    policy_ids: frozenset[str] | None = None
    regions: frozenset[str] | None = None
    levels: frozenset[str] | None = None
    issuers: frozenset[str] | None = None
    statuses: frozenset[str] | None = None
    in_force_on: date | None = None

    def admits(self, record: PolicyRecord) -> bool:
        """Whether clauses of the policy may be returned."""
        return (
            (self.policy_ids is None or record.id in self.policy_ids)
            and (self.regions is None or record.region in self.regions)
            and (self.levels is None or record.level in self.levels)
            and (self.issuers is None or record.issuer in self.issuers)
            and (self.statuses is None or record.status in self.statuses)
            and (self.in_force_on is None or _in_force(record, self.in_force_on))
        )


def _in_force(record: PolicyRecord, day: date) -> bool:
    return (
        record.status == IN_FORCE
        and (record.valid_from is None or record.valid_from <= day)
        and (record.valid_to is None or day <= record.valid_to)
    )
