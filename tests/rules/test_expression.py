"""The expression language: what it reads, and where it says that something is wrong."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.errors import RuleBookError
from assistant.rules.checking import CONDITION, Names, expect_condition, expect_number, kind_of
from assistant.rules.dimensions import dimension_of, multiply
from assistant.rules.expression import (
    Arithmetic,
    Call,
    Comparison,
    Logic,
    Number,
    names,
    parse_expression,
)

KNOWN = Names(
    {
        "tonnes": dimension_of("吨"),
        "coal": dimension_of("吨标准煤"),
        "money": dimension_of("万元"),
        "share": dimension_of("%"),
        "yes": CONDITION,
    },
    frozenset(("share",)),
)


def test_product_binds_tighter_than_sum_and_sums_run_from_the_left() -> None:
    node = parse_expression("a - b - c × d")
    assert isinstance(node, Arithmetic)
    assert isinstance(node.left, Arithmetic)
    assert (node.operator, node.left.operator, names(node)) == ("-", "-", ("a", "b", "c", "d"))
    assert isinstance(node.right, Arithmetic)
    assert node.right.operator == "×"


def test_and_binds_tighter_than_or() -> None:
    node = parse_expression("a or b and not c")
    assert isinstance(node, Logic)
    assert node.operator == "or"
    assert isinstance(node.parts[1], Logic)
    assert node.parts[1].operator == "and"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("50%", Fraction(1, 2), "%"),
        ("8吨/万元", Fraction(8), "吨/万元"),
        ("5000吨标准煤", Fraction(5000), "吨标准煤"),
        ("0.5", Fraction(1, 2), None),
    ],
)
def test_a_unit_stands_right_after_its_number(text: str, value: Fraction, unit: str | None) -> None:
    node = parse_expression(text)
    assert isinstance(node, Number)
    assert (node.value, node.unit) == (value, unit)


@pytest.mark.parametrize("text", ["a ≥ 3", "a >= 3"])
def test_both_spellings_of_a_comparison(text: str) -> None:
    node = parse_expression(text)
    assert isinstance(node, Comparison)
    assert node.operator == ">="


def test_full_width_signs_and_functions() -> None:
    node = parse_expression("max（1家，ceil(n * 20%)）")
    assert isinstance(node, Call)
    assert (node.function, len(node.arguments), names(node)) == ("max", 2, ("n",))


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("a + ", 5, "应为数、名称或括号，却是结尾"),
        ("a $ b", 3, "不认识的字符“$”"),
        ("(a + b", 7, "应为“)”，却是结尾"),
        ("a b", 3, "多余的“b”"),
        ("average(a, b)", 1, "没有函数“average”"),
        ("clamp(a, 1)", 1, "clamp 要3个参数，这里有2个"),
        ("meets(1)", 1, "meets 的参数只能是指标的名称"),
        ("a + or", 5, "却是“or”"),
        ("__import__('os')", 12, "不认识的字符“'”"),
        ("a.b", 2, "不认识的字符“.”"),
        ("1 ≤ a ≤ 3", 7, "多余的“<=”"),
    ],
)
def test_a_slip_is_named_with_its_position(text: str, position: int, words: str) -> None:
    with pytest.raises(RuleBookError) as caught:
        parse_expression(text)
    assert f"第{position}个字符" in str(caught.value)
    assert words in str(caught.value)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("tonnes ÷ money", "吨/万元"),
        ("tonnes ÷ tonnes", "%"),
        ("min(tonnes, 3吨) + 1吨", "吨"),
        ("clamp(50分 - share × 100分, 0分, 20分)", "分"),
    ],
)
def test_units_follow_the_arithmetic(text: str, unit: str) -> None:
    expect_number(parse_expression(text), KNOWN, unit)
    assert kind_of(parse_expression(text), KNOWN) == dimension_of(unit)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tonnes + coal", "吨与吨标准煤不能相加减或比较"),
        ("tonnes ≥ 5000吨标准煤", "单位不一致"),
        ("tonnes ≥ 5000", "吨与纯数"),
        ("max(tonnes, money)", "吨与万元"),
        ("unknown + tonnes", "没有名为“unknown”的事实或指标"),
        ("yes + tonnes", "应是一个数，却是一个条件"),
        ("tonnes and yes", "应是一个条件，却是一个数"),
        ("not tonnes", "应是一个条件，却是一个数"),
        ("meets(tonnes)", "meets 的参数应是写有 limit 的指标"),
    ],
)
def test_units_and_kinds_that_do_not_fit_are_refused(text: str, words: str) -> None:
    with pytest.raises(RuleBookError, match=r"第\d+个字符处") as caught:
        kind_of(parse_expression(text), KNOWN)
    assert words in str(caught.value)


def test_a_formula_must_have_the_unit_it_declares() -> None:
    with pytest.raises(RuleBookError, match="算式的单位是吨，写明的单位是万元"):
        expect_number(parse_expression("tonnes × 2"), KNOWN, "万元")


def test_a_condition_is_wanted_where_one_is_wanted() -> None:
    expect_condition(parse_expression("meets(share) and tonnes ≤ 3吨"), KNOWN)
    with pytest.raises(RuleBookError):
        expect_condition(parse_expression("tonnes"), KNOWN)


def test_dimensions_cancel() -> None:
    intensity = multiply(dimension_of("吨"), dimension_of("万元"), -1)
    assert intensity == dimension_of("吨/万元")
    assert multiply(intensity, dimension_of("万元")) == dimension_of("吨")
