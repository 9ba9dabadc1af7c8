"""/mcp over streamable HTTP: no session is kept, and only the hosts and origins that are meant get through.

A page of another site that a person opens could otherwise reach a server on that person's machine by a name of its own
(DNS rebinding). The `mcp` package takes longer to import than all other routes together, so the first request does it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio
from anyio.abc import TaskGroup, TaskStatus
from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import Route

from assistant.interfaces.http.answering import Answering
from assistant.interfaces.http.opening import Opening
from assistant.interfaces.http.problems import Problem
from assistant.interfaces.mcp_server.problems import PATH, mcp_response
from assistant.settings import Settings

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
    from starlette.types import Receive, Scope, Send

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_PROBLEMS = {
    400: ("broken-body", "请求不合法", "请求头 Content-Type 应为 application/json"),
    403: (
        "foreign-origin",
        "来源不被允许",
        "请求头 Origin 不在允许之列；请在 TIAOWEN_MCP_HOSTS 或 TIAOWEN_CORS_ORIGINS 里写上",
    ),
    421: (
        "foreign-host",
        "主机名不被允许",
        "请求头 Host 不在允许之列；默认只认本机，其他主机名请写在 TIAOWEN_MCP_HOSTS 里",
    ),
}


@dataclass(frozen=True)
class _Served:
    """What answers requests: the package's manager, and its check of hosts and origins."""

    manager: StreamableHTTPSessionManager
    guard: TransportSecurityMiddleware


class McpEndpoint:
    """The ASGI application behind the route; its sessions' tasks live as long as `running` is entered."""

    def __init__(self, opening: Opening, settings: Settings, answering: Answering) -> None:
        self._opening = opening
        self._settings = settings
        self._answering = answering
        self._beginning = anyio.Lock()
        self._served: _Served | None = None
        self._tasks: TaskGroup | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Until this is left requests are answered."""
        async with anyio.create_task_group() as self._tasks:
            yield
            self._tasks.cancel_scope.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse foreign hosts and origins, hand on the rest."""
        served = await self._begun()
        refused = await served.guard.validate_request(Request(scope), is_post=True)
        if refused is None:
            await served.manager.handle_request(scope, receive, send)
            return
        problem = Problem(refused.status_code, *_PROBLEMS[refused.status_code])
        await mcp_response(problem)(scope, receive, send)

    async def _begun(self) -> _Served:
        """What answers, made by whoever asks first; others wait for it."""
        async with self._beginning:
            if self._served is None:
                assert self._tasks is not None, "requests come only while the application runs"
                served = await run_in_threadpool(self._made)
                await self._tasks.start(_kept, served.manager)
                self._served = served
            return self._served

    def _made(self) -> _Served:
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
        from mcp.server.transport_security import TransportSecurityMiddleware

        from assistant.interfaces.mcp_server.server import mcp_server

        server = mcp_server(self._opening.assistant, self._settings.message_limit, self._answering.run)
        limit = self._settings.body_limit
        manager = StreamableHTTPSessionManager(server, stateless=True, max_request_body_size=limit)
        return _Served(manager, TransportSecurityMiddleware(allowed(self._settings)))

    def route(self) -> Route:
        """POST alone: without sessions there is no stream to open by GET and none to end by DELETE."""
        return Route(PATH, self, methods=["POST"], name="mcp")


async def _kept(
    manager: StreamableHTTPSessionManager, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    async with manager.run():
        task_status.started()
        await anyio.sleep_forever()


def allowed(settings: Settings) -> TransportSecuritySettings:
    """Hosts and origins: this machine, the address that is listened on when it is one, and what the settings name."""
    from mcp.server.transport_security import TransportSecuritySettings

    hosts = [*_LOOPBACK, *_own(settings.host), *settings.mcp_hosts]
    origins = [f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts]
    return TransportSecuritySettings(
        allowed_hosts=[*hosts, *(f"{host}:*" for host in hosts)],
        allowed_origins=[*origins, *(f"{origin}:*" for origin in origins), *settings.cors_origins],
    )


def _own(host: str) -> list[str]:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return [host]
    if address.is_unspecified:
        return []
    return [f"[{address}]" if address.version == 6 else str(address)]
