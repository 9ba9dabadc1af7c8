"""What one fact would have to be: limits solved exactly for a single fact, and the gaps that follow.

Two uses, while findings are made: the distance from a failed limit (还差多少), and the proof that no value of a missing
fact can keep all limits of a condition at once. Several facts at once are solved in `whatif`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from assistant.rules import intervals
from assistant.rules.book import RuleBook
from assistant.rules.evaluation import Evaluator, domain
from assistant.rules.expression import Call, Comparison, Logic, Name, Node
from assistant.rules.intervals import Interval
from assistant.rules.whatif.linear import extent
from assistant.rules.whatif.pieces import Obstacle
from assistant.rules.whatif.translation import Translation


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a fact is from where a limit is kept: move it from `current` to `target`, by `difference` (always > 0)."""

    fact_id: str
    label: str
    current: Fraction
    target: Fraction
    unit: str

    @property
    def difference(self) -> Fraction:
        """Absolute distance, in `unit`."""
        return abs(self.target - self.current)


class Solver:
    """Limits of one book as ranges of one fact, every other fact as an evaluator has it."""

    def __init__(self, evaluator: Evaluator, fact_id: str) -> None:
        self.fact_id = fact_id
        self.translation = Translation(evaluator, (fact_id,))
        known = evaluator.facts.get(fact_id)
        self.domain = known if isinstance(known, Interval) else domain(evaluator.book.facts[fact_id])

    def feasible(self, condition: Node) -> Interval | None:
        """Closure of the values of the fact for which a conjunction may hold; None when there is provably none.

        Parts that cannot be solved do not narrow the answer.
        """
        joint = isinstance(condition, Logic) and condition.operator == "and"
        held: Interval | None = self.domain
        for part in condition.parts if joint and isinstance(condition, Logic) else (condition,):
            solved = self._part(part)
            held = None if held is None or solved is None else intervals.intersect(held, solved)
        return held

    def _part(self, part: Node) -> Interval | None:
        """The least interval around the values for which one part holds."""
        try:
            branches = self.translation.branches(part)
        except Obstacle:
            return self.domain
        if self.translation.set_aside:
            return self.domain
        domains = self.translation.domains()
        found = [extent((*domains, *branch), self.fact_id) for branch in branches]
        closures = [intervals.between(item.low, item.high) for item in found if item is not None]
        return reduce(intervals.hull, closures) if closures else None


def impossible(evaluator: Evaluator, condition: Node, missing: str) -> bool:
    """Whether no value of the one missing fact can make the condition true."""
    return Solver(evaluator, missing).feasible(condition) is None


def gaps(evaluator: Evaluator, condition: Node) -> tuple[Gap, ...]:
    """Steps that lead from known facts to a condition's limits, each in the fact that its metric names for it.

    Upper limits are mended first, since the others must make up for what they take away, and the facts moved before
    stay where they are; () when a step is not in a line's form or the steps do not get there.
    """
    book = evaluator.book
    steps: list[Gap] = []
    moved = evaluator
    limits = sorted(_limits(book, condition), key=lambda limit: not _is_cap(book, limit[0]))
    for part, fact_id in limits:
        if moved.truth(part) is not False:
            continue
        current = moved.facts.get(fact_id)
        held = Solver(moved, fact_id).feasible(part) if isinstance(current, Fraction) else None
        if held is None or not isinstance(current, Fraction):
            return ()
        sign, target = held.low if (0, current) < held.low else held.high
        if sign:
            return ()
        fact = book.facts[fact_id]
        steps.append(Gap(fact_id, fact.label, current, target, fact.unit or ""))
        moved = Evaluator(book, {**moved.facts, fact_id: target}, moved.on)
    return () if any(moved.truth(part) is False for part, _ in limits) else tuple(steps)


def _is_cap(book: RuleBook, part: Node) -> bool:
    """Whether a condition is an upper limit."""
    if isinstance(part, Call) and isinstance(part.arguments[0], Name):
        limit = book.metrics[part.arguments[0].id].limit
        return limit is not None and limit.operator in ("<=", "<")
    return isinstance(part, Comparison) and part.operator in ("<=", "<")


def _limits(book: RuleBook, condition: Node) -> list[tuple[Node, str]]:
    """Conditions of a conjunction that can be mended, each with the fact to move."""
    parts = condition.parts if isinstance(condition, Logic) and condition.operator == "and" else (condition,)
    found: list[tuple[Node, str]] = []
    for part in parts:
        if isinstance(part, Call) and part.function == "meets" and isinstance(part.arguments[0], Name):
            adjust = book.metrics[part.arguments[0].id].adjust
            if adjust:
                found.append((part, adjust))
        elif isinstance(part, Comparison) and isinstance(part.left, Name) and part.left.id in book.facts:
            found.append((part, part.left.id))
    return found
