"""The chat page at `/`: GET shows it, POST answers a plain form when there is no JavaScript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from assistant.errors import InputError, TiaowenError
from assistant.interfaces.http.access import assistant_of, checked_message
from assistant.interfaces.http.caller import caller_of
from assistant.interfaces.http.opening import Opening
from assistant.interfaces.http.problems import NotReadyError, Problem, problem_of
from assistant.interfaces.pages.answer_card import answer_card
from assistant.interfaces.pages.rendering import page
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.service import Assistant

router = APIRouter(include_in_schema=False)

_SHOWN_TURNS = 20
_FORM_FIELDS = 64
STARTERS = (
    "我们 2021 年排放 10 万吨，去年 4 万吨，买了 4 万吨碳汇，够不够申报零碳工厂？",
    "碳抵消能不能超过一半？",
    "近零碳工厂要满足哪些指标？",
    "减污降碳要怎么推进？",
    "福州工业领域碳达峰有哪些目标？",
    "林业碳汇下一步怎么做？",
)


@dataclass(frozen=True)
class Turn:
    """A question with the answer object that was given."""

    question: str
    answer: dict[str, Any]


@router.get("/", response_class=HTMLResponse)
def chat(request: Request) -> HTMLResponse:
    """The empty page, also while the index is being built."""
    opening: Opening = request.app.state.opening
    waiting: str | None = None
    try:
        opening.assistant()
    except NotReadyError as error:
        waiting = str(error)
    return _page(request, waiting=waiting)


@router.post("/", response_class=HTMLResponse)
async def submit(request: Request) -> HTMLResponse:
    """Answer the form's message below the turns that were already shown."""
    fields = form_fields(await request.body())
    message = next((text for text in fields.get("message", []) if text.strip()), "")
    conversation_id = (fields.get("conversation_id") or [""])[0] or None
    return await run_in_threadpool(_answer, request, message, conversation_id, fields.get("shown", []))


def _answer(request: Request, message: str, conversation_id: str | None, shown: list[str]) -> HTMLResponse:
    turns: list[Turn] = []
    try:
        assistant = assistant_of(request)
        owner = caller_of(request).owner
        turns = _earlier(assistant, shown[-_SHOWN_TURNS:], owner)
        answer = assistant.ask(checked_message(request, message), conversation_id, owner)
    except TiaowenError as error:
        problem = problem_of(error)
        return _page(request, turns, problem=problem, draft=message[: _limit(request)])
    return _page(request, [*turns, Turn(message, answer.to_json())])


def _page(
    request: Request,
    turns: Sequence[Turn] = (),
    *,
    waiting: str | None = None,
    problem: Problem | None = None,
    draft: str = "",
) -> HTMLResponse:
    """The whole page; `waiting` says why there is no answer yet, `draft` is what was typed and refused."""
    return page(
        request,
        "chat.html",
        status=problem.status if problem else 200,
        turns=[{"question": turn.question, **answer_card(turn.answer)} for turn in turns],
        shown=[turn.answer["id"] for turn in turns],
        conversation_id=turns[-1].answer["conversation_id"] if turns else "",
        starters=STARTERS,
        waiting=waiting,
        problem=problem,
        draft=draft,
        message_limit=_limit(request),
    )


def _earlier(assistant: Assistant, answer_ids: list[str], owner: str | None) -> list[Turn]:
    """The turns that the page showed before; an id that is not stored is left out."""
    turns = []
    for answer_id in answer_ids:
        try:
            record = assistant.answer_record(answer_id, owner)
        except InputError:
            continue
        turns.append(Turn(str(record["question"]), record["answer"]))
    return turns


def form_fields(body: bytes) -> dict[str, list[str]]:
    """Fields of a urlencoded form; InputError when it is not one."""
    try:
        return parse_qs(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=_FORM_FIELDS, errors="replace"
        )
    except ValueError as error:
        raise InputError("表单读不懂；应为 application/x-www-form-urlencoded，用 UTF-8 编码") from error


def _limit(request: Request) -> int:
    settings: Settings = request.app.state.settings
    return settings.message_limit
