"""Every fault of a request below /v1, over a real server: OpenAI's shape, its status, and the exception of its client."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import openai
import pytest

from assistant.interfaces.http.app import create_app
from assistant.settings import Settings
from tests.interfaces.conftest import BODY_LIMIT, MESSAGE_LIMIT, wait_until_ready
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.running_server import running

ASK: Any = [{"role": "user", "content": "抵消能不能超过一半？"}]
FROM_ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}  # what the machine itself asks is not counted


@contextmanager
def client_of(app: Any, key: str = "anonymous", ready: bool = True) -> Iterator[openai.OpenAI]:
    """The official client of a server that runs this application."""
    with running(app) as url:
        if ready:
            wait_until_ready(url)
        http = openai.DefaultHttpxClient(trust_env=False)
        with openai.OpenAI(
            base_url=f"{url}/v1",
            api_key=key,
            max_retries=0,
            http_client=http,
            default_headers=FROM_ELSEWHERE,
        ) as client:
            yield client


def ask(client: openai.OpenAI, content: str = "抵消能不能超过一半？", **extra: Any) -> Any:
    return client.chat.completions.create(
        **{"model": "tiaowen", "messages": [{"role": "user", "content": content}], **extra}
    )


def told(error: openai.APIStatusError) -> tuple[int, str, str | None, str | None]:
    """Status, type, code and param; the message is Chinese and the shape is OpenAI's."""
    body = error.response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"message", "type", "param", "code"}
    assert any("\u4e00" <= character <= "\u9fff" for character in body["error"]["message"])
    assert error.response.headers["content-type"] == "application/json"
    return error.status_code, body["error"]["type"], body["error"]["code"], body["error"]["param"]


JSON = {"Content-Type": "application/json"}
INVALID = "invalid_request_error"
FAULTS: dict[str, tuple[dict[str, Any], type[openai.APIStatusError], tuple[Any, ...]]] = {
    "model": ({"model": "gpt-9"}, openai.NotFoundError, (404, INVALID, "model_not_found", "model")),
    "conversation": ({"extra_body": {"conversation_id": "c_x"}}, openai.NotFoundError, (404, INVALID, "unknown_conversation", None)),
    "body": ({"content": "问" * BODY_LIMIT}, openai.APIStatusError, (413, INVALID, "body_too_large", None)),
    "message": ({"content": "问" * (MESSAGE_LIMIT + 1)}, openai.APIStatusError, (413, INVALID, "message_too_long", None)),
    "empty": ({"content": "？？"}, openai.BadRequestError, (400, INVALID, "invalid_input", None)),
    "type": ({"messages": [{"role": "user", "content": 5}]}, openai.BadRequestError, (400, INVALID, "invalid_request", "messages[0].content")),
    "broken": ({"content": "规则册坏了"}, openai.InternalServerError, (503, "server_error", None, None)),
    "crash": ({"content": "崩溃"}, openai.InternalServerError, (500, "server_error", None, None)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (5, "字段 messages[0].content 应为字符串或数组，收到的是 5"),
        ([5], "字段 messages[0].content[0] 应为对象，收到的是 5"),
    ],
)
def test_a_field_is_named_as_the_request_has_it(base_url: str, content: object, words: str) -> None:
    body = {"model": "tiaowen", "messages": [{"role": "user", "content": content}]}
    error = httpx.post(f"{base_url}/v1/chat/completions", json=body).json()["error"]
    assert words in error["message"]
    assert error["param"] == "messages[0].content"


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_request_that_is_not_right(
    fake: FakeAssistant, settings: Settings, fault: str, stream: bool
) -> None:
    extra, kind, expected = FAULTS[fault]
    with client_of(create_app(lambda _progress: fake, settings)) as client:  # type: ignore[arg-type, return-value]
        with pytest.raises(kind) as raised:
            ask(client, **extra, stream=stream)
        status, type_, code, param = told(raised.value)
        assert (status, type_, param) == (expected[0], expected[1], expected[3])
        assert code == expected[2] if expected[2] else code
        assert "secret" not in raised.value.response.text


