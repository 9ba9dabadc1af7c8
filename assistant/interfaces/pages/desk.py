"""The hotline desk's pages: the desk itself, the standard answers, and a day in numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from assistant.errors import InputError, TiaowenError, UnknownAnswerError
from assistant.hotline.hotline import seconds_of
from assistant.interfaces.exports.desk import why
from assistant.interfaces.http.access import checked_message
from assistant.interfaces.http.answering import answering_of
from assistant.interfaces.http.caller import Caller, needs
from assistant.interfaces.http.desk_routes import hotline_of, read_day
from assistant.interfaces.http.problems import NOT_READY, Problem, problem_of
from assistant.interfaces.pages.desk_card import (
    IN_USE,
    PROPOSED,
    WITHDRAWN,
    desk_card,
    standard_answer,
    state_of,
)
from assistant.interfaces.pages.form_fields import first, form_fields
from assistant.interfaces.pages.rendering import page
from assistant.records.answers import StoredAnswer
from assistant.records.days import beijing_time, day_of
from assistant.records.inquiries import DISPOSITIONS, MOST_NOTE, Call
from assistant.records.standard_answers import MOST_QUESTION, MOST_TEXT, MOST_WHY, StandardAnswer
from assistant.records.tables import now
from assistant.roles import Role

router = APIRouter(include_in_schema=False)

_MOST_CALLS = 200  # shown of a day; the file has all
Staff = Annotated[Caller, Depends(needs(Role.STAFF))]
Supervisor = Annotated[Caller, Depends(needs(Role.SUPERVISOR))]


@router.get("/desk")
def desk(request: Request, caller: Staff, q: str = "", a: str = "") -> Response:
    """The desk; `q` stands in its box from the start, `a` is an answer whose card is shown."""
    hotline = hotline_of(request)
    hotline.warm()
    try:
        return _desk(request, caller, q, shown=hotline.assistant.records.answers.get(a) if a else None)
    except UnknownAnswerError as error:
        return _desk(request, caller, q, problem=problem_of(error))


@router.post("/desk")
async def ask(request: Request, caller: Staff) -> Response:
    """Answer the box of a browser without scripts and lead to the card; what is refused stays in the box."""
    fields = form_fields(await request.body())
    typed, conversation = first(fields, "q"), first(fields, "conversation_id")
    try:
        message = checked_message(request, typed)
        work = partial(hotline_of(request).ask, message, conversation or None, caller.owner)
        given = await answering_of(request).run(work)
    except TiaowenError as error:
        return await run_in_threadpool(_desk, request, caller, typed, problem=problem_of(error))
    return RedirectResponse("/desk?" + urlencode({"a": given.answer["id"]}), 303)


def _desk(
    request: Request,
    caller: Caller,
    q: str,
    shown: StoredAnswer | None = None,
    problem: Problem | None = None,
) -> Response:
    """The desk, with the card of an answer where one is shown; while the service is not ready, what was typed."""
    hotline = None if problem and problem.slug == NOT_READY else hotline_of(request)
    limit = request.app.state.settings.message_limit
    goes_on = shown is not None and shown.owner in (None, caller.owner)
    return page(
        request,
        "desk.html",
        status=problem.status if problem else 200,
        q=(q or (shown.question if shown else ""))[:limit],
        message_limit=limit,
        conversation_id=shown.conversation_id if shown and goes_on else "",
        card=desk_card(hotline.given(shown))["html"] if hotline and shown else "",
        problem=problem,
        calls=[_line(call) for call in hotline.shift(caller.name or "")] if hotline else [],
        dispositions=DISPOSITIONS,
        most_note=MOST_NOTE,
        most_question=MOST_QUESTION,
        most_text=MOST_TEXT,
    )


@router.get("/desk/standards")
def standards(request: Request, caller: Staff) -> Response:
    """All standard answers by their state."""
    return _standards(request, caller)


@router.post("/desk/standards/{standard_id}/{action}")
async def decide(standard_id: str, action: str, request: Request, caller: Supervisor) -> Response:
    """Approve (批准, also anew) or withdraw, and back to the list; what is refused keeps what was typed."""
    fields = form_fields(await request.body())
    told = {name: first(fields, name) for name in ("question", "text", "why")}
    try:
        await run_in_threadpool(_decide, request, caller, standard_id, action, told)
    except TiaowenError as error:
        return await run_in_threadpool(_standards, request, caller, problem_of(error), standard_id, told)
    return RedirectResponse(f"/desk/standards#{standard_id}", 303)


@router.get("/desk/day")
def day(request: Request, caller: Staff, day: str = "", cursor: str | None = None) -> Response:
    """A day in numbers, its calls, and what got no answer."""
    problem: Problem | None = None
    try:
        wanted = read_day(day)
        found = hotline_of(request).day(wanted, cursor)
    except InputError as error:
        problem = problem_of(error)
        wanted = day_of(now())
        found = hotline_of(request).day(wanted)
    counts = found.counts
    return page(
        request,
        "desk_day.html",
        status=problem.status if problem else 200,
        problem=problem,
        typed=day,
        day=wanted,
        before=wanted - timedelta(days=1),
        after=wanted + timedelta(days=1) if wanted < day_of(now()) else None,
        counts=counts,
        median=_clock(found.median_seconds) if found.median_seconds is not None else "—",
        dispositions=[(name, counts.by_disposition.get(name, 0)) for name in DISPOSITIONS],
        calls=[_line(call) for call in found.calls[:_MOST_CALLS]],
        more_calls=max(0, len(found.calls) - _MOST_CALLS),
        unanswered=[
            {"one": one, "at": _time(one.created_at), "why": why(one.status)}
            for one in found.unanswered.items
        ],
        next=found.unanswered.next,
    )


def _decide(request: Request, caller: Caller, standard_id: str, action: str, told: dict[str, str]) -> None:
    kept = hotline_of(request).standards
    if action == "approve":
        kept.approve(standard_id, caller.name or "", told["question"], told["text"])
    elif action == "withdraw":
        kept.withdraw(standard_id, told["why"], caller.name or "")
    else:
        raise InputError(f"没有「{action[:20]}」这个动作；应为 approve 或 withdraw")


def _standards(
    request: Request,
    caller: Caller,
    problem: Problem | None = None,
    refused: str = "",
    told: dict[str, str] | None = None,
) -> Response:
    found = hotline_of(request).standards.all()
    groups: dict[str, list[dict[str, Any]]] = {PROPOSED: [], IN_USE: [], WITHDRAWN: []}
    for one in found:
        groups[state_of(one)].append(_shown(one, told if one.id == refused else None))
    return page(
        request,
        "desk_standards.html",
        status=problem.status if problem else 200,
        problem=problem,
        refused=refused,
        groups=groups,
        total=len(found),
        may_decide=caller.role >= Role.SUPERVISOR,
        most_question=MOST_QUESTION,
        most_text=MOST_TEXT,
        most_why=MOST_WHY,
    )


def _shown(one: StandardAnswer, told: dict[str, str] | None) -> dict[str, Any]:
    answer = standard_answer(one)
    return {
        "one": one,
        "citations": answer.get("citations", []),
        "proposed": _moment(one.proposed_at),
        "approved": _moment(one.approved_at),
        "withdrawn": _moment(one.withdrawn_at),
        "question": told["question"] if told and told["question"] else one.question,
        "text": told["text"] if told and told["text"] else one.text,
        "why": told["why"] if told else "",
    }


def _line(call: Call) -> dict[str, Any]:
    return {"call": call, "at": _time(call.inquiry.created_at), "took": _clock(seconds_of(call))}


def _clock(seconds: int) -> str:
    return f"{seconds // 60} 分 {seconds % 60} 秒" if seconds >= 60 else f"{seconds} 秒"


def _time(moment: datetime) -> str:
    return beijing_time(moment, "%H:%M")


def _moment(moment: datetime | None) -> str:
    return beijing_time(moment, "%Y-%m-%d %H:%M")
