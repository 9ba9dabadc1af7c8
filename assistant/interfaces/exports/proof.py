"""The engine's proof that one missing number cannot save a condition, as formulas.

With one number missing, the limits of a conjunction are solved for it (see `assistant.rules.solving`): when the
half-lines have nothing in common, the condition fails before the number is known. Mirrors that module; a limit that is
no quotient of two lines in the missing number does not narrow anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from assistant.interfaces.exports.calculation import Pair, end_of
from assistant.interfaces.exports.compiler import Compiler
from assistant.interfaces.exports.formulas import INFINITY, above, every, literal, negated, some
from assistant.rules.evaluation import domain
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

Opening = tuple[str, tuple[str, ...]]  # a fact, and the conditions under which it is waited for


class Line(NamedTuple):
    """slope × x + constant; a slope of None is zero."""

    slope: str | None
    constant: str


class Quotient(NamedTuple):
    """above ÷ below; `known` are the conditions under which both stand."""

    above: Line
    below: Line
    known: tuple[str, ...]


_ONE = Line(None, "1")


def settled(compiler: Compiler, condition: Node) -> Pair:
    """(surely true, surely false) of a criterion's condition, the proof from its one missing number included."""
    plain = compiler.condition(condition)
    openings: dict[str, list[str]] = {}
    for fact_id, guards in _openings(compiler, condition, ()):
        openings.setdefault(fact_id, []).append(every(guards))
    impossible = {
        fact_id: found
        for fact_id in openings
        if compiler.book.facts[fact_id].type in ("number", "integer")
        and (found := _Feasibility(compiler, fact_id).impossible(condition))
    }
    if not impossible:
        return plain
    waiting = {
        fact_id: compiler.rows.add(f"尚缺：{compiler.book.facts[fact_id].label}", some(guards))[0]
        for fact_id, guards in openings.items()
    }
    count = "+".join(f"N({flag})" for flag in waiting.values())
    proofs = [
        every([f"({count})=1", waiting[fact_id], negated(compiler.is_given(fact_id)), found])
        for fact_id, found in impossible.items()
    ]
    undecided = negated(some([plain.low, plain.high]))
    failed = some([plain.high, every([undecided, some(proofs)])])
    return compiler.rows.pair(f"{compiler.describe(condition)}：含只缺一个数时的推断", plain.low, failed)


def _openings(compiler: Compiler, node: Node, guards: tuple[str, ...]) -> Iterator[Opening]:
    """Every place of a fact in an expression, with the conditions under which the place is open."""
    match node:
        case Name(id=id) if id == ON:
            return
        case Name(id=id) if id in compiler.book.metrics:
            formula = compiler.book.metrics[id].formula
            yield from _openings(compiler, formula, (*guards, negated(compiler.is_given(id))))
        case Name():
            yield from _fact_openings(compiler, node, guards)
        case Call(function="if"):
            condition, then, otherwise = node.arguments
            truth = compiler.condition(condition)
            open_ = negated(some([truth.low, truth.high]))
            yield from _openings(compiler, condition, (*guards, open_))
            yield from _openings(compiler, then, (*guards, negated(truth.high)))
            yield from _openings(compiler, otherwise, (*guards, negated(truth.low)))
        case Call(function="meets") | Comparison() | Logic():
            truth = compiler.condition(node)
            open_ = negated(some([truth.low, truth.high]))
            for part in children(node):
                yield from _openings(compiler, part, (*guards, open_))
        case _:
            for part in children(node):
                yield from _openings(compiler, part, guards)


def _fact_openings(compiler: Compiler, node: Name, guards: tuple[str, ...]) -> Iterator[Opening]:
    fact = compiler.book.facts[node.id]
    if fact.type != "boolean":
        bounds = compiler.number(node)
        known = every([compiler.is_given(node.id), f"{bounds.low}={bounds.high}"])
        yield node.id, (*guards, negated(known))
        return
    truth = compiler.condition(node)
    open_ = (*guards, negated(some([truth.low, truth.high])))
    if fact.follows is None:
        yield node.id, open_
        return
    partly = some(compiler.is_given(name) for name in _names(fact.follows))
    yield node.id, (*open_, negated(partly))
    yield from _openings(compiler, fact.follows, (*open_, partly))


def _names(node: Node) -> list[str]:
    if isinstance(node, Name):
        return [] if node.id == ON else [node.id]
    return [name for part in children(node) for name in _names(part)]


