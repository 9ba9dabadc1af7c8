"""Apply a rule book: criteria to findings, metrics to results, a programme to an assessment. Exact and deterministic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from assistant.rules import intervals
from assistant.rules.assessment import Assessment, Finding, MetricResult, MissingFact, Score, Status
from assistant.rules.book import STAGES, Binding, Criterion, FactValue, Metric, Note, Programme, RuleBook
from assistant.rules.consistency import check_consistent
from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import Call, Name, Node, names, walk
from assistant.rules.missing import missing_facts
from assistant.rules.reasons import explain, explain_gaps, explain_impossible, explain_points
from assistant.rules.solving import Gap, gaps, impossible
from assistant.rules.wording import (
    label,
    named,
    show,
    show_apart,
    show_bounds,
    shown_name,
    substituted,
)

_ZERO = Fraction(0)
_NOTHING = intervals.point(_ZERO)


def assess(
    book: RuleBook,
    programme_id: str,
    facts: Mapping[str, FactValue],
    on: date | None = None,
    stage: str | None = None,
    *,
    keep_asking: bool = False,
) -> Assessment:
    """Judge an applicant on a day (today when None): findings in the book's order, verdict, score bounds, what is missing.

    `facts` come from `parse_facts`. `programme_id` may be an id, a label or an alias; RuleBookError when there is none.
    With a `stage` only the criteria that can be judged by then decide and are asked for. Raises FactError for facts that
    contradict each other. On a day outside the policy's validity the findings are told, but there is no verdict.
    A programme that has failed asks for nothing more, unless told to `keep_asking` for the whole score.
    """
    programme = book.programme(programme_id)
    day = on or date.today()
    evaluator = Evaluator(book, facts, day)
    check_consistent(evaluator)
    criteria = [book.criteria[id] for id in programme.criteria]
    findings = tuple(
        _find(evaluator, programme, criterion) if _is_due(criterion, stage) else _later(programme, criterion)
        for criterion in criteria
    )
    validity = _outside(book, day)
    due = tuple(finding for finding in findings if _is_due(finding, stage))
    status = Status.OPEN if validity else _verdict(due)
    return Assessment(
        policy_id=book.policy_id,
        programme_id=programme.id,
        label=programme.label,
        on=day,
        stage=stage,
        status=status,
        stages=() if validity else _stages(findings, stage),
        validity=validity,
        findings=findings,
        score=_score(findings, programme),
        calculations=tuple(
            _result(evaluator, book.metrics[id])
            for id in programme.metrics
            if id in facts or any(fact in facts for fact in book.needed[id])
        ),
        missing=_missing(evaluator, due, status, keep_asking) if validity is None else (),
        notes=tuple(note for note in book.notes if _applies(note, programme, book, facts)),
        warnings=policy_warnings(book, day),
    )


def compute_metric(
    book: RuleBook, metric_id: str, facts: Mapping[str, FactValue], on: date | None = None
) -> MetricResult:
    """Compute one metric (id, label or synonym); RuleBookError when the book has none of that name."""
    return _result(Evaluator(book, facts, on or date.today()), book.metric(metric_id))


def _is_due(judged: Criterion | Finding, stage: str | None) -> bool:
    """Whether something can be judged by a stage; everything is when no stage is named."""
    return stage is None or STAGES.index(judged.stage) <= STAGES.index(stage)


def _missing(
    evaluator: Evaluator, due: tuple[Finding, ...], status: Status, keep_asking: bool
) -> tuple[MissingFact, ...]:
    failed = status is Status.FAILED
    return () if failed and not keep_asking else missing_facts(evaluator, due, decided=failed)


def _stages(findings: tuple[Finding, ...], last: str | None) -> tuple[tuple[str, Status], ...]:
    """The verdict that stands at each stage at which a veto item of the programme is judged, up to `last`."""
    vetoes = tuple(finding for finding in findings if finding.kind == "veto")
    present = [stage for stage in STAGES if any(finding.stage == stage for finding in vetoes)]
    return tuple(
        (stage, _verdict(tuple(finding for finding in vetoes if _is_due(finding, stage))))
        for stage in present
        if last is None or STAGES.index(stage) <= STAGES.index(last)
    )


def _later(programme: Programme, criterion: Criterion) -> Finding:
    """A criterion that cannot be judged yet."""
    points = None if criterion.points is None else Score(_ZERO, criterion.points, criterion.points)
    return Finding(
        criterion_id=criterion.id,
        label=criterion.label,
        status=Status.OPEN,
        reason=f"到{criterion.stage}阶段才能判定",
        address=criterion.address,
        quote=criterion.quote,
        kind=criterion.kind,
        stage=criterion.stage,
        points=points,
        also=_also(programme, criterion),
        gaps=(),
        missing=(),
    )


def _also(programme: Programme, criterion: Criterion) -> tuple[Binding, ...]:
    return tuple(
        binding
        for binding in criterion.bindings[1:]
        if not binding.programmes or programme.id in binding.programmes
    )


def _find(evaluator: Evaluator, programme: Programme, criterion: Criterion) -> Finding:
    if criterion.condition is not None:
        status, reason, steps = _judge(evaluator, criterion.condition)
        points = _all_or_nothing(status, criterion.points)
        if points is not None:
            reason = f"{reason}；{explain_points(points.low, points.high, points.maximum)}"
    else:
        assert criterion.score is not None, "the loader wants a condition or a score"
        points = _graded(evaluator, criterion)
        status = Status.GRADED if points.low == points.high else Status.OPEN
        reason = (
            f"{_basis(evaluator, criterion.score)}{explain_points(points.low, points.high, points.maximum)}"
        )
        steps = ()
    node = criterion.condition or criterion.score
    return Finding(
        criterion_id=criterion.id,
        label=criterion.label,
        status=status,
        reason=reason,
        address=criterion.address,
        quote=criterion.quote,
        kind=criterion.kind,
        stage=criterion.stage,
        points=points,
        also=_also(programme, criterion),
        gaps=steps,
        missing=evaluator.open_facts(node) if status is Status.OPEN and node is not None else (),
    )


def _judge(evaluator: Evaluator, condition: Node) -> tuple[Status, str, tuple[Gap, ...]]:
    """A condition's status, why, and what would have to move for it to hold."""
    truth = evaluator.truth(condition)
    reason = explain(evaluator, condition)
    if truth is None:
        lacking = _only_number_missing(evaluator, condition)
        if lacking is not None and impossible(evaluator, condition, lacking):
            return Status.FAILED, f"{reason}；{explain_impossible(evaluator, condition, lacking)}", ()
        return Status.OPEN, reason, ()
    if truth:
        return Status.MET, reason, ()
    steps = gaps(evaluator, condition)
    if steps:
        reason = f"{reason}；{explain_gaps(evaluator.book, steps, _capped(evaluator.book, condition))}"
    return Status.FAILED, reason, steps


