"""Callers of each role for the tests of every page: sessions, cookies for a browser, API keys."""

from __future__ import annotations

from contextlib import closing, suppress

import httpx

from assistant.accounts import Accounts
from assistant.errors import InputError
from assistant.interfaces.http.sessions import SESSION, Sessions
from assistant.roles import Role
from assistant.settings import Settings

PASSWORD = "four unlikely words"


def account_of(settings: Settings, role: Role) -> str:
    """The name of an account of this role, which is the role's word; its password is PASSWORD."""
    with closing(Accounts(settings)) as accounts, suppress(InputError):
        accounts.add(role.word, role, PASSWORD)
    return role.word


def session_cookie(settings: Settings, role: Role) -> tuple[str, str]:
    """The value of a session's cookie, and the session's token against forged requests."""
    name, sessions = account_of(settings, role), Sessions(settings)
    with closing(Accounts(settings)) as accounts:
        session = sessions.begin(name, accounts.stamp(accounts.account(name)))
    return sessions.signed(session), sessions.token(session.id)


def sign_in(client: httpx.Client, settings: Settings, role: Role) -> httpx.Client:
    """The client with a session of this role and the header that its unsafe requests need."""
    cookie, token = session_cookie(settings, role)
    client.cookies.set(SESSION, cookie)
    client.headers["X-CSRF-Token"] = token
    return client


def browser_cookie(settings: Settings, role: Role, url: str) -> dict[str, str]:
    """The session as `context.add_cookies([…])` of Playwright takes it."""
    return {"name": SESSION, "value": session_cookie(settings, role)[0], "url": url}


def key_headers(settings: Settings, role: Role) -> dict[str, str]:
    """Headers with a new API key of this role."""
    with closing(Accounts(settings)) as accounts:
        return {"Authorization": f"Bearer {accounts.create_key(f'{role.word}-test', role)[1]}"}
