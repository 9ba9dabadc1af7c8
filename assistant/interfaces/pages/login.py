"""Signing in at `/login` and out at `/logout`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from assistant.accounts import folded_name
from assistant.errors import TiaowenError
from assistant.interfaces.http.caller import caller_of
from assistant.interfaces.http.problems import Problem, problem_of
from assistant.interfaces.http.sessions import SESSION, VISITOR
from assistant.interfaces.pages.form_fields import first, form_fields
from assistant.interfaces.pages.rendering import page

if TYPE_CHECKING:
    from assistant.accounts import Accounts
    from assistant.interfaces.http.rates import SignIns
    from assistant.interfaces.http.sessions import Sessions
    from assistant.records.access import Account

router = APIRouter(include_in_schema=False)
WRONG = Problem(401, "wrong-password", "没有登录", "用户名或密码不对；请检查大小写和输入法后再试")
_LONGEST_NEXT = 500


@router.get("/login", response_class=HTMLResponse)
def login(request: Request, next: str = "/") -> HTMLResponse:
    """The form; before the first account exists, how to make it."""
    return _page(request, next)


@router.post("/login")
async def sign_in(request: Request) -> Response:
    """Check name and password, then go on to where the reader wanted to be."""
    name, password, wanted = _typed(await request.body(), "name", "password", "next")
    tries: SignIns = request.app.state.sign_ins
    try:
        tries.count(request, folded_name(name))
        account = await _checked(request, name, password)
    except TiaowenError as error:
        return await run_in_threadpool(_page, request, wanted, name, problem_of(error))
    if account is None:
        return await run_in_threadpool(_page, request, wanted, name, WRONG)
    tries.succeeded(folded_name(name))
    accounts, sessions = _accounts(request), _sessions(request)
    if earlier := sessions.read(request):
        await run_in_threadpool(accounts.end_session, earlier.id)
    response = RedirectResponse(inside(wanted), 303)
    sessions.set_session(request, response, sessions.begin(account.name, accounts.stamp(account)))
    return response


@router.post("/logout")
def sign_out(request: Request) -> Response:
    """End the session; what this browser asked as a visitor is no longer its own either."""
    sessions = _sessions(request)
    if session := sessions.read(request):
        _accounts(request).end_session(session.id)
    response = RedirectResponse("/login" if session else "/", 303)
    sessions.clear(response, SESSION)
    sessions.clear(response, VISITOR)
    return response


def inside(path: str) -> str:
    """The path when it leads to a page of this server, else the first page."""
    legal = path.startswith("/") and not path.startswith(("//", "/\\")) and len(path) <= _LONGEST_NEXT
    return path if legal and path.isprintable() else "/"


def _typed(body: bytes, *names: str) -> list[str]:
    fields = form_fields(body)
    return [first(fields, name) for name in names]


async def _checked(request: Request, name: str, password: str) -> Account | None:
    limiter: anyio.CapacityLimiter = request.app.state.password_checks
    accounts = _accounts(request)
    return await anyio.to_thread.run_sync(accounts.sign_in, name, password, limiter=limiter)


def _page(request: Request, wanted: str, name: str = "", problem: Problem | None = None) -> HTMLResponse:
    headers = {"Retry-After": str(problem.retry_after)} if problem and problem.retry_after else None
    return page(
        request,
        "login.html",
        problem.status if problem else 200,
        headers,
        next=inside(wanted),
        name=name[:60],
        problem=problem,
        visitors=request.app.state.settings.visitors,
        signed_in=caller_of(request).name,
        nobody_yet=not problem and not _accounts(request).any(),
    )


def _accounts(request: Request) -> Accounts:
    accounts: Accounts = request.app.state.accounts
    return accounts


def _sessions(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions
