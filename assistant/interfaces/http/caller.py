"""Who makes a request, and the roles that routes ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from assistant.interfaces.http.problems import ForbiddenError, UnauthorizedError
from assistant.roles import Role


@dataclass(frozen=True)
class Caller:
    """Who makes a request: `owner` names whose conversations are theirs, None for somebody who cannot be told from others."""

    role: Role = Role.VISITOR
    owner: str | None = None
    name: str | None = None


NOBODY = Caller()


def caller_of(request: Request) -> Caller:
    """Who makes the request, as it was authenticated."""
    caller: Caller = getattr(request.state, "caller", NOBODY)
    return caller


def needs(role: Role) -> Callable[[Request], Caller]:
    """A dependency of routes for callers of at least this role: 401 for a visitor, 403 for somebody of a lower role."""

    def checked(request: Request) -> Caller:
        caller = caller_of(request)
        if caller.role >= role:
            return caller
        if caller.role is Role.VISITOR:
            raise UnauthorizedError(f"这里需要{role.label}以上的身份；请登录，或在请求头里带上 API 密钥")
        raise ForbiddenError(
            f"这里需要{role.label}以上的身份；{caller.name or '现在的身份'}是{caller.role.label}"
        )

    return checked
