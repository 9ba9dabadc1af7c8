"""Conditions of a rule book as linear inequalities in the names left free; every other name has its given value.

A metric is a quotient of two forms on each of its pieces (min, max and clamp cut it into pieces), and a comparison of
quotients whose divisors are positive is a linear inequality. A condition becomes its branches: one holds when any
branch does, a branch when all its inequalities do. `Obstacle` says why a part has no such form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from assistant.rules import intervals
from assistant.rules.book import FactValue, RuleBook
from assistant.rules.evaluation import Evaluator, domain
from assistant.rules.expression import (
    Arithmetic,
    Call,
    Comparison,
    Logic,
    Name,
    Negation,
    Node,
    Number,
    children,
)
from assistant.rules.intervals import Interval
from assistant.rules.whatif.linear import CONTRADICTION, Form, Inequality, System

_ONE = Form.number(Fraction(1))
_MINUS = Fraction(-1)
_OPPOSITE = {">=": "<", "<": ">=", "<=": ">", ">": "<=", "=": "≠", "≠": "="}


class Obstacle(Exception):
    """A part that cannot be solved: facts it lacks, or none when its form is not linear."""

    def __init__(self, missing: tuple[str, ...] = ()) -> None:
        super().__init__(missing)
        self.missing = missing


class Quotient(NamedTuple):
    """above ÷ below; `below` is positive wherever the piece holds."""

    above: Form
    below: Form


class Piece(NamedTuple):
    """The value of an expression where all `guards` hold."""

    guards: System
    value: Quotient


class Translation:
    """One book and one set of facts, with some names (facts or metrics) left free."""

    def __init__(
        self, book: RuleBook, facts: Mapping[str, FactValue], free: tuple[str, ...], on: date | None = None
    ) -> None:
        self.book = book
        self.free = free
        self.given = Evaluator(book, facts)
        self.facts = {id: value for id, value in facts.items() if id not in free}
        self.known = Evaluator(book, self.facts)
        self.set_aside: list[Obstacle] = []  # alternatives of an `or` that could not be solved

    def domains(self) -> System:
        """The legal values of the free names."""
        found: list[Inequality] = []
        for name in self.free:
            form, held = Form.name(name), self.domain(name)
            if held.floor is not None:
                found.append(Inequality(form.plus(Form.number(-held.floor)), self._open(name)))
            if held.ceiling is not None:
                found.append(Inequality(Form.number(held.ceiling).plus(form, _MINUS)))
        return tuple(found)

    def domain(self, name: str) -> Interval:
        """Closure of the legal values of a fact, or of the values a metric can take at all."""
        if name in self.book.facts:
            return domain(self.book.facts[name])
        return Evaluator(self.book, {}).metric(name)

    def _open(self, name: str) -> bool:
        fact = self.book.facts.get(name)
        return fact is not None and fact.exclusive_minimum is not None

    def branches(self, condition: Node, wanted: bool = True) -> tuple[System, ...]:
        """Systems of which one holds exactly where the condition is `wanted`; raises Obstacle."""
        match condition:
            case Negation(operator="not"):
                return self.branches(condition.operand, not wanted)
            case Logic():
                if (condition.operator == "or") == wanted:
                    return self._either(condition.parts, wanted)
                parts = [self.branches(part, wanted) for part in condition.parts]
                return tuple(sum(chosen, ()) for chosen in product(*parts))
            case Comparison():
                operator = condition.operator if wanted else _OPPOSITE[condition.operator]
                return self._compared(operator, self.pieces(condition.left), self.pieces(condition.right))
            case Call(function="meets", arguments=(Name(id=metric_id),)):
                limit = self.book.metrics[metric_id].limit
                assert limit is not None, "the loader refuses meets() of a metric without a limit"
                operator = limit.operator if wanted else _OPPOSITE[limit.operator]
                bound = Piece((), Quotient(Form.number(limit.value), _ONE))
                return self._compared(operator, self.pieces(condition.arguments[0]), (bound,))
        truth = self.known.truth(condition)
        if truth is None:
            raise Obstacle(self.lacking(condition))
        return ((),) if truth is wanted else ((CONTRADICTION,),)

    def _either(self, parts: tuple[Node, ...], wanted: bool) -> tuple[System, ...]:
        """Branches of the alternatives that can be solved; the others are set aside."""
        found: list[System] = []
        obstacles: list[Obstacle] = []
        for part in parts:
            try:
                found += self.branches(part, wanted)
            except Obstacle as obstacle:
                obstacles.append(obstacle)
        missing = tuple(dict.fromkeys(fact for obstacle in obstacles for fact in obstacle.missing))
        if len(obstacles) == len(parts):
            raise Obstacle(missing)
        self.set_aside += obstacles
        return tuple(found)

    def _compared(
        self, operator: str, left: tuple[Piece, ...], right: tuple[Piece, ...]
    ) -> tuple[System, ...]:
        found: list[System] = []
        for first, second in product(left, right):
            one, other = (
                first.value.above.times(second.value.below),
                second.value.above.times(first.value.below),
            )
            if one is None or other is None:
                raise Obstacle
            guards = (*first.guards, *second.guards)
            over, under = one.plus(other, _MINUS), other.plus(one, _MINUS)
            match operator:
                case ">=" | ">":
                    found.append((*guards, Inequality(over, operator == ">")))
                case "<=" | "<":
                    found.append((*guards, Inequality(under, operator == "<")))
                case "=":
                    found.append((*guards, Inequality(over), Inequality(under)))
                case _:
                    found += [(*guards, Inequality(over, True)), (*guards, Inequality(under, True))]
        return tuple(found)

    def pieces(self, node: Node) -> tuple[Piece, ...]:
        """An expression piece by piece; raises Obstacle."""
        match node:
            case Number():
                return (_constant(node.value),)
            case Name():
                return self._named(node.id)
            case Negation(operator="-"):
                return tuple(
                    Piece(item.guards, Quotient(item.value.above.scaled(_MINUS), item.value.below))
                    for item in self.pieces(node.operand)
                )
            case Arithmetic():
                return tuple(
                    self._arithmetic(node.operator, left, right)
                    for left, right in product(self.pieces(node.left), self.pieces(node.right))
                )
            case Call(function="first"):
                return self._named(self.given.chosen(node).id)
            case Call(function="min" | "max"):
                found = self.pieces(node.arguments[0])
                for argument in node.arguments[1:]:
                    found = self._smaller(found, self.pieces(argument), node.function == "max")
                return found
            case Call(function="clamp"):
                value, low, high = map(self.pieces, node.arguments)
                return self._smaller(self._smaller(value, low, largest=True), high, largest=False)
        known = None if self.rests_on_free(node) else self.known.number(node).exact
        if known is None:
            raise Obstacle(self.lacking(node))
        return (_constant(known),)

    def _named(self, id: str) -> tuple[Piece, ...]:
        if id in self.free:
            return (Piece((), Quotient(Form.name(id), _ONE)),)
        if id in self.book.metrics and id not in self.facts:
            return self.pieces(self.book.metrics[id].formula)
        known = self.known.number(Name(id, 0)).exact
        if known is None:
            raise Obstacle((id,))
        return (_constant(known),)

    def _arithmetic(self, operator: str, left: Piece, right: Piece) -> Piece:
        guards = (*left.guards, *right.guards)
        (above, below), (over, under) = left.value, right.value
        if operator == "÷":
            sign = self._sign(over)
            if over.known is None:
                guards = (*guards, Inequality(over.scaled(sign), strict=True))
            return Piece(guards, _quotient(above.times(under.scaled(sign)), below.times(over.scaled(sign))))
        if operator == "×":
            return Piece(guards, _quotient(above.times(over), below.times(under)))
        times = Fraction(1) if operator == "+" else _MINUS
        if below == under:
            return Piece(guards, _quotient(above.plus(over, times), below))
        first, second = above.times(under), over.times(below)
        if first is None or second is None:
            raise Obstacle
        return Piece(guards, _quotient(first.plus(second, times), below.times(under)))

    def _smaller(
        self, first: tuple[Piece, ...], second: tuple[Piece, ...], largest: bool
    ) -> tuple[Piece, ...]:
        """min (or max) of two expressions: each one's pieces where it is the smaller (the larger)."""
        found: list[Piece] = []
        for one, other in product(first, second):
            signs = ("<", ">=") if not largest else (">", "<=")
            for sign, value in zip(signs, (one.value, other.value), strict=True):
                (guards,) = self._compared(sign, (one,), (other,))
                found.append(Piece(guards, value))
        return tuple(found)

    def _sign(self, form: Form) -> Fraction:
        """1 or -1 as a divisor is positive or negative all over the domain (a zero at its end apart)."""
        held = intervals.point(form.constant)
        for name, slope in form.slopes:
            held = intervals.add(held, intervals.multiply(intervals.point(slope), self.domain(name)))
        zero = (0, Fraction(0))
        if held.exact == 0 or held.low < zero < held.high:
            raise Obstacle
        return Fraction(1) if held.low >= zero else _MINUS

    def behind(self, node: Node) -> tuple[str, ...]:
        """Facts and given metrics that an expression comes down to, first(...) as the one that was given."""
        if isinstance(node, Name):
            if node.id in self.book.facts or node.id in self.given.facts:
                return (node.id,)
            return self.behind(self.book.metrics[node.id].formula)
        parts = children(node)
        if isinstance(node, Call) and node.function == "first":
            parts = (self.given.chosen(node),)
        return tuple(dict.fromkeys(name for part in parts for name in self.behind(part)))

    def rests_on_free(self, node: Node) -> bool:
        """Whether a free name stands behind an expression."""
        if isinstance(node, Name):
            if node.id in self.free:
                return True
            behind = node.id in self.book.metrics and node.id not in self.facts
            return behind and self.rests_on_free(self.book.metrics[node.id].formula)
        if isinstance(node, Call) and node.function == "first":
            return self.rests_on_free(self.given.chosen(node))
        return any(self.rests_on_free(child) for child in children(node))

    def lacking(self, node: Node) -> tuple[str, ...]:
        """Facts behind an expression that are neither given nor free."""
        return tuple(fact for fact in self.known.open_facts(node) if fact not in self.free)


def _constant(value: Fraction) -> Piece:
    return Piece((), Quotient(Form.number(value), _ONE))


def _quotient(above: Form | None, below: Form | None) -> Quotient:
    """A quotient in its simplest writing; raises Obstacle where a product was no form."""
    if above is None or below is None:
        raise Obstacle
    if below.known is not None:
        return Quotient(above.scaled(1 / below.known), _ONE)
    return Quotient(above, below)
