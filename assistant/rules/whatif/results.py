"""What exploring gives: ranges, proofs, plans, score tables. Values are exact, in the unit beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from assistant.rules.assessment import Score, Status
from assistant.rules.whatif.linear import Range


@dataclass(frozen=True, slots=True)
class Demand:
    """What one part of a condition asks: of a fact (`ranges`), or at all (no ranges: nothing keeps it)."""

    text: str
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Why nothing is feasible: demands that contradict, by how much (`apart`, in the fact's unit, None when not one number)."""

    demands: tuple[Demand, ...]
    apart: Fraction | None
    text: str


@dataclass(frozen=True, slots=True)
class Feasible:
    """Values of a name for which a condition can hold.

    No ranges with a proof: it cannot be reached. No ranges without a proof: not solved, because facts are `missing`
    or because parts (`unsolved`, in words) are not linear. Ranges with something missing or unsolved are what the other
    parts ask.
    """

    ranges: tuple[Range, ...]
    proof: Proof | None
    missing: tuple[str, ...]
    unsolved: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether the condition holds all over the ranges and nowhere else."""
        return not self.missing and not self.unsolved

    def nearest(self, value: Fraction) -> Fraction | None:
        """The value in the ranges with the least distance; None when there is none (an open end is no value)."""
        ends = [value] if any(value in item for item in self.ranges) else []
        for item in self.ranges:
            ends += [item.low] if item.low is not None and not item.low_open else []
            ends += [item.high] if item.high is not None and not item.high_open else []
        return min(ends, key=lambda end: abs(end - value), default=None)


@dataclass(frozen=True, slots=True)
class FactRange:
    """One movable figure in one criterion: `alone` with all others as given, `together` with the other movable ones free.
    `legal` is what it may be at all.

    `id` is a fact's or, where the metric itself is the known figure, a metric's.
    """

    id: str
    label: str
    unit: str
    current: Fraction | None
    legal: tuple[Range, ...]
    alone: Feasible
    together: Feasible

    @property
    def gap(self) -> Fraction | None:
        """Signed distance from the present value to the nearest one that does alone; 0 when it does; None when none does."""
        target = None if self.current is None else self.alone.nearest(self.current)
        return None if target is None or self.current is None else target - self.current


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a plan; `current` None: the figure is not known yet. `extreme`: 最多, 最少 or nothing of what is allowed."""

    id: str
    label: str
    unit: str
    current: Fraction | None
    target: Fraction
    extreme: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The least change of one figure with which the condition can hold, and what the others must then be."""

    least: Move
    others: tuple[Move, ...]
    text: str


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Points at one value; `marks` say why it is in the table: 起点, 终点, 转折, 现值, 否决项下限, 否决项上限, 指定."""

    value: Fraction
    metrics: tuple[tuple[str, Fraction], ...]
    points: Fraction
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """A scored item along one figure, everything else as given; between two rows next to each other it has no bend."""

    id: str
    label: str
    unit: str
    rows: tuple[ScoreRow, ...]


@dataclass(frozen=True, slots=True)
class ScoreReach:
    """Where an item gives at least so many points: in each figure, and in the metrics that the score is computed from."""

    criterion_id: str
    label: str
    points: Fraction
    facts: tuple[FactRange, ...]
    metrics: tuple[FactRange, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CriterionOutlook:
    """One criterion: where it stands and what would have to change. `sentences` tell it in Chinese.

    `reach` is where a computed score is full; `decided_by` are declarations that alone make it fail.
    """

    criterion_id: str
    label: str
    kind: str
    stage: str
    status: Status
    reason: str
    address: str
    quote: str
    points: Score | None
    facts: tuple[FactRange, ...]
    plans: tuple[Plan, ...]
    scores: tuple[ScoreTable, ...]
    reach: ScoreReach | None
    decided_by: tuple[str, ...]
    sentences: tuple[str, ...]

    @property
    def best_plan(self) -> Plan | None:
        """The plan of the figure that the book tells gaps in."""
        return self.plans[0] if self.plans else None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """All criteria with figures, and those that a known no has decided, of one programme."""

    policy_id: str
    programme_id: str
    label: str
    on: date
    status: Status
    score: Score
    criteria: tuple[CriterionOutlook, ...]
    warnings: tuple[str, ...]
