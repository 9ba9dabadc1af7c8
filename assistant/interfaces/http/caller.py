"""Who makes a request, and the roles that routes ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from assistant.interfaces.http.problems import ForbiddenError, UnauthorizedError
from assistant.roles import Role

if TYPE_CHECKING:
    from assistant.interfaces.http.sessions import Sessions


@dataclass(frozen=True)
class Caller:
    """Who makes a request: `owner` names whose conversations are theirs, None for somebody who cannot be told from others.

    `browser` is the id of the session or visitor cookie that the caller is known by, None for keys and for nobody.
    """

    role: Role = Role.VISITOR
    owner: str | None = None
    name: str | None = None
    browser: str | None = None

    @property
    def reads_all(self) -> bool:
        """Whether conversations of others may be read as well."""
        return self.role >= Role.STAFF


NOBODY = Caller()


def caller_of(request: Request) -> Caller:
    """Who makes the request, as it was authenticated."""
    caller: Caller = getattr(request.state, "caller", NOBODY)
    return caller


def csrf_token(request: Request) -> str:
    """The token for the forms and scripts of a page; empty for callers whom no cookie tells."""
    browser = caller_of(request).browser
    sessions: Sessions = request.app.state.sessions
    return sessions.token(browser) if browser else ""


def needs(role: Role) -> Callable[[Request], Caller]:
    """A dependency of routes for callers of at least this role: 401 for a visitor, 403 for somebody of a lower role."""

    def checked(request: Request) -> Caller:
        caller = caller_of(request)
        if caller.role >= role:
            return caller
        if caller.name is None:
            raise UnauthorizedError(f"这里需要{role.label}以上的身份；请登录，或在请求头里带上 API 密钥")
        raise ForbiddenError(f"这里需要{role.label}以上的身份；{caller.name}是{caller.role.label}")

    return checked
