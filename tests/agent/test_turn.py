"""The gate around a model that lies: nothing unproven is shown, whatever the model says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant.agent.answer import AnswerStatus
from assistant.agent.conversation import Conversation
from assistant.agent.graph import build_graph
from assistant.agent.turn import UNPROVEN, Turn
from assistant.service import Assistant
from tests.conftest import TODAY


class ScriptedModel(GenericFakeChatModel):
    """Says what the script says; tools are bound but the script decides."""

    def bind_tools(self, tools: object, **kwargs: object) -> ScriptedModel:
        return self


def turn_of(assistant: Assistant, *script: AIMessage) -> Turn:
    graph = build_graph(ScriptedModel(messages=iter(script)))
    with assistant._current.in_use() as edition:
        runner = replace(edition.runner, graph=graph, engine="scripted")
        return runner.run("抵消能不能超过一半", Conversation(id="c_test"), "a_test", TODAY)


SEARCH = AIMessage(
    content="",
    tool_calls=[
        {"name": "search_clauses", "args": {"query": "抵消能不能超过一半"}, "id": "1", "type": "tool_call"}
    ],
)


def test_an_answer_from_handed_out_evidence_is_shown(real_assistant: Assistant) -> None:
    turn = turn_of(real_assistant, SEARCH, AIMessage("碳抵消不得超过基准期的50%[1]"))
    assert turn.failures == ()
    assert turn.answer.status is AnswerStatus.ANSWERED
    assert "50%[1]" in turn.answer.answer
    assert len(turn.answer.citations) == 1


@pytest.mark.parametrize(
    ("draft", "kind"),
    [
        ("碳抵消不得超过基准期的80%[1]", "number"),
        ("**结论：符合零碳工厂的条件。**[1]", "verdict"),
        ("原文说：“抵消比例没有上限”[1]", "quote"),
    ],
)
def test_an_unproven_answer_is_replaced(draft: str, kind: str, real_assistant: Assistant) -> None:
    turn = turn_of(real_assistant, SEARCH, AIMessage(draft))
    assert kind in {failure.type for failure in turn.failures}
    assert turn.answer.status is AnswerStatus.FAILED
    assert turn.answer.answer == UNPROVEN
    assert turn.answer.citations == ()


def test_a_marker_that_nobody_handed_out_is_stripped(real_assistant: Assistant) -> None:
    turn = turn_of(real_assistant, SEARCH, AIMessage("碳抵消有上限[1][99]"))
    assert "[99]" not in turn.answer.answer
    assert [citation.marker for citation in turn.answer.citations] == [1]


def test_a_tool_called_with_nonsense_does_not_end_the_turn(real_assistant: Assistant) -> None:
    bad = AIMessage(
        content="",
        tool_calls=[
            {"name": "read_clause", "args": {"reference": "第九十九条"}, "id": "1", "type": "tool_call"},
            {"name": "no_such_tool", "args": {}, "id": "2", "type": "tool_call"},
            {
                "name": "assess_programme",
                "args": {"policy": "x", "programme": "y"},
                "id": "3",
                "type": "tool_call",
            },
        ],
    )
    turn = turn_of(real_assistant, bad, AIMessage("没有找到这一条。"))
    assert turn.answer.status is AnswerStatus.REFUSED
    assert turn.failures == ()


def test_a_clause_that_a_policy_with_a_long_number_lacks_is_said_to_be_missing(
    real_assistant: Assistant,
) -> None:
    answer = real_assistant.ask("林业碳汇那个答复是哪年的")
    answer = real_assistant.ask("附件九第十项", answer.conversation_id)
    assert answer.status is AnswerStatus.REFUSED
    assert "第20251151号提案的答复》没有附件九" in answer.answer


def test_a_clause_that_only_another_policy_has_is_read_there(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("林业碳汇那个答复是哪年的")
    answer = real_assistant.ask("附件三第十项", answer.conversation_id)
    assert [one.address for one in answer.citations] == ["fujian-zero-carbon-factory#附件3/10"]
