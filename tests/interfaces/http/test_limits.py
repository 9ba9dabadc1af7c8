"""Requests a minute, answers at once, the time of an answer: refused with words and a time to come back, and freed again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from assistant.interfaces.http import rates
from assistant.interfaces.http.app import create_app
from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.running_server import running
from tests.interfaces.signing_in import key_headers, sign_in

MESSAGE = {"message": "抵消呢"}
SSE = {"Accept": "text/event-stream"}


@contextmanager
def server(fake: FakeAssistant, settings: Settings, **changed: object) -> Iterator[httpx.Client]:
    """A client of a server with these settings."""
    app = create_app(lambda _progress: fake, settings.model_copy(update=changed))  # type: ignore[arg-type, return-value]
    # From elsewhere, as a proxy on this machine tells it: the machine's own requests are not counted.
    headers = {"X-Forwarded-For": "203.0.113.7"}
    with (
        running(app) as url,
        httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=20) as client,
    ):
        wait_until_ready(url)
        yield client


def test_an_address_asks_so_often_a_minute(fake: FakeAssistant, settings: Settings) -> None:
    with server(fake, settings, visitor_rate=3, member_rate=5) as client:
        for _ in range(3):
            assert client.post("/api/chat", json=MESSAGE).status_code == 200
        client.cookies.clear()
        refused = client.post("/api/chat", json=MESSAGE)
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 61
        assert refused.json()["type"] == "urn:tiaowen:problem:too-many-requests"
        assert "最多 3 次提问" in refused.json()["detail"]
        assert client.post("/v1/chat/completions", json={}).json()["error"]["code"] == "rate_limit_exceeded"
        assert client.post("/", data=MESSAGE, headers={"Accept": "text/html"}).status_code == 429
        assert len(fake.asked) == 3
        assert client.get("/api/policies").status_code == 200, "reading is counted by itself"
        for role in (Role.VISITOR, Role.STAFF):
            key = key_headers(settings, role)
            statuses = [client.post("/api/chat", json=MESSAGE, headers=key).status_code for _ in range(6)]
            assert statuses == [200] * 5 + [429], "each key has a count of its own"


def test_the_machine_itself_asks_as_often_as_it_likes(fake: FakeAssistant, settings: Settings) -> None:
    with server(fake, settings, visitor_rate=1) as client:
        del client.headers["X-Forwarded-For"]
        assert [client.post("/api/chat", json=MESSAGE).status_code for _ in range(3)] == [200] * 3
        client.headers["X-Forwarded-For"] = "198.51.100.9"
        assert [client.post("/api/chat", json=MESSAGE).status_code for _ in range(2)] == [200, 429]


def test_other_requests_have_five_times_as_many(fake: FakeAssistant, settings: Settings) -> None:
    with server(fake, settings, visitor_rate=2) as client:
        statuses = [client.get("/api/policies").status_code for _ in range(11)]
        assert statuses == [200] * 10 + [429]
        for path in ("/healthz", "/readyz", "/static/style.css"):
            assert client.get(path).status_code == 200, "these are not counted"


def test_zero_is_no_limit_and_a_session_counts_by_its_account(
    fake: FakeAssistant, settings: Settings
) -> None:
    with server(fake, settings, visitor_rate=0, member_rate=1) as client:
        assert [client.post("/api/chat", json=MESSAGE).status_code for _ in range(4)] == [200] * 4
        sign_in(client, settings, Role.STAFF)
        assert client.post("/api/chat", json=MESSAGE).status_code == 200
        sign_in(client, settings, Role.STAFF)
        assert client.post("/api/chat", json=MESSAGE).status_code == 429, (
            "another session of the same account"
        )


def test_the_window_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    windows, item = rates.Windows(), rates.RateLimitItemPerMinute(2)
    assert windows.take(item, "a") is None
    clock[0] += 40
    assert windows.take(item, "a") is None
    wait = windows.take(item, "a")
    assert wait is not None
    assert 19 <= wait <= 21
    assert windows.take(item, "b") is None
    clock[0] += 21
    assert windows.take(item, "a") is None
    assert windows.take(item, "a") is not None


def test_wrong_keys_are_counted_too(fake: FakeAssistant, settings: Settings) -> None:
    with server(fake, settings) as client:
        statuses = [
            client.get("/api/policies", headers={"Authorization": f"Bearer tw_{number}"}).status_code
            for number in range(61)
        ]
        assert statuses == [401] * 60 + [429]


def test_a_stream_that_waits_holds_its_place_and_a_vanished_reader_frees_it(
    fake: FakeAssistant, settings: Settings
) -> None:
    fake.gate = threading.Event()
    with server(fake, settings, answers_at_once=1, answer_wait=0.3) as client:
        with client.stream("POST", "/api/chat", json=MESSAGE, headers=SSE) as response:
            lines = response.iter_lines()  # to drop it is to leave
            assert next(lines) == "event: progress"
            refused = client.post("/api/chat", json=MESSAGE)
            assert refused.status_code == 503
            assert refused.headers["retry-after"]
            assert refused.json()["type"] == "urn:tiaowen:problem:busy"
            assert "同时回答的已有 1 个" in refused.json()["detail"]
            form = client.post("/", data=MESSAGE, headers={"Accept": "text/html"})
            assert form.status_code == 503
            assert "抵消呢</textarea>" in form.text, "what was typed is kept"
            assert client.get("/api/policies").status_code == 200
        # The socket is closed in the middle of the stream, and the answer is still being made.
        assert _soon_answered(client)
        fake.gate.set()


def _soon_answered(client: httpx.Client) -> bool:
    for _ in range(20):
        if client.post("/api/chat", json=MESSAGE).status_code == 200:
            return True
        time.sleep(0.05)
    return False


def test_a_place_is_free_as_soon_as_the_answer_is_made(fake: FakeAssistant, settings: Settings) -> None:
    with server(fake, settings, answers_at_once=1, answer_wait=0.3) as client:
        for _ in range(5):
            assert client.post("/api/chat", json=MESSAGE, headers=SSE).status_code == 200
            assert client.post("/api/chat", json={"message": "？？"}).status_code == 422
            assert client.post("/api/chat", json={"message": "？？"}, headers=SSE).status_code == 422
            assert client.post("/api/chat", json={"message": "规则册坏了"}).status_code == 503
            assert "error" in client.post("/api/chat", json={"message": "中途断开"}, headers=SSE).text


def test_who_waits_gets_the_place_that_is_given_back(fake: FakeAssistant, settings: Settings) -> None:
    fake.gate = threading.Event()
    with (
        server(fake, settings, answers_at_once=1, answer_wait=10) as client,
        client.stream("POST", "/api/chat", json=MESSAGE, headers=SSE) as response,
    ):
        lines = response.iter_lines()
        assert next(lines) == "event: progress"
        threading.Timer(0.3, fake.gate.set).start()
        begun = time.monotonic()
        assert client.post("/api/chat", json=MESSAGE).status_code == 200
        assert time.monotonic() - begun > 0.2
        assert "event: answer" in list(lines)


def test_an_answer_that_takes_too_long_is_ended(fake: FakeAssistant, settings: Settings) -> None:
    fake.gate = threading.Event()
    slow = threading.Event()
    fake.ask = lambda *_: slow.wait(20)  # type: ignore[method-assign, assignment, return-value]
    with server(fake, settings, turn_timeout=0.4) as client:
        ended = client.post("/api/chat", json=MESSAGE)
        assert ended.status_code == 504
        assert ended.json()["type"] == "urn:tiaowen:problem:took-too-long"
        assert "0.4 秒" in ended.json()["detail"]
        slow.set()
    del fake.ask
    with server(fake, settings, turn_timeout=0.4) as client:
        text = client.post("/api/chat", json=MESSAGE, headers=SSE).text
        assert "event: error" in text
        assert '"status": 504' in text
        fake.gate.set()
