"""The `mcp` package is imported by the first request of it, and that request is answered like any other."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from assistant.interfaces.http.app import create_app
from assistant.settings import Settings
from tests.conftest import ROOT
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.running_server import running

LISTED = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}


def test_a_server_starts_without_the_package() -> None:
    code = (
        "import sys, assistant.interfaces.http.app; sys.exit(bool({'mcp', 'mcp_types'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_first_requests_are_answered_though_they_come_at_once(
    fake: FakeAssistant, settings: Settings
) -> None:
    with running(create_app(lambda _progress: fake, settings)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)

        def listed(_: int) -> httpx.Response:
            return httpx.post(f"{url}/mcp", json=LISTED, headers=HEADERS, trust_env=False, timeout=30)

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(listed, range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all("list_policies" in answer.text for answer in answers)


def test_a_server_ends_with_a_client_connected_and_another_starts(
    fake: FakeAssistant, settings: Settings
) -> None:
    async def tools(url: str) -> int:
        async with Client(streamable_http_client(f"{url}/mcp")) as client:
            return len((await client.list_tools()).tools)

    for _ in range(2):
        with running(create_app(lambda _progress: fake, settings)) as url:  # type: ignore[arg-type, return-value]
            wait_until_ready(url)
            assert anyio.run(tools, url) > 2
