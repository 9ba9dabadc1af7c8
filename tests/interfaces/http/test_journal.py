"""Each request has an id and a line without what people wrote; counters by route; pages of other origins."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import httpx
import pytest

from assistant.interfaces import logs
from assistant.interfaces.http.app import create_app
from assistant.interfaces.logs import start_logging
from assistant.settings import Settings
from assistant.telemetry import REQUEST_ID, TURNS, TurnReport, log_turn
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.running_server import running

SECRET = "我们厂叫秘密水泥"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a server with JSON logs writes."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers = []
    stream = io.StringIO()
    start_logging(Settings(_env_file=None, log_format="json"), stream)
    yield stream
    root.handlers, root.level = before, level
    for logger in (logs.REQUESTS, TURNS):
        logger.setLevel(logging.NOTSET)


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def of_requests(log: io.StringIO) -> list[dict[str, object]]:
    return [line for line in lines(log) if line["logger"] == "tiaowen.requests"]


def test_a_plain_id_is_kept_and_an_odd_one_replaced(client: httpx.Client) -> None:
    assert (
        client.get("/api/policies", headers={"x-request-id": "abc-12345"}).headers["x-request-id"]
        == "abc-12345"
    )
    for odd in ("", "a", "x" * 65, "id with spaces", '"}{"'):
        given = client.get("/api/policies", headers={"x-request-id": odd}).headers["x-request-id"]
        assert given != odd
        assert len(given) == 32
    first, second = (client.get("/api/nothing").headers["x-request-id"] for _ in range(2))
    assert first != second


def test_a_line_tells_route_status_role_and_nothing_that_was_written(
    client: httpx.Client, log: io.StringIO
) -> None:
    client.post("/api/chat", json={"message": SECRET}, headers={"x-request-id": "request-1"})
    client.get("/api/search", params={"q": SECRET})
    client.get(f"/api/clauses/{SECRET}")
    client.get(f"/{SECRET}")
    client.get("/healthz")
    told = of_requests(log)
    assert [(line["method"], line["route"], line["status"]) for line in told] == [
        ("POST", "/api/chat", 200),
        ("GET", "/api/search", 200),
        ("GET", "/api/clauses/{address:path}", 404),
        ("GET", "unmatched", 404),
    ]
    assert told[0]["request_id"] == "request-1"
    assert told[0]["role"] == "visitor"
    assert isinstance(told[0]["ms"], int)
    assert "time" in told[0]
    assert "秘密水泥" not in log.getvalue()
    assert "127.0.0.1" not in log.getvalue()


def test_an_unexpected_error_is_found_by_its_id(client: httpx.Client, log: io.StringIO) -> None:
    response = client.post("/api/chat", json={"message": "崩溃"})
    assert response.status_code == 500
    id = response.headers["x-request-id"]
    (line,) = of_requests(log)
    assert (line["status"], line["error"], line["request_id"]) == (500, "ZeroDivisionError", id)


@pytest.mark.parametrize("stream", [True, False])
def test_what_makes_an_answer_knows_the_requests_id(
    client: httpx.Client, fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch, stream: bool
) -> None:
    seen: list[str | None] = []
    monkeypatch.setattr(
        fake, "ask", lambda *args: seen.append(REQUEST_ID.get()) or FakeAssistant().ask("抵消")
    )
    body = {"message": "抵消呢", "stream": stream}
    assert client.post("/api/chat", json=body, headers={"x-request-id": "request-7"}).status_code == 200
    assert seen == ["request-7"]


def test_addresses_are_told_only_where_a_setting_asks(
    fake: FakeAssistant, settings: Settings, log: io.StringIO
) -> None:
    app = create_app(lambda _: fake, settings.model_copy(update={"log_addresses": True}))  # type: ignore[arg-type, return-value]
    with running(app) as url:
        httpx.get(f"{url}/api/nothing", trust_env=False)
    assert [line["address"] for line in of_requests(log)] == ["127.0.0.1"]


def test_a_turns_line_has_its_fields_beside_the_others(log: io.StringIO) -> None:
    log_turn(TurnReport("a_1", "answered", "builtin", 12, stages=(("gate", 0.0021),)))
    (line,) = lines(log)
    assert (line["logger"], line["message"], line["answer_id"]) == ("tiaowen.turns", "turn", "a_1")
    assert line["stages"] == {"gate": 2.1}


def test_requests_are_counted_by_route_and_status(client: httpx.Client) -> None:
    for _ in range(2):
        client.get("/api/clauses/x")
    client.get("/static/chat.js")
    told = client.get("/metrics").text
    assert 'tiaowen_requests_total{method="GET",route="/api/clauses/{address:path}",status="404"} 2.0' in told
    assert 'route="/static",status="200"} 1.0' in told
    assert "tiaowen_requests_in_flight 1.0" in told  # the one that asks
    assert "tiaowen_ready 1.0" in told
    assert "tiaowen_clauses 180.0" in told


@pytest.fixture
def shared(fake: FakeAssistant, settings: Settings) -> Iterator[httpx.Client]:
    """A server whose API pages of one other origin may call."""
    origins = settings.model_copy(update={"cors_origins": ("https://www.example.com",)})
    with running(create_app(lambda _: fake, origins)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)
        with httpx.Client(base_url=url, trust_env=False, timeout=20) as opened:
            yield opened


def test_pages_of_a_named_origin_may_call_the_api_without_cookies(shared: httpx.Client) -> None:
    asks = {"origin": "https://www.example.com", "access-control-request-method": "POST"}
    preflight = shared.options(
        "/api/chat", headers={**asks, "access-control-request-headers": "content-type,authorization"}
    )
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "https://www.example.com"
    assert "access-control-allow-credentials" not in preflight.headers
    answer = shared.post(
        "/api/chat", json={"message": "抵消呢"}, headers={"origin": "https://www.example.com"}
    )
    assert answer.headers["access-control-allow-origin"] == "https://www.example.com"
    refused = shared.get("/api/nothing", headers={"origin": "https://www.example.com"})
    assert refused.headers["access-control-allow-origin"] == "https://www.example.com"


def test_pages_of_other_origins_may_not(shared: httpx.Client, client: httpx.Client) -> None:
    other = {"origin": "https://www.example.com.evil.org", "access-control-request-method": "POST"}
    assert shared.options("/api/chat", headers=other).status_code == 400
    assert "access-control-allow-origin" not in shared.get("/api/policies", headers=other).headers
    named = {"origin": "https://www.example.com"}
    assert "access-control-allow-origin" not in client.get("/api/policies", headers=named).headers
