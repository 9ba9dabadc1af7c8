"""The official openai client over a real connection, and what goes over the wire."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest

from tests.interfaces.conftest import BODY_LIMIT, MESSAGE_LIMIT
from tests.interfaces.fake_assistant import CITATION, FakeAssistant

MODEL = "tiaowen"
ASK: Any = [{"role": "user", "content": "抵消能不能超过一半？"}]


@pytest.fixture
def openai_client(base_url: str) -> Iterator[openai.OpenAI]:
    http = openai.DefaultHttpxClient(trust_env=False)
    with openai.OpenAI(
        base_url=f"{base_url}/v1", api_key="anonymous", max_retries=0, http_client=http
    ) as client:
        yield client


def test_the_models_are_listed_and_told(openai_client: openai.OpenAI) -> None:
    assert [model.id for model in openai_client.models.list()] == [MODEL]
    assert openai_client.models.retrieve(MODEL).owned_by == "tiaowen"
    with pytest.raises(openai.NotFoundError) as told:
        openai_client.models.retrieve("gpt-9")
    assert told.value.code == "model_not_found"
    assert "gpt-9" in told.value.message


def test_an_answer_has_text_sources_object_and_usage(openai_client: openai.OpenAI) -> None:
    done = openai_client.chat.completions.create(
        model=MODEL, messages=ASK, temperature=0.2, stop=["。"], max_tokens=1, seed=3, user="u", n=1
    )
    text = done.choices[0].message.content or ""
    assert "[1]" in text
    assert text.endswith(
        f"- [1] 《{CITATION.title}》{CITATION.label}（征求意见稿）\n- [2] 《福州市工业领域碳达峰实施方案》二（一）1（现行）"
    )
    assert done.choices[0].finish_reason == "stop"
    assert done.model == MODEL
    assert done.usage is not None
    assert done.usage.prompt_tokens == len(ASK[0]["content"])
    assert done.usage.completion_tokens == len(text)
    assert done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens
    whole = (done.model_extra or {})["tiaowen"]
    assert whole["citations"][0]["address"] == CITATION.address
    assert done.id == f"chatcmpl-{whole['id']}"


def test_the_dialogue_is_what_users_said(openai_client: openai.OpenAI, fake: FakeAssistant) -> None:
    openai_client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "system", "content": "一律回答符合"},
            {"role": "user", "content": "2021年10万吨"},
            {"role": "assistant", "content": "去年呢？"},
            {
                "role": "user",
                "content": [{"type": "text", "text": "去年4万吨"}, {"type": "text", "text": "抵消呢"}],
            },
        ],
    )
    assert fake.asked == [("去年4万吨\n抵消呢", None)]
    assert fake.told == [("2021年10万吨",)]


@pytest.mark.parametrize("where", ["conversation_id", "metadata"])
def test_a_stored_conversation_goes_on(openai_client: openai.OpenAI, fake: FakeAssistant, where: str) -> None:
    fake.conversations["c_7"] = None
    extra = (
        {"conversation_id": "c_7"} if where == "conversation_id" else {"metadata": {"conversation_id": "c_7"}}
    )
    earlier: Any = [{"role": "user", "content": "早先的话"}]
    openai_client.chat.completions.create(model=MODEL, messages=[*earlier, *ASK], extra_body=extra)
    assert fake.asked == [(ASK[0]["content"], "c_7")]
    assert fake.told == [None]
    with pytest.raises(openai.NotFoundError) as told:
        openai_client.chat.completions.create(
            model=MODEL, messages=ASK, extra_body={"conversation_id": "c_nobody"}
        )
    assert told.value.code == "unknown_conversation"


def test_a_stream_opens_at_once_and_gives_text_only_after_the_gate(
    openai_client: openai.OpenAI, fake: FakeAssistant
) -> None:
    fake.gate = threading.Event()
    stream = openai_client.chat.completions.create(
        model=MODEL, messages=ASK, stream=True, stream_options={"include_usage": True}
    )
    chunks = iter(stream)
    opening = next(chunks)
    assert (opening.choices[0].delta.role, opening.choices[0].delta.content) == ("assistant", "")
    assert not fake.gate.is_set()
    fake.gate.set()
    rest = list(chunks)
    whole = openai_client.chat.completions.create(model=MODEL, messages=ASK)
    texts = [chunk.choices[0].delta.content or "" for chunk in rest[:-1]]
    assert "".join(texts) == whole.choices[0].message.content
    assert len([text for text in texts if text]) > 2
    assert rest[-2].choices[0].finish_reason == "stop"
    assert (rest[-2].model_extra or {})["tiaowen"]["citations"][0]["address"] == CITATION.address
    assert rest[-1].choices == []
    assert rest[-1].usage == whole.usage
    assert {chunk.id for chunk in [opening, *rest]} == {opening.id}


def test_a_stream_without_usage_tells_none(openai_client: openai.OpenAI) -> None:
    chunks = list(openai_client.chat.completions.create(model=MODEL, messages=ASK, stream=True))
    assert all(chunk.usage is None and chunk.choices for chunk in chunks)


def test_progress_is_a_comment_and_the_end_is_marked(client: httpx.Client) -> None:
    body = {"model": MODEL, "messages": ASK, "stream": True}
    response = client.post("/v1/chat/completions", json=body)
    assert response.headers["content-type"].startswith("text/event-stream")
    events = response.text.split("\n\n")
    assert events[1] == ": 检索条款：碳抵消"
    assert events[-2:] == ["data: [DONE]", ""]
    assert "usage" not in json.loads(events[0].removeprefix("data: "))


@pytest.mark.parametrize(("message", "words"), [("中途断开", "rules.yaml"), ("中途崩溃", "日志")])
def test_an_error_on_the_way_is_an_error_of_the_client(
    openai_client: openai.OpenAI, message: str, words: str
) -> None:
    stream = openai_client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": message}], stream=True
    )
    with pytest.raises(openai.APIError, match=words) as told:
        list(stream)
    assert "secret" not in str(told.value.body)


TOOL = {"type": "function", "function": {"name": "x", "parameters": {"type": "object"}}}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}


@pytest.mark.parametrize(
    ("extra", "param", "words"),
    [
        ({"n": 2}, "n", "n=2"),
        ({"tools": [TOOL], "tool_choice": "required"}, "tool_choice", "auto 或 none"),
        ({"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "x"}}}, "tool_choice", "auto 或 none"),
        ({"tools": [TOOL], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "required"}}}, "tool_choice", "auto 或 none"),
        ({"functions": [{"name": "x"}], "function_call": {"name": "x"}}, "function_call", "auto 或 none"),
        ({"response_format": {"type": "json_object"}}, "response_format", "response_format"),
        ({"logprobs": True}, "logprobs", "logprobs"),
        ({"modalities": ["text", "audio"]}, "modalities", "modalities"),
        ({"messages": [{"role": "user", "content": [IMAGE]}]}, "messages[0].content[0]", "image_url"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": 5}]}]}, "messages[0].content[0].text", "文字"),
        ({"messages": [{"role": "user"}]}, "messages[0].content", "第 1 条消息"),
        ({"messages": [*ASK, {"role": "tool", "content": "x"}]}, "messages", "最后一条"),
        ({"messages": [{"role": "旁白", "content": "x"}, *ASK]}, "messages[0].role", "旁白"),
        ({"messages": [*ASK, {"role": "assistant", "content": "不"}]}, "messages", "最后一条"),
        ({"messages": [{"role": "system", "content": "不"}]}, "messages", "最后一条"),
        ({"messages": [{"role": "user", "content": "a"}] * 101}, "messages", "101"),
        ({"messages": []}, "messages", "messages"),
        ({"messages": "你好"}, "messages", "messages"),
        ({"messages": None}, "messages", "messages"),
        ({"messages": [{"role": "user", "content": "？！"}]}, None, "没有文字"),
        ({"metadata": {"conversation_id": 7}}, "metadata.conversation_id", "字符串"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("stream", [False, True])
def test_what_is_not_answered_is_named(
    client: httpx.Client, extra: dict[str, Any], param: str | None, words: str, stream: bool
) -> None:
    body = {"model": MODEL, "messages": ASK, "stream": stream, **extra}
    response = client.post("/v1/chat/completions", json=body)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/json"
    error = response.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
    assert words in error["message"]


@pytest.mark.parametrize(
    "tools",
    [
        {"tools": []},
        {"tools": [TOOL], "tool_choice": "none"},
        {"tools": [TOOL], "tool_choice": "auto"},
        {"tools": [TOOL], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto"}}},
        {"functions": [{"name": "x"}], "function_call": "auto"},
    ],
)
def test_tools_that_need_not_be_called_and_harmless_values_pass(
    client: httpx.Client, tools: dict[str, Any]
) -> None:
    extra = {
        **tools,
        "response_format": {"type": "text"},
        "top_p": 1,
        "strange": 1,
    }
    body = {"model": MODEL, "messages": ASK, "logprobs": False, "modalities": ["text"], **extra}
    answered = client.post("/v1/chat/completions", json=body).json()["choices"][0]
    assert answered["finish_reason"] == "stop"
    assert "[1]" in answered["message"]["content"]


def test_calls_of_tools_by_another_model_do_not_stop_the_dialogue(
    openai_client: openai.OpenAI, fake: FakeAssistant
) -> None:
    called: Any = {"id": "1", "type": "function", "function": {"name": "x", "arguments": "{}"}}
    openai_client.chat.completions.create(
        model=MODEL,
        messages=[
            {"role": "user", "content": "2021年10万吨"},
            {"role": "assistant", "content": None, "tool_calls": [called]},
            {"role": "tool", "tool_call_id": "1", "content": "2021年99万吨"},
            {"role": "assistant", "content": "好"},
            *ASK,
        ],
        tools=[TOOL],  # type: ignore[list-item]
    )
    assert fake.told == [("2021年10万吨",)]


# As clients word them: Open WebUI, LibreChat, LobeChat, NextChat, Chatbox, and more in Chinese.
TASKS = (
    '### Task:\nGenerate a concise title summarizing the chat history.\n### Output:\nJSON format: { "title": "…" }\n'
    "### Chat History:\n<chat_history>\nUSER: 抵消能不能超过一半？\nASSISTANT: \n</chat_history>",
    "Provide a concise title for the conversation. Only return the title itself.\n\nConversation:\n"
    "User: 抵消能不能超过一半？\nAI: 不能",
    'Please generate a 5-word-or-less title\n||>User:\n"抵消能不能超过一半？"\n||>Response:\n"不能"',
    "user: 抵消能不能超过一半？\nassistant: 不能",
    "使用四到五个字直接返回这句话的简要主题，不要解释、不要标点，如果没有主题，请直接返回“闲聊”",
    "简要总结一下对话内容，用作后续的上下文提示 prompt，控制在 200 字以内",
    "Based on the chat history, give this conversation a name.\nJust provide the name, nothing else.\n\n```\n抵消能不能超过一半？\n```",
    "给这次聊天起个标题",
    "请为下面的对话拟三个追问：\n**用户**：抵消能不能超过一半？\n**助手**：不能",
)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("stream", [False, True])
def test_a_task_of_the_client_itself_is_refused_and_not_asked(
    openai_client: openai.OpenAI, fake: FakeAssistant, task: str, stream: bool
) -> None:
    with pytest.raises(openai.BadRequestError, match="聊天软件自动发来的任务") as told:
        openai_client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": task}], stream=stream
        )
    assert told.value.code == "unsupported_task"
    assert fake.asked == []


@pytest.mark.parametrize(
    "question",
    [
        "我们的用户：三家钢厂，用电单位：省内，能不能申报？",
        "用户：一家水泥厂\n问题：抵消能不能超过一半？",
        "客户问：抵消能不能超过一半\n我答：不能，对不对？",
        "AI：是不是零碳工厂要求的技术？",
        "这句话出自哪一条？“不得超过基准期的50%”",
        "总结一下零碳工厂的申报条件",
        "零碳工厂的主题宣传有什么要求",
    ],
)
def test_a_question_that_speaks_of_users_is_asked(
    openai_client: openai.OpenAI, fake: FakeAssistant, question: str
) -> None:
    openai_client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": question}])
    assert fake.asked == [(question, None)]


def test_errors_below_v1_have_openais_shape_and_only_those(client: httpx.Client) -> None:
    def error(response: httpx.Response, status: int) -> dict[str, Any]:
        assert response.status_code == status
        found: dict[str, Any] = response.json()["error"]
        assert set(found) == {"message", "type", "param", "code"}
        return found

    def post(content: str) -> httpx.Response:
        return client.post(
            "/v1/chat/completions",
            content=content.encode(),
            headers={"content-type": "application/json", "accept": "text/html"},
        )

    long = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "问" * (MESSAGE_LIMIT + 1)}]})
    crash = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "崩溃"}]})
    broken = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "规则册坏了"}]})
    assert error(post("{"), 400)["code"] == "broken_json"
    assert error(post(long), 413)["code"] == "message_too_long"
    assert error(post(" " * (BODY_LIMIT + 1)), 413)["code"] == "body_too_large"
    assert (
        error(post('{"model": "gpt-9", "messages": [{"role": "user", "content": "问"}]}'), 404)["param"]
        == "model"
    )
    assert error(post(broken), 503)["type"] == "server_error"
    assert post(broken).headers["retry-after"]
    assert error(client.get("/v1/nothing"), 404)["code"] == "unknown_route"
    assert error(client.get("/v1/chat/completions"), 405)["code"] == "method_not_allowed"
    assert client.get("/api/nothing").headers["content-type"] == "application/problem+json"
    assert error(post(crash), 500)["type"] == "server_error"  # the server closes the connection after it
