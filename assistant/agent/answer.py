"""The answer every interface returns: frozen dataclasses and their JSON form (design: what every interface returns)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class AnswerStatus(StrEnum):
    """How a turn ended."""

    ANSWERED = "answered"
    NEEDS_FACTS = "needs_facts"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Citation:
    """A clause with the words relied on; `start`/`end` are character positions in the stored text."""

    marker: int
    policy_id: str
    title: str
    address: str
    label: str
    text: str
    quote: str
    start: int
    end: int
    source_sha256: str
    policy_status: str


@dataclass(frozen=True)
class Calculation:
    """One metric as the rule engine computed it. `value` is exact (a fraction or decimal as text)."""

    metric: str
    label: str
    inputs: dict[str, str]
    formula: str
    value: str | None
    display: str
    limit: str | None
    passed: bool | None
    citation: int | None


@dataclass(frozen=True)
class VerdictFinding:
    """One criterion applied: 符合, 不符合 or 待补充."""

    criterion: str
    status: str
    reason: str
    citation: int | None


@dataclass(frozen=True)
class ScoreBounds:
    """Bounds of the score, as displayed."""

    low: str
    high: str
    max: str


@dataclass(frozen=True)
class Verdict:
    """The engine's verdict on one programme; `validity` says why there is none on a day outside the policy's validity."""

    programme: str
    status: str
    findings: tuple[VerdictFinding, ...]
    score: ScoreBounds | None
    validity: str | None = None


@dataclass(frozen=True)
class MissingFact:
    """A fact that is still unknown, with the question that asks for it."""

    fact: str
    question: str


@dataclass(frozen=True)
class Answer:
    """One answered turn."""

    id: str
    conversation_id: str
    status: AnswerStatus
    answer: str
    verdict: Verdict | None = None
    citations: tuple[Citation, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    missing: tuple[MissingFact, ...] = ()
    warnings: tuple[str, ...] = ()
    engine: str = "builtin"
    elapsed_ms: int = 0

    def to_json(self) -> dict[str, Any]:
        """The object of the design, ready for `json.dumps`."""
        plain = asdict(self)
        plain["status"] = str(self.status)
        return plain


@dataclass(frozen=True)
class ProgressEvent:
    """Something a person may see while an answer is being made.

    `step` is reading, retrieval, clause, rules, model, repair or verify.
    """

    step: str
    text: str
    addresses: tuple[str, ...] = field(default_factory=tuple)
