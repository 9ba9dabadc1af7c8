"""What applying a rule book gives: findings, score bounds, calculations, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from assistant.rules.book import Binding, Note
from assistant.rules.solving import Gap


class Status(StrEnum):
    """Of a finding or an assessment; GRADED is a scored item whose points are known without a yes or no."""

    MET = "符合"
    FAILED = "不符合"
    OPEN = "待补充"
    GRADED = "已评分"


@dataclass(frozen=True, slots=True)
class Score:
    """True bounds: no completion of the missing facts leaves [low, high]."""

    low: Fraction
    high: Fraction
    maximum: Fraction


@dataclass(frozen=True)
class MetricResult:
    """One computation. `inputs` are the known figures by label; `value` is None while a fact in `missing` is unknown.

    A percentage's value is the ratio. `display` is the shown value (bounds in words, or 待补充, while unknown), `limit`
    how the text sets it (≥100%), `passed` None when there is no limit or it is not decided.
    """

    metric_id: str
    label: str
    inputs: Mapping[str, str]
    formula: str
    substituted: str
    value: Fraction | None
    unit: str
    display: str
    limit: str | None
    passed: bool | None
    address: str
    quote: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """One criterion applied. `also` are the further clauses that say the same; `points` only for scored ones."""

    criterion_id: str
    label: str
    status: Status
    reason: str
    address: str
    quote: str
    kind: str
    stage: str
    points: Score | None
    also: tuple[Binding, ...]
    gaps: tuple[Gap, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that is still needed, the question that asks for it, and what it decides: label and clause."""

    fact_id: str
    question: str
    decides: str
    address: str


@dataclass(frozen=True)
class Assessment:
    """All findings of one programme.

    `missing` is empty once a veto item has failed, since nothing more can change the verdict, unless `assess` was told to
    keep asking. `stage` is the stage that was asked for,
    `stages` the verdict as it stands at each stage. `validity` says why there is no verdict on a day outside the
    policy's validity; None within it.
    """

    policy_id: str
    programme_id: str
    label: str
    on: date
    stage: str | None
    status: Status
    stages: tuple[tuple[str, Status], ...]
    validity: str | None
    findings: tuple[Finding, ...]
    score: Score
    calculations: tuple[MetricResult, ...]
    missing: tuple[MissingFact, ...]
    notes: tuple[Note, ...]
    warnings: tuple[str, ...]
