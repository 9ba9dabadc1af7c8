"""`tiaowen model check` against a real server on loopback."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from assistant.interfaces.cli import app
from tests.model_server import Body, Reply, Step, call, completion, raw, say, scripted_model

RUN = CliRunner()
KEY = "sk-never-shown"


def streamed(*parts: str) -> Step:
    """Server-sent chunks."""
    chunks = [
        {"choices": [{"index": 0, "delta": {"content": part}, "finish_reason": None}]} for part in parts
    ]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})  # type: ignore[dict-item]
    lines = [
        "data: "
        + json.dumps({"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "m", **one})
        for one in chunks
    ]
    body = "\n\n".join([*lines, "data: [DONE]", ""])
    return lambda _: Reply(body.encode(), type="text/event-stream")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A model by settings; its address comes with the server."""
    monkeypatch.setenv("TIAOWEN_MODEL", "openai:scripted")
    monkeypatch.setenv("TIAOWEN_MODEL_KEY", KEY)
    monkeypatch.setenv("TIAOWEN_MODEL_TIMEOUT", "3")
    monkeypatch.setenv("TIAOWEN_MODEL_RETRIES", "0")
    return monkeypatch


def test_a_model_that_can_do_all(environment: pytest.MonkeyPatch) -> None:
    with scripted_model(
        say("碳抵消就是用减排量抵减自己的排放。"),
        call(("read_clause", {"reference": "第八条"})),
        streamed("一", "二"),
    ) as model:
        environment.setenv("TIAOWEN_MODEL_BASE_URL", model.url)
        done = RUN.invoke(app, ["model", "check"])
    assert done.exit_code == 0, done.output
    assert done.output.count("可以。") == 3
    assert "可以用来作答" in done.output
    assert KEY not in done.output


def test_a_model_without_tools_cannot_answer(environment: pytest.MonkeyPatch) -> None:
    with scripted_model(say("碳抵消就是抵减排放。"), say("第八条是……"), streamed("一二")) as model:
        environment.setenv("TIAOWEN_MODEL_BASE_URL", model.url)
        done = RUN.invoke(app, ["model", "check"])
    assert done.exit_code == 1
    assert "调用工具：不行" in done.output
    assert "中文作答：可以" in done.output


def test_a_wrong_key_is_told_and_not_shown(environment: pytest.MonkeyPatch) -> None:
    wrong = raw(json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}), 401)
    with scripted_model(wrong) as model:
        environment.setenv("TIAOWEN_MODEL_BASE_URL", model.url)
        done = RUN.invoke(app, ["model", "check"])
    assert done.exit_code == 1
    assert "拒绝了密钥" in done.output
    assert KEY not in done.output


def test_nobody_at_the_address(environment: pytest.MonkeyPatch) -> None:
    with scripted_model(say("")) as model:
        url = model.url
    environment.setenv("TIAOWEN_MODEL_BASE_URL", url)
    done = RUN.invoke(app, ["model", "check"])
    assert done.exit_code == 1
    assert "连接不上" in done.output


def test_no_tls_where_tls_is_wanted(environment: pytest.MonkeyPatch) -> None:
    with scripted_model(say("")) as model:
        environment.setenv("TIAOWEN_MODEL_BASE_URL", model.url.replace("http:", "https:"))
        done = RUN.invoke(app, ["model", "check"])
    assert done.exit_code == 1
    assert "安全连接失败" in done.output


def test_the_builtin_model_needs_no_check() -> None:
    done = RUN.invoke(app, ["model", "check", "--json"])
    assert done.exit_code == 0
    assert json.loads(done.output)["model"] == "builtin"


def test_a_reply_that_is_no_tool_call_of_ours(environment: pytest.MonkeyPatch) -> None:
    def other(_: Body) -> Reply:
        return completion(
            {
                "content": None,
                "tool_calls": [{"id": "a", "type": "function", "function": {"name": "x", "arguments": "{}"}}],
            },
            "tool_calls",
        )

    with scripted_model(say("碳抵消就是抵减排放。"), other, streamed("一", "二")) as model:
        environment.setenv("TIAOWEN_MODEL_BASE_URL", model.url)
        done = RUN.invoke(app, ["model", "check"])
    assert done.exit_code == 1
    assert "工具名或参数不对" in done.output
