"""Whatever a model's server does, the user gets a proven answer within the time limit and the conversation loses nothing."""

from __future__ import annotations

import json
import logging
import time

import pytest

from assistant.service import Assistant
from tests.agent.models.conftest import KEY
from tests.model_server import ScriptedModel, Step, call, raw, say, slowly

QUESTION = "零碳工厂的碳抵消最多能占多少？"
READ = ("read_clause", {"reference": "第八条第二项", "policy": "fujian-zero-carbon-factory"})
LONG = "这是一个很长的回答。" * 600_000

FAULTS: dict[str, tuple[Step, str]] = {
    "malformed tool arguments": (call(("read_clause", '{"reference": "第八条"')), "参数不合法"),
    "arguments that are a text": (call(("read_clause", '"第八条"')), ""),
    "arguments of wrong types": (call(("read_clause", {"reference": ["a", {"b": 1}]})), ""),
    "cut before the end": (slowly(say("碳抵消不得超过"), cut=80), "连接不上"),
    "no finish reason": (say("碳抵消不得超过", finish=None), "没有写完"),
    "stopped at a limit": (say("碳抵消不得超过", finish="length"), "没有写完"),
    "filtered": (say("碳抵消不得超过", finish="content_filter"), "没有写完"),
    "stall": (slowly(say("好"), wait=5), "时限"),
    "slow drip": (slowly(say("好"), drip=0.05), "时限"),
    "too many requests": (raw('{"error": {"message": "rate"}}', 429), "太忙"),
    "server error": (raw('{"error": {"message": "boom"}}', 500), "出错"),
    "a page with status 200": (raw("<html>login</html>", type="text/html"), "读不懂"),
    "no choices": (raw(json.dumps({"id": "x", "object": "chat.completion", "choices": []})), "读不懂"),
    "no JSON": (raw("{"), "读不懂"),
    "wrong key": (raw('{"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}', 401), "密钥"),
    "unknown model": (raw('{"error": {"message": "model not found"}}', 404), "没有这个模型"),
    "context too long": (
        raw(
            '{"error": {"message": "maximum context length is 4096", "code": "context_length_exceeded"}}', 400
        ),
        "太长",
    ),
    "unknown tool": (call(("drop_tables", {"sql": "DROP TABLE answers"})), "反复"),
    "endless tools": (call(READ), "反复"),
    "fifty calls at once": (call(*[READ] * 50), "反复"),
    "SQL for a clause": (call(("read_clause", {"reference": "'; DROP TABLE answers; --"})), "反复"),
    "a path for a policy": (call(("describe_policy", {"policy": "../../etc/passwd"})), "反复"),
    "five megabytes": (say(LONG), "超过"),
    "English": (say("The offset must not exceed 50% of the baseline [1]."), "中文"),
    "empty": (say(""), "没有给出回答"),
    "only blanks": (say(" \n "), "没有给出回答"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_ends_in_the_planners_answer_in_time(
    fault: str, modelled: Assistant, scripted: ScriptedModel, caplog: pytest.LogCaptureFixture
) -> None:
    step, told = FAULTS[fault]
    scripted.play(step)
    began = time.monotonic()
    with caplog.at_level(logging.DEBUG):
        answer = modelled.ask(QUESTION)
    assert time.monotonic() - began < 8  # the limit of 4 s and what the planner and the machine take
    assert answer.engine == "builtin"
    assert answer.status == "answered"
    assert "50%" in answer.answer
    assert answer.citations
    assert any(told in warning and "内置规则" in warning for warning in answer.warnings), answer.warnings
    assert KEY not in caplog.text
    assert KEY not in json.dumps(answer.to_json(), ensure_ascii=False)


def test_nothing_of_the_conversation_is_lost_to_a_fault(modelled: Assistant, scripted: ScriptedModel) -> None:
    scripted.play(raw("boom", 500))
    first = modelled.ask("我们2021年排放10万吨，去年6万吨，抵消4万吨，碳削减率是多少")
    assert "80%" in first.answer
    later = modelled.ask("如果抵消改成5万吨呢", first.conversation_id)
    assert "90%" in later.answer


def test_fifty_calls_at_once_are_cut_to_a_few(modelled: Assistant, scripted: ScriptedModel) -> None:
    scripted.play(call(*[READ] * 50), say("好的"))
    modelled.ask(QUESTION)
    answered = [one for one in scripted.requests[1]["messages"] if one["role"] == "tool"]
    assert len(answered) == 8


def test_tokens_have_a_limit(modelled: Assistant, scripted: ScriptedModel) -> None:
    def costly(request: dict[str, object]) -> object:
        reply = call(READ)(request)
        return type(reply)(reply.body.replace(b'"prompt_tokens": 100', b'"prompt_tokens": 30000'))

    scripted.play(costly)  # type: ignore[arg-type]
    answer = modelled.ask(QUESTION)
    assert len(scripted.requests) == 1
    assert any("词元" in warning for warning in answer.warnings)
