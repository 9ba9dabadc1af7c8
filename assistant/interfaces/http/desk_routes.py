"""Routes of the hotline desk: what is offered while typing, answers to read out, calls, standard answers, the day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from assistant.errors import InputError
from assistant.hotline.aloud import caution_of
from assistant.hotline.earlier import EarlierCall
from assistant.hotline.hotline import Hotline, seconds_of
from assistant.interfaces.exports.desk import calls_csv, unanswered_csv
from assistant.interfaces.http.access import assistant_of, checked_message
from assistant.interfaces.http.answering import answering_of
from assistant.interfaces.http.caller import Caller, needs
from assistant.interfaces.http.desk_models import (
    ApprovalRequest,
    CallItem,
    CallList,
    CallRequest,
    DayAnswer,
    DeskAnswer,
    DeskQuestion,
    DeskSuggestions,
    ProposalRequest,
    StandardItem,
    StandardList,
    WithdrawalRequest,
)
from assistant.interfaces.http.problems import documented
from assistant.interfaces.pages.clause_links import clause_href
from assistant.interfaces.pages.desk_card import desk_card, standard_hit, state_of
from assistant.records.days import day_of
from assistant.records.inquiries import Call
from assistant.records.standard_answers import StandardAnswer
from assistant.records.tables import now
from assistant.roles import Role

router = APIRouter(tags=["坐席"])

Staff = Annotated[Caller, Depends(needs(Role.STAFF))]
Supervisor = Annotated[Caller, Depends(needs(Role.SUPERVISOR))]
LISTS = {"calls": calls_csv, "unanswered": unanswered_csv}
_LONGEST = 500


def hotline_of(request: Request) -> Hotline:
    """The desk over the open assistant; NotReadyError (503) while the index is being built."""
    assistant = assistant_of(request)
    kept: Hotline | None = getattr(request.app.state, "hotline", None)
    if kept is None or kept.assistant is not assistant:
        kept = request.app.state.hotline = Hotline(assistant)
    return kept


@router.get(
    "/api/desk/suggest",
    summary="随打随出：标准答复、以前的来电、条款",
    description="须为坐席以上的身份。半句话也可以。",
    response_model=DeskSuggestions,
    responses=documented(401, 403, 422, 500, 503),
)
def desk_suggest(
    request: Request,
    caller: Staff,
    q: Annotated[str, Query(description="打到一半的问题", max_length=_LONGEST)],
) -> dict[str, Any]:
    """What fits so far."""
    found = hotline_of(request).suggest(q)
    return {
        "q": q,
        "standards": [standard_hit(one.standard) for one in found.standards],
        "earlier": [earlier_hit(one) for one in found.earlier],
        "clauses": [
            {
                "address": one.clause.address,
                "label": one.clause.label,
                "title": one.title,
                "policy_status": one.policy_status,
                "caution": caution_of(one.title, one.policy_status),
                "text": one.clause.text or one.clause.label,
                "href": clause_href(one.clause.address),
            }
            for one in found.clauses
        ],
    }


@router.post(
    "/api/desk/ask",
    summary="问一句，得到可以念的答复",
    description="须为坐席以上的身份。有合适的标准答复时先给标准答复，今天的回答一并给出。",
    response_model=DeskAnswer,
    responses=documented(400, 401, 403, 404, 409, 413, 422, 429, 500, 503, 504),
)
async def desk_ask(body: DeskQuestion, request: Request, caller: Staff) -> dict[str, Any]:
    """Answer a caller's question."""
    message = checked_message(request, body.question)
    desk = hotline_of(request)
    work = partial(desk.ask, message, body.conversation_id, caller.owner, body.standard_id)
    given = await answering_of(request).run(work)
    return desk_card(given) | {"earlier": [earlier_hit(one) for one in given.earlier]}


@router.post(
    "/api/desk/calls",
    summary="保存一通来电",
    description="须为坐席以上的身份。",
    status_code=201,
    response_model=CallItem,
    responses=documented(400, 401, 403, 404, 413, 422, 500, 503),
)
def keep_call(body: CallRequest, request: Request, caller: Staff) -> dict[str, Any]:
    """Keep how a call ended."""
    kept = hotline_of(request).keep(
        body.answer_id, caller.name or "", body.disposition, body.note, body.standard_id
    )
    return call_item(kept)


@router.get(
    "/api/desk/calls",
    summary="自己这一班的来电",
    description="须为坐席以上的身份。最近 12 小时，新的在前。",
    response_model=CallList,
    responses=documented(401, 403, 500, 503),
)
def shift_calls(request: Request, caller: Staff) -> dict[str, Any]:
    """The caller's own calls of the shift."""
    return {"calls": [call_item(one) for one in hotline_of(request).shift(caller.name or "")]}


