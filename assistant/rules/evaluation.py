"""Expressions over facts, some of them missing: intervals for numbers, three values for conditions (strong Kleene).

A missing number may be anything in its definition's range; a missing condition is None. Dates count as day ordinals.
Everything is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from assistant.rules import intervals
from assistant.rules.book import FactDefinition, FactValue, RuleBook
from assistant.rules.calendar import shift
from assistant.rules.expression import (
    ON,
    Arithmetic,
    Call,
    Comparison,
    Day,
    Logic,
    Name,
    Negation,
    Node,
    Number,
    names,
)
from assistant.rules.intervals import Interval


def domain(fact: FactDefinition) -> Interval:
    """All values a number fact may take; a date may be any day."""
    low = fact.minimum if fact.minimum is not None else fact.exclusive_minimum
    return intervals.between(low, fact.maximum)


class Evaluator:
    """One book applied to one set of facts on one day; metrics and conditions are computed once."""

    def __init__(self, book: RuleBook, facts: Mapping[str, FactValue], on: date) -> None:
        self.book = book
        self.facts = facts
        self.on = on
        self._metrics: dict[str, Interval] = {}
        # By the node's id, for speed; the node stands beside its value so that no other one gets that id.
        self._truths: dict[int, tuple[Node, bool | None]] = {}
        self._open: dict[int, tuple[Node, tuple[str, ...]]] = {}

    def metric(self, metric_id: str) -> Interval:
        """Bounds of a metric; a point when everything behind it is known, or when the metric itself was given."""
        if metric_id not in self._metrics:
            bounds = self.number(self.book.metrics[metric_id].formula)
            given = self.facts.get(metric_id)
            if isinstance(given, Fraction) and bounds.exact is None:
                bounds = intervals.point(given)
            self._metrics[metric_id] = bounds
        return self._metrics[metric_id]

    def is_given(self, metric_id: str) -> bool:
        """Whether a metric's value was given itself and cannot be computed from its inputs."""
        return metric_id in self.facts and self.number(self.book.metrics[metric_id].formula).exact is None

    def meets(self, metric_id: str) -> bool | None:
        """Whether a metric keeps its limit."""
        limit = self.book.metrics[metric_id].limit
        assert limit is not None, "the loader refuses meets() of a metric without a limit"
        return intervals.compare(limit.operator, self.metric(metric_id), intervals.point(limit.value))

    def without(self, fact_id: str) -> Evaluator:
        """The same book and day, one fact taken away."""
        return Evaluator(self.book, {id: value for id, value in self.facts.items() if id != fact_id}, self.on)

    def number(self, node: Node) -> Interval:
        """Bounds of a number expression."""
        match node:
            case Number():
                return intervals.point(node.value)
            case Day():
                return intervals.point(node.ordinal)
            case Name():
                return self.number_of(node.id)
            case Negation():
                return intervals.negate(self.number(node.operand))
            case Arithmetic():
                return self._arithmetic(node)
            case Call():
                return self._call(node)
        raise TypeError(f"no number: {node}")

    def truth(self, node: Node) -> bool | None:
        """Value of a condition; None when the facts do not decide it."""
        known = self._truths.get(id(node))
        if known is None:
            known = self._truths[id(node)] = (node, self._truth(node))
        return known[1]

    def _truth(self, node: Node) -> bool | None:
        match node:
            case Name():
                return self.truth_of(node.id)
            case Negation():
                inner = self.truth(node.operand)
                return None if inner is None else not inner
            case Comparison():
                return intervals.compare(node.operator, self.number(node.left), self.number(node.right))
            case Logic():
                decisive = node.operator == "or"
                values = [self.truth(part) for part in node.parts]
                return decisive if decisive in values else None if None in values else not decisive
            case Call(function="meets", arguments=(Name(id=metric_id),)):
                return self.meets(metric_id)
        raise TypeError(f"no condition: {node}")

    def truth_of(self, fact_id: str) -> bool | None:
        """A yes-or-no fact: as given, by a fact that implies it, or by the condition that it follows from."""
        value = self.facts.get(fact_id)
        if isinstance(value, bool):
            return value
        if any(self.facts.get(whole) is True for whole in self.book.implied_by.get(fact_id, ())):
            return True
        follows = self.book.facts[fact_id].follows
        return None if follows is None else self.truth(follows)

    def _is_known(self, id: str) -> bool:
        if id in self.book.facts and self.book.facts[id].type == "boolean":
            return self.truth_of(id) is not None
        return id == ON or (id in self.facts and self.number_of(id).exact is not None)

    def _open_fact(self, fact_id: str) -> tuple[str, ...]:
        """The fact itself; where it follows from facts that are known too roughly (a month for a day), those."""
        follows = self.book.facts[fact_id].follows
        if follows is not None and any(name in self.facts for name in names(follows)):
            return self.open_facts(follows)
        return (fact_id,)

    def open_facts(self, node: Node) -> tuple[str, ...]:
        """Missing facts that an expression still waits for; parts that are decided ask for nothing."""
        known = self._open.get(id(node))
        if known is None:
            known = self._open[id(node)] = (node, self._waited_for(node))
        return known[1]

    def _waited_for(self, node: Node) -> tuple[str, ...]:
        match node:
            case Name() if self._is_known(node.id):
                return ()
            case Name() if node.id in self.book.metrics:
                return self.open_facts(self.book.metrics[node.id].formula)
            case Name():
                return self._open_fact(node.id)
            case Call(function="if") if (truth := self.truth(node.arguments[0])) is not None:
                return self.open_facts(node.arguments[1 if truth else 2])
            case Call(function="meets") | Comparison() | Logic() if self.truth(node) is not None:
                return ()
            case Negation():
                parts: tuple[Node, ...] = (node.operand,)
            case Arithmetic() | Comparison():
                parts = (node.left, node.right)
            case Logic():
                parts = node.parts
            case Call():
                parts = node.arguments
            case _:
                parts = ()
        return tuple(dict.fromkeys(fact for part in parts for fact in self.open_facts(part)))

    def number_of(self, id: str) -> Interval:
        """Bounds of a fact, a metric or ON."""
        if id == ON:
            return intervals.point(Fraction(self.on.toordinal()))
        if id in self.book.metrics:
            return self.metric(id)
        value = self.facts.get(id)
        if isinstance(value, Interval):
            return value
        return intervals.point(value) if isinstance(value, Fraction) else domain(self.book.facts[id])

    def _arithmetic(self, node: Arithmetic) -> Interval:
        left, right = self.number(node.left), self.number(node.right)
        match node.operator:
            case "+":
                return intervals.add(left, right)
            case "-":
                return intervals.add(left, intervals.negate(right))
            case "×":
                return intervals.multiply(left, right)
        return intervals.divide(left, right)

    def _call(self, node: Call) -> Interval:
        if node.function in ("after", "before"):
            return self._shifted(node)
        if node.function == "if":
            condition, then, otherwise = node.arguments
            truth = self.truth(condition)
            if truth is None:
                return intervals.hull(self.number(then), self.number(otherwise))
            return self.number(then if truth else otherwise)
        parts = [self.number(argument) for argument in node.arguments]
        match node.function:
            case "min":
                return intervals.smallest(parts)
            case "max":
                return intervals.largest(parts)
            case "clamp":
                value, low, high = parts
                return intervals.smallest([intervals.largest([value, low]), high])
        return intervals.ceil(parts[0])

    def _shifted(self, node: Call) -> Interval:
        length = node.arguments[1]
        assert isinstance(length, Number), "the loader wants a literal period"
        assert length.unit is not None, "the loader wants a period with its unit"
        amount, unit = length.value if node.function == "after" else -length.value, length.unit
        return intervals.mapped(self.number(node.arguments[0]), lambda day: shift(day, amount, unit))


def needed_facts(
    node: Node, formulas: Mapping[str, Node], facts: Mapping[str, FactDefinition]
) -> tuple[str, ...]:
    """Ids of all facts behind an expression, in order: metrics and facts that follow from others are followed down."""
    found: dict[str, None] = {}
    for name in names(node):
        if name in formulas:
            found.update(dict.fromkeys(needed_facts(formulas[name], formulas, facts)))
            continue
        found[name] = None
        follows = facts[name].follows
        if follows is not None:
            found.update(dict.fromkeys(needed_facts(follows, formulas, facts)))
    return tuple(found)
