"""Amounts that are told by another one, and those still to come: computed where one reading is left, asked about elsewhere."""

from __future__ import annotations

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.service import Assistant
from tests.agent.test_conversations import talk

KNOWN = "零碳。2021年10万吨，去年7万吨，抵消3万吨"


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (("2021年10万吨，抵消3万吨，去年排放是抵消的两倍，削减率",), "碳削减率为70%"),
        (("去年排放比抵消多一倍，抵消2万吨，2021年10万吨，削减率多少",), "碳削减率为80%"),
        (("近零碳，期初2.4万吨，期末少了1200吨，削减率",), "碳削减率为5%"),
        (("基准年排放10万吨，已减四成，剩下全靠抵消，能过吗",), "碳抵消占比为60%"),
        ((KNOWN, "明年计划降到5万吨，抵消不变，到时候削减率多少"), "按计划的数据，碳削减率为80%"),
        ((KNOWN, "明年计划降到5万吨，到时候削减率多少", "那按实际的呢"), "碳削减率为60%"),
    ],
)
def test_the_one_reading_left_is_computed(
    turns: tuple[str, ...], said: str, real_assistant: Assistant
) -> None:
    answer = talk(real_assistant, *turns)
    assert answer.status is AnswerStatus.ANSWERED
    assert said in answer.answer


@pytest.mark.parametrize(
    "turns",
    [
        ("近零碳，期初2.4万吨，期末少报了1200吨，削减率",),
        ("近零碳，期末少了1200吨，削减率",),
        ("近零碳，期初2.4万吨，期末比上一年少了1200吨，削减率",),
        ("2021年10万吨，去年少了4万吨，没有抵消，削减率",),
        ("2021年8万吨，没有抵消，明年打算排到5万吨，那时候削减率",),
    ],
)
def test_two_readings_are_asked_about(turns: tuple[str, ...], real_assistant: Assistant) -> None:
    answer = talk(real_assistant, *turns)
    assert answer.status is AnswerStatus.NEEDS_FACTS
    assert not [one for one in answer.calculations if one.value is not None]
