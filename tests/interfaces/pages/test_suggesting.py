"""Questions that lead on from an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.agent.answer import Answer
from assistant.interfaces.pages.suggesting import suggestions
from assistant.service import Assistant
from tests.interfaces.fake_assistant import ASSESSED, IN_FORCE_CITATION, PLAIN, REFUSED

PROGRAMMES = ("零碳工厂", "近零碳工厂")


def of(answer: Answer, *asked: str, **verdict: str) -> tuple[str, ...]:
    changed = (
        replace(answer, verdict=replace(answer.verdict, **verdict)) if answer.verdict and verdict else answer
    )
    return suggestions(changed.to_json(), PROGRAMMES, asked)


def test_a_verdict_leads_to_the_gap_the_figure_that_fails_and_the_other_programme() -> None:
    first, second = ASSESSED.calculations
    failing = replace(ASSESSED, calculations=(first, replace(second, passed=False)))
    assert of(failing) == (
        "离零碳工厂还差多少？",
        "碳抵消占比怎么算？",
        "那近零碳工厂够不够？",
        "《福建省零碳工厂建设管理办法（征求意见稿）》正式施行了吗？",
    )
    assert of(ASSESSED, status="符合")[0] == "申报零碳工厂要走哪些程序？"


def test_a_clause_leads_to_its_programme_and_its_document() -> None:
    in_force = replace(PLAIN, citations=(IN_FORCE_CITATION,))
    assert suggestions(in_force.to_json()) == ("《福州市工业领域碳达峰实施方案》讲了什么？",)
    old = replace(PLAIN, citations=(replace(IN_FORCE_CITATION, policy_status="已废止"),))
    assert suggestions(old.to_json())[0] == "《福州市工业领域碳达峰实施方案》现在还有效吗？"
    assert of(PLAIN)[0] == "我们够不够申报零碳工厂？"


def test_what_was_asked_is_not_suggested_again_and_a_refusal_suggests_nothing() -> None:
    assert "离零碳工厂还差多少？" not in of(ASSESSED, "离零碳工厂还差多少？")
    assert suggestions(REFUSED.to_json()) == ()


@pytest.mark.parametrize(
    "question",
    [
        "我们 2021 年排放 10 万吨，去年 6 万吨，抵消 4 万吨，够不够申报零碳工厂？",
        "减污降碳要怎么推进？",
        "碳抵消能不能超过一半？",
    ],
)
def test_every_suggestion_has_an_answer(real_assistant: Assistant, question: str) -> None:
    answer = real_assistant.ask(question)
    cited = {item.policy_id for item in answer.citations}
    led_on = suggestions(answer.to_json(), real_assistant.programmes_of(cited), (question,))
    assert led_on
    found: dict[str, Any] = {one: real_assistant.ask(one, answer.conversation_id) for one in led_on}
    assert {one: str(got.status) for one, got in found.items() if got.status in ("refused", "failed")} == {}
    assert all(got.citations for got in found.values())
