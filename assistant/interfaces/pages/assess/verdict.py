"""What the page shows of an assessment: banner, what is missing, score bars, gauges, findings, gaps, trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from assistant.interfaces.pages.assess.form import Field, Link, section_of
from assistant.interfaces.pages.assess.gauges import Gauge, ScoreBar, gauge, score_bar
from assistant.interfaces.pages.clause_links import clause_href
from assistant.quantities import display_number
from assistant.rules.assessment import Assessment, Finding, MetricResult, Score, Status
from assistant.rules.evaluation import Evaluator
from assistant.rules.wording import show

if TYPE_CHECKING:
    from assistant.agent.assessment import AssessedApplicant

STATUS_CLASSES = {
    Status.MET: "pass",
    Status.FAILED: "fail",
    Status.OPEN: "open",
    Status.GRADED: "plain",
}


@dataclass(frozen=True)
class ScoreGroup:
    """Points of one group of criteria, with its bar."""

    name: str
    low: str
    high: str
    maximum: str
    bar: ScoreBar


@dataclass(frozen=True)
class Figure:
    """A computed metric; `gauge` where it has a limit, `kind` is pass, fail or open."""

    label: str
    display: str
    limit: str | None
    kind: str
    formula: str
    substituted: str
    clause: Link
    gauge: Gauge | None


@dataclass(frozen=True)
class Judged:
    """A finding as a line."""

    label: str
    status: str
    kind: str
    reason: str
    stage: str
    points: str
    clause: Link


@dataclass(frozen=True)
class JudgedSection:
    """The findings of a section, with how many there are of each status."""

    name: str
    counts: tuple[tuple[str, str, int], ...]
    findings: tuple[Judged, ...]
    is_open: bool


@dataclass(frozen=True)
class Move:
    """A figure that would have to change: from, to and by how much."""

    label: str
    current: str
    target: str
    change: str


@dataclass(frozen=True)
class Gap:
    """What one criterion would still take, in figures (`moves` of the least plan) and in words."""

    label: str
    status: str
    kind: str
    moves: tuple[Move, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A missing fact: what it decides, and the field where it is filled in."""

    id: str
    label: str
    question: str
    decides: str


@dataclass(frozen=True)
class VerdictView:
    """Everything the template of a verdict shows."""

    label: str
    status: str
    kind: str
    validity: str | None
    on: str
    stages: tuple[tuple[str, str, str], ...]
    score: ScoreGroup | None
    groups: tuple[ScoreGroup, ...]
    figures: tuple[Figure, ...]
    missing: tuple[Asked, ...]
    sections: tuple[JudgedSection, ...]
    gaps: tuple[Gap, ...]
    warnings: tuple[str, ...]
    deduced: Mapping[str, str]

    @property
    def summary(self) -> str:
        """The verdict in one line, for the bar on a phone and for a screen reader."""
        parts = [f"{self.label}：{self.status}"]
        if self.score:
            parts.append(f"得分{_bounds(self.score.low, self.score.high)}，满分{self.score.maximum}")
        if self.missing:
            parts.append(f"还缺{len(self.missing)}项")
        return "；".join(parts)


def verdict_view(
    assessed: AssessedApplicant, outlook: Mapping[str, Any], fields: Mapping[str, Field]
) -> VerdictView:
    """The view of an assessment; `outlook` is what `Assistant.explore` gives for the same facts."""
    result, book = assessed.result, assessed.book
    evaluator = Evaluator(book, assessed.facts, result.on)
    sections = _by_section(assessed)
    return VerdictView(
        label=result.label,
        status=str(result.status),
        kind=STATUS_CLASSES[result.status],
        validity=result.validity,
        on=result.on.isoformat(),
        stages=tuple((stage, str(status), STATUS_CLASSES[status]) for stage, status in result.stages),
        score=_score("合计", result.score) if result.score.maximum else None,
        groups=tuple(_group_scores(sections)),
        figures=tuple(_figure(assessed, evaluator, item) for item in result.calculations),
        missing=tuple(_missing(result, fields)),
        sections=tuple(_section(assessed, name, findings) for name, findings in sections.items()),
        gaps=tuple(_gaps(outlook)),
        warnings=tuple(assessed.data["warnings"]),
        deduced=_deduced(evaluator, fields),
    )


