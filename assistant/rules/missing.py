"""Which missing fact to ask for first: the one whose answer can decide most.

A veto item fails as soon as one of its demands does. Each demand of an open item is therefore weighed as the chance that
it fails, shared out over the answers that it still waits for; a fact weighs what its best demand gives it, in every item
that waits for it. Nobody knows the chances before asking, and three orders of magnitude are enough to rank by: a figure
misses its limit about as often as not, what an applicant declares of itself fails less often, and what the book gathers
under one question (`implies`) hardly ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from assistant.rules.assessment import Finding, MissingFact, Status
from assistant.rules.book import RuleBook
from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import Call, Comparison, Logic, Name, Negation, Node

FIGURE, DECLARED, GATHERED = Fraction(1, 2), Fraction(1, 5), Fraction(1, 40)
_NONE = Fraction(0)


@dataclass
class Weight:
    """What an answer can decide: `veto` items that wait for it at all, the `chance` to fail one, the `points` it moves."""

    finding: Finding
    veto: bool = False
    chance: Fraction = _NONE
    points: Fraction = _NONE


class Demand(NamedTuple):
    """A part of a condition that fails by itself: how likely, the facts to ask for it now, the answers it takes in all."""

    chance: Fraction
    facts: tuple[str, ...]
    answers: int


def missing_facts(
    evaluator: Evaluator, findings: tuple[Finding, ...], decided: bool = False
) -> tuple[MissingFact, ...]:
    """Facts that open findings wait for, most decisive first; equal ones in the order of the findings.

    What a veto item waits for comes before what only moves the score, the other way round once the verdict is
    `decided`. One question that settles several facts weighs what they weigh together, and stands before them.
    """
    weights: dict[str, Weight] = {}
    for finding in findings:
        if finding.status is Status.OPEN:
            _weigh(evaluator, finding, weights)
    for whole, parts in _wholes(evaluator, weights):
        first = weights[parts[0]]
        together = [weights[part] for part in parts]
        weights[whole] = Weight(
            first.finding,
            any(one.veto for one in together),
            sum((one.chance for one in together), _NONE),
            sum((one.points for one in together), _NONE),
        )

    book = evaluator.book

    def rank(fact: str) -> tuple[bool, Fraction, bool, Fraction, bool]:
        weight, definition = weights[fact], book.facts[fact]
        veto = weight.veto and not (decided and weight.points)
        stake = _NONE if veto else weight.points
        graded = definition.type == "points"
        return veto == decided, -weight.chance, graded, -stake, not definition.implies

    return tuple(_asked(book, fact, weights[fact].finding) for fact in sorted(weights, key=rank))


def _asked(book: RuleBook, fact_id: str, finding: Finding) -> MissingFact:
    """With what it decides: the item that waits for it, or the clause that one question asks for as a whole."""
    fact = book.facts[fact_id]
    decides = (fact.label, fact.address) if fact.implies else (finding.label, finding.address)
    return MissingFact(fact_id, fact.question, *decides)


def _weigh(evaluator: Evaluator, finding: Finding, weights: dict[str, Weight]) -> None:
    """Add what each fact that a finding waits for can decide of it."""
    chances: dict[str, Fraction] = {}
    condition = evaluator.book.criteria[finding.criterion_id].condition
    if finding.kind == "veto" and condition is not None:
        for demand in _demands(evaluator, condition):
            for fact in demand.facts:
                chances[fact] = max(chances.get(fact, _NONE), demand.chance / demand.answers)
    stake = finding.points.high - finding.points.low if finding.points else _NONE
    for fact in finding.missing:
        weight = weights.setdefault(fact, Weight(finding))
        weight.veto = weight.veto or finding.kind == "veto"
        weight.chance += chances.get(fact, _NONE)
        weight.points += stake / len(finding.missing)


def _demands(evaluator: Evaluator, node: Node) -> Iterator[Demand]:
    """The undecided parts of a condition, any of which can fail it."""
    if evaluator.truth(node) is not None:
        return
    if isinstance(node, Logic) and node.operator == "and":
        for part in node.parts:
            yield from _demands(evaluator, part)
        yield from _together(evaluator, node)
    elif isinstance(node, Logic):
        yield _either(evaluator, node)
    else:
        facts = evaluator.open_facts(node)
        yield Demand(_chance(evaluator, node, facts), facts, len(facts))


def _together(evaluator: Evaluator, node: Logic) -> Iterator[Demand]:
    """Several limits on the same figures can shut each other out before the last figure is known (solving.impossible)."""
    facts = evaluator.open_facts(node)
    if len(facts) < 2 or any(evaluator.book.facts[fact].type not in ("number", "integer") for fact in facts):
        return
    waiting = [evaluator.open_facts(part) for part in node.parts if isinstance(part, Call | Comparison)]
    if any(sum(fact in part for part in waiting) > 1 for fact in facts):
        yield Demand(FIGURE, facts, len(facts) - 1)


def _either(evaluator: Evaluator, node: Logic) -> Demand:
    """An or fails only with all its parts; the one most likely to hold is asked for first, the others only if it fails."""
    parts = [part for part in node.parts if evaluator.truth(part) is None]
    opened = [evaluator.open_facts(part) for part in parts]
    chances = [_chance(evaluator, part, facts) for part, facts in zip(parts, opened, strict=True)]
    chance = Fraction(1)
    for one in chances:
        chance *= one
    first = max(range(len(parts)), key=lambda at: (1 - chances[at]) / len(opened[at]))
    return Demand(chance, opened[first], len(dict.fromkeys(fact for facts in opened for fact in facts)))


def _chance(evaluator: Evaluator, node: Node, facts: tuple[str, ...]) -> Fraction:
    """Roughly how often a part of a condition fails; what must not be is declared as often as what must be."""
    if isinstance(node, Negation):
        return _chance(evaluator, node.operand, facts)
    if isinstance(node, Name) and facts == (node.id,):
        return GATHERED if node.id in evaluator.book.implied_by else DECLARED
    return FIGURE


def _wholes(evaluator: Evaluator, weights: dict[str, Weight]) -> list[tuple[str, list[str]]]:
    """Facts not told yet whose yes would settle two or more of the missing ones."""
    return [
        (whole.id, parts)
        for whole in evaluator.book.facts.values()
        if whole.implies and whole.id not in evaluator.facts
        if len(parts := [part for part in whole.implies if part in weights]) > 1
    ]
