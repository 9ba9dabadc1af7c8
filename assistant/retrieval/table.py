"""The policies table of a generation: which rows belong to which policy. A row that no policy claims is dead."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError
from assistant.retrieval.entries import PolicyRecord, combined_fingerprint
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.segment import place_of, split_place

TABLE_NAME = "policies.json"

Mask = NDArray[np.bool_]

_NOBODY = -1
_REMEMBERED_FILTERS = 16


@dataclass(frozen=True)
class PlacedPolicy:
    """A policy of the index: what filters ask of it, and its `count` rows from `first` on in one segment."""

    record: PolicyRecord
    fingerprint: str
    segment: int
    first: int
    count: int

    @property
    def places(self) -> range:
        """Places of its rows."""
        return range(place_of(self.segment, self.first), place_of(self.segment, self.first + self.count))


class PolicyTable:
    """Policies in the order of the corpus, with the rows they claim."""

    def __init__(self, policies: Iterable[PlacedPolicy], segments: Mapping[int, int]) -> None:
        """`segments` has the rows of each segment by its number.

        Raises IndexDamagedError when a policy claims rows that there are not, or that another one claims.
        """
        self.policies = {policy.record.id: policy for policy in policies}
        self._order = tuple(self.policies.values())
        self._owners = {number: np.full(rows, _NOBODY, dtype=np.int32) for number, rows in segments.items()}
        for index, policy in enumerate(self._order):
            if policy.count:
                self._claim(index, policy)
        self.clauses = sum(policy.count for policy in self._order)
        self.live = {
            number: None if (owners != _NOBODY).all() else owners != _NOBODY
            for number, owners in self._owners.items()
        }
        self.allowed = lru_cache(maxsize=_REMEMBERED_FILTERS)(self._allowed)

    def _claim(self, index: int, policy: PlacedPolicy) -> None:
        owners = self._owners.get(policy.segment, np.empty(0, np.int32))
        rows = owners[policy.first : policy.first + policy.count]
        if policy.first < 0 or len(rows) != policy.count or (rows != _NOBODY).any():
            raise IndexDamagedError(f"索引里政策 {policy.record.id} 的行不存在，或与其他政策重叠")
        rows[:] = index

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the source that the table describes."""
        return combined_fingerprint((key, policy.fingerprint) for key, policy in self.policies.items())

    def policy_at(self, place: int) -> PlacedPolicy | None:
        """The policy that claims a place; None for a dead row and for one that there is not."""
        number, row = split_place(place)
        owners = self._owners.get(number)
        if owners is None or row >= len(owners) or owners[row] == _NOBODY:
            return None
        return self._order[int(owners[row])]

    def _allowed(self, where: ClauseFilter) -> Mapping[int, Mask] | None:
        """Rows of the policies that a filter admits, by segment; None when it admits all, empty when none."""
        admitted = np.array([where.admits(policy.record) for policy in self._order], dtype=np.bool_)
        if admitted.all():
            return None
        # One more, so that the owner of a dead row, -1, is not admitted.
        admitted = np.append(admitted, False)
        masks = {number: admitted[owners] for number, owners in self._owners.items()}
        return {number: mask for number, mask in masks.items() if mask.any()}

    def write(self, folder: Path) -> None:
        """Write policies.json, a row a policy."""
        rows = [
            [*vars(policy.record).values(), policy.fingerprint, policy.segment, policy.first, policy.count]
            for policy in self._order
        ]
        text = json.dumps(rows, ensure_ascii=False, default=str, separators=(",", ":"))
        (folder / TABLE_NAME).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path, segments: Mapping[int, int]) -> PolicyTable:
        """Read what `write` wrote. Raises IndexDamagedError."""
        path = folder / TABLE_NAME
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))
            policies = [
                PlacedPolicy(_record(*fields), fingerprint, segment, first, count)
                for *fields, fingerprint, segment, first, count in rows
            ]
        except (OSError, ValueError, TypeError) as error:
            raise IndexDamagedError(f"索引的政策表 {path} 无法读取：{error}") from error
        return cls(policies, segments)


def _record(
    key: str,
    title: str,
    region: str,
    level: str,
    issuer: str,
    status: str,
    valid_from: str | None,
    valid_to: str | None,
) -> PolicyRecord:
    begin = date.fromisoformat(valid_from) if valid_from else None
    end = date.fromisoformat(valid_to) if valid_to else None
    return PolicyRecord(key, title, region, level, issuer, status, begin, end)
