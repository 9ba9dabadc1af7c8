"""/mcp over streamable HTTP: no session is kept, and only the hosts and origins that are meant get through.

A page of another site that a person opens could otherwise reach a server on that person's machine by a name of its own
(DNS rebinding).
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecurityMiddleware, TransportSecuritySettings
from starlette.requests import Request
from starlette.routing import Route

from assistant.interfaces.http.answering import Answering
from assistant.interfaces.http.opening import Opening
from assistant.interfaces.http.problems import Problem, problem_response
from assistant.interfaces.mcp_server.server import mcp_server
from assistant.settings import Settings

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

PATH = "/mcp"
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


class McpEndpoint:
    """The ASGI application behind the route; its sessions' tasks live as long as `running` is entered."""

    def __init__(self, opening: Opening, settings: Settings, answering: Answering) -> None:
        server = mcp_server(opening.assistant, settings.message_limit, answering.run)
        self._manager = StreamableHTTPSessionManager(
            server, stateless=True, max_request_body_size=settings.body_limit
        )
        self._guard = TransportSecurityMiddleware(allowed(settings))
        self.running = self._manager.run

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse foreign hosts and origins, hand on the rest."""
        refused = await self._guard.validate_request(Request(scope), is_post=True)
        if refused is None:
            await self._manager.handle_request(scope, receive, send)
            return
        problem = Problem(refused.status_code, *_PROBLEMS[refused.status_code])
        await problem_response(problem)(scope, receive, send)

    def route(self) -> Route:
        """POST alone: without sessions there is no stream to open by GET and none to end by DELETE."""
        return Route(PATH, self, methods=["POST"], name="mcp")


def allowed(settings: Settings) -> TransportSecuritySettings:
    """Hosts and origins: this machine, the address that is listened on when it is one, and what the settings name."""
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
