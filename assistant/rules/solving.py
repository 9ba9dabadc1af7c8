"""What one fact would have to be: limits solved exactly for a single fact, and the gaps that follow.

With every other fact known, each metric of these rule books is a quotient of two lines in the fact x, so a limit on it
holds on a half-line. Two uses: the distance from a failed limit (还差多少), and the proof that no value of a missing
fact can keep all limits of a condition at once. Expressions outside that form (min, max, clamp, ceil of x) are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from assistant.rules import intervals
from assistant.rules.book import RuleBook
from assistant.rules.evaluation import Evaluator, domain
from assistant.rules.expression import Arithmetic, Call, Comparison, Logic, Name, Negation, Node, Number
from assistant.rules.intervals import Interval


class Line(NamedTuple):
    """slope × x + constant."""

    slope: Fraction
    constant: Fraction


class Quotient(NamedTuple):
    """above ÷ below, both lines in x."""

    above: Line
    below: Line


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


NOTHING = Interval(intervals.PLUS_INFINITY, intervals.MINUS_INFINITY)
_ONE = Line(Fraction(0), Fraction(1))


def _plus(a: Line, b: Line, sign: int = 1) -> Line:
    return Line(a.slope + sign * b.slope, a.constant + sign * b.constant)


def _times(a: Line, b: Line) -> Line | None:
    if a.slope and b.slope:
        return None
    return Line(a.slope * b.constant + b.slope * a.constant, a.constant * b.constant)


class Solver:
    """Limits of one book as half-lines of one fact, every other fact as an evaluator has it."""

    def __init__(self, evaluator: Evaluator, fact_id: str) -> None:
        self.book = book = evaluator.book
        self.fact_id = fact_id
        self.evaluator = evaluator.without(fact_id)
        self.facts = self.evaluator.facts
        self.domain = domain(book.facts[fact_id])

    def feasible(self, condition: Node) -> Interval | None:
        """Values of the fact for which a conjunction may hold; None when there is provably none.

        Parts that cannot be solved do not narrow the answer.
        """
        if isinstance(condition, Logic) and condition.operator == "and":
            held: Interval | None = self.domain
            for part in condition.parts:
                solved = self.feasible(part)
                held = None if held is None or solved is None else intervals.intersect(held, solved)
            return held
        comparison = self._comparison(condition)
        solved = None if comparison is None else self._half_line(*comparison)
        return self.domain if solved is None else intervals.intersect(self.domain, solved)

    def _comparison(self, node: Node) -> tuple[str, Quotient, Quotient] | None:
        if isinstance(node, Call) and node.function == "meets" and isinstance(node.arguments[0], Name):
            metric = self.book.metrics[node.arguments[0].id]
            left = self.quotient(metric.formula)
            if left is None or metric.limit is None:
                return None
            return metric.limit.operator, left, Quotient(Line(Fraction(0), metric.limit.value), _ONE)
        if isinstance(node, Comparison) and node.operator != "≠":
            left, right = self.quotient(node.left), self.quotient(node.right)
            return (node.operator, left, right) if left and right else None
        return None

    def _half_line(self, operator: str, left: Quotient, right: Quotient) -> Interval | None:
        """Closure of {x: left op right}; None when a divisor may change its sign or the relation is an equality."""
        if operator == "=" or not (self._positive(left.below) and self._positive(right.below)):
            return None
        first, second = _times(left.above, right.below), _times(right.above, left.below)
        if first is None or second is None:
            return None
        slope, constant = _plus(first, second, -1)
        at_least = operator in (">=", ">")
        if slope == 0:
            holds = constant >= 0 if at_least else constant <= 0
            return self.domain if holds else NOTHING
        root = -constant / slope
        return intervals.between(root, None) if at_least == (slope > 0) else intervals.between(None, root)

    def _positive(self, line: Line) -> bool:
        """Whether a divisor is positive all over the fact's domain (a zero at its very end apart)."""
        held = intervals.add(
            intervals.multiply(intervals.point(line.slope), self.domain), intervals.point(line.constant)
        )
        return held.low >= (0, Fraction(0)) and held.exact != 0

    def quotient(self, node: Node) -> Quotient | None:
        """An expression as a quotient of lines in the fact, or None when it is not one."""
        if isinstance(node, Name) and node.id == self.fact_id:
            return Quotient(Line(Fraction(1), Fraction(0)), _ONE)
        if isinstance(node, Name) and node.id in self.book.metrics:
            return self.quotient(self.book.metrics[node.id].formula)
        if isinstance(node, Call) and node.function == "first":
            # The first one given; x itself counts as given.
            for argument in node.arguments:
                if isinstance(argument, Name) and (argument.id in self.facts or argument.id == self.fact_id):
                    return self.quotient(argument)
            return None
        if isinstance(node, Negation) and node.operator == "-":
            inner = self.quotient(node.operand)
            return (
                Quotient(_plus(Line(Fraction(0), Fraction(0)), inner.above, -1), inner.below)
                if inner
                else None
            )
        if isinstance(node, Arithmetic):
            return self._arithmetic(node)
        if isinstance(node, Name | Number):
            known = self.evaluator.number(node).exact
            return None if known is None else Quotient(Line(Fraction(0), known), _ONE)
        return None

    def _arithmetic(self, node: Arithmetic) -> Quotient | None:
        left, right = self.quotient(node.left), self.quotient(node.right)
        if left is None or right is None:
            return None
        if node.operator in ("×", "÷"):
            above_by, below_by = right if node.operator == "×" else (right.below, right.above)
            above, below = _times(left.above, above_by), _times(left.below, below_by)
            return Quotient(above, below) if above and below else None
        sign = 1 if node.operator == "+" else -1
        if left.below == right.below:
            return Quotient(_plus(left.above, right.above, sign), left.below)
        first, second = _times(left.above, right.below), _times(right.above, left.below)
        common = _times(left.below, right.below)
        return Quotient(_plus(first, second, sign), common) if first and second and common else None


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
        current, held = moved.facts.get(fact_id), Solver(moved, fact_id).feasible(part)
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
