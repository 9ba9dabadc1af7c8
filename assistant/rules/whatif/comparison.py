"""Two scenarios of one programme side by side: what differs in the facts, the figures, the findings and the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from assistant.rules.assessment import Assessment, Finding, MetricResult, Score, Status
from assistant.rules.book import FactValue, RuleBook
from assistant.rules.engine import assess
from assistant.rules.whatif.sentences import shown_value
from assistant.rules.wording import label, show, unit_of

UNKNOWN = "未提供"


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact (or a metric given as a figure) that differs; `first` and `second` as shown, 未提供 where it is not known."""

    id: str
    label: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class MetricChange:
    """A computed figure in both scenarios; `difference` is second − first in `unit`, None while one is unknown."""

    metric_id: str
    label: str
    unit: str
    first: Fraction | None
    second: Fraction | None
    difference: Fraction | None
    shown: tuple[str, str]
    passed: tuple[bool | None, bool | None]


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A criterion that comes to another status or to other points."""

    criterion_id: str
    label: str
    address: str
    quote: str
    statuses: tuple[Status, Status]
    reasons: tuple[str, str]
    points: tuple[Score | None, Score | None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changes from the first scenario to the second; `sentences` tell it in Chinese."""

    policy_id: str
    programme_id: str
    label: str
    on: date
    statuses: tuple[Status, Status]
    scores: tuple[Score, Score]
    score_difference: tuple[Fraction, Fraction]
    facts: tuple[FactChange, ...]
    metrics: tuple[MetricChange, ...]
    findings: tuple[FindingChange, ...]
    sentences: tuple[str, ...]
    warnings: tuple[str, ...]


def compare(
    book: RuleBook,
    programme_id: str,
    facts_a: Mapping[str, FactValue],
    facts_b: Mapping[str, FactValue],
    on: date | None = None,
    stage: str | None = None,
) -> Comparison:
    """Assess both and tell the differences; arguments and errors as in `assess`."""
    first, second = (assess(book, programme_id, facts, on, stage) for facts in (facts_a, facts_b))
    facts = _facts(book, facts_a, facts_b)
    metrics = _metrics(first, second)
    findings = _findings(first, second)
    scores = (first.score, second.score)
    difference = (second.score.low - first.score.low, second.score.high - first.score.high)
    return Comparison(
        policy_id=first.policy_id,
        programme_id=first.programme_id,
        label=first.label,
        on=first.on,
        statuses=(first.status, second.status),
        scores=scores,
        score_difference=difference,
        facts=facts,
        metrics=metrics,
        findings=findings,
        sentences=(
            *(f"{item.label}：{item.first} → {item.second}" for item in facts),
            *(_metric_sentence(item) for item in metrics if item.shown[0] != item.shown[1]),
            *(_finding_sentence(item) for item in findings),
            _score_sentence(scores),
            _verdict_sentence(first, second),
        ),
        warnings=first.warnings,
    )


def _facts(
    book: RuleBook, first: Mapping[str, FactValue], second: Mapping[str, FactValue]
) -> tuple[FactChange, ...]:
    return tuple(
        FactChange(
            id,
            label(book, id),
            *(
                shown_value(scenario[id], unit_of(book, id)) if id in scenario else UNKNOWN
                for scenario in (first, second)
            ),
        )
        for id in (*book.facts, *book.metrics)
        if first.get(id) != second.get(id)
    )


def _metrics(first: Assessment, second: Assessment) -> tuple[MetricChange, ...]:
    """Figures of either scenario, in the order of the programme (the first scenario's order holds where both have one)."""
    ones = {item.metric_id: item for item in first.calculations}
    others = {item.metric_id: item for item in second.calculations}
    return tuple(_metric(ones.get(id), others.get(id)) for id in dict.fromkeys((*ones, *others)))


def _metric(one: MetricResult | None, other: MetricResult | None) -> MetricChange:
    known = one or other
    assert known is not None, "a metric of one scenario at least"
    first, second = (item.value if item else None for item in (one, other))
    return MetricChange(
        metric_id=known.metric_id,
        label=known.label,
        unit=known.unit,
        first=first,
        second=second,
        difference=None if first is None or second is None else second - first,
        shown=(one.display if one else UNKNOWN, other.display if other else UNKNOWN),
        passed=(one.passed if one else None, other.passed if other else None),
    )


def _findings(first: Assessment, second: Assessment) -> tuple[FindingChange, ...]:
    return tuple(
        FindingChange(
            criterion_id=one.criterion_id,
            label=one.label,
            address=one.address,
            quote=one.quote,
            statuses=(one.status, other.status),
            reasons=(one.reason, other.reason),
            points=(one.points, other.points),
        )
        for one, other in zip(first.findings, second.findings, strict=True)
        if _outcome(one) != _outcome(other)
    )


def _outcome(finding: Finding) -> tuple[Status, Score | None]:
    return finding.status, finding.points


def _metric_sentence(item: MetricChange) -> str:
    told = f"{item.label}：{item.shown[0]} → {item.shown[1]}"
    if not item.difference:
        return told
    size = show(abs(item.difference), item.unit)
    if item.unit == "%":
        size = f"{size.removesuffix('%')}个百分点"
    return f"{told}，{'增加' if item.difference > 0 else '减少'}{size}"


def _finding_sentence(item: FindingChange) -> str:
    if item.statuses[0] != item.statuses[1]:
        return f"{item.label}：{item.statuses[0]} → {item.statuses[1]}"
    return f"{item.label}：{' → '.join(score_words(points) for points in item.points if points)}"


def score_words(score: Score) -> str:
    """10分, or its bounds."""
    if score.low == score.high:
        return show(score.low, "分")
    return f"{show(score.low, '分')}至{show(score.high, '分')}"


def _score_sentence(scores: tuple[Score, Score]) -> str:
    first, second = map(score_words, scores)
    return f"得分：{first}，不变" if first == second else f"得分：{first} → {second}"


def _verdict_sentence(first: Assessment, second: Assessment) -> str:
    same = first.status == second.status
    return f"结论：{first.status}，不变" if same else f"结论：{first.status} → {second.status}"
