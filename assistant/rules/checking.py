"""Static checks of expressions: every name is known, units agree, conditions are conditions, dates are dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.errors import RuleBookError
from assistant.rules.calendar import PERIOD_UNITS
from assistant.rules.dimensions import DIMENSIONLESS, Dimension, describe, dimension_of, multiply
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
    parse_expression,
)

CONDITION = "condition"
DATE = "date"
Kind = Dimension | str  # a number's dimension, CONDITION or DATE


@dataclass(frozen=True)
class Names:
    """Kinds of the names an expression may use; `limited` are the metrics that have a limit."""

    kinds: Mapping[str, Kind]
    limited: frozenset[str]


def kind_of(node: Node, names: Names) -> Kind:
    """Dimension of a number expression, CONDITION or DATE. Raises RuleBookError that names position and units."""
    match node:
        case Number():
            return dimension_of(node.unit)
        case Day():
            return DATE
        case Name() if node.id == ON:
            return DATE
        case Name():
            return _known(node, names)
        case Negation(operator="not"):
            return _condition(node.operand, names)
        case Negation():
            return _number(node.operand, names)
        case Arithmetic(operator="×"):
            return multiply(_number(node.left, names), _number(node.right, names))
        case Arithmetic(operator="÷"):
            return multiply(_number(node.left, names), _number(node.right, names), -1)
        case Arithmetic():
            return _same((node.left, node.right), names)
        case Comparison():
            _comparable(node, names)
            return CONDITION
        case Logic():
            for part in node.parts:
                _condition(part, names)
            return CONDITION
    return _call(node, names)


def _comparable(node: Comparison, names: Names) -> None:
    """Two dates, or two numbers of one unit."""
    if DATE in (kind_of(node.left, names), kind_of(node.right, names)):
        _date(node.left, names)
        _date(node.right, names)
    else:
        _same((node.left, node.right), names)


def _call(node: Call, names: Names) -> Kind:
    if node.function in ("after", "before"):
        _date(node.arguments[0], names)
        length = node.arguments[1]
        if not isinstance(length, Number) or length.unit not in PERIOD_UNITS or length.value.denominator != 1:
            raise RuleBookError(
                f"第{length.position + 1}个字符处：{node.function} 的期间应写成整数和单位（{'、'.join(PERIOD_UNITS)}），如 36个月"
            )
        return DATE
    if node.function == "if":
        _condition(node.arguments[0], names)
        return _same(node.arguments[1:], names)
    if node.function == "meets":
        name = node.arguments[0]
        if not isinstance(name, Name) or name.id not in names.limited:
            raise RuleBookError(f"第{node.position + 1}个字符处：meets 的参数应是写有 limit 的指标")
        return CONDITION
    return _same(node.arguments, names)


def _known(node: Name, names: Names) -> Kind:
    kind = names.kinds.get(node.id)
    if kind is None:
        raise RuleBookError(
            f"第{node.position + 1}个字符处：没有名为“{node.id}”的事实或指标（指标要写在用到它的指标之前）"
        )
    return kind


def _number(node: Node, names: Names) -> Dimension:
    kind = kind_of(node, names)
    if isinstance(kind, str):
        what = "一个日期" if kind == DATE else "一个条件"
        raise RuleBookError(f"第{node.position + 1}个字符处：应是一个数，却是{what}")
    return kind


def _date(node: Node, names: Names) -> None:
    if kind_of(node, names) != DATE:
        raise RuleBookError(
            f"第{node.position + 1}个字符处：应是一个日期，如 on、2026-12-31 或 date 型的事实"
        )


def _condition(node: Node, names: Names) -> Kind:
    kind = kind_of(node, names)
    if kind != CONDITION:
        what = "一个日期" if kind == DATE else "一个数"
        raise RuleBookError(f"第{node.position + 1}个字符处：应是一个条件，却是{what}")
    return CONDITION


def _same(nodes: tuple[Node, ...], names: Names) -> Dimension:
    dimensions = [_number(node, names) for node in nodes]
    for node, dimension in zip(nodes, dimensions, strict=True):
        if dimension != dimensions[0]:
            raise RuleBookError(
                f"第{node.position + 1}个字符处：单位不一致，{describe(dimensions[0])}与{describe(dimension)}不能相加减或比较"
            )
    return dimensions[0]


def expect_number(node: Node, names: Names, unit: str) -> None:
    """Refuse a formula whose unit is not the one declared."""
    dimension = _number(node, names)
    if dimension != dimension_of(unit):
        wanted = describe(dimension_of(unit)) if dimension_of(unit) != DIMENSIONLESS else unit
        raise RuleBookError(f"算式的单位是{describe(dimension)}，写明的单位是{wanted}")


def expect_condition(node: Node, names: Names) -> None:
    """Refuse a number where a condition is wanted."""
    _condition(node, names)


def read_limit(text: str) -> tuple[str, Number] | None:
    """Operator and literal of a limit such as `≥ 100%`; None when it is not one."""
    try:
        node = parse_expression(f"value {text}")
    except RuleBookError:
        return None
    match node:
        case Comparison(operator=">=" | "<=" | ">" | "<" as operator, right=Number() as number):
            return operator, number
    return None
