"""What stands before every route, from the outside in: compression, headers, who calls, the body's size, forged requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio

from assistant.accounts import Accounts
from assistant.interfaces.http.access_control import AccessControl
from assistant.interfaces.http.body_limit import BodyLimit
from assistant.interfaces.http.compression import Compression
from assistant.interfaces.http.forgery import ForgeryGuard
from assistant.interfaces.http.rates import Rates, SignIns
from assistant.interfaces.http.security import SecurityHeaders
from assistant.interfaces.http.sessions import Sessions

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.settings import Settings

# Each check of a password takes 64 MiB for a moment.
_PASSWORD_CHECKS_AT_ONCE = 2


def install_guards(app: FastAPI, settings: Settings) -> None:
    """Add the middlewares and what the login page needs; `app.state.accounts` is to be closed at the end."""
    app.state.accounts = accounts = Accounts(settings)
    app.state.sessions = sessions = Sessions(settings)
    app.state.sign_ins = SignIns()
    app.state.password_checks = anyio.CapacityLimiter(_PASSWORD_CHECKS_AT_ONCE)
    # The last one added is the outermost.
    app.add_middleware(ForgeryGuard, sessions=sessions)
    app.add_middleware(BodyLimit, limit=settings.body_limit)
    app.add_middleware(
        AccessControl, accounts=accounts, sessions=sessions, rates=Rates(settings), visitors=settings.visitors
    )
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Compression)
