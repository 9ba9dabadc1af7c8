"""What a browser shows goes out as gzip to a browser that takes it; answers of the APIs and streams stay as they are.

Compression can betray a secret of a page to whoever reads its length on the wire and makes the reader's browser ask for
it with words of his own (BREACH): see docs/decisions/0017.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request

from assistant.interfaces.http.access_control import APIS, OPEN_BELOW
from assistant.interfaces.http.forgery import from_elsewhere

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_BYTES = 1000
_LEVEL = 6


class Compression:
    """ASGI middleware over pages and the files that they load; what another site asks for is not compressed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = GZipMiddleware(app, minimum_size=LEAST_BYTES, compresslevel=_LEVEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass through, compressed or not."""
        if scope["type"] == "http" and _is_safe(Request(scope)):
            await self._compressing(scope, receive, _with_weak_tag(send))
        else:
            await self._app(scope, receive, send)


def _is_safe(request: Request) -> bool:
    """Whether the length of the answer tells nobody anything: a file holds no secret, a page is asked for by its reader."""
    path = request.url.path
    if path.startswith(OPEN_BELOW):
        return True
    return not path.startswith(APIS) and not from_elsewhere(request)


def _with_weak_tag(send: Send) -> Send:
    """A `send` that weakens the ETag of what was compressed: other bytes than those that the strong one stands for."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            tag = headers.get("etag", "")
            if "content-encoding" in headers and tag.startswith('"'):
                headers["etag"] = f"W/{tag}"
        await send(message)

    return sending