def _only_number_missing(evaluator: Evaluator, condition: Node) -> str | None:
    """The one number of a condition that is missing or known within bounds only; None when there are more, or it is none."""
    lacking = evaluator.open_facts(condition)
    if len(lacking) != 1 or evaluator.book.facts[lacking[0]].type not in ("number", "integer"):
        return None
    return lacking[0]


def _capped(book: RuleBook, condition: Node) -> frozenset[str]:
    """Facts that a ≤ limit in a condition holds down."""
    limits = [
        book.metrics[node.arguments[0].id]
        for node in walk(condition)
        if isinstance(node, Call) and node.function == "meets" and isinstance(node.arguments[0], Name)
    ]
    return frozenset(
        metric.adjust for metric in limits if metric.adjust and metric.limit and metric.limit.operator == "<="
    )


def _all_or_nothing(status: Status, points: Fraction | None) -> Score | None:
    if points is None:
        return None
    low = points if status is Status.MET else _ZERO
    return Score(low, _ZERO if status is Status.FAILED else points, points)


def _graded(evaluator: Evaluator, criterion: Criterion) -> Score:
    """Points of a score expression, held within 0 and the item's full points."""
    full = criterion.points
    assert full is not None, "the loader wants points of a scored item"
    if isinstance(criterion.score, Name) and criterion.score.id in evaluator.book.facts:
        # Self-graded: the loader and parse_facts hold such a fact within 0 and the full points already.
        given = evaluator.number_of(criterion.score.id)
        return Score(given.low[1], given.high[1], full)
    assert criterion.score is not None, "the loader wants a condition or a score"
    held = intervals.largest([evaluator.number(criterion.score), _NOTHING])
    held = intervals.smallest([held, intervals.point(full)])
    return Score(held.low[1], held.high[1], full)


