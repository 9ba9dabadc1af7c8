"""Shapes of what the record routes take and answer, for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.agent.answer import Answer
from assistant.interfaces.request_bodies import Text
from assistant.records.feedback import KINDS, MOST_WORDS

_ID = "a_3f0c9e4b7d2a41c8b6e5f0a1d2c3b4e5"


class AnswerRecord(BaseModel):
    """A stored answer with all it was made from; what was not yet stored in its time is null."""

    id: str = Field(examples=["a_0f6f0c5d0f6f0c5d0f6f0c5d0f6f0c5d"])
    conversation_id: str
    turn: int = Field(description="对话里的第几轮")
    created_at: str = Field(description="何时存入（UTC）")
    question: str
    answer: Answer = Field(description="当时显示的回答对象")
    trace: dict[str, Any] | None = Field(description="推导；没有判定和测算则为 null")
    facts: dict[str, dict[str, str]] | None = Field(description="这一轮之后记下的事实，按政策")
    calls: list[dict[str, Any]] | None = Field(description="依次用了哪些工具")
    versions: dict[str, Any] | None = Field(description="程序、语料、编码器和规则册的版本")
    asked_on: str | None = Field(description="当作今天的日期")
    fault: str | None = Field(description="模型的故障，没有则为 null")


class AnswerLine(BaseModel):
    """An answer in short."""

    id: str = Field(examples=[_ID])
    conversation_id: str
    turn: int = Field(description="对话的第几轮")
    created_at: datetime
    question: str
    status: str = Field(description="answered、needs_facts、refused、failed", examples=["answered"])
    engine: str
    elapsed_ms: int
    programme: str | None = Field(description="作出判定的申报类别")
    verdict: str | None = Field(description="符合、不符合、待补充", examples=["不符合"])
    fault: str | None = Field(description="模型出的错，改由内置规则作答")
    feedback: int = Field(description="收到的反馈数")
    unhandled: int = Field(description="还没有处理的反馈数")
    disposition: str | None = Field(description="最近一通来电的处置")


class AnswerPage(BaseModel):
    """Answers, newest first."""

    total: int = Field(description="符合条件的回答总数")
    answers: list[AnswerLine]
    next: str | None = Field(description="下一页的 cursor；没有下一页时为 null")


class Change(BaseModel):
    """Something that answers are made from and that is no longer the same."""

    part: str
    label: str
    before: Any
    now: Any


class ReplayAnswer(BaseModel):
    """A stored answer made again."""

    same: bool = Field(description="与当时逐字节相同（编号和时间不算）")
    differences: list[str] = Field(description="哪里不同")
    versions: list[Change] = Field(description="程序、政策文本、编码器、规则册中已经变了的")
    trace: dict[str, Any] | None = Field(description="今天的推导")
    answer: dict[str, Any] | None = Field(description="今天的回答；不能再问一次时为 null")


class FeedbackRequest(BaseModel):
    """What somebody says of an answer."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"kind": "有误", "words": "抵消量应为4.5万吨"}}
    )

    kind: Text = Field(description=f"{'、'.join(KINDS)}", examples=list(KINDS))
    words: Text = Field(default="", max_length=4 * MOST_WORDS, description=f"说明，最多 {MOST_WORDS} 个字")


class FeedbackItem(BaseModel):
    """A remark about an answer, and what became of it."""

    id: str
    answer_id: str
    kind: str
    words: str | None
    created_at: datetime
    handled_by: str | None
    handled_at: datetime | None
    resolution: str | None


class FeedbackList(BaseModel):
    """All remarks about one answer, oldest first."""

    feedback: list[FeedbackItem]


class ResolutionRequest(BaseModel):
    """What became of a remark."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"resolution": "已向来电人更正，答复无误"}}
    )

    resolution: Text = Field(max_length=4 * MOST_WORDS, description=f"怎样处理的，最多 {MOST_WORDS} 个字")
