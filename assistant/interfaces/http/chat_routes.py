"""POST /api/chat, as JSON or as server-sent events, and GET /api/answers/{id}."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from assistant.agent.answer import Answer
from assistant.interfaces.http.access import assistant_of, checked_message
from assistant.interfaces.http.answering import answering_of
from assistant.interfaces.http.caller import caller_of
from assistant.interfaces.http.event_stream import stream_response
from assistant.interfaces.http.problems import documented
from assistant.interfaces.http.record_models import AnswerRecord
from assistant.interfaces.pages.answer_card import answer_fragments
from assistant.interfaces.request_bodies import ChatRequest

router = APIRouter(tags=["问答"])

_STREAM_DOC: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "回答；流式时依次是 progress 事件（可多个）和最后的 answer 事件，中途出错则是 error 事件",
        "content": {"text/event-stream": {}},
    }
}


@router.post(
    "/api/chat",
    summary="问一句话",
    description="依据政策原文回答，逐条注明出处。`Accept: text/event-stream` 或 `stream: true` 时流式回答。",
    response_model=Answer,
    responses={**_STREAM_DOC, **documented(400, 401, 403, 404, 409, 413, 422, 429, 500, 503, 504)},
)
async def chat(body: ChatRequest, request: Request) -> Response:
    """Answer one message."""
    assistant = assistant_of(request)
    answering = answering_of(request)
    message, owner = checked_message(request, body.message), caller_of(request).owner
    wants_stream = "text/event-stream" in request.headers.get("accept", "")
    if body.stream if body.stream is not None else wants_stream:
        events = assistant.stream(message, body.conversation_id, owner)
        render = partial(answer_fragments, assistant, owner, message) if body.render else None
        return await stream_response(answering, events, render)
    answer = await answering.run(partial(assistant.ask, message, body.conversation_id, owner))
    return JSONResponse(answer.to_json(), headers={"Cache-Control": "no-store"})


@router.get(
    "/api/answers/{answer_id}",
    summary="读一条已存的回答",
    response_model=None,
    responses={200: {"model": AnswerRecord}, **documented(404, 422, 500, 503)},
)
def stored_answer(answer_id: str, request: Request) -> dict[str, Any]:
    """A stored answer with its question."""
    caller = caller_of(request)
    return assistant_of(request).answer_record(answer_id, caller.owner, caller.reads_all)
