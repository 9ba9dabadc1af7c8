"""POST /v1/chat/completions and GET /v1/models, so that OpenAI's clients and Open WebUI work as they are."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from assistant.agent.answer import Answer
from assistant.errors import TiaowenError
from assistant.interfaces.http.access import assistant_of, checked_message
from assistant.interfaces.http.answering import answering_of
from assistant.interfaces.http.caller import caller_of
from assistant.interfaces.http.held_events import HeldEvents, HeldResponse
from assistant.interfaces.http.problems import INTERNAL, problem_of
from assistant.interfaces.openai_api.completions import Chunks, Completion, Model, ModelList, completion
from assistant.interfaces.openai_api.known_again import kept_dialogue
from assistant.interfaces.openai_api.problems import OpenAIRequestError, documented_openai, openai_problem
from assistant.interfaces.openai_api.requests import MODEL, CompletionRequest, Dialogue, dialogue_of
from assistant.records import new_id

logger = logging.getLogger(__name__)
router = APIRouter(tags=["OpenAI 兼容"])

_STREAM_DOC: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "回答；流式时是 chat.completion.chunk，进度是注释行，核对通过以后才有文字，最后一行 [DONE]",
        "content": {"text/event-stream": {}},
    }
}


@router.post(
    "/v1/chat/completions",
    summary="OpenAI 形式的问答",
    description=(
        "messages 是整个对话：只读 user 的话；与同一个调用者已存的对话一致（先前的话和回答都没有改过）就接着它，否则由 user 的话重建。system、developer 不作为指令；temperature、stop、"
        "max_tokens、tools 等接受而不起作用；n、要求调用工具的 tool_choice、response_format、logprobs、图片和音频，以及聊天软件自动发来的任务"
        "（给一段对话起标题、打标签等）说明后拒绝。"
    ),
    response_model=Completion,
    responses={**_STREAM_DOC, **documented_openai(400, 401, 403, 404, 409, 413, 429, 500, 503, 504)},
)
async def chat_completions(body: CompletionRequest, request: Request) -> Response:
    """Answer the last message of a dialogue."""
    dialogue, answering = dialogue_of(body), answering_of(request)
    assistant = assistant_of(request)
    message = checked_message(request, dialogue.message)
    created, kept = int(time.time()), kept_dialogue(dialogue, body, request)
    if body.stream:
        events = assistant.stream(message, dialogue.conversation_id, caller_of(request).owner, kept)
        with_usage = bool(body.stream_options and body.stream_options.include_usage)
        chunks = Chunks(new_id("chatcmpl"), created, with_usage)
        held = await HeldEvents.open(answering, events)
        return HeldResponse(_wire(held, chunks, dialogue), held)
    owner = caller_of(request).owner
    answer = await answering.run(partial(assistant.ask, message, dialogue.conversation_id, owner, kept))
    return JSONResponse(completion(answer, _said(dialogue), created), headers={"Cache-Control": "no-store"})


@router.get(
    "/v1/models",
    summary="OpenAI 形式的模型表",
    response_model=ModelList,
    responses=documented_openai(401, 429),
)
def models() -> ModelList:
    """The one model."""
    return ModelList(data=[Model()])


@router.get(
    "/v1/models/{model}",
    summary="OpenAI 形式的模型",
    response_model=Model,
    responses=documented_openai(400, 401, 404, 429),
)
def one_model(model: str) -> Model:
    """The one model by its id."""
    if model != MODEL:
        raise OpenAIRequestError(f"没有模型「{model[:60]}」；只有 {MODEL}", "model", "model_not_found", 404)
    return Model()


def _said(dialogue: Dialogue) -> tuple[str, ...]:
    return (*(exchange.said for exchange in dialogue.earlier), dialogue.message)


async def _wire(held: HeldEvents, chunks: Chunks, dialogue: Dialogue) -> AsyncIterator[str]:
    """Progress as comments, then the proven answer in pieces; an error in OpenAI's shape instead when it fails."""
    try:
        yield _data(chunks.opening())
        async for event in held:
            if isinstance(event, Answer):
                for chunk in chunks.answer(event, _said(dialogue)):
                    yield _data(chunk)
            else:
                yield f": {' '.join(event.text.split())}\n\n"
        yield "data: [DONE]\n\n"
    except TiaowenError as error:
        yield _failed(openai_problem(problem_of(error)))
    except Exception:
        logger.exception("an answer broke off")
        yield _failed(openai_problem(INTERNAL))


def _data(chunk: dict[str, Any]) -> str:
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"


def _failed(error: dict[str, Any]) -> str:
    return f"event: error\n{_data(error)}"
