"""Shapes of what the desk's routes take and answer, for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from assistant.agent.answer import Answer
from assistant.interfaces.request_bodies import Text
from assistant.records.inquiries import DISPOSITIONS, MOST_NOTE
from assistant.records.standard_answers import MOST_QUESTION, MOST_TEXT, MOST_WHY

_ANSWER = "a_3f0c9e4b7d2a41c8b6e5f0a1d2c3b4e5"


class StandardHit(BaseModel):
    """A standard answer that is offered."""

    id: str
    question: str
    sentence: str = Field(description="可以直接念的一句")
    approved_by: str
    approved_at: datetime


class EarlierHit(BaseModel):
    """A question asked at the desk before."""

    answer_id: str
    question: str
    times: int = Field(description="问过几次")
    sentence: str | None = Field(description="上一次怎样回答的")
    disposition: str | None
    note: str | None
    operator: str | None
    created_at: datetime


class ClauseHit(BaseModel):
    """A clause near to what was typed."""

    address: str
    label: str
    title: str
    policy_status: str
    caution: str | None = Field(description="不是现行规定时要说明的话")
    text: str
    href: str


class DeskSuggestions(BaseModel):
    """What is offered while an operator types."""

    q: str
    standards: list[StandardHit]
    earlier: list[EarlierHit]
    clauses: list[ClauseHit]


class DeskQuestion(BaseModel):
    """A question asked at the desk."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"question": "碳抵消上限"}})

    question: Text = Field(description="问题，半句也可以")
    conversation_id: Text | None = Field(default=None, description="同一通来电里接着问")
    standard_id: Text | None = Field(default=None, description="选定的标准答复")


class DeskAnswer(BaseModel):
    """What is read out, and the whole behind it."""

    answer: Answer = Field(description="今天的回答")
    standard: StandardHit | None = Field(description="先给出的标准答复；没有则为 null")
    sentence: str = Field(description="念给来电人的一句")
    caution: str | None = Field(description="不是现行规定时一并说明的话")
    source: str = Field(description="依据的条款；没有则为空")
    copied: str = Field(description="复制用的文字：这一句和出处")
    earlier: list[EarlierHit]
    html: str = Field(description="坐席页的答复卡")


class CallRequest(BaseModel):
    """How a call ended."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"answer_id": _ANSWER, "disposition": "已答复", "note": "企业在福州"}},
    )

    answer_id: Text
    disposition: Text = Field(description=f"{'、'.join(DISPOSITIONS)}")
    note: Text = Field(default="", max_length=4 * MOST_NOTE, description=f"备注，最多 {MOST_NOTE} 个字")
    standard_id: Text | None = Field(default=None, description="念的是哪条标准答复")


class CallItem(BaseModel):
    """A call that was kept."""

    id: str
    answer_id: str
    operator: str
    question: str | None = Field(description="问题；对话删除后为 null")
    status: str | None
    disposition: str
    note: str | None
    standard_id: str | None
    created_at: datetime
    seconds: int = Field(description="从第一个回答到保存，秒")


class CallList(BaseModel):
    """Calls, newest first."""

    calls: list[CallItem]


class UnansweredItem(BaseModel):
    """A question without an answer."""

    answer_id: str
    question: str
    status: str
    created_at: datetime


class DayAnswer(BaseModel):
    """A day at the desk."""

    day: str
    calls: int
    by_disposition: dict[str, int]
    median_seconds: int | None = Field(description="来电用时的中位数，秒")
    standard: int = Field(description="念了标准答复的来电数")
    answers: int = Field(description="当天全部回答数，网页和接口也在内")
    unanswered_count: int
    unanswered: list[UnansweredItem]
    next: str | None = Field(description="未能回答的下一页 cursor")


class ProposalRequest(BaseModel):
    """An answer to be given first from now on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"answer_id": _ANSWER, "question": "碳抵消的上限是多少"}},
    )

    answer_id: Text = Field(description="以哪条回答为准，连同它的引用")
    question: Text | None = Field(default=None, max_length=4 * MOST_QUESTION, description="标准问题")
    text: Text | None = Field(default=None, max_length=4 * MOST_TEXT, description="改写后的答复")


class ApprovalRequest(BaseModel):
    """The words that are approved; what is not given stays as it was proposed."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"question": "碳抵消的上限是多少"}}
    )

    question: Text | None = Field(default=None, max_length=4 * MOST_QUESTION)
    text: Text | None = Field(default=None, max_length=4 * MOST_TEXT)


class WithdrawalRequest(BaseModel):
    """Why a standard answer is given no more."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"why": "正式文件已印发"}})

    why: Text = Field(max_length=4 * MOST_WHY)


class BoundItem(BaseModel):
    """A clause with the hash it had on approval."""

    address: str
    sha256: str


class StandardItem(BaseModel):
    """A standard answer with what became of it."""

    id: str
    state: str = Field(description="待审核、在用、已撤回")
    question: str
    text: str
    answer_id: str | None
    clauses: list[BoundItem]
    proposed_by: str | None
    proposed_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None


class StandardList(BaseModel):
    """Standard answers, newest first."""

    standards: list[StandardItem]
