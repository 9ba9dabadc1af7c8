"""Questions near to what was typed, and what turns one question into another."""

from __future__ import annotations

import pytest

from assistant.hotline.likeness import QuestionIndex, asks_the_same, bare

QUESTIONS = ("碳抵消能不能超过一半？", "零碳工厂怎么申报", "近零碳工厂要满足哪些指标", "培育期是几年")


@pytest.mark.parametrize(
    ("typed", "best"), [("抵消", 0), ("碳抵消 超过", 0), ("申报", 1), ("近零碳工厂", 2), ("培育期", 3)]
)
def test_half_a_question_finds_a_whole_one(typed: str, best: int) -> None:
    assert QuestionIndex.of(QUESTIONS).near(typed, 3)[0].index == best


def test_what_is_not_near_is_not_offered() -> None:
    index = QuestionIndex.of(QUESTIONS)
    assert index.near("明天下雨吗", 3) == []
    assert index.near("，。", 3) == []
    assert QuestionIndex.of(()).near("抵消", 3) == []


def test_the_same_question_is_wholly_alike_and_a_longer_one_less() -> None:
    index = QuestionIndex.of(QUESTIONS)
    assert index.near("碳抵消，能不能超过一半", 1)[0].alike == pytest.approx(1)
    assert index.near("碳抵消能不能", 1)[0].alike < 0.8


def test_signs_widths_and_cases_do_not_count() -> None:
    assert bare("ＣＯ２ 排放，多少？") == bare("co2排放多少")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("碳抵消能不能超过一半", "碳抵消能超过一半吗", True),
        ("零碳工厂要什么条件", "近零碳工厂要什么条件", False),
        ("抵消30%行吗", "抵消60%行吗", False),
        ("可以申报吗", "不可以申报吗", False),
        ("有没有补贴", "有补贴吗", True),
    ],
)
def test_what_turns_a_question(one: str, other: str, same: bool) -> None:
    assert asks_the_same(one, other) is same
