"""Expressions over facts, some of them missing: intervals for numbers, three values for conditions (strong Kleene).

A missing number may be anything in its definition's range; a missing condition is None. Everything is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from assistant.rules import intervals
from assistant.rules.book import FactDefinition, FactValue, RuleBook
from assistant.rules.expression import (
    Arithmetic,
    Call,
    Comparison,
    Logic,
    Name,
    Negation,
    Node,
    Number,
    names,
)
from assistant.rules.intervals import Interval


def domain(fact: FactDefinition) -> Interval:
    """All values a number fact may take."""
    low = fact.minimum if fact.minimum is not None else fact.exclusive_minimum
    return intervals.between(low, fact.maximum)


class Evaluator:
    """One book applied to one set of facts; metrics are computed once."""

    def __init__(self, book: RuleBook, facts: Mapping[str, FactValue]) -> None:
        self.book = book
        self.facts = facts
        self._metrics: dict[str, Interval] = {}

    def metric(self, metric_id: str) -> Interval:
        """Bounds of a metric; a point when everything behind it is known, or when the metric itself was given."""
        if metric_id not in self._metrics:
            given = self.facts.get(metric_id)
            formula = self.book.metrics[metric_id].formula
            self._metrics[metric_id] = (
                intervals.point(given) if isinstance(given, Fraction) else self.number(formula)
            )
        return self._metrics[metric_id]

    def meets(self, metric_id: str) -> bool | None:
        """Whether a metric keeps its limit."""
        limit = self.book.metrics[metric_id].limit
        assert limit is not None, "the loader refuses meets() of a metric without a limit"
        return intervals.compare(limit.operator, self.metric(metric_id), intervals.point(limit.value))

    def chosen(self, call: Call) -> Name:
        """The fact that first(...) stands for: the first one given; the very first while none is."""
        facts = [argument for argument in call.arguments if isinstance(argument, Name)]
        return next((name for name in facts if name.id in self.facts), facts[0])

    def number(self, node: Node) -> Interval:
        """Bounds of a number expression."""
        match node:
            case Number():
                return intervals.point(node.value)
            case Name():
                return self._name(node.id)
            case Negation():
                return intervals.negate(self.number(node.operand))
            case Arithmetic():
                return self._arithmetic(node)
            case Call():
                return self._call(node)
        raise TypeError(f"no number: {node}")

    def truth(self, node: Node) -> bool | None:
        """Value of a condition; None when the facts do not decide it."""
        match node:
            case Name():
                value = self.facts.get(node.id)
                return value if isinstance(value, bool) else None
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

    def open_facts(self, node: Node) -> tuple[str, ...]:
        """Missing facts that an expression still waits for; parts that are decided ask for nothing."""
        match node:
            case Name() if node.id in self.facts:
                return ()
            case Name() if node.id in self.book.metrics:
                return self.open_facts(self.book.metrics[node.id].formula)
            case Name():
                return (node.id,)
            case Call(function="first"):
                return self.open_facts(self.chosen(node))
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

    def _name(self, id: str) -> Interval:
        if id in self.book.metrics:
            return self.metric(id)
        value = self.facts.get(id)
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
        if node.function == "first":
            return self._name(self.chosen(node).id)
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


def needed_facts(node: Node, metrics: Mapping[str, Node]) -> tuple[str, ...]:
    """Ids of all facts behind an expression, metrics followed down to their facts, in order."""
    found: dict[str, None] = {}
    for name in names(node):
        if name in metrics:
            found.update(dict.fromkeys(needed_facts(metrics[name], metrics)))
        else:
            found[name] = None
    return tuple(found)