def test_a_wrong_key_and_none_where_visitors_are_not_received(
    fake: FakeAssistant, settings: Settings
) -> None:
    with (
        client_of(create_app(lambda _progress: fake, settings), "tw_wrong") as client,  # type: ignore[arg-type, return-value]
        pytest.raises(openai.AuthenticationError) as raised,
    ):
        client.models.list()
    assert told(raised.value) == (401, "authentication_error", "invalid_api_key", None)
    closed = settings.model_copy(update={"visitors": False})
    with (
        client_of(create_app(lambda _progress: fake, closed)) as client,  # type: ignore[arg-type, return-value]
        pytest.raises(openai.AuthenticationError) as raised,
    ):
        ask(client)
    assert told(raised.value)[:2] == (401, "authentication_error")


def test_too_many_questions(fake: FakeAssistant, settings: Settings) -> None:
    few = settings.model_copy(update={"visitor_rate": 1})
    with client_of(create_app(lambda _progress: fake, few)) as client:  # type: ignore[arg-type, return-value]
        ask(client)
        with pytest.raises(openai.RateLimitError) as raised:
            ask(client)
    assert told(raised.value) == (429, "rate_limit_error", "rate_limit_exceeded", None)
    assert 1 <= int(raised.value.response.headers["retry-after"]) <= 61


@pytest.mark.parametrize("stream", [False, True])
def test_too_many_at_once(fake: FakeAssistant, settings: Settings, stream: bool) -> None:
    fake.gate = threading.Event()
    one = settings.model_copy(update={"answers_at_once": 1, "answer_wait": 0.05})
    with client_of(create_app(lambda _progress: fake, one)) as client:  # type: ignore[arg-type, return-value]
        held = ask(client, stream=True)
        next(iter(held))
        with pytest.raises(openai.InternalServerError) as raised:
            ask(client, stream=stream)
        fake.gate.set()
        held.close()
    assert told(raised.value)[:2] == (503, "server_error")
    assert int(raised.value.response.headers["retry-after"]) >= 1


def test_the_index_is_not_ready_yet(fake: FakeAssistant, settings: Settings) -> None:
    opened = threading.Event()

    def opening(_progress: object) -> FakeAssistant:
        opened.wait(20)
        return fake

    with client_of(create_app(opening, settings), ready=False) as client:  # type: ignore[arg-type]
        with pytest.raises(openai.InternalServerError) as raised:
            ask(client)
        opened.set()
    assert told(raised.value)[:2] == (503, "server_error")
    assert int(raised.value.response.headers["retry-after"]) >= 1


class SlowAssistant(FakeAssistant):
    """Needs longer than an answer may take."""

    def ask(self, *arguments: Any, **named: Any) -> Any:
        time.sleep(1)
        return super().ask(*arguments, **named)


def slow(settings: Settings) -> Any:
    quick = settings.model_copy(update={"turn_timeout": 0.2})
    return create_app(lambda _progress: SlowAssistant(), quick)  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_takes_too_long(settings: Settings, stream: bool) -> None:
    with client_of(slow(settings)) as client, pytest.raises(openai.InternalServerError) as raised:
        ask(client, stream=stream)
    assert told(raised.value)[:2] == (504, "server_error")


@pytest.mark.parametrize(
    ("send", "status", "code"),
    [
        (lambda url: httpx.get(f"{url}/nothing"), 404, "unknown_route"),
        (lambda url: httpx.get(f"{url}/chat/completions"), 405, "method_not_allowed"),
        (lambda url: httpx.post(f"{url}/chat/completions", content=b"{", headers=JSON), 400, "broken_json"),
        (lambda url: httpx.post(f"{url}/chat/completions", content=b"\xff{}", headers=JSON), 400, "broken_body"),
        (lambda url: httpx.post(f"{url}/chat/completions"), 400, "invalid_request"),
        (lambda url: httpx.post(f"{url}/embeddings", json={"input": "碳"}), 404, "unknown_route"),
        (lambda url: httpx.post(f"{url}/responses", json={"input": "碳"}), 404, "unknown_route"),
        (lambda url: httpx.get(f"{url}/models/a/b"), 404, "unknown_route"),
    ],
)  # fmt: skip
def test_what_is_no_request_of_ours(
    base_url: str, send: Callable[[str], httpx.Response], status: int, code: str | None
) -> None:
    response = send(f"{base_url}/v1")
    assert response.status_code == status
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert code is None or error["code"] == code
