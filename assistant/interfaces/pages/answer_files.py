"""What a reader does with an answer: take along its text with its sources or the self-assessment behind it, and say what of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, PlainTextResponse

from assistant.interfaces.exports.files import content_disposition, format_named
from assistant.interfaces.http.access import assistant_of
from assistant.interfaces.http.caller import caller_of
from assistant.interfaces.pages.form_fields import first, form_fields
from assistant.interfaces.pages.plain_answer import plain_answer
from assistant.interfaces.pages.rendering import page
from assistant.roles import Role

router = APIRouter(include_in_schema=False)
_HEADERS = {"Cache-Control": "no-store"}


@router.get("/answers/{answer_id}/text", response_class=PlainTextResponse)
def answer_text(answer_id: str, request: Request) -> PlainTextResponse:
    """A stored answer as text to paste elsewhere."""
    caller = caller_of(request)
    record = assistant_of(request).answer_record(answer_id, caller.owner, caller.role >= Role.STAFF)
    text = plain_answer(str(record["question"]), record["answer"])
    return PlainTextResponse(text, headers=_HEADERS)


@router.get("/answers/{answer_id}/self-assessment")
def self_assessment(
    answer_id: str, request: Request, format: Annotated[str, Query(description="文件格式")] = "xlsx"
) -> Response:
    """The verdict of a stored answer as a file, with the facts that it rests on."""
    chosen = format_named(format)
    caller = caller_of(request)
    assessed = assistant_of(request).self_assessment(answer_id, caller.owner, caller.role >= Role.STAFF)
    headers = {**_HEADERS, "Content-Disposition": content_disposition(assessed, chosen)}
    return Response(chosen.make(assessed), media_type=chosen.media_type, headers=headers)


@router.post("/answers/{answer_id}/feedback", response_class=HTMLResponse)
async def feedback(answer_id: str, request: Request) -> HTMLResponse:
    """Keep what a form says of an answer, and thank for it."""
    fields, caller = form_fields(await request.body()), caller_of(request)
    kind, words = first(fields, "kind"), first(fields, "words")
    assistant, anyones = assistant_of(request), caller.role >= Role.STAFF
    await run_in_threadpool(assistant.give_feedback, answer_id, kind, words, caller.owner, anyones)
    record = await run_in_threadpool(assistant.answer_record, answer_id, caller.owner, anyones)
    return page(request, "thanks.html", conversation_id=record["answer"]["conversation_id"])
