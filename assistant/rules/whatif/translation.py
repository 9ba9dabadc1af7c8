"""Conditions of a rule book as linear inequalities in the names left free; every other name has its given value.

A metric is a quotient of two forms on each of its pieces (min, max and clamp cut it into pieces), and a comparison of
quotients whose divisors are positive is a linear inequality. A condition becomes its branches: one holds when any
branch does, a branch when all its inequalities do. `Obstacle` says why a part has no such form.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from assistant.rules import intervals
from assistant.rules.evaluation import Evaluator, domain
from assistant.rules.expression import (
    ON,
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
from assistant.rules.whatif.pieces import ONE, Obstacle, Piece, Quotient, constant, quotient

_MINUS = Fraction(-1)
_OPPOSITE = {">=": "<", "<": ">=", "<=": ">", ">": "<=", "=": "≠", "≠": "="}


class Translation:
    """One book, one set of facts and one day, with some names (facts or metrics) left free."""

    def __init__(self, given: Evaluator, free: tuple[str, ...]) -> None:
        self.book = given.book
        self.free = free
        self.given = given
        # A free fact that was given stays there as anything it may be.
        facts = {
            id: domain(self.book.facts[id]) if id in free else value
            for id, value in given.facts.items()
            if id not in free or id in self.book.facts
        }
        self.known = Evaluator(self.book, facts, given.on)
        self.set_aside: list[Obstacle] = []  # alternatives of an `or` that could not be solved

    def at(self, name: str, value: Fraction) -> Evaluator:
        """The facts with a free name at a value; a free metric takes the place of the facts behind it."""
        replaced = self.book.needed[name] if name in self.book.metrics else ()
        others = {id: held for id, held in self.known.facts.items() if id not in replaced}
        return Evaluator(self.book, {**others, name: value}, self.given.on)

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
        return Evaluator(self.book, {}, self.given.on).metric(name)

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
                bound = constant(limit.value)
                return self._compared(operator, self.pieces(condition.arguments[0]), (bound,))
        truth = self.known.truth(condition)
        if truth is None and isinstance(condition, Name):
            follows = self.book.facts[condition.id].follows
            if follows is not None and self.rests_on_free(follows):
                return self.branches(follows, wanted)
        if truth is None:
            raise Obstacle(self.lacking(condition))
        return ((),) if truth is wanted else ((CONTRADICTION,),)

    def decided_or_branches(self, condition: Node, wanted: bool = True) -> tuple[System, ...]:
        """The same; a condition that cannot be solved may still be decided whatever the free names are."""
        try:
            return self.branches(condition, wanted)
        except Obstacle:
            truth = self.known.truth(condition)
            if truth is None:
                raise
            return ((),) if truth is wanted else ((CONTRADICTION,),)

    def _either(self, parts: tuple[Node, ...], wanted: bool) -> tuple[System, ...]:
        """Branches of the alternatives that can be solved; the others are set aside."""
        found: list[System] = []
        obstacles: list[Obstacle] = []
        for part in parts:
            try:
                found += self.decided_or_branches(part, wanted)
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
                return (constant(node.value),)
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
            case Call(function="min" | "max"):
                found = self.pieces(node.arguments[0])
                for argument in node.arguments[1:]:
                    found = self._smaller(found, self.pieces(argument), node.function == "max")
                return found
            case Call(function="clamp"):
                value, low, high = map(self.pieces, node.arguments)
                return self._smaller(self._smaller(value, low, largest=True), high, largest=False)
            case Call(function="if", arguments=(condition, then, otherwise)):
                return (*self._guarded(condition, True, then), *self._guarded(condition, False, otherwise))
        known = None if self.rests_on_free(node) else self.known.number(node).exact
        if known is None:
            raise Obstacle(self.lacking(node))
        return (constant(known),)

    def _named(self, id: str) -> tuple[Piece, ...]:
        if id in self.free:
            return (Piece((), Quotient(Form.name(id), ONE)),)
        if id in self.book.metrics and not self._stands_given(id):
            return self.pieces(self.book.metrics[id].formula)
        known = self.known.number(Name(id, 0)).exact
        if known is None:
            raise Obstacle((id,))
        return (constant(known),)

    def _guarded(self, condition: Node, wanted: bool, value: Node) -> tuple[Piece, ...]:
        """A value where a condition is `wanted`."""
        return tuple(
            Piece((*system, *piece.guards), piece.value)
            for system in self.branches(condition, wanted)
            for piece in self.pieces(value)
        )

    def _stands_given(self, metric_id: str) -> bool:
        """Whether a metric counts as given: it was, and its formula lacks more than the free names."""
        return metric_id in self.known.facts and bool(self.lacking(self.book.metrics[metric_id].formula))

    def _arithmetic(self, operator: str, left: Piece, right: Piece) -> Piece:
        guards = (*left.guards, *right.guards)
        (above, below), (over, under) = left.value, right.value
        if operator == "÷":
            sign = self._sign(over)
            if over.known is None:
                guards = (*guards, Inequality(over.scaled(sign), strict=True))
            return Piece(guards, quotient(above.times(under.scaled(sign)), below.times(over.scaled(sign))))
        if operator == "×":
            return Piece(guards, quotient(above.times(over), below.times(under)))
        times = Fraction(1) if operator == "+" else _MINUS
        if below == under:
            return Piece(guards, quotient(above.plus(over, times), below))
        first, second = above.times(under), over.times(below)
        if first is None or second is None:
            raise Obstacle
        return Piece(guards, quotient(first.plus(second, times), below.times(under)))

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
        """Facts and given metrics that an expression comes down to."""
        if isinstance(node, Name):
            if node.id == ON:
                return ()
            if node.id in self.book.metrics:
                given = self.given.is_given(node.id)
                return (node.id,) if given else self.behind(self.book.metrics[node.id].formula)
            follows = self.book.facts[node.id].follows
            if follows is None or self.given.truth_of(node.id) is not None:
                return (node.id,)
            return (node.id, *self.behind(follows))
        return tuple(dict.fromkeys(name for part in children(node) for name in self.behind(part)))

    def rests_on_free(self, node: Node) -> bool:
        """Whether a free name stands behind an expression."""
        if isinstance(node, Name):
            if node.id in self.free:
                return True
            behind = node.id in self.book.metrics and not self._stands_given(node.id)
            return behind and self.rests_on_free(self.book.metrics[node.id].formula)
        return any(self.rests_on_free(child) for child in children(node))

    def lacking(self, node: Node) -> tuple[str, ...]:
        """Facts behind an expression that are neither given nor free."""
        return tuple(fact for fact in self.known.open_facts(node) if fact not in self.free)
