"""Routes over the records: list and export answers, make one again, remarks about them and what became of those."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse

from assistant.errors import InputError
from assistant.interfaces.exports.answers import csv_lines, json_lines
from assistant.interfaces.http.access import assistant_of
from assistant.interfaces.http.caller import Caller, caller_of, needs
from assistant.interfaces.http.problems import documented
from assistant.interfaces.http.record_models import (
    AnswerPage,
    FeedbackItem,
    FeedbackList,
    FeedbackRequest,
    ReplayAnswer,
    ResolutionRequest,
)
from assistant.records.answers import FEEDBACK_STATES, AnswerFilter
from assistant.records.feedback import Feedback
from assistant.roles import Role

router = APIRouter(tags=["记录"])

FORMATS = {
    "csv": ("text/csv; charset=utf-8", csv_lines),
    "jsonl": ("application/jsonl; charset=utf-8", json_lines),
}
Supervisor = Annotated[Caller, Depends(needs(Role.SUPERVISOR))]


def read_filter(
    since: Annotated[str, Query(description="从这一天起，YYYY-MM-DD（北京时间）")] = "",
    until: Annotated[str, Query(description="到这一天为止，含当天")] = "",
    status: Annotated[str, Query(description="answered、needs_facts、refused、failed")] = "",
    verdict: Annotated[str, Query(description="符合、不符合、待补充")] = "",
    engine: Annotated[str, Query(description="builtin 或模型名")] = "",
    policy: Annotated[str, Query(description="引用了这份政策（编号）")] = "",
    text: Annotated[str, Query(description="问题里有这些字", max_length=200)] = "",
    feedback: Annotated[str, Query(description=f"反馈：{'、'.join(FEEDBACK_STATES)}")] = "",
    disposition: Annotated[str, Query(description="来电的处置")] = "",
) -> AnswerFilter:
    """Which answers are wanted; what is empty does not restrict. Raises InputError for what is no day or no feedback state."""
    first, last = _day("since", since), _day("until", until)
    if first and last and first > last:
        raise InputError(f"起始日期 {first} 晚于截止日期 {last}；请调换")
    if feedback and feedback not in FEEDBACK_STATES:
        raise InputError(f"反馈状态「{feedback[:20]}」不合法；应为{'、'.join(FEEDBACK_STATES)}")
    return AnswerFilter(
        since=first,
        until=last,
        status=status or None,
        engine=engine or None,
        policy=policy or None,
        verdict=verdict or None,
        text=text.strip() or None,
        feedback=feedback or None,
        disposition=disposition or None,
    )


Wanted = Annotated[AnswerFilter, Depends(read_filter)]


def _day(name: str, written: str) -> date | None:
    if not written.strip():
        return None
    try:
        return date.fromisoformat(written.strip())
    except ValueError as error:
        raise InputError(f"参数 {name} 的值「{written[:20]}」不是日期；应形如 2026-11-22") from error


@router.get(
    "/api/answers",
    summary="查回答记录",
    description="须为审核以上的身份。新的在前；`next` 给出下一页的 cursor。",
    response_model=AnswerPage,
    responses=documented(401, 403, 422, 500, 503),
)
def list_answers(
    request: Request,
    caller: Supervisor,
    wanted: Wanted,
    cursor: Annotated[str | None, Query(description="上一页给出的 next")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="最多几条")] = 50,
) -> dict[str, Any]:
    """Answers in short that fit."""
    kept = assistant_of(request).records.answers
    page = kept.page(wanted, cursor, limit)
    return {"total": kept.count(wanted), "answers": [asdict(one) for one in page.items], "next": page.next}


@router.get(
    "/api/records/export",
    summary="导出回答记录",
    description="须为审核以上的身份。条件与 /api/answers 相同；逐条生成，条数不限。",
    response_class=StreamingResponse,
    responses={
        200: {"content": {media.split(";")[0]: {} for media, _ in FORMATS.values()}, "description": "文件"},
        **documented(401, 403, 422, 500, 503),
    },
)
def export_answers(
    request: Request,
    caller: Supervisor,
    wanted: Wanted,
    format: Annotated[str, Query(description=f"文件格式：{'、'.join(FORMATS)}")] = "csv",
) -> StreamingResponse:
    """All answers that fit, as a file that is made while it is sent."""
    if format not in FORMATS:
        raise InputError(f"文件格式「{format[:20]}」不合法；应为{'、'.join(FORMATS)}")
    media, lines = FORMATS[format]
    kept: Iterator[str] = lines(assistant_of(request).records.answers.export(wanted))
    headers = {
        "Content-Disposition": f'attachment; filename="tiaowen-answers.{format}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(kept, media_type=media, headers=headers)


@router.post(
    "/api/answers/{answer_id}/replay",
    summary="重算一条回答",
    description="用今天的政策文本和规则，照当时的情形再算一次，说出哪里不同；什么也不存。自己的回答，或坐席以上的身份。",
    response_model=ReplayAnswer,
    responses=documented(404, 422, 500, 503),
)
def replay_answer(answer_id: str, request: Request) -> dict[str, Any]:
    """A stored answer made again."""
    caller = caller_of(request)
    return assistant_of(request).replay(answer_id, caller.owner, caller.role >= Role.STAFF)


@router.post(
    "/api/answers/{answer_id}/feedback",
    summary="对一条回答提反馈",
    status_code=201,
    response_model=FeedbackItem,
    responses=documented(400, 404, 413, 422, 500, 503),
)
def send_feedback(answer_id: str, body: FeedbackRequest, request: Request) -> dict[str, Any]:
    """Keep a remark about an answer of the caller's own, or of anybody's for staff."""
    caller = caller_of(request)
    kept = assistant_of(request).give_feedback(
        answer_id, body.kind, body.words, caller.owner, caller.role >= Role.STAFF
    )
    return _item(kept)


@router.get(
    "/api/answers/{answer_id}/feedback",
    summary="一条回答收到的反馈",
    description="须为审核以上的身份。",
    response_model=FeedbackList,
    responses=documented(401, 403, 404, 500, 503),
)
def feedback_about(answer_id: str, request: Request, caller: Supervisor) -> dict[str, Any]:
    """All remarks about one answer."""
    records = assistant_of(request).records
    records.answers.get(answer_id)
    return {"feedback": [_item(one) for one in records.feedback.about(answer_id)]}


@router.post(
    "/api/feedback/{feedback_id}/resolution",
    summary="写明反馈怎样处理",
    description="须为审核以上的身份。再写一次会换掉前一次。",
    response_model=FeedbackItem,
    responses=documented(400, 401, 403, 413, 422, 500, 503),
)
def resolve(
    feedback_id: str, body: ResolutionRequest, request: Request, caller: Supervisor
) -> dict[str, Any]:
    """Say what became of a remark."""
    kept = assistant_of(request).records.feedback
    return _item(kept.handle(feedback_id, caller.name or "", body.resolution))


def _item(one: Feedback) -> dict[str, Any]:
    told = asdict(one)
    del told["sent_by"]
    return told
