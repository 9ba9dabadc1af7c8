"""The official mcp client with the real assistant, over streamable HTTP and over standard input and output."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from typing import Any

import anyio
import httpx
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp_types import CallToolResult, TextContent

from assistant.accounts import Accounts
from assistant.agent.tools.toolbox import TOOLS
from assistant.interfaces.http.app import create_app
from assistant.interfaces.mcp_server.http import allowed
from assistant.roles import Role
from assistant.settings import Settings
from tests.conftest import ROOT
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.running_server import running
from tests.interfaces.signing_in import key_headers

ZERO = "fujian-zero-carbon-factory"
FACTS = {"baseline_emissions": "10万吨", "report_emissions": "6.5万吨", "offset_emissions": "6.5万吨"}


@asynccontextmanager
async def connected(transport: Any, mode: str = "auto") -> AsyncIterator[Client]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(Client(transport, mode=mode))


def over_http(
    url: str,
    work: Callable[[Client], Awaitable[None]],
    mode: str = "auto",
    headers: dict[str, str] | None = None,
) -> None:
    async def run() -> None:
        with anyio.fail_after(60):
            async with create_mcp_http_client(headers) as http:
                transport = streamable_http_client(f"{url}/mcp", http_client=http)
                async with connected(transport, mode) as client:
                    await work(client)

    anyio.run(run)


def text_of(result: CallToolResult) -> str:
    return "".join(part.text for part in result.content if isinstance(part, TextContent))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_agents_tools_are_offered_with_schemas(real_url: str, mode: str) -> None:
    async def work(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"ask", "list_policies", *(tool.name for tool in TOOLS)}
        for tool in tools.values():
            assert any("\u4e00" <= character <= "\u9fff" for character in tool.description or "")
        assess = tools["assess_programme"].input_schema
        assert assess["required"] == ["policy", "programme"]
        assert "runtime" not in assess["properties"]
        assert tools["ask"].annotations is not None
        assert tools["ask"].annotations.read_only_hint is False
        assert tools["assess_programme"].output_schema is not None

    over_http(real_url, work, mode)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_tools_answer_with_markers_sources_and_data(real_url: str, mode: str) -> None:
    async def work(client: Client) -> None:
        read = await client.call_tool("read_clause", {"reference": "第八条第二项"})
        assert "不得超过基准期的50%" in text_of(read)
        assert (
            f"[1] 《福建省零碳工厂建设管理办法》第八条（二）（征求意见稿） {ZERO}#第八条/（二）"
            in text_of(read)
        )
        assert read.structured_content["citations"][0]["address"] == f"{ZERO}#第八条/（二）"
        arguments = {"policy": ZERO, "programme": "zero_carbon", "facts": FACTS}
        assessed = await client.call_tool("assess_programme", arguments)
        assert assessed.structured_content["verdict"]["status"] == "不符合"
        assert "超出上限1.5万吨" in text_of(assessed)
        share = await client.call_tool(
            "compute_metric", {"policy": ZERO, "metric": "offset_share", "facts": FACTS}
        )
        assert share.structured_content["calculations"][0]["value"] == "13/20"
        listed = text_of(await client.call_tool("list_policies", {}))
        assert ZERO in listed
        assert "baseline_emissions" in listed

    over_http(real_url, work, mode)


def test_ask_goes_on_with_its_conversation_and_tells_progress(real_url: str) -> None:
    async def work(client: Client) -> None:
        told: list[str] = []

        async def progress(_: float, __: float | None, message: str | None) -> None:
            told.append(message or "")

        first = await client.call_tool(
            "ask", {"message": "2021年10万吨，去年6.5万吨，能报零碳工厂吗"}, progress_callback=progress
        )
        assert any("测算" in words for words in told)
        conversation = first.structured_content["conversation_id"]
        second = await client.call_tool("ask", {"message": "抵消了6.5万吨", "conversation_id": conversation})
        assert second.structured_content["verdict"]["status"] == "不符合"
        assert conversation in text_of(second)

    over_http(real_url, work)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("read_clause", {"reference": "第九十九条"}, "第一条至第十五条"),
        ("read_clause", {}, "缺少字段 reference"),
        ("read_clause", {"reference": 5}, "reference 应为字符串"),
        ("read_clause", {"reference": "第八条", "clause": "x"}, "不认识的参数「clause」"),
        ("search_clauses", {"query": "碳", "policies": ["nobody"]}, "没有编号为「nobody」的政策"),
        ("compute_metric", {"policy": ZERO, "metric": "offset_share", "facts": {"offset_emissions": "-3"}}, "不能小于零"),
        ("compute_metric", {"policy": ZERO, "metric": "offset_share", "facts": {"offset_emissions": "=x"}}, "没有「x」"),
        ("compute_metric", {"policy": ZERO, "metric": "offset_share", "facts": {"nobody": "=1"}}, "nobody"),
        ("look_up_points", {"policy": ZERO, "criteria": ["zc_10"], "programmes": ["x"]}, "没有名为「x」的类别"),
        ("ask", {"message": "？！"}, "没有文字"),
        ("ask", {"message": "问", "conversation_id": "c_nobody"}, "c_nobody"),
        ("ask", {"message": "问" * 4001}, "4000"),
        ("list_policies", {"x": 1}, "不认识的字段 x"),
        ("run_shell", {"command": "ls"}, "没有工具「run_shell」"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_the_tools_error_in_chinese(
    real_url: str, tool: str, arguments: dict[str, Any], words: str
) -> None:
    async def work(client: Client) -> None:
        result = await client.call_tool(tool, arguments)
        assert result.is_error
        assert words in text_of(result)
        assert result.structured_content is None

    over_http(real_url, work, "legacy")


def test_over_standard_input_and_output(real_url: str, real_settings: Settings) -> None:
    """`real_url` is asked for so that the index is built."""
    environment = {
        **os.environ,
        "TIAOWEN_INDEX_DIR": str(real_settings.indexes),
        "TIAOWEN_DATA_DIR": str(real_settings.data),
    }
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "assistant.interfaces.cli", "mcp"], env=environment, cwd=ROOT
    )

    async def run() -> None:
        with anyio.fail_after(60):
            async with connected(stdio_client(command)) as client:
                tools = await client.list_tools()
                assert len(tools.tools) == len(TOOLS) + 2
                asked = await client.call_tool("ask", {"message": "碳抵消能不能超过一半？"})
                assert asked.structured_content["status"] == "answered"
                wrong = await client.call_tool("read_clause", {"reference": "第九十九条"})
                assert wrong.is_error

    anyio.run(run)


def post(url: str, **headers: str) -> httpx.Response:
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    accept = {"accept": "application/json, text/event-stream", **headers}
    return httpx.post(f"{url}/mcp", json=body, headers=accept, timeout=20, trust_env=False)


def test_foreign_hosts_and_origins_are_refused(base_url: str) -> None:
    assert post(base_url).status_code == 200
    assert post(base_url, origin=base_url).status_code == 200
    foreign = post(base_url, host="rebound.example.com")
    assert foreign.status_code == 421
    assert foreign.headers["content-type"] == "application/json"
    assert "TIAOWEN_MCP_HOSTS" in foreign.json()["error"]["message"]
    assert post(base_url, origin="https://example.com").status_code == 403
    assert httpx.get(f"{base_url}/mcp", timeout=20, trust_env=False).status_code == 405
    assert httpx.post(f"{base_url}/mcp", content=b"x" * 5000, timeout=20, trust_env=False).status_code == 413


def test_before_the_assistant_is_open_tools_say_so(settings: Settings) -> None:
    built = threading.Event()

    def slow(progress: Any) -> Any:
        progress.start("计算条款向量", 300)
        built.wait(20)
        raise ZeroDivisionError

    async def work(client: Client) -> None:
        result = await client.call_tool("list_policies", {})
        assert result.is_error
        assert "服务正在准备" in text_of(result)

    with running(create_app(slow, settings)) as url:
        over_http(url, work)
        built.set()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_conversation_belongs_to_the_caller_who_began_it(
    fake: FakeAssistant, settings: Settings, mode: str
) -> None:
    app = create_app(lambda _: fake, settings)  # type: ignore[arg-type, return-value]
    asked: list[object] = []
    key = key_headers(settings, Role.STAFF)

    def stream(
        message: str, conversation_id: str | None = None, owner: str | None = None, earlier: Any = None
    ) -> Any:
        asked.append(owner)
        yield fake.ask(message, conversation_id, owner, earlier)

    fake.stream = stream  # type: ignore[method-assign]

    async def work(client: Client) -> None:
        assert not (await client.call_tool("ask", {"message": "抵消呢"})).is_error

    with running(app) as url:
        wait_until_ready(url)
        over_http(url, work, mode, key)
    with closing(Accounts(settings)) as accounts:
        assert asked == [f"key:{accounts.keys()[0].id}"]


def test_ask_waits_for_its_place_among_the_answers(fake: FakeAssistant, settings: Settings) -> None:
    fake.gate = threading.Event()
    few = settings.model_copy(update={"answers_at_once": 1, "answer_wait": 0.2})
    busy: list[str] = []

    async def work(client: Client) -> None:
        async def first() -> None:
            assert not (await client.call_tool("ask", {"message": "抵消呢"})).is_error

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(first)
            while not fake.asked:
                await anyio.sleep(0.01)
            busy.append(text_of(await client.call_tool("ask", {"message": "抵消呢"})))
            assert not (await client.call_tool("read_clause", {"reference": "第八条"})).is_error
            fake.gate.set()  # type: ignore[union-attr]

    with running(create_app(lambda _: fake, few)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)
        over_http(url, work)
    assert "同时回答的已有 1 个" in busy[0]


def test_hosts_of_the_settings_get_through() -> None:
    told = allowed(Settings(_env_file=None, host="0.0.0.0", mcp_hosts=("t.example.com",), cors_origins=("https://a.example.com",)))  # fmt: skip
    assert {"t.example.com", "t.example.com:*", "127.0.0.1:*"} <= set(told.allowed_hosts)
    assert not any("0.0.0.0" in host for host in told.allowed_hosts)
    assert {"https://t.example.com", "https://a.example.com"} <= set(told.allowed_origins)
    assert "10.0.0.5:*" in allowed(Settings(_env_file=None, host="10.0.0.5")).allowed_hosts
