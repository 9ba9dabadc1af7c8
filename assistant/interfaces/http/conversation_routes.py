"""One's own conversations: listed, read again, deleted for good."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from assistant.agent.answer import Answer, AnswerStatus
from assistant.interfaces.http.access import assistant_of
from assistant.interfaces.http.caller import caller_of
from assistant.interfaces.http.problems import documented
from assistant.records.paging import MOST_ROWS

router = APIRouter(tags=["问答"])
_ID = "c_0f6f0c5d0f6f0c5d0f6f0c5d0f6f0c5d"
_WHEN = "2026-03-01T09:00:00+00:00"


class ConversationBrief(BaseModel):
    """A line of one's history."""

    id: str
    title: str = Field(description="第一句话的开头")
    turns: int = Field(description="问了几轮")
    created_at: str = Field(description="何时开始（UTC）")
    updated_at: str = Field(description="最近一轮是什么时候（UTC）")


class ConversationList(BaseModel):
    """One's conversations, the one continued last first."""

    conversations: list[ConversationBrief]
    cursor: str | None = Field(description="读下一页要带上的 cursor；最后一页是 null")


class TurnView(BaseModel):
    """A turn as it was shown."""

    id: str = Field(description="回答的编号")
    turn: int = Field(description="对话里的第几轮")
    question: str
    answer: Answer
    created_at: str = Field(description="何时回答（UTC）")


class ConversationView(BaseModel):
    """A conversation, turn by turn."""

    id: str
    turns: list[TurnView]


class Deleted(BaseModel):
    """What was deleted."""

    deleted: int = Field(description="连同问题一起删去了几条回答")


def _example(**members: Any) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"application/json": {"example": members}}}}


_BRIEF = {"id": _ID, "title": "碳抵消能不能超过一半？", "turns": 2, "created_at": _WHEN, "updated_at": _WHEN}
_ANSWER = Answer("a_1", _ID, AnswerStatus.REFUSED, "收录的政策没有说到房贷利率。").to_json()
_TURN = {"id": "a_1", "turn": 1, "question": "房贷利率是多少？", "answer": _ANSWER, "created_at": _WHEN}


@router.get(
    "/api/conversations",
    summary="自己的对话",
    description="只有 cookie 或密钥认得出的人才有；认不出的人得到空的一页。下一页把这一页的 `cursor` 带上。",
    response_model=ConversationList,
    responses={**_example(conversations=[_BRIEF], cursor="MjAyNi0wMy0wMSBjXzBm"), **documented(422, 503)},
)
def conversations(
    request: Request,
    cursor: Annotated[str | None, Query(description="上一页给出的 cursor；从头读就不要给")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS, description="一页最多几个")] = 20,
) -> dict[str, Any]:
    """The caller's conversations."""
    page = assistant_of(request).history(caller_of(request).owner, cursor, limit)
    return {
        "conversations": [
            {
                "id": one.id,
                "title": one.title,
                "turns": one.turns,
                "created_at": one.created_at.isoformat(),
                "updated_at": one.updated_at.isoformat(),
            }
            for one in page.items
        ],
        "cursor": page.next,
    }


@router.get(
    "/api/conversations/{conversation_id}",
    summary="读一个对话",
    description="自己的对话，或没有主人的对话（知道编号的人都可以读）；坐席以上可以读所有的对话。",
    response_model=ConversationView,
    responses={**_example(id=_ID, turns=[_TURN]), **documented(404, 422, 503)},
)
def conversation(conversation_id: str, request: Request) -> dict[str, Any]:
    """The turns of a conversation."""
    caller = caller_of(request)
    turns = assistant_of(request).conversation_turns(conversation_id, caller.owner, caller.reads_all)
    return {
        "id": conversation_id,
        "turns": [{**vars(turn), "created_at": turn.created_at.isoformat()} for turn in turns],
    }


@router.delete(
    "/api/conversations/{conversation_id}",
    summary="删除一个对话",
    description="问题、回答、记下的情况和推导都删去，不能恢复；统计里只留下数目。只有主人能删；没有主人的，知道编号的人都能删。",
    response_model=Deleted,
    responses={**_example(deleted=2), **documented(404, 422, 503)},
)
def delete_conversation(conversation_id: str, request: Request) -> dict[str, Any]:
    """Delete a conversation for good."""
    return {"deleted": assistant_of(request).forget(conversation_id, caller_of(request).owner)}