@router.get(
    "/api/desk/day",
    summary="一天的统计和未能回答的问题",
    description="须为坐席以上的身份。",
    response_model=DayAnswer,
    responses=documented(401, 403, 422, 500, 503),
)
def desk_day(
    request: Request,
    caller: Staff,
    day: Annotated[str, Query(description="YYYY-MM-DD（北京时间）；不给就是今天")] = "",
    cursor: Annotated[str | None, Query(description="上一页给出的 next")] = None,
) -> dict[str, Any]:
    """The day in numbers."""
    wanted = read_day(day)
    found = hotline_of(request).day(wanted, cursor)
    return {
        "day": wanted.isoformat(),
        "calls": found.counts.calls,
        "by_disposition": found.counts.by_disposition,
        "median_seconds": found.median_seconds,
        "standard": found.counts.standard,
        "answers": found.counts.answers,
        "unanswered_count": found.counts.unanswered,
        "unanswered": [asdict(one) for one in found.unanswered.items],
        "next": found.unanswered.next,
    }


@router.get(
    "/api/desk/day/export",
    summary="导出一天的来电或未能回答的问题",
    description="须为坐席以上的身份。CSV，UTF-8。",
    response_class=Response,
    responses={
        200: {"content": {"text/csv": {}}, "description": "文件"},
        **documented(401, 403, 422, 500, 503),
    },
)
def export_desk_day(
    request: Request,
    caller: Staff,
    day: Annotated[str, Query(description="YYYY-MM-DD；不给就是今天")] = "",
    list: Annotated[str, Query(description="calls（来电）或 unanswered（未能回答）")] = "calls",
) -> Response:
    """The day's calls, or its questions without an answer, as a file."""
    if list not in LISTS:
        raise InputError(f"参数 list 的值「{list[:20]}」不合法；应为{'、'.join(LISTS)}")
    wanted = read_day(day)
    content = LISTS[list](hotline_of(request), wanted)
    name = f"tiaowen-{list}-{wanted.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@router.get(
    "/api/desk/standards",
    summary="标准答复：待审核、在用、已撤回",
    description="须为坐席以上的身份。依据的条款有改动的已自行撤回，并说明原因。",
    response_model=StandardList,
    responses=documented(401, 403, 500, 503),
)
def list_standards(request: Request, caller: Staff) -> dict[str, Any]:
    """All standard answers."""
    return {"standards": [standard_item(one) for one in hotline_of(request).standards.all()]}


@router.post(
    "/api/desk/standards",
    summary="提议一条标准答复",
    description="须为坐席以上的身份。以一条已有的回答连同它的引用为准，由审核批准后先给出。",
    status_code=201,
    response_model=StandardItem,
    responses=documented(400, 401, 403, 404, 413, 422, 500, 503),
)
def propose_standard(body: ProposalRequest, request: Request, caller: Staff) -> dict[str, Any]:
    """Propose a stored answer."""
    desk = hotline_of(request)
    stored = desk.assistant.records.answers.get(body.answer_id)
    question = stored.question if body.question is None else body.question
    return standard_item(desk.standards.propose(stored.answer, question, caller.name or "", body.text))


@router.post(
    "/api/desk/standards/{standard_id}/approve",
    summary="批准一条标准答复",
    description="须为审核以上的身份。已撤回的可以重新批准，按今天的条文另立一条。",
    response_model=StandardItem,
    responses=documented(400, 401, 403, 404, 413, 422, 500, 503),
)
def approve_standard(
    standard_id: str, body: ApprovalRequest, request: Request, caller: Supervisor
) -> dict[str, Any]:
    """Approve a proposal, or anew what was withdrawn."""
    standards = hotline_of(request).standards
    return standard_item(standards.approve(standard_id, caller.name or "", body.question, body.text))


@router.post(
    "/api/desk/standards/{standard_id}/withdraw",
    summary="撤回一条标准答复，或退回提议",
    description="须为审核以上的身份。",
    response_model=StandardItem,
    responses=documented(400, 401, 403, 413, 422, 500, 503),
)
def withdraw_standard(
    standard_id: str, body: WithdrawalRequest, request: Request, caller: Supervisor
) -> dict[str, Any]:
    """Give it no more."""
    return standard_item(hotline_of(request).standards.withdraw(standard_id, body.why, caller.name or ""))


def read_day(written: str) -> date:
    """The Beijing day that is meant, today when none is written. Raises InputError."""
    if not written.strip():
        return day_of(now())
    try:
        return date.fromisoformat(written.strip())
    except ValueError as error:
        raise InputError(f"日期「{written[:20]}」不合法；应形如 2026-11-22") from error


def earlier_hit(one: EarlierCall) -> dict[str, Any]:
    """An earlier call as JSON."""
    last = one.last
    return {
        "answer_id": last.answer_id,
        "question": last.question,
        "times": one.times,
        "sentence": one.sentence,
        "disposition": last.disposition,
        "note": last.note,
        "operator": last.operator,
        "created_at": last.created_at,
    }


def call_item(call: Call) -> dict[str, Any]:
    """A kept call as JSON."""
    return {
        **asdict(call.inquiry),
        "question": call.question,
        "status": call.status,
        "seconds": seconds_of(call),
    }


def standard_item(one: StandardAnswer) -> dict[str, Any]:
    """A standard answer as JSON."""
    told: dict[str, Any] = asdict(one)
    del told["answer"]
    return {**told, "state": state_of(one)}
