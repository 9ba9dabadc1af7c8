from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.figures import find_figures, has_figure, holds, normalise, unsourced


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("10万吨", Fraction(100000), "吨"),
        ("１２．５ 万 t", Fraction(125000), "吨"),
        ("100,000 tCO₂", Fraction(100000), "吨"),
        ("37.5 ％", Fraction(3, 8), "%"),
        ("8 吨/万元", Fraction(8), "吨/万元"),
        ("5000tce", Fraction(5000), "吨标准煤"),
        ("1.2亿元", Fraction(12000), "万元"),
        ("3千克", Fraction(3, 1000), "吨"),
        ("-20%", Fraction(-1, 5), "%"),
        ("3个工作日", Fraction(3), "个工作日"),
        ("42", Fraction(42), None),
    ],
)
def test_a_figure_is_read_exactly(written: str, value: Fraction, unit: str | None) -> None:
    (figure,) = find_figures(normalise(written))
    assert (figure.value, figure.unit) == (value, unit)


@pytest.mark.parametrize("written", ["tCO2", "DB35/T", "PM2.5", "①", "（三）"])
def test_digits_inside_words_are_no_figures(written: str) -> None:
    assert find_figures(normalise(written)) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("碳削减率为40%。", "40%"),
        ("碳削减率为 ４０ ％", "40%"),
        ("排放6万吨", "60000吨"),
        ("排放60,000 tCO2", "6万吨"),
        ("该项10分", "10"),
        ("强度7.5吨/万元", "7.5"),
        ("回收140万吨", "140"),
        ("红树林1.67万公顷", "1.67"),
        ("共100000吨", "10万"),
        ("|得分|10|", "10分"),
        ("电话0591-87801234", "0591-87801234"),
        ("2021—2025年", "2021-2025年"),
        ("削减率为-20%", "-20%"),
        ("共三项", "三项"),
        ("不低于 5%", "不低于5%"),
    ],
)
def test_a_whole_figure_is_found(text: str, wanted: str) -> None:
    assert has_figure(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("碳削减率为140%", "40%"),
        ("碳削减率为1.40%", "40%"),
        ("碳削减率为40.5%", "40%"),
        ("碳削减率为40%", "45%"),
        ("碳削减率为-20%", "20%"),
        ("能耗5000吨标准煤", "5000吨"),
        ("强度8吨/万元", "8吨"),
        ("占10%", "10"),
        ("占10.5%", "10"),
        ("共110万吨", "10"),
        ("共10万吨", "10万元"),
        ("共10吨", "10万"),
        ("共10万吨", "10吨"),
        ("得15分", "5分"),
        ("1,060,000吨", "60000吨"),
        ("电话0591-878012345", "0591-87801234"),
        ("12021-2025年", "2021-2025年"),
        ("共十三项", "三项"),
        ("下降40个百分点", "40%"),
    ],
)
def test_part_of_a_figure_or_another_figure_is_not_found(text: str, wanted: str) -> None:
    assert not has_figure(text, wanted)


@given(st.integers(1, 10**9), st.integers(1, 9), st.sampled_from(["%", "吨", "分", ""]))
def test_a_figure_never_stands_in_a_longer_one(number: int, digit: int, unit: str) -> None:
    assert has_figure(f"结果是{number}{unit}。", f"{number}{unit}")
    assert not has_figure(f"结果是{digit}{number}{unit}。", f"{number}{unit}")
    assert not has_figure(f"结果是{number}{digit}{unit}。", f"{number}{unit}")
    assert not has_figure(f"结果是{number}.{digit}{unit}。", f"{number}{unit}")


def test_words_are_held_whatever_their_width_and_figures_only_whole() -> None:
    assert holds("这是（征求意见稿）", "(征求意见稿)")
    assert not holds("占140%", "40%")
    assert not holds("占40%", "不得超过")


def test_spaces_between_two_numbers_do_not_make_one() -> None:
    assert [figure.value for figure in find_figures(normalise("10 20\n30"))] == [10, 20, 30]


SOURCE = "抵消不得超过基准期的50%，不低于5000吨标准煤。\n20"


@pytest.mark.parametrize(
    "answer",
    [
        "不得超过50%[1]。",
        "1. 不得超过50%\n2. 不低于5000tce[12]",
        "（1）不得超过百分之五十",
        "该项20分",
        "您2021年排放100000吨（10万吨），去年4万吨",
        "减了30%",
    ],
)
def test_figures_with_a_source_pass(answer: str) -> None:
    assert unsourced(answer, [SOURCE], ["2021年10万吨，去年4万，减了三成"]) == []


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("不得超过51%[1]。", ["51%"]),
        ("不得超过150%。", ["150%"]),
        ("还差6万吨", ["6万吨"]),
        ("不低于5000吨", ["5000吨"]),
        ("20%", ["20%"]),
        ("在2021年", ["2021年"]),
        ("1.5万吨", ["1.5万吨"]),
        ("见[1]，共3项", ["3项"]),
    ],
)
def test_a_figure_without_a_source_is_listed(answer: str, left: list[str]) -> None:
    assert unsourced(answer, [SOURCE], []) == left


def test_a_bare_number_of_the_user_covers_a_unit_but_one_of_a_source_does_not() -> None:
    assert unsourced("4万吨", [], ["去年4万"]) == []
    assert unsourced("4万吨", ["40000"], []) == ["4万吨"]


def test_a_bare_number_of_the_answer_is_covered_by_the_number_that_is_written_and_not_by_its_ratio() -> None:
    assert unsourced("|占比（%）|40|", ["占40%"], []) == []
    assert unsourced("共1", ["达100%"], []) == ["1"]
    assert unsourced("共0.4", ["占40%"], []) == ["0.4"]
    assert unsourced("|排放（吨）|100000|", [], ["10万吨"]) == []
    assert unsourced("共10", [], ["10万吨"]) == ["10"]


def test_a_chinese_comma_parts_two_figures_and_an_ascii_one_is_a_separator_of_thousands() -> None:
    assert [figure.text for figure in find_figures(normalise("排放10，200吨"))] == ["10", "200吨"]
    assert [figure.text for figure in find_figures(normalise("排放10,200吨"))] == ["10200吨"]


def test_dashes_of_lists_and_between_blanks_are_no_signs_of_figures() -> None:
    assert unsourced("- 2021年碳排放量：10万吨\n- 4万吨 − 800吨", ["2021年10万吨，4万吨，800吨"], []) == []
    assert unsourced("增量为-800吨", ["800吨"], []) == ["-800吨"]
