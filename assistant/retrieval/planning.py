"""What must be written to bring an index to the texts of today: a full build, or one more segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.retrieval.entries import IndexSource, PolicySource
from assistant.retrieval.lexical import IndexedClause
from assistant.retrieval.segment import place_of
from assistant.retrieval.table import PlacedPolicy, PolicyTable

# Dead rows up to this share of all are carried along; beyond it the next update writes everything anew.
_DEAD_SHARE = 0.2
# More segments than this are merged, the small ones first.
_MOST_SEGMENTS = 8


@dataclass(frozen=True)
class WrittenPolicy:
    """A policy of the new segment: its rows begin at `first`; `copied` is where its vectors can be read, if anywhere."""

    source: PolicySource
    first: int
    copied: PlacedPolicy | None

    @property
    def count(self) -> int:
        """Its rows."""
        return len(self.source.entries)


class NewRows:
    """The rows of the new segment, in order."""

    def __init__(self, segment: int, policies: tuple[WrittenPolicy, ...]) -> None:
        self._segment = segment
        self._policies = policies
        self._count = sum(policy.count for policy in policies)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[IndexedClause]:
        row = 0
        for policy in self._policies:
            for entry in policy.source.entries:
                yield IndexedClause(place_of(self._segment, row), policy.source.record, entry)
                row += 1


@dataclass(frozen=True)
class UpdatePlan:
    """How the index of a source is reached.

    `whole` says that nothing of the old segments stays; `dropped` are the policies whose rows the keyword index loses;
    `kept` are those whose rows stay where they are; `segment` is the number of the new segment.
    """

    whole: bool
    segment: int
    added: int
    changed: int
    withdrawn: int
    written: tuple[WrittenPolicy, ...]
    kept: Mapping[str, PlacedPolicy]
    dropped: tuple[str, ...]

    @property
    def rows(self) -> NewRows:
        """Rows of the new segment."""
        return NewRows(self.segment, self.written)

    @property
    def encoded(self) -> int:
        """Rows that the encoder must see."""
        return sum(policy.count for policy in self.written if policy.copied is None)

    def placed(self, source: IndexSource) -> Iterator[PlacedPolicy]:
        """The policies table of the new generation, in the order of the source."""
        new = {policy.source.record.id: policy for policy in self.written}
        for key, policy in source.policies.items():
            if key in new:
                first, count = new[key].first, new[key].count
                yield PlacedPolicy(policy.record, policy.fingerprint, self.segment, first, count)
            else:
                yield self.kept[key]


def plan_build(source: IndexSource) -> UpdatePlan:
    """Everything is written and encoded."""
    written = _written(source, list(source.policies), {})
    return UpdatePlan(True, 0, len(source.policies), 0, 0, written, {}, ())


def plan_update(source: IndexSource, table: PolicyTable, segments: Mapping[int, int]) -> UpdatePlan:
    """What an index with this table and these segments (rows by number) lacks."""
    old = table.policies
    same = {key for key, policy in source.policies.items() if _same(policy, old.get(key))}
    changed = [key for key in source.policies if key in old and key not in same]
    added = [key for key in source.policies if key not in old]
    withdrawn = [key for key in old if key not in source.policies]
    fresh = sum(len(source.policies[key].entries) for key in (*changed, *added))
    alive = dict.fromkeys(segments, 0)
    for key in same:
        if old[key].count:
            alive[old[key].segment] += old[key].count
    total = sum(segments.values())
    whole = total - sum(alive.values()) > _DEAD_SHARE * (total + fresh)
    merged = set(segments) if whole else _merged(alive, fresh)
    moved = {key: old[key] for key in same if old[key].segment in merged and old[key].count}
    fresh_keys = {*changed, *added}
    written = _written(source, [key for key in source.policies if key in moved or key in fresh_keys], moved)
    return UpdatePlan(
        whole=whole,
        segment=max(segments, default=-1) + 1,
        added=len(added),
        changed=len(changed),
        withdrawn=len(withdrawn),
        written=written,
        kept={key: old[key] for key in same if key not in moved},
        dropped=(*changed, *withdrawn, *moved),
    )


def _same(policy: PolicySource, old: PlacedPolicy | None) -> bool:
    return old is not None and old.fingerprint == policy.fingerprint


def _merged(alive: Mapping[int, int], fresh: int) -> set[int]:
    """Segments that go into the new one: empty ones, and, where there are too many, the small ones.

    A segment joins when it is not much larger than what has joined before, so that a row moves a logarithmic number
    of times; at least so many join that the bound holds again.
    """
    empty = {number for number, rows in alive.items() if not rows}
    live = sorted((number for number in alive if alive[number]), key=lambda number: alive[number])
    excess = len(live) + 1 - _MOST_SEGMENTS
    if excess <= 0:
        return empty
    joined: set[int] = set()
    rows = fresh
    for number in live:
        if len(joined) > excess and alive[number] > 2 * rows:
            break
        joined.add(number)
        rows += alive[number]
    return joined | empty


def _written(
    source: IndexSource, keys: list[str], copied: Mapping[str, PlacedPolicy]
) -> tuple[WrittenPolicy, ...]:
    policies = []
    first = 0
    for key in keys:
        policy = WrittenPolicy(source.policies[key], first, copied.get(key))
        policies.append(policy)
        first += policy.count
    return tuple(policies)
