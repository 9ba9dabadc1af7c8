"""What a stored answer looks like, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from assistant.agent.answer import Answer


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
