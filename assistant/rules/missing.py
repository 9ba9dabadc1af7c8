"""Which missing fact to ask for first: the one whose answer can decide most."""

from __future__ import annotations

from fractions import Fraction

from assistant.rules.assessment import Finding, MissingFact, Status
from assistant.rules.evaluation import Evaluator


def missing_facts(evaluator: Evaluator, findings: tuple[Finding, ...]) -> tuple[MissingFact, ...]:
    """Facts that open findings wait for, most decisive first.

    Veto items come before scored ones, since one failed veto ends the matter; figures before declarations, since
    they fail more often than what an applicant says of itself; then the finding that waits for the fewest facts,
    then the most points at stake, then the order of the programme's criteria. One question that settles several of
    them stands before them.
    """
    waiting: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.status is Status.OPEN:
            for fact in finding.missing:
                waiting.setdefault(fact, []).append(finding)
    order = {fact: place for place, fact in enumerate(waiting)}

    def rank(fact: str) -> tuple[bool, bool, int, Fraction, int]:
        deciding = [finding for finding in waiting[fact] if finding.kind == "veto"]
        declared = evaluator.book.facts[fact].type not in ("number", "integer", "date")
        fewest = min(len(finding.missing) for finding in deciding or waiting[fact])
        stake = Fraction(0) if deciding else sum(map(_stake, waiting[fact]), Fraction(0))
        return not deciding, declared, fewest, -stake, order[fact]

    asked = _with_wholes(evaluator, sorted(waiting, key=rank))
    return tuple(MissingFact(fact, evaluator.book.facts[fact].question) for fact in asked)


def _with_wholes(evaluator: Evaluator, order: list[str]) -> list[str]:
    """Before the first of several missing facts that one yes would settle together, the question for that yes."""
    wholes = [
        fact for fact in evaluator.book.facts.values() if fact.implies and fact.id not in evaluator.facts
    ]
    for whole in wholes:
        parts = [fact for fact in order if fact in whole.implies]
        if len(parts) > 1:
            order.insert(order.index(parts[0]), whole.id)
    return order


def _stake(finding: Finding) -> Fraction:
    return finding.points.high - finding.points.low if finding.points else Fraction(0)
