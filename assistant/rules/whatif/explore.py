"""From any set of facts: what each criterion would still take, exactly, or the proof that it cannot be reached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from assistant.rules.assessment import Finding, Status
from assistant.rules.book import Criterion, FactValue, RuleBook
from assistant.rules.engine import assess
from assistant.rules.evaluation import Evaluator
from assistant.rules.whatif.feasibility import Problem
from assistant.rules.whatif.linear import Range
from assistant.rules.whatif.plans import plans_for
from assistant.rules.whatif.ranges import fact_range, movable
from assistant.rules.whatif.reaching import reach_score
from assistant.rules.whatif.results import CriterionOutlook, Feasible, WhatIf
from assistant.rules.whatif.scoring import full_points, score_tables
from assistant.rules.whatif.sentences import outlook_sentences, score_sentence, shown_value
from assistant.rules.wording import label, show, unit_of


def explore(
    book: RuleBook,
    programme_id: str,
    facts: Mapping[str, FactValue],
    on: date | None = None,
    stage: str | None = None,
) -> WhatIf:
    """Ranges, plans, scores and proofs for each criterion with figures, and what a known no has decided.

    `facts`, `on` and `stage` as in `assess`, and so are the errors.
    """
    result = assess(book, programme_id, facts, on, stage)
    given = Evaluator(book, facts, result.on)
    vetoes = [book.criteria[found.criterion_id] for found in result.findings if found.kind == "veto"]
    outlooks = (
        _outlook(given, book.criteria[found.criterion_id], found, vetoes) for found in result.findings
    )
    return WhatIf(
        policy_id=result.policy_id,
        programme_id=result.programme_id,
        label=result.label,
        on=result.on,
        status=result.status,
        score=result.score,
        criteria=tuple(item for item in outlooks if item.facts or item.scores or item.decided_by),
        warnings=result.warnings,
    )


def _outlook(
    given: Evaluator, criterion: Criterion, finding: Finding, vetoes: list[Criterion]
) -> CriterionOutlook:
    book = given.book
    wanted = criterion.condition or full_points(criterion)
    names = movable(given, wanted)
    ranges = tuple(fact_range(given, wanted, id, names) for id in names)
    plans = plans_for(given, wanted, ranges) if finding.status is not Status.MET else ()
    allowed = {id: found for id in names if criterion.score and (found := _allowed(given, vetoes, id))}
    scores = score_tables(given, criterion, names, allowed) if criterion.score else ()
    full = criterion.points or Fraction(0)
    reach = reach_score(book, criterion.id, given.facts, full, given.on) if scores else None
    decided = _decided_by(given, criterion) if finding.status is Status.FAILED else ()
    return CriterionOutlook(
        criterion_id=criterion.id,
        label=criterion.label,
        kind=criterion.kind,
        stage=criterion.stage,
        status=finding.status,
        reason=finding.reason,
        address=finding.address,
        quote=finding.quote,
        points=finding.points,
        facts=ranges,
        plans=plans,
        scores=scores,
        reach=reach,
        decided_by=decided,
        sentences=_decided_sentences(given, decided, finding)
        or (
            *outlook_sentences(book, ranges, [plan.text for plan in plans], _goal(criterion)),
            *(score_sentence(table) for table in scores),
            *(reach.sentences if reach else ()),
        ),
    )


def _goal(criterion: Criterion) -> str:
    """Ranges of a computed score are those of its full points."""
    full = criterion.points
    return f"要得满分{show(full, '分')}，" if criterion.score is not None and full is not None else ""


def _allowed(given: Evaluator, vetoes: list[Criterion], id: str) -> Range | None:
    """Least and greatest value of a figure that no veto rules out, the other movable ones free; None where one rules out all."""
    low: Fraction | None = None
    high: Fraction | None = None
    for criterion in vetoes:
        assert criterion.condition is not None, "the loader wants a condition of a veto"
        names = movable(given, criterion.condition)
        if id not in names:
            continue
        found: Feasible = Problem(given, criterion.condition, names).feasible(id)
        if found.proof is not None:
            return None
        if found.ranges:
            low = max((end for end in (low, found.ranges[0].low) if end is not None), default=None)
            high = min((end for end in (high, found.ranges[-1].high) if end is not None), default=None)
    held = Range(low, high)
    return None if held.empty else held


def _decided_by(given: Evaluator, criterion: Criterion) -> tuple[str, ...]:
    """Declarations and dates that alone make a condition fail."""
    book, node = given.book, criterion.condition
    fixed = (id for id in book.needed[criterion.id] if book.facts[id].type in ("boolean", "date"))
    return tuple(
        id
        for id in fixed
        if node is not None
        and id in given.facts
        and Evaluator(book, {id: given.facts[id]}, given.on).truth(node) is False
    )


def _decided_sentences(given: Evaluator, decided: tuple[str, ...], finding: Finding) -> tuple[str, ...]:
    """What numbers cannot mend, and the finding's own reason, which tells the rest."""
    book = given.book
    told = (
        f"“{label(book, id)}”为{shown_value(given.facts[id], unit_of(book, id))}，不是调整数字能改变的；改变之前，本条达不到"
        for id in decided
    )
    return (*told, finding.reason) if decided else ()