def _basis(evaluator: Evaluator, score: Node) -> str:
    """The figures that a score is computed from; nothing for a self-graded item."""
    metric = evaluator.book.metrics.get(score.id) if isinstance(score, Name) else None
    known = [(id, shown_name(evaluator, id)) for id in names(metric.formula)] if metric else []
    return "".join(f"{label(evaluator.book, id)}{f'为{shown}' if shown else '待定'}；" for id, shown in known)


def _verdict(findings: tuple[Finding, ...]) -> Status:
    """A known failed veto decides, whatever is unknown; the text sets no passing score, so points decide nothing."""
    vetoes = [finding.status for finding in findings if finding.kind == "veto"]
    if Status.FAILED in vetoes:
        return Status.FAILED
    return Status.OPEN if Status.OPEN in vetoes else Status.MET


def _score(findings: tuple[Finding, ...], programme: Programme) -> Score:
    points = [finding.points for finding in findings if finding.points is not None]
    return Score(_sum([p.low for p in points]), _sum([p.high for p in points]), programme.total)


def _sum(points: list[Fraction]) -> Fraction:
    """The sum; whole points are added as whole numbers, which is many times faster."""
    if all(value.denominator == 1 for value in points):
        return Fraction(sum(value.numerator for value in points))
    return sum(points, _ZERO)


def _result(evaluator: Evaluator, metric: Metric) -> MetricResult:
    book, bounds = evaluator.book, evaluator.metric(metric.id)
    value, limit = bounds.exact, metric.limit
    given = evaluator.is_given(metric.id)
    if value is None:
        display = show_bounds(bounds, metric.unit) or Status.OPEN.value
    else:
        display = show_apart(value, metric.unit, limit.value) if limit else show(value, metric.unit)
    return MetricResult(
        metric_id=metric.id,
        label=metric.label,
        inputs={
            label(book, name): shown
            for name in (*_given_metrics(evaluator, metric), *book.needed[metric.id])
            if name in evaluator.facts and (shown := shown_name(evaluator, name)) is not None
        },
        formula=named(evaluator, metric.formula),
        substituted="" if given else substituted(evaluator, metric.formula),
        value=value,
        unit=metric.unit,
        display=display,
        limit=limit.text if limit else None,
        passed=evaluator.meets(metric.id) if limit else None,
        address=metric.address,
        quote=metric.quote,
        missing=() if given else evaluator.open_facts(metric.formula),
    )


def _given_metrics(evaluator: Evaluator, metric: Metric) -> list[str]:
    """The metric itself and those in its formula, where their values were given."""
    given = evaluator.facts.keys() & evaluator.book.metrics.keys()
    return [id for id in (metric.id, *names(metric.formula)) if id in given] if given else []


def _applies(note: Note, programme: Programme, book: RuleBook, facts: Mapping[str, FactValue]) -> bool:
    if programme.id not in note.programmes:
        return False
    return not note.criteria or any(
        fact in facts for id in note.criteria if id in programme.criteria for fact in book.needed[id]
    )


def policy_warnings(book: RuleBook, on: date) -> tuple[str, ...]:
    """What whoever relies on the book on a day must be told: a draft, a text that is not in force."""
    policy, found = book.policy, []
    if policy.is_draft:
        found.append(
            f"《{policy.title}》是征求意见稿，尚未正式施行；以上结论按征求意见稿的文字得出，以正式文件为准。"
        )
    standing = policy.standing(on)
    if standing and not policy.is_draft and not _outside(book, on):
        found.append(f"《{policy.title}》在{on.isoformat()}的状态是{standing}，不能据以得出当日有效的结论。")
    outside = _outside(book, on)
    if outside:
        found.append(outside)
    return tuple(found)


def _outside(book: RuleBook, on: date) -> str | None:
    """Why no verdict can be given for a day; None within the validity, or where the text sets none."""
    policy, day = book.policy, on.isoformat()
    if policy.valid_to is not None and on > policy.valid_to:
        why = f"判定日{day}已超过《{policy.title}》所定的有效期（至{policy.valid_to.isoformat()}）"
    elif policy.valid_from is not None and on < policy.valid_from:
        why = f"判定日{day}早于《{policy.title}》的施行日期{policy.valid_from.isoformat()}"
    else:
        return None
    return f"{why}，这一天没有可以适用的规定，不作结论；各项判定只按该文本的文字列出。"
