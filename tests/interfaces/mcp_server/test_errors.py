"""What goes wrong before a tool is reached, as the official client tells it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import httpx
import pytest
from mcp import MCPError
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from assistant.interfaces.http.app import create_app
from assistant.settings import Settings
from tests.interfaces.conftest import BODY_LIMIT, wait_until_ready
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.running_server import running

LISTED = {"jsonrpc": "2.0", "id": 7, "method": "tools/list"}
HEADERS = {
    "Accept": "application/json, text/event-stream",
    "MCP-Protocol-Version": "2025-06-18",
    "X-Forwarded-For": "203.0.113.7",  # what the machine itself asks is not counted
}


@contextmanager
def serving(fake: FakeAssistant, settings: Settings, **changed: object) -> Iterator[str]:
    """The URL of a server with these settings."""
    changed_settings = settings.model_copy(update=changed)
    with running(create_app(lambda _progress: fake, changed_settings)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)
        yield f"{url}/mcp"


def listed(url: str, headers: dict[str, str]) -> str:
    """What the official client says of a server that refuses it; empty when it does not."""

    async def run() -> None:
        async with (
            create_mcp_http_client(headers) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            await client.list_tools()

    try:
        anyio.run(run)
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        assert isinstance(error, MCPError)
        return str(error)
    return ""


def test_the_client_tells_why_a_key_is_refused(fake: FakeAssistant, settings: Settings) -> None:
    with serving(fake, settings) as url:
        assert "API 密钥不对，或已停用" in listed(url, {"Authorization": "Bearer tw_wrong"})
        assert listed(url, {"Authorization": "Bearer anonymous"}) == ""
    with serving(fake, settings, visitors=False) as url:
        assert "这里不接待访客" in listed(url, {})


@pytest.mark.parametrize(
    ("changed", "body", "status", "words"),
    [
        ({"visitor_rate": 1}, None, 429, "一分钟内最多 1 次提问"),
        ({}, b" " * (BODY_LIMIT + 1), 413, "请求正文超过上限"),
    ],
)
def test_a_refusal_has_the_shape_of_json_rpc(
    fake: FakeAssistant, settings: Settings, changed: dict[str, object], body: bytes | None, status: int, words: str
) -> None:  # fmt: skip
    with serving(fake, settings, **changed) as url:
        if body is None:
            assert httpx.post(url, json=LISTED, headers=HEADERS, trust_env=False).status_code == 200
            refused = httpx.post(url, json=LISTED, headers=HEADERS, trust_env=False)
        else:
            refused = httpx.post(url, content=body, headers=HEADERS, trust_env=False)
    assert refused.status_code == status
    told = refused.json()
    assert (told["jsonrpc"], told["id"], told["error"]["code"]) == ("2.0", None, -32600)
    assert words in told["error"]["message"]
    assert told["error"]["data"]["status"] == status
    assert ("retry-after" in refused.headers) == (status == 429)
