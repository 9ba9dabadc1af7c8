"""Requests that another site makes a reader's browser send: refused by where they come from and by a token."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from assistant.errors import InputError
from assistant.interfaces.http.caller import caller_of
from assistant.interfaces.http.error_response import error_response
from assistant.interfaces.http.problems import Problem
from assistant.interfaces.pages.form_fields import LARGEST_FORM, form_pairs
from assistant.interfaces.pages.resending import Form, resend_page

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.interfaces.http.sessions import Sessions

HEADER, FIELD = "x-csrf-token", "csrf_token"
_SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")
# Signing somebody in or out is guarded also where no cookie came along.
_ALWAYS = ("/login", "/logout")
_FORM = "application/x-www-form-urlencoded"
_SLUG = "forgery-token"


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
        form: Form = []
        if token is None:
            form, receive = await _form(request, receive)
            token = next((text for name, text in form if name == FIELD), None)
        if browser is None or token is None or not self._sessions.is_token(token, browser):
            await _refusal(request, browser, form)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _refusal(request: Request, browser: str | None, form: Form) -> Response:
    """What is missing; to a person who sent a form, the form once more with all that was written and a fresh token."""
    # Scripts of a page learn by the header that a fresh token is all that is missing.
    headers = {"X-Refused": _SLUG}
    if browser is None:
        detail = "浏览器没有带上本站的 cookie，或它已经过期；请允许本站使用 cookie，刷新页面后再试"
        return error_response(request, Problem(403, _SLUG, "页面已过期", detail), headers)
    if form and "text/html" in request.headers.get("accept", ""):
        return resend_page(request, [(name, text) for name, text in form if name != FIELD], headers)
    detail = "页面已经过期（重新登录过，或打开得太久）；请刷新页面后再试，写好的内容可以先复制下来"
    return error_response(request, Problem(403, _SLUG, "页面已过期", detail), headers)


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


async def _form(request: Request, receive: Receive) -> tuple[Form, Receive]:
    """The fields of a form's body, and a `receive` that gives the body again."""
    messages: list[Message] = []
    more = True
    while more:
        messages.append(await receive())
        more = messages[-1].get("more_body", False)
    body = b"".join(message.get("body", b"") for message in messages)
    return _fields(request, body), _again(messages, receive)


def _fields(request: Request, body: bytes) -> Form:
    """Nothing where the body is no urlencoded form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != _FORM:
        return []
    try:
        return form_pairs(body, LARGEST_FORM)
    except InputError:
        return []


def _again(messages: list[Message], receive: Receive) -> Receive:
    waiting = list(messages)

    async def giving() -> Message:
        return waiting.pop(0) if waiting else await receive()

    return giving
