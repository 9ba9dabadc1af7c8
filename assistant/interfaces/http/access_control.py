"""Who calls, how often, and whether at all: decided before a request's body is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from assistant.errors import TiaowenError
from assistant.interfaces.http.caller import NOBODY, Caller
from assistant.interfaces.http.error_response import error_response
from assistant.interfaces.http.problems import UnauthorizedError, problem_of
from assistant.interfaces.http.sessions import SESSION, Session, Sessions
from assistant.roles import Role

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant.accounts import Accounts
    from assistant.interfaces.http.rates import Rates

# These ask nobody who they are, and are not counted.
OPEN = ("/healthz", "/readyz")
OPEN_BELOW = "/static/"
LOGIN = "/login"
# What clients that insist on a key may send to be a visitor.
ANONYMOUS = "anonymous"
APIS = ("/api/", "/v1/", "/mcp", "/metrics", "/openapi.json")


class AccessControl:
    """ASGI middleware that sets `request.state.caller`, or refuses: 401 for a wrong key, 429 for too much."""

    def __init__(
        self, app: ASGIApp, accounts: Accounts, sessions: Sessions, rates: Rates, visitors: bool
    ) -> None:
        self._app = app
        self._accounts = accounts
        self._sessions = sessions
        self._rates = rates
        self._visitors = visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass through as the caller that was found."""
        path = scope.get("path", "")
        if scope["type"] != "http" or path in OPEN or path.startswith(OPEN_BELOW):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        cookies = Response()
        try:
            caller = await self._caller(request, cookies)
            request.state.caller = caller
            self._rates.count(request, caller)
            if caller.name is None and not self._visitors and path != LOGIN:
                raise UnauthorizedError("这里不接待访客；请登录，或在请求头里带上 API 密钥")
        except TiaowenError as error:
            await error_response(request, problem_of(error))(scope, receive, send)
            return
        await self._app(scope, receive, _with_cookies(request, cookies, send))

    async def _caller(self, request: Request, cookies: Response) -> Caller:
        """The caller by key, else by session, else by visitor cookie, which a person who opens a page is given."""
        key = _bearer(request)
        if key is not None and not (key == ANONYMOUS and self._visitors):
            return await self._key_caller(request, key)
        session = self._sessions.read(request)
        if session is not None:
            caller = await run_in_threadpool(self._session_caller, session)
            if caller is not None:
                if renewed := self._sessions.renewed(session):
                    self._sessions.set_session(request, cookies, renewed)
                return caller
        if SESSION in request.cookies:
            self._sessions.clear(cookies, SESSION)
        return self._visiting(request, cookies)

    async def _key_caller(self, request: Request, secret: str) -> Caller:
        key = await run_in_threadpool(self._accounts.key_of, secret)
        if key is None:
            self._rates.refused_key(request)
            raise UnauthorizedError("API 密钥不对，或已停用；请检查 Authorization 请求头，应为 Bearer tw_…")
        return Caller(key.role, f"key:{key.id}", key.name)

    def _session_caller(self, session: Session) -> Caller | None:
        account = self._accounts.still(session.name, session.stamp, session.id)
        if account is None:
            return None
        return Caller(account.role, f"user:{account.name}", account.name, session.id)

    def _visiting(self, request: Request, cookies: Response) -> Caller:
        visitor = self._sessions.visitor(request)
        if visitor is None:
            if not _opens_page(request):
                return NOBODY
            visitor = self._sessions.new_visitor()
            self._sessions.set_visitor(request, cookies, visitor)
        owner = f"visitor:{visitor}" if self._visitors else None
        return Caller(Role.VISITOR, owner, None, visitor)


def _bearer(request: Request) -> str | None:
    """The key of the Authorization header; other schemes belong to whoever stands in front of this server."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def _opens_page(request: Request) -> bool:
    wants_page = "text/html" in request.headers.get("accept", "")
    return request.method == "GET" and wants_page and not request.url.path.startswith(APIS)


def _with_cookies(request: Request, cookies: Response, send: Send) -> Send:
    """A `send` that adds the cookies where the response starts, unless a route has set the same one itself."""
    ours = [value for name, value in cookies.raw_headers if name == b"set-cookie"]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and ours:
            theirs = {_cookie_name(value) for name, value in message["headers"] if name == b"set-cookie"}
            added = [(b"set-cookie", value) for value in ours if _cookie_name(value) not in theirs]
            message = {**message, "headers": [*message["headers"], *added]}
        await send(message)

    return sending


def _cookie_name(header: bytes) -> bytes:
    return header.split(b"=", 1)[0]
