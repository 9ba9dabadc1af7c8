"""From a rule book's expressions to spreadsheet formulas, by interval arithmetic as the engine does it.

Every number compiles to a pair of cells (low, high), every condition to (surely true, surely false); each step of an
expression has a row of its own on the calculation sheet, so that a person can follow it and no formula grows long.
Mirrors `assistant.rules.evaluation`, case by case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from assistant.interfaces.exports.calculation import NO, YES, CalculationRows, InputCells, Pair, end_of
from assistant.interfaces.exports.formulas import (
    INFINITY,
    above,
    at_least,
    every,
    infinite,
    literal,
    minus,
    negated,
    over,
    plus,
    rounded_up,
    same,
    serial,
    shifted,
    some,
    times,
)
from assistant.rules.book import RuleBook
from assistant.rules.calendar import MONTHS
from assistant.rules.evaluation import domain
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
)


class Compiler:
    """Compiles expressions of one book over input cells; each name and each expression once."""

    def __init__(
        self,
        book: RuleBook,
        inputs: Mapping[str, InputCells],
        day: str,
        rows: CalculationRows,
        describe: Callable[[Node], str],
    ) -> None:
        self.book = book
        self.inputs = inputs
        self.day = day
        self.rows = rows
        self.describe = describe
        self._known: dict[tuple[str, Node], Pair] = {}

    def number(self, node: Node) -> Pair:
        """Bounds of a number expression."""
        return self._once("number", node, self._number)

    def condition(self, node: Node) -> Pair:
        """(surely true, surely false) of a condition."""
        return self._once("condition", node, self._condition)

    def meets(self, metric_id: str) -> Pair:
        """(surely true, surely false) of a metric keeping its limit."""
        return self._once("meets", Name(metric_id, 0), self._meets)

    def is_given(self, id: str) -> str:
        """Whether a fact or metric has been filled in."""
        cells = self.inputs.get(id)
        if cells is None:
            return "FALSE"
        if id in self.book.facts and self.book.facts[id].type == "boolean":
            return some(f'{cells.value}="{word}"' for word in (YES, NO))
        return some(f"ISNUMBER({cell})" for cell in (cells.value, cells.upper) if cell)

    def _once(self, kind: str, node: Node, compiled: Callable[[Node], Pair]) -> Pair:
        key = (kind, Name(node.id, 0) if isinstance(node, Name) else node)
        if key not in self._known:
            self._known[key] = compiled(node)
        return self._known[key]

    def _number(self, node: Node) -> Pair:
        match node:
            case Number():
                return Pair(literal(node.value), literal(node.value))
            case Day():
                return Pair(serial(node.ordinal), serial(node.ordinal))
            case Name(id=id) if id == ON:
                return Pair(self.day, self.day)
            case Name():
                return self._metric(node) if node.id in self.book.metrics else self._fact(node)
            case Negation():
                inner = self.number(node.operand)
                return Pair(minus(inner.high), minus(inner.low))
            case Arithmetic():
                return self._arithmetic(node)
            case Call():
                return self._call(node)
        raise TypeError(f"no number: {node}")

    def _fact(self, node: Name) -> Pair:
        fact = self.book.facts[node.id]
        bounds, is_date = domain(fact), fact.type == "date"
        low, high = end_of(bounds.low, is_date), end_of(bounds.high, is_date)
        cells = self.inputs.get(node.id)
        if cells is None:
            return Pair(low, high)
        value, upper = cells.value, cells.upper
        top = f"IF(ISNUMBER({value}),{value},{high})"
        if upper:
            top = f"IF(ISNUMBER({upper}),{upper},{top})"
        return self.rows.pair(self.describe(node), f"IF(ISNUMBER({value}),{value},{low})", top)

    def _metric(self, node: Name) -> Pair:
        """A metric: from its formula, or as given while the formula leaves it open."""
        computed = self.number(self.book.metrics[node.id].formula)
        cells = self.inputs.get(node.id)
        low, high = computed.low, computed.high
        if cells is not None:
            taken = every([f"ISNUMBER({cells.value})", f"{low}<>{high}"])
            low, high = (f"IF({taken},{cells.value},{end})" for end in (low, high))
        return self.rows.pair(self.describe(node), low, high)

    def _arithmetic(self, node: Arithmetic) -> Pair:
        left, right = self.number(node.left), self.number(node.right)
        label = self.describe(node)
        match node.operator:
            case "+":
                return self.rows.pair(label, plus(left.low, right.low), plus(left.high, right.high))
            case "-":
                return self.rows.pair(
                    label, plus(left.low, minus(right.high)), plus(left.high, minus(right.low))
                )
            case "×":
                corners = [times(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
                cells = self.rows.add(f"{label}：各端点的乘积", *corners)
                return self.rows.pair(label, f"MIN({','.join(cells)})", f"MAX({','.join(cells)})")
        side = f"IF({right.high}>0,1,-1)"
        corners = [over(a, b, side) for a in (left.low, left.high) for b in (right.low, right.high)]
        cells = self.rows.add(f"{label}：各端点的商", *corners)
        tells_nothing = f"OR(AND({right.low}<0,{right.high}>0),AND({right.low}=0,{right.high}=0))"
        return self.rows.pair(
            label,
            f"IF({tells_nothing},-{INFINITY},MIN({','.join(cells)}))",
            f"IF({tells_nothing},{INFINITY},MAX({','.join(cells)}))",
        )

    def _call(self, node: Call) -> Pair:
        label = self.describe(node)
        match node.function:
            case "if":
                sure = self.condition(node.arguments[0])
                then, other = (self.number(part) for part in node.arguments[1:])
                return self.rows.pair(
                    label,
                    f"IF({sure.low},{then.low},IF({sure.high},{other.low},MIN({then.low},{other.low})))",
                    f"IF({sure.low},{then.high},IF({sure.high},{other.high},MAX({then.high},{other.high})))",
                )
            case "after" | "before":
                return self._shifted(node, label)
        parts = [self.number(argument) for argument in node.arguments]
        match node.function:
            case "min" | "max":
                name = node.function.upper()
                return self.rows.pair(
                    label,
                    f"{name}({','.join(part.low for part in parts)})",
                    f"{name}({','.join(part.high for part in parts)})",
                )
            case "clamp":
                value, least, most = parts
                return self.rows.pair(
                    label,
                    f"MIN(MAX({value.low},{least.low}),{most.low})",
                    f"MIN(MAX({value.high},{least.high}),{most.high})",
                )
        assert node.function == "ceil", "the parser knows no other function of numbers"
        return self.rows.pair(label, rounded_up(parts[0].low), rounded_up(parts[0].high))

    def _shifted(self, node: Call, label: str) -> Pair:
        length = node.arguments[1]
        assert isinstance(length, Number), "the loader wants a literal period"
        amount = length.value if node.function == "after" else -length.value
        months, days = 0, amount
        if length.unit in MONTHS:
            months, days = int(amount) * MONTHS[length.unit], Fraction(0)
        day = self.number(node.arguments[0])
        return self.rows.pair(label, shifted(day.low, months, days), shifted(day.high, months, days))

    def _condition(self, node: Node) -> Pair:
        match node:
            case Name():
                return self._declared(node)
            case Negation():
                inner = self.condition(node.operand)
                return Pair(inner.high, inner.low)
            case Comparison():
                return self._comparison(
                    node.operator, self.number(node.left), self.number(node.right), self.describe(node)
                )
            case Logic():
                parts = [self.condition(part) for part in node.parts]
                sure, never = [part.low for part in parts], [part.high for part in parts]
                both = (every(sure), some(never)) if node.operator == "and" else (some(sure), every(never))
                return self.rows.pair(self.describe(node), *both)
            case Call(function="meets", arguments=(Name(id=metric_id),)):
                return self.meets(metric_id)
        raise TypeError(f"no condition: {node}")

    def _meets(self, node: Node) -> Pair:
        assert isinstance(node, Name), "meets() takes a metric's name"
        limit = self.book.metrics[node.id].limit
        assert limit is not None, "the loader refuses meets() of a metric without a limit"
        bound = Pair(literal(limit.value), literal(limit.value))
        return self._comparison(
            limit.operator, self.number(node), bound, f"{self.describe(node)}{limit.text}"
        )

    def _declared(self, node: Name) -> Pair:
        """A yes-or-no fact: as filled in, by a fact that implies it, or by the condition that it follows from."""
        cells = self.inputs.get(node.id)
        said = [f'{cells.value}="{YES}"', f'{cells.value}="{NO}"'] if cells else ["FALSE", "FALSE"]
        implied = [
            f'{self.inputs[whole].value}="{YES}"'
            for whole in self.book.implied_by.get(node.id, ())
            if whole in self.inputs
        ]
        follows = self.book.facts[node.id].follows
        derived = self.condition(follows) if follows is not None else None
        true = [*implied, *([derived.low] if derived else [])]
        false = [every([negated(some(implied)), derived.high])] if derived else []
        sure = some([said[0], *([every([negated(said[1]), some(true)])] if true else [])])
        never = some([said[1], *([every([negated(said[0]), some(false)])] if false else [])])
        return self.rows.pair(self.describe(node), sure, never)

    def _comparison(self, operator: str, a: Pair, b: Pair, label: str) -> Pair:
        match operator:
            case ">=":
                return self.rows.pair(label, at_least(a.low, b.high), above(b.low, a.high))
            case "<=":
                return self.rows.pair(label, at_least(b.low, a.high), above(a.low, b.high))
            case ">":
                return self.rows.pair(label, above(a.low, b.high), at_least(b.low, a.high))
            case "<":
                return self.rows.pair(label, above(b.low, a.high), at_least(a.low, b.high))
        apart = some([above(b.low, a.high), above(a.low, b.high)])
        points = every(
            [f"{a.low}={a.high}", f"{b.low}={b.high}", negated(infinite(a.low)), same(a.low, b.low)]
        )
        equal = self.rows.pair(label, points, apart)
        return equal if operator == "=" else Pair(equal.high, equal.low)
