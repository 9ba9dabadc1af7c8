"""Bodies larger than the setting are refused while they arrive, with or without a Content-Length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request

from assistant.interfaces.http.error_response import error_response
from assistant.interfaces.http.problems import Problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A refused body is read (and dropped) a little further, so that an ordinary client gets to see the answer
# instead of a broken connection.
_DRAIN_BYTES = 8 * 1024 * 1024


class BodyLimit:
    """ASGI middleware: reads at most `limit` bytes, then hands the body on or answers 413."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Only requests that may carry a body are read ahead."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        body = bytearray()
        size, more = 0, True
        while more and size <= self._limit + _DRAIN_BYTES:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            chunk = message.get("body", b"")
            size += len(chunk)
            if size <= self._limit:
                body += chunk
            more = message.get("more_body", False)
        if size > self._limit:
            refusal = error_response(Request(scope), self._problem(), {"Connection": "close"})
            await refusal(scope, receive, send)
            return
        await self._app(scope, _replay(bytes(body), receive), send)

    def _problem(self) -> Problem:
        detail = f"请求正文超过上限 {self._limit} 字节（{self._limit // 1024} KB）；请缩短后再发"
        return Problem(413, "body-too-large", "请求正文太大", detail)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body in one piece and then whatever the server says (a disconnect)."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