class _Feasibility:
    """Limits of a conjunction as half-lines of one missing number."""

    def __init__(self, compiler: Compiler, fact_id: str) -> None:
        self.compiler = compiler
        self.fact_id = fact_id
        bounds = domain(compiler.book.facts[fact_id])
        self.low, self.high = end_of(bounds.low, False), end_of(bounds.high, False)

    def impossible(self, condition: Node) -> str | None:
        """Cell that says no value of the number can keep all limits at once; None when no limit narrows it."""
        parts = (
            condition.parts if isinstance(condition, Logic) and condition.operator == "and" else (condition,)
        )
        lines = [line for part in parts if (line := self._half_line(part))]
        if not lines:
            return None
        fact = self.compiler.book.facts[self.fact_id]
        ends = self.compiler.rows.add(
            f"{fact.label}：各项要求共同允许的范围",
            f"MAX({','.join([self.low, *(line.low for line in lines)])})",
            f"MIN({','.join([self.high, *(line.high for line in lines)])})",
        )
        return self.compiler.rows.add(f"{fact.label}：无论是多少都达不到要求", above(*ends))[0]

    def _half_line(self, node: Node) -> Pair | None:
        found = self._sides(node)
        if found is None or found[0] in ("=", "≠"):
            return None
        operator, left, right = found
        first, second = _times(left.above, right.below), _times(right.above, left.below)
        if first is None or second is None:
            return None
        difference = _plus(first, second, minus=True)
        known = every([*left.known, *right.known, self._positive(left.below), self._positive(right.below)])
        slope, constant = difference.slope or "0", difference.constant
        label = self.compiler.describe(node)
        solved, slope, constant = self.compiler.rows.add(
            f"{label}：能否按{self.compiler.book.facts[self.fact_id].label}求解、斜率、常数",
            known,
            f"IF({known},{slope},0)",
            f"IF({known},{constant},0)",
        )
        is_least = operator in (">=", ">")
        holds = f"{constant}>=0" if is_least else f"{constant}<=0"
        rising = f"{slope}>0" if is_least else f"{slope}<0"
        root = f"-{constant}/{slope}"
        low = f"IF({slope}=0,IF({holds},{self.low},{INFINITY}),IF({rising},{root},{self.low}))"
        high = f"IF({slope}=0,IF({holds},{self.high},-{INFINITY}),IF({rising},{self.high},{root}))"
        return self.compiler.rows.pair(
            f"{label}：允许的范围",
            f"IF({solved},{low},{self.low})",
            f"IF({solved},{high},{self.high})",
        )

    def _sides(self, node: Node) -> tuple[str, Quotient, Quotient] | None:
        if isinstance(node, Call) and node.function == "meets" and isinstance(node.arguments[0], Name):
            metric = self.compiler.book.metrics[node.arguments[0].id]
            left = self._quotient(metric.formula)
            if left is None or metric.limit is None:
                return None
            return metric.limit.operator, left, Quotient(Line(None, literal(metric.limit.value)), _ONE, ())
        if isinstance(node, Comparison):
            left, right = self._quotient(node.left), self._quotient(node.right)
            return (node.operator, left, right) if left and right else None
        return None

    def _positive(self, line: Line) -> str:
        """Whether a divisor is positive all over the number's domain (a zero at its very end apart)."""
        if line.slope is None:
            return f"{line.constant}>0"
        slope = line.slope
        least = f"IF({slope}>0,{slope}*{self.low},IF({slope}<0,{slope}*{self.high},0))+{line.constant}>=0"
        return every([least, negated(every([f"{slope}=0", f"{line.constant}=0"]))])

    def _quotient(self, node: Node) -> Quotient | None:
        match node:
            case Name(id=id) if id == self.fact_id:
                return Quotient(Line("1", "0"), _ONE, ())
            case Name(id=id) if id in self.compiler.book.metrics:
                return self._quotient(self.compiler.book.metrics[id].formula)
            case Name() | Number():
                bounds = self.compiler.number(node)
                known = () if isinstance(node, Number) else (f"{bounds.low}={bounds.high}",)
                return Quotient(Line(None, bounds.low), _ONE, known)
            case Negation(operator="-"):
                inner = self._quotient(node.operand)
                if inner is None:
                    return None
                zero = Line(None, "0")
                return Quotient(_plus(zero, inner.above, minus=True), inner.below, inner.known)
            case Arithmetic():
                return self._arithmetic(node)
        return None

    def _arithmetic(self, node: Arithmetic) -> Quotient | None:
        left, right = self._quotient(node.left), self._quotient(node.right)
        if left is None or right is None:
            return None
        known = (*left.known, *right.known)
        if node.operator in ("×", "÷"):
            above_by, below_by = (right.above, right.below)
            if node.operator == "÷":
                above_by, below_by = below_by, above_by
            top, bottom = _times(left.above, above_by), _times(left.below, below_by)
            return Quotient(top, bottom, known) if top and bottom else None
        minus = node.operator == "-"
        if left.below == right.below:
            return Quotient(_plus(left.above, right.above, minus), left.below, known)
        first, second = _times(left.above, right.below), _times(right.above, left.below)
        common = _times(left.below, right.below)
        if first is None or second is None or common is None:
            return None
        return Quotient(_plus(first, second, minus), common, known)


def _plus(a: Line, b: Line, minus: bool = False) -> Line:
    sign = "-" if minus else "+"
    slope = a.slope if b.slope is None else f"({a.slope or '0'}{sign}{b.slope})"
    return Line(slope, a.constant if b.constant == "0" else f"({a.constant}{sign}{b.constant})")


def _times(a: Line, b: Line) -> Line | None:
    """The product; None when it is no line."""
    if a.slope is not None and b.slope is not None:
        return None
    if a == _ONE:
        return b
    if b == _ONE:
        return a
    if a.slope is not None:
        slope: str | None = f"{a.slope}*{b.constant}"
    else:
        slope = None if b.slope is None else f"{b.slope}*{a.constant}"
    return Line(slope, f"({a.constant}*{b.constant})")
