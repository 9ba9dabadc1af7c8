"""The chat page at `/` and the same as a plain form at `/embed`.

GET shows it, POST answers where there is no JavaScript and leads to the conversation's own address: loading that again
asks nothing again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse

from assistant.errors import TiaowenError
from assistant.interfaces.http.access import assistant_of, checked_message
from assistant.interfaces.http.answering import answering_of
from assistant.interfaces.http.caller import caller_of
from assistant.interfaces.http.problems import (
    BusyError,
    NotReadyError,
    Problem,
    TookTooLongError,
    problem_of,
)
from assistant.interfaces.http.security import framed_by
from assistant.interfaces.pages.answer_card import answer_card, facts_panel, surroundings
from assistant.interfaces.pages.form_fields import first, form_fields
from assistant.interfaces.pages.rendering import page
from assistant.records.days import day_of
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.service import Assistant

router = APIRouter(include_in_schema=False)

PAGE, EMBED = "/", "/embed"
_SHOWN_TURNS = 20
_PAST_CONVERSATIONS = 15
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


@dataclass(frozen=True)
class Shown:
    """What a page shows: turns, the conversation that its form goes on with, and what there is to say besides.

    `waiting` says why there is no answer yet, `draft` is what was typed and refused.
    """

    turns: Sequence[Turn] = ()
    conversation_id: str = ""
    waiting: str | None = None
    problem: Problem | None = None
    draft: str = ""


@router.get(PAGE, response_class=HTMLResponse)
def chat(request: Request, c: str = "", older: str | None = None) -> HTMLResponse:
    """The page, also while the index is being built; `c` opens a conversation again, `older` pages the past ones."""
    try:
        assistant = assistant_of(request)
    except NotReadyError as error:
        return _page(request, None, Shown(waiting=str(error)))
    try:
        turns = _turns(assistant, c, caller_of(request).owner) if c else []
    except TiaowenError as error:
        return _page(request, assistant, Shown(problem=problem_of(error)))
    return _page(request, assistant, Shown(turns, c), older)


@router.get(EMBED, response_class=HTMLResponse)
def embed(request: Request, c: str = "") -> HTMLResponse:
    """The form for another site's frame, empty or below the turns of its conversation."""
    return chat(request, c)


@router.post(PAGE)
@router.post(EMBED)
async def submit(request: Request) -> Response:
    """Answer the form's message and lead to it; what is refused comes back with what was typed."""
    message, conversation_id = _sent(await request.body())
    answering = answering_of(request)
    try:
        return await answering.run(partial(_answer, request, message, conversation_id))
    except (BusyError, TookTooLongError) as error:
        return await run_in_threadpool(_refused, request, message, conversation_id, error)


@router.post("/forget")
async def forget(request: Request) -> Response:
    """Delete a conversation of the caller's for good, and begin anew."""
    _, conversation_id = _sent(await request.body())
    await run_in_threadpool(assistant_of(request).forget, conversation_id, caller_of(request).owner)
    return RedirectResponse(PAGE, 303)


def _answer(request: Request, message: str, conversation_id: str) -> Response:
    owner = caller_of(request).owner
    assistant: Assistant | None = None
    turns: list[Turn] = []
    try:
        assistant = assistant_of(request)
        turns = _turns(assistant, conversation_id, owner) if conversation_id else []
        answer = assistant.ask(checked_message(request, message), conversation_id or None, owner)
    except TiaowenError as error:
        draft = message[: _settings(request).message_limit]
        kept = conversation_id if turns else ""
        return _page(request, assistant, Shown(turns, kept, problem=problem_of(error), draft=draft))
    query = urlencode({"c": answer.conversation_id})
    return RedirectResponse(f"{request.url.path}?{query}#answer-{answer.id}", 303)


def _refused(request: Request, message: str, conversation_id: str, error: TiaowenError) -> HTMLResponse:
    """The page as it stood before a message that found no place or no end."""
    assistant = assistant_of(request)
    turns = _turns(assistant, conversation_id, caller_of(request).owner) if conversation_id else []
    draft = message[: _settings(request).message_limit]
    return _page(request, assistant, Shown(turns, conversation_id, problem=problem_of(error), draft=draft))


def _page(
    request: Request, assistant: Assistant | None, shown: Shown, older: str | None = None
) -> HTMLResponse:
    """The whole page, at `/` or `/embed` as it was asked for."""
    settings, owner, action = _settings(request), caller_of(request).owner, request.url.path
    embedded = action == EMBED
    known = assistant.facts_of(shown.conversation_id, owner) if assistant and shown.conversation_id else ()
    past = assistant.history(owner, older, _PAST_CONVERSATIONS) if assistant and not embedded else None
    return page(
        request,
        "chat.html",
        status=shown.problem.status if shown.problem else 200,
        headers=framed_by(settings.embed_origins) if embedded else None,
        turns=_cards(assistant, shown.turns, action) if assistant else [],
        left_out=max(0, len(shown.turns) - _SHOWN_TURNS),
        panel=facts_panel(known, shown.conversation_id, action),
        past=[{"summary": one, "day": day_of(one.updated_at)} for one in past.items] if past else [],
        older=past.next if past else None,
        remembers=owner is not None,
        conversation_id=shown.conversation_id,
        starters=STARTERS,
        waiting=shown.waiting,
        problem=shown.problem,
        draft=shown.draft,
        message_limit=settings.message_limit,
        action=action,
        embedded=embedded,
    )


def _cards(assistant: Assistant, turns: Sequence[Turn], action: str) -> list[dict[str, Any]]:
    """What the template of each of the last turns needs; only the very last one can be answered."""
    cards = [{"question": turn.question, **answer_card(turn.answer)} for turn in turns[-_SHOWN_TURNS:-1]]
    if turns:
        asked = [turn.question for turn in turns]
        around = surroundings(assistant, turns[-1].answer, asked, action)
        cards.append({"question": turns[-1].question, **answer_card(turns[-1].answer, around)})
    return cards


def _turns(assistant: Assistant, conversation_id: str, owner: str | None) -> list[Turn]:
    return [Turn(past.question, past.answer) for past in assistant.conversation_turns(conversation_id, owner)]


def _sent(body: bytes) -> tuple[str, str]:
    """The message and the conversation of a form: its `message`, or the sentence that its `part` fields make up in order."""
    fields = form_fields(body)
    typed = next((text for text in fields.get("message", []) if text.strip()), "")
    return "".join(fields.get("part", [])) or typed, first(fields, "conversation_id")


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings
