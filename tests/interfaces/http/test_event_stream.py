"""POST /api/chat as server-sent events: order, shape, errors, a reader that leaves."""

from __future__ import annotations

import json
import threading
import time

import httpx
import pytest

from tests.interfaces.fake_assistant import CITATION, FakeAssistant

SSE = {"accept": "text/event-stream"}


def events(response: httpx.Response) -> list[tuple[str, dict[str, object]]]:
    """Name and data of each event."""
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    found = []
    for block in response.text.split("\n\n")[:-1]:
        name, data = block.split("\n")
        found.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return found


@pytest.mark.parametrize(
    ("headers", "extra"), [(SSE, {}), ({}, {"stream": True}), ({"accept": "*/*"}, {"stream": True})]
)
def test_progress_comes_first_and_the_answer_last(
    client: httpx.Client, headers: dict[str, str], extra: dict[str, object]
) -> None:
    found = events(client.post("/api/chat", json={"message": "抵消呢", **extra}, headers=headers))
    assert [name for name, _ in found] == ["progress", "progress", "answer"]
    assert found[0][1] == {"step": "retrieval", "text": "检索条款：碳抵消", "addresses": [CITATION.address]}
    plain = client.get(f"/api/answers/{found[-1][1]['id']}").json()["answer"]
    assert found[-1][1] == plain


def test_stream_false_wins_over_the_accept_header(client: httpx.Client) -> None:
    response = client.post("/api/chat", json={"message": "抵消呢", "stream": False}, headers=SSE)
    assert response.headers["content-type"] == "application/json"


def test_the_page_gets_html_before_the_answer(client: httpx.Client) -> None:
    found = events(client.post("/api/chat", json={"message": "抵消呢", "render": True}, headers=SSE))
    assert [name for name, _ in found] == ["progress", "progress", "html", "answer"]
    assert 'class="marker"' in str(found[2][1]["html"])
    assert "html" not in found[3][1]


def test_a_message_that_is_not_legal_keeps_its_status(client: httpx.Client) -> None:
    response = client.post("/api/chat", json={"message": "？？"}, headers=SSE)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    response = client.post("/api/chat", json={"message": "问", "conversation_id": "c_no"}, headers=SSE)
    assert response.status_code == 404


def test_an_error_on_the_way_is_an_event(client: httpx.Client) -> None:
    found = events(client.post("/api/chat", json={"message": "中途断开"}, headers=SSE))
    assert [name for name, _ in found] == ["progress", "error"]
    assert found[1][1]["status"] == 503
    assert "rules.yaml" in str(found[1][1]["detail"])


def test_an_unexpected_error_on_the_way_tells_nothing_of_the_inside(client: httpx.Client) -> None:
    found = events(client.post("/api/chat", json={"message": "中途崩溃"}, headers=SSE))
    assert [name for name, _ in found] == ["progress", "error"]
    assert found[1][1]["status"] == 500
    assert "secret" not in json.dumps(found)


def test_progress_arrives_before_the_answer_is_made(client: httpx.Client, fake: FakeAssistant) -> None:
    fake.gate = threading.Event()
    with client.stream("POST", "/api/chat", json={"message": "抵消呢"}, headers=SSE) as response:
        lines = response.iter_lines()
        assert next(lines) == "event: progress"
        assert not fake.gate.is_set()
        fake.gate.set()
        assert "event: answer" in list(lines)


def test_a_reader_that_leaves_does_not_hold_up_others(client: httpx.Client, fake: FakeAssistant) -> None:
    fake.gate = threading.Event()
    for _ in range(5):
        with client.stream("POST", "/api/chat", json={"message": "抵消呢"}, headers=SSE) as response:
            assert next(response.iter_lines()) == "event: progress"
    started = time.monotonic()
    assert client.get("/healthz").status_code == 200
    assert time.monotonic() - started < 5
    fake.gate.set()
    assert client.post("/api/chat", json={"message": "抵消呢"}).status_code == 200
