"""The closed expression language of rule books: text -> syntax tree. Nothing is ever executed as Python.

    expression := conjunction ("or" conjunction)*
    conjunction := negation ("and" negation)*
    negation   := "not" negation | comparison
    comparison := sum ((">=" | "≥" | "<=" | "≤" | ">" | "<" | "=" | "≠") sum)?
    sum        := term (("+" | "-") term)*
    term       := factor (("×" | "*" | "÷" | "/") factor)*
    factor     := "-" factor | number [unit] | date | name | function "(" expression ("," expression)* ")" | "(" expression ")"

Names are facts and metrics of the book, and `on`, the day of the assessment. Functions: min, max, clamp(value, low, high),
ceil, if(condition, then, else), meets(metric) for "the metric keeps its limit",
after(date, 36个月) and before(date, 2年) for the corresponding day. A unit stands right after its number: 5000吨标准煤, 50%;
a date is written 2026-12-31.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from assistant.errors import RuleBookError
from assistant.rules.dimensions import UNITS

FUNCTIONS = {
    **{"min": (2, 9), "max": (2, 9), "clamp": (3, 3), "ceil": (1, 1), "if": (3, 3)},
    **{"meets": (1, 1), "after": (2, 2), "before": (2, 2)},
}
ON = "on"  # the day of the assessment


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; `value` counts in `unit` (50% is 1/2)."""

    value: Fraction
    unit: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Day:
    """A date literal, as its ordinal."""

    ordinal: Fraction
    position: int


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, a metric or ON."""

    id: str
    position: int


@dataclass(frozen=True, slots=True)
class Negation:
    """Minus of a number (`-`) or not of a condition (`not`)."""

    operator: str
    operand: Node
    position: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """left + - × ÷ right."""

    operator: str
    left: Node
    right: Node
    position: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """left >= <= > < = != right."""

    operator: str
    left: Node
    right: Node
    position: int


@dataclass(frozen=True, slots=True)
class Logic:
    """Conjunction or disjunction of two or more conditions."""

    operator: str
    parts: tuple[Node, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Call:
    """One of FUNCTIONS."""

    function: str
    arguments: tuple[Node, ...]
    position: int


Node = Number | Day | Name | Negation | Arithmetic | Comparison | Logic | Call

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<date>\d{4}-\d{2}-\d{2})|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    rf"|(?P<unit>{'|'.join(sorted(map(re.escape, UNITS), key=len, reverse=True))})"
    r"|(?P<sign>>=|<=|≥|≤|≠|[-+−×*÷/()（）,，<>=])"
)
_FOLD = {"≥": ">=", "≤": "<=", "−": "-", "*": "×", "/": "÷", "（": "(", "）": ")", "，": ","}
_COMPARISONS = (">=", "<=", ">", "<", "=", "≠")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._tokenise())
        self.index = 0

    def _tokenise(self) -> Iterator[_Token]:
        position = 0
        while position < len(self.text):
            match = _TOKEN.match(self.text, position)
            if match is None:
                raise self._error(position, f"不认识的字符“{self.text[position]}”")
            kind = match.lastgroup or ""
            if kind != "space":
                yield _Token(kind, _FOLD.get(match[0], match[0]), position)
            position = match.end()
        yield _Token("end", "", position)

    def _error(self, position: int, problem: str) -> RuleBookError:
        return RuleBookError(f"算式“{self.text}”第{position + 1}个字符处：{problem}")

    @property
    def current(self) -> _Token:
        return self.tokens[self.index]

    def _accept(self, *texts: str) -> _Token | None:
        token = self.current
        if token.kind in ("sign", "name") and token.text in texts:
            self.index += 1
            return token
        return None

    def _expect(self, text: str) -> None:
        if not self._accept(text):
            found = f"“{self.current.text}”" if self.current.text else "结尾"
            raise self._error(self.current.position, f"应为“{text}”，却是{found}")

    def parse(self) -> Node:
        node = self.disjunction()
        if self.current.kind != "end":
            raise self._error(self.current.position, f"多余的“{self.current.text}”")
        return node

    def disjunction(self) -> Node:
        return self._chain("or", self.conjunction)

    def conjunction(self) -> Node:
        return self._chain("and", self.negation)

    def _chain(self, word: str, part: Callable[[], Node]) -> Node:
        position = self.current.position
        parts = [part()]
        while self._accept(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Logic(word, tuple(parts), position)

    def negation(self) -> Node:
        token = self._accept("not")
        return Negation("not", self.negation(), token.position) if token else self.comparison()

    def comparison(self) -> Node:
        left = self.sum()
        token = self._accept(*_COMPARISONS)
        return Comparison(token.text, left, self.sum(), token.position) if token else left

    def sum(self) -> Node:
        node = self.term()
        while token := self._accept("+", "-"):
            node = Arithmetic(token.text, node, self.term(), token.position)
        return node

    def term(self) -> Node:
        node = self.factor()
        while token := self._accept("×", "÷"):
            node = Arithmetic(token.text, node, self.factor(), token.position)
        return node

    def factor(self) -> Node:
        token = self.current
        if self._accept("-"):
            return Negation("-", self.factor(), token.position)
        if self._accept("("):
            node = self.disjunction()
            self._expect(")")
            return node
        self.index += 1
        if token.kind == "number":
            return self._number(token)
        if token.kind == "date":
            return self._day(token)
        if token.kind == "name" and token.text not in ("and", "or", "not"):
            return self._call(token) if self._accept("(") else Name(token.text, token.position)
        found = f"“{token.text}”" if token.text else "结尾"
        raise self._error(token.position, f"应为数、名称或括号，却是{found}")

    def _number(self, token: _Token) -> Number:
        value, unit = Fraction(token.text), self.current
        if unit.kind != "unit":
            return Number(value, None, token.position)
        self.index += 1
        return Number(value / 100 if unit.text == "%" else value, unit.text, token.position)

    def _day(self, token: _Token) -> Day:
        try:
            return Day(Fraction(date.fromisoformat(token.text).toordinal()), token.position)
        except ValueError as error:
            raise self._error(token.position, f"没有“{token.text}”这一天") from error

    def _call(self, token: _Token) -> Call:
        if token.text not in FUNCTIONS:
            raise self._error(token.position, f"没有函数“{token.text}”，可用的有：{'、'.join(FUNCTIONS)}")
        arguments = [self.disjunction()]
        while self._accept(","):
            arguments.append(self.disjunction())
        self._expect(")")
        fewest, most = FUNCTIONS[token.text]
        if not fewest <= len(arguments) <= most:
            legal = str(fewest) if fewest == most else f"{fewest}至{most}"
            raise self._error(token.position, f"{token.text} 要{legal}个参数，这里有{len(arguments)}个")
        if token.text == "meets" and not isinstance(arguments[0], Name):
            raise self._error(token.position, "meets 的参数只能是指标的名称")
        return Call(token.text, tuple(arguments), token.position)


def parse_expression(text: str) -> Node:
    """Syntax tree of an expression; raises RuleBookError that names the text and the position."""
    return _Parser(text).parse()


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below one."""
    match node:
        case Negation():
            return (node.operand,)
        case Arithmetic() | Comparison():
            return (node.left, node.right)
        case Logic():
            return node.parts
        case Call():
            return node.arguments
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, from left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


def names(node: Node) -> tuple[str, ...]:
    """Ids of the facts and metrics that an expression mentions, in order, each once."""
    found = (part.id for part in walk(node) if isinstance(part, Name) and part.id != ON)
    return tuple(dict.fromkeys(found))