def _by_section(assessed: AssessedApplicant) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in assessed.result.findings:
        criterion = assessed.book.criteria[finding.criterion_id]
        found.setdefault(section_of(criterion, assessed.library), []).append(finding)
    return found


def _group_scores(sections: Mapping[str, Sequence[Finding]]) -> Iterator[ScoreGroup]:
    for name, findings in sections.items():
        scores = [finding.points for finding in findings if finding.points is not None]
        if scores:
            low, high, most = (
                sum(ends, Fraction(0))
                for ends in zip(*((one.low, one.high, one.maximum) for one in scores), strict=True)
            )
            yield _score(name, Score(low, high, most))


def _score(name: str, score: Score) -> ScoreGroup:
    low, high, most = map(display_number, (score.low, score.high, score.maximum))
    return ScoreGroup(name, low, high, most, score_bar(score))


def _figure(assessed: AssessedApplicant, evaluator: Evaluator, item: MetricResult) -> Figure:
    limit = assessed.book.metrics[item.metric_id].limit
    kind = "open" if item.passed is None else "pass" if item.passed else "fail"
    return Figure(
        label=item.label,
        display=item.display,
        limit=item.limit,
        kind=kind,
        formula=item.formula,
        substituted=item.substituted,
        clause=_link(assessed, item.address, item.quote),
        gauge=gauge(evaluator.metric(item.metric_id), limit) if limit else None,
    )


def _missing(result: Assessment, fields: Mapping[str, Field]) -> Iterator[Asked]:
    for item in result.missing:
        if item.fact_id in fields:
            field = fields[item.fact_id]
            yield Asked(item.fact_id, field.label, item.question, item.decides)


def _section(assessed: AssessedApplicant, name: str, findings: Sequence[Finding]) -> JudgedSection:
    statuses = [finding.status for finding in findings]
    counts = tuple(
        (str(status), STATUS_CLASSES[status], statuses.count(status)) for status in dict.fromkeys(statuses)
    )
    lines = tuple(_judged(assessed, finding) for finding in findings)
    return JudgedSection(name, counts, lines, any(finding.kind == "veto" for finding in findings))


def _judged(assessed: AssessedApplicant, finding: Finding) -> Judged:
    points = finding.points
    bounds = _bounds(display_number(points.low), display_number(points.high)) if points else ""
    return Judged(
        label=finding.label,
        status=str(finding.status),
        kind=STATUS_CLASSES[finding.status],
        reason=finding.reason,
        stage=finding.stage,
        points=f"{bounds} / {display_number(points.maximum)}" if points else "",
        clause=_link(assessed, finding.address, finding.quote),
    )


def _gaps(outlook: Mapping[str, Any]) -> Iterator[Gap]:
    """Of the criteria that are not met in full, in the book's order."""
    for item in filter(_is_short, outlook["criteria"]):
        plans = item["plans"]
        yield Gap(
            label=item["label"],
            status=item["status"],
            kind=STATUS_CLASSES[Status(item["status"])],
            moves=tuple(_move(move) for move in plans[0]["moves"]) if plans else (),
            sentences=tuple(item["sentences"]),
        )


def _is_short(item: Mapping[str, Any]) -> bool:
    points = item["points"]
    return bool(item["status"] != Status.MET if points is None else points["low"] != points["max"])


def _move(move: Mapping[str, Any]) -> Move:
    if move["current"] is None:
        return Move(move["label"], "", move["display"], "")
    current, target = Fraction(move["current"]), Fraction(move["target"])
    change, unit = target - current, move["unit"]
    sign = "＋" if change > 0 else "－" if change < 0 else ""
    return Move(move["label"], show(current, unit), move["display"], f"{sign}{show(abs(change), unit)}")


def _deduced(evaluator: Evaluator, fields: Mapping[str, Field]) -> dict[str, str]:
    """Answers nobody gave that follow from those that were given, by fact."""
    choices = [id for id, field in fields.items() if field.kind == "choice" and id not in evaluator.facts]
    truths = {id: evaluator.truth_of(id) for id in choices}
    return {id: "是" if truth else "否" for id, truth in truths.items() if truth is not None}


def _link(assessed: AssessedApplicant, address: str, quote: str) -> Link:
    return Link(assessed.book.clause(address).label, clause_href(address))


def _bounds(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"
