"""Talk about the facts of a conversation: what is noted, why one is asked for, forget this one."""

from __future__ import annotations

import pytest

from assistant.agent.answer import Answer, AnswerStatus
from assistant.service import Assistant

TOLD = "想报零碳工厂，2021年10万吨，去年5万吨"


def talk(assistant: Assistant, *messages: str) -> Answer:
    answer = assistant.ask(messages[0])
    for message in messages[1:]:
        answer = assistant.ask(message, answer.conversation_id)
    return answer


def facts_of(assistant: Assistant, answer: Answer) -> dict[str, str]:
    held = assistant._records.conversation(answer.conversation_id).facts
    return {id: value for facts in held.values() for id, value in facts.items()}


@pytest.mark.parametrize("asked", ["刚才记了哪些数据", "你都记下了哪些信息", "把我刚才说的数据念一遍"])
def test_what_is_noted_is_told_in_the_users_own_figures(real_assistant: Assistant, asked: str) -> None:
    answer = talk(real_assistant, TOLD, asked)
    assert answer.status is AnswerStatus.ANSWERED
    assert "2021年碳排放量：10万吨" in answer.answer
    assert "申报上年度碳排放量：5万吨" in answer.answer
    assert "碳抵消量" not in answer.answer


@pytest.mark.parametrize("asked", ["为什么要问这个", "要这个干嘛", "问这个有什么用"])
def test_why_is_answered_with_the_clause_and_the_question_stays(
    real_assistant: Assistant, asked: str
) -> None:
    answer = talk(real_assistant, TOLD, asked)
    assert answer.citations[0].address.endswith("#第八条/（二）")
    assert [item.fact for item in answer.missing] == ["offset_emissions"]
    after = real_assistant.ask("没有", answer.conversation_id)
    assert facts_of(real_assistant, after)["offset_emissions"] == "0"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("抵消那个数不算了", {"baseline_emissions", "report_emissions"}),
        ("忘掉去年的排放", {"baseline_emissions", "offset_emissions"}),
        ("2021年的作废", {"report_emissions", "offset_emissions"}),
    ],
)
def test_one_fact_is_forgotten_alone(real_assistant: Assistant, said: str, left: set[str]) -> None:
    answer = talk(real_assistant, TOLD, "抵消4万吨", said)
    assert set(facts_of(real_assistant, answer)) == left


def test_all_is_forgotten_with_the_rest(real_assistant: Assistant) -> None:
    assert facts_of(real_assistant, talk(real_assistant, TOLD, "清空，重新开始")) == {}
