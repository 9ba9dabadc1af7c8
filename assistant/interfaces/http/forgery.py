"""Requests that another site makes a reader's browser send: refused by where they come from and by a token."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

from assistant.interfaces.http.caller import caller_of
from assistant.interfaces.http.error_response import error_response
from assistant.interfaces.http.problems import Problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.interfaces.http.sessions import Sessions

HEADER, FIELD = "x-csrf-token", "csrf_token"
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
# Signing somebody in or out is guarded also where no cookie came along.
_ALWAYS = ("/login", "/logout")
_FORM = "application/x-www-form-urlencoded"


class ForgeryGuard:
    """ASGI middleware: an unsafe request made with a cookie needs the token of that cookie.

    It stands in the X-CSRF-Token header, or in the field csrf_token of a urlencoded form.
    """

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self._app = app
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass through what was not forged."""
        if scope["type"] != "http" or scope["method"] in _SAFE:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        browser = caller_of(request).browser
        if browser is None and request.url.path not in _ALWAYS:
            await self._app(scope, receive, send)
            return
        if from_elsewhere(request):
            problem = Problem(
                403,
                "cross-site",
                "请求来自别的网站",
                "这个请求是从别的网站发来的，没有照办；请在本页面里操作",
            )
            await error_response(request, problem)(scope, receive, send)
            return
        token = request.headers.get(HEADER)
        if token is None:
            token, receive = await _form_token(request, receive)
        if browser is None or token is None or not self._sessions.is_token(token, browser):
            # Scripts of a page learn by the header that a fresh token is all that is missing.
            problem = _problem(browser)
            await error_response(request, problem, {"X-Refused": problem.slug})(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _problem(browser: str | None) -> Problem:
    if browser is None:
        detail = "浏览器没有带上本站的 cookie，或它已经过期；请允许本站使用 cookie，刷新页面后再试"
    else:
        detail = "页面已经过期（重新登录过，或打开得太久）；请刷新页面后再试，写好的内容可以先复制下来"
    return Problem(403, "forgery-token", "页面已过期", detail)


def from_elsewhere(request: Request) -> bool:
    """Whether the browser says that another site made the request; pages without a referrer have the origin `null`."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None or origin == "null":
        return False
    ours = {request.headers.get("host"), request.headers.get("x-forwarded-host")}
    return urlsplit(origin).netloc not in ours


async def _form_token(request: Request, receive: Receive) -> tuple[str | None, Receive]:
    """The token in a form's body, and a `receive` that gives the body again."""
    messages: list[Message] = []
    more = True
    while more:
        messages.append(await receive())
        more = messages[-1].get("more_body", False)
    body = b"".join(message.get("body", b"") for message in messages)
    return _token_in(request, body), _again(messages, receive)


def _token_in(request: Request, body: bytes) -> str | None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        return None
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=256)
    except ValueError:
        return None
    return fields[FIELD][0] if FIELD in fields else None


def _again(messages: list[Message], receive: Receive) -> Receive:
    waiting = list(messages)

    async def giving() -> Message:
        return waiting.pop(0) if waiting else await receive()

    return giving
