"""Formulas, limits and values as Chinese text: with the figures' names, and with the figures themselves."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from assistant.quantities import display_number, display_quantity
from assistant.rules.book import RuleBook
from assistant.rules.calendar import DATE_UNIT, show_day
from assistant.rules.evaluation import Evaluator
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
from assistant.rules.intervals import Interval

_SIGNS = {">=": "≥", "<=": "≤", "-": "−"}
_LOGIC = {"and": " 且 ", "or": " 或 "}
_STRENGTH = {"+": 1, "-": 1, "×": 2, "÷": 2}


def show(value: Fraction, unit: str | None) -> str:
    """A value with its unit; a bare number without; a day as 2026-03-01."""
    if unit == DATE_UNIT:
        return show_day(value)
    return display_quantity(value, unit) if unit else display_number(value)


def show_apart(value: Fraction, unit: str | None, limit: Fraction) -> str:
    """A value shown with as many decimals as keep it apart from a limit that it is not equal to.

    99.998% beside a limit of 100% must not be shown as 100%.
    """
    shown = show(value, unit)
    if value == limit or shown != show(limit, unit):
        return shown
    scaled = value * 100 if unit == "%" else value
    bound = limit * 100 if unit == "%" else limit
    for decimals in range(3, 13):
        digits = _decimals(scaled, decimals)
        if digits != _decimals(bound, decimals):
            return digits.rstrip("0") + (unit or "")
    relation = "略低于" if value < limit else "略高于"
    return relation + shown


def show_bounds(bounds: Interval, unit: str | None) -> str | None:
    """What is known of a missing figure: “不超过90%”, “在0分至20分之间”; None when nothing is."""
    low, high = bounds.floor, bounds.ceiling
    if unit == DATE_UNIT and low is not None and high is not None:
        return f"{show_day(low)}至{show_day(high)}" if low != high else show_day(low)
    if low is not None and high is not None:
        return f"在{show(low, unit)}至{show(high, unit)}之间"
    if high is not None:
        return f"不超过{show(high, unit)}"
    return f"不低于{show(low, unit)}" if low else None


def named(evaluator: Evaluator, node: Node) -> str:
    """An expression with the labels of its facts and metrics."""
    if isinstance(node, Call) and node.function == "meets" and isinstance(node.arguments[0], Name):
        metric = evaluator.book.metrics[node.arguments[0].id]
        return f"{metric.label}{metric.limit.text if metric.limit else ''}"
    return _write(node, lambda id: label(evaluator.book, id))


def substituted(evaluator: Evaluator, node: Node) -> str:
    """An expression with the figures in place of the names; what is missing keeps its name in brackets 〔〕."""
    book = evaluator.book

    def figure(id: str) -> str:
        return shown_name(evaluator, id) or f"〔{label(book, id)}〕"

    return _write(node, figure)


def shown_name(evaluator: Evaluator, id: str) -> str | None:
    """The known figure behind a name, apart from its limit when it has one; None while it is unknown."""
    bounds = evaluator.number(Name(id, 0))
    exact = bounds.exact
    if exact is None:
        # a month for a day, 3至4分: as roughly as it was given
        return show_bounds(bounds, unit_of(evaluator.book, id)) if id in evaluator.facts else None
    metric = evaluator.book.metrics.get(id)
    if metric is not None and metric.limit is not None:
        return show_apart(exact, metric.unit, metric.limit.value)
    return show(exact, unit_of(evaluator.book, id))


def label(book: RuleBook, id: str) -> str:
    """Chinese label of a fact, a metric or the day of the assessment."""
    if id == ON:
        return "判定日"
    return book.metrics[id].label if id in book.metrics else book.facts[id].label


def unit_of(book: RuleBook, id: str) -> str | None:
    """Unit of a fact or a metric; DATE_UNIT for a date."""
    if id == ON or (id in book.facts and book.facts[id].type == "date"):
        return DATE_UNIT
    return book.metrics[id].unit if id in book.metrics else book.facts[id].unit


def _decimals(value: Fraction, decimals: int) -> str:
    """A fixed number of decimals, half away from zero."""
    scaled = int(abs(value) * 10**decimals + Fraction(1, 2))
    whole, rest = divmod(scaled, 10**decimals)
    return f"{'-' if value < 0 else ''}{whole}.{rest:0{decimals}d}"


def _write(node: Node, name: Callable[[str], str]) -> str:
    def inner(part: Node, strength: int = 0) -> str:
        text = _write(part, name)
        weak = isinstance(part, Arithmetic) and _STRENGTH[part.operator] < strength
        return f"（{text}）" if weak or (strength and isinstance(part, Negation)) else text

    match node:
        case Number():
            return show(node.value, node.unit)
        case Day():
            return show_day(node.ordinal)
        case Name():
            return name(node.id)
        case Negation():
            return ("非" if node.operator == "not" else "−") + inner(node.operand, 2)
        case Arithmetic():
            strength = _STRENGTH[node.operator]
            right = strength + (node.operator in ("-", "÷"))
            sign = _SIGNS.get(node.operator, node.operator)
            return f"{inner(node.left, strength)} {sign} {inner(node.right, right)}"
        case Comparison():
            return f"{inner(node.left)} {_SIGNS.get(node.operator, node.operator)} {inner(node.right)}"
        case Logic():
            return _LOGIC[node.operator].join(
                f"（{inner(part)}）" if isinstance(part, Logic) else inner(part) for part in node.parts
            )
    return _write_call(node, inner)


def _write_call(node: Call, inner: Callable[[Node], str]) -> str:
    parts = [inner(argument) for argument in node.arguments]
    match node.function:
        case "clamp":
            return f"将 {parts[0]} 限定在{parts[1]}至{parts[2]}之间"
        case "ceil":
            return f"⌈{parts[0]}⌉"
        case "meets":
            return parts[0] + "达到要求"
        case "after" | "before":
            return f"{parts[0]}{'后' if node.function == 'after' else '前'}{parts[1]}之日"
        case "if":
            return f"{parts[1]}（{parts[0]}时），否则{parts[2]}"
    return f"{'较大者' if node.function == 'max' else '较小者'}（{'，'.join(parts)}）"
