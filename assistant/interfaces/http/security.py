"""Security headers on every response; pages may load only this server's own script, style and images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
)
CONTENT_SECURITY_POLICY = "; ".join((*_POLICY, "frame-ancestors 'none'"))
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Pages of the origins that a setting names may call the API with a key; cookies are never sent along.
CORS: dict[str, Any] = {
    "allow_credentials": False,
    "allow_methods": ("GET", "POST", "DELETE"),
    "allow_headers": (
        "Authorization", "Content-Type", "If-None-Match", "Mcp-Protocol-Version", "Mcp-Method", "Mcp-Name",
        "X-Request-ID",
    ),
    "expose_headers": ("Content-Disposition", "ETag", "Link", "Retry-After", "X-Request-ID"),
    "max_age": 600,
}  # fmt: skip
_FRAMES = (b"x-frame-options", b"content-security-policy")
_RAW = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]


def framed_by(sites: Sequence[str]) -> dict[str, str]:
    """Headers of a page that these sites may show in a frame, without scripts; none but the usual ones where there is no site."""
    if not sites:
        return {}
    policy = (*_POLICY, f"frame-ancestors {' '.join(sites)}")
    return {
        "Content-Security-Policy": "; ".join(policy).replace("script-src 'self'", "script-src 'none'"),
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


class SecurityHeaders:
    """ASGI middleware that adds HEADERS to each response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass through, adding the headers where the response starts."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                if _FRAMES[1] in present:  # it says who may frame the page; the older header knows no list
                    present.add(_FRAMES[0])
                message = {
                    **message,
                    "headers": [*message["headers"], *(pair for pair in _RAW if pair[0] not in present)],
                }
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
