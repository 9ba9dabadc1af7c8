"""Each request has an id, a line in the log and a place in the counters."""

from __future__ import annotations

import re
import secrets
import time
from typing import TYPE_CHECKING

from assistant.interfaces.http.caller import NOBODY
from assistant.interfaces.logs import REQUESTS
from assistant.telemetry import REQUEST_ID

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.interfaces.http.metrics_routes import Metrics

HEADER = "x-request-id"
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# What probes and pages ask for all the time is counted, and not logged.
_QUIET = ("/healthz", "/readyz", "/metrics", "/static")
_GONE = 499  # as proxies say it: the client left before there was an answer


class Journal:
    """ASGI middleware, the outermost one. `addresses`: whether the log tells where a request came from."""

    def __init__(self, app: ASGIApp, metrics: Metrics, addresses: bool = False) -> None:
        self._app = app
        self._metrics = metrics
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass through with an id, and tell how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id = _id_of(scope)
        scope.setdefault("state", {})["request_id"] = id
        token = REQUEST_ID.set(id)
        began, status, error, told = time.perf_counter(), _GONE, None, False

        def tell() -> None:
            nonlocal told
            if not told:
                told = True
                self._tell(scope, status, time.perf_counter() - began, error)

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (HEADER.encode(), id.encode())]}
            elif message["type"] == "http.response.body" and not message.get("more_body", False):
                tell()  # before the client can know that this was all
            await send(message)

        self._metrics.begin_request()
        try:
            await self._app(scope, receive, sending)
        except Exception as raised:
            status, error = 500, type(raised).__name__  # the server's own handler answers and logs the trace
            raise
        finally:
            tell()
            REQUEST_ID.reset(token)

    def _tell(self, scope: Scope, status: int, seconds: float, error: str | None) -> None:
        route = route_of(scope)
        self._metrics.end_request(scope["method"], route, status, seconds)
        if route in _QUIET:
            return
        role = scope["state"].get("caller", NOBODY).role.word
        milliseconds = round(seconds * 1000)
        line = {"method": scope["method"], "route": route, "status": status, "ms": milliseconds, "role": role}
        if error is not None:
            line["error"] = error
        if self._addresses and scope.get("client"):
            line["address"] = scope["client"][0]
        REQUESTS.info(
            "%s %s %d %d ms %s", scope["method"], route, status, milliseconds, role, extra={"request": line}
        )


def route_of(scope: Scope) -> str:
    """The route's template: an address or a query may hold what a person wrote."""
    route = getattr(scope.get("route"), "path", None)
    if isinstance(route, str):
        return route
    return "/static" if scope["path"].startswith("/static/") else "unmatched"


def _id_of(scope: Scope) -> str:
    """The caller's id where it is a plain one, a new one otherwise."""
    given = next((value.decode("latin-1") for name, value in scope["headers"] if name == HEADER.encode()), "")
    return given if _ID.fullmatch(given) else secrets.token_hex(16)
