"""Errors as `application/problem+json` (RFC 9457), each with a Chinese sentence that names value and legal form."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from assistant.errors import (
    AddressError,
    AmbiguousClauseError,
    ConversationMovedError,
    FactError,
    InputError,
    QuantityError,
    RuleBookError,
    TiaowenError,
    UnknownAnswerError,
    UnknownConversationError,
)

MEDIA_TYPE = "application/problem+json"
NOT_READY = "not-ready"
_SOON = 2


class NotReadyError(TiaowenError):
    """The assistant is not open yet, or could not be opened."""


class MessageTooLongError(InputError):
    """The message has more characters than the setting allows."""


class UnauthorizedError(TiaowenError):
    """Nobody is signed in where somebody must be."""


class ForbiddenError(TiaowenError):
    """The caller's role is too low."""


class TooManyRequestsError(TiaowenError):
    """The caller has used up what it may ask for; `retry_after` seconds later it may again."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BusyError(TiaowenError):
    """As many answers are being made as the setting allows, and none was finished in time."""


class TookTooLongError(TiaowenError):
    """An answer took longer than the setting allows."""


@dataclass(frozen=True)
class Problem:
    """One error for a caller; `slug` makes the type URI, `extra` adds members such as `candidates`.

    `retry_after`: in how many seconds to try again, None where that would not help.
    """

    status: int
    slug: str
    title: str
    detail: str
    extra: dict[str, Any] = field(default_factory=dict)
    retry_after: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Headers of the response, whether a page or JSON."""
        if self.retry_after is not None:
            return {"Retry-After": str(self.retry_after)}
        return {"Retry-After": str(_SOON)} if self.status == 503 else {}

    def to_json(self) -> dict[str, Any]:
        """The members of RFC 9457 and the extra ones."""
        return {
            "type": f"urn:tiaowen:problem:{self.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }


class ProblemDocument(BaseModel):
    """Shape of an error, for the OpenAPI document."""

    type: str = Field(description="错误种类的固定标识", examples=["urn:tiaowen:problem:unknown-clause"])
    title: str = Field(description="错误种类", examples=["没有这一条款"])
    status: int = Field(description="HTTP 状态码", examples=[404])
    detail: str = Field(description="这一次错在哪里、合法的形式是什么")


# The first class that fits wins: narrower classes stand before wider ones.
_KINDS: tuple[tuple[type[TiaowenError], int, str, str], ...] = (
    (NotReadyError, 503, NOT_READY, "服务尚未就绪"),
    (BusyError, 503, "busy", "现在问的人太多"),
    (TookTooLongError, 504, "took-too-long", "这一问用时太长"),
    (TooManyRequestsError, 429, "too-many-requests", "请求太频繁"),
    (UnauthorizedError, 401, "unauthorized", "需要登录"),
    (ForbiddenError, 403, "forbidden", "没有权限"),
    (MessageTooLongError, 413, "message-too-long", "问题太长"),
    (UnknownAnswerError, 404, "unknown-answer", "没有这条回答"),
    (UnknownConversationError, 404, "unknown-conversation", "没有这个对话"),
    (ConversationMovedError, 409, "conversation-moved", "对话已有新的一句"),
    (InputError, 422, "invalid-input", "输入不合法"),
    (AmbiguousClauseError, 409, "ambiguous-clause", "条款不止一个"),
    (AddressError, 404, "unknown-clause", "没有这一条款"),
    (FactError, 422, "invalid-fact", "事实不合法"),
    (QuantityError, 422, "invalid-quantity", "数值不合法"),
    (RuleBookError, 503, "rule-book", "规则册不可用"),
    (TiaowenError, 503, "unavailable", "服务暂时不可用"),
)

INTERNAL = Problem(500, "internal", "服务内部错误", "服务内部出错，已记入日志；请稍后再试")


def problem_of(error: TiaowenError) -> Problem:
    """The problem that tells of an expected error."""
    extra: dict[str, Any] = {}
    if isinstance(error, AmbiguousClauseError):
        extra["candidates"] = list(error.candidates)
    if isinstance(error, FactError) and error.fact:
        extra["fact"] = error.fact
    status, slug, title = next(
        (status, slug, title) for kind, status, slug, title in _KINDS if isinstance(error, kind)
    )
    retry_after = error.retry_after if isinstance(error, TooManyRequestsError) else None
    return Problem(status, slug, title, str(error), extra, retry_after)


def problem_response(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """The HTTP response; a 429 or 503 says when to come back."""
    merged = {"Cache-Control": "no-store", **problem.headers, **(headers or {})}
    return JSONResponse(problem.to_json(), status_code=problem.status, media_type=MEDIA_TYPE, headers=merged)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route: the problems it may answer with."""
    words = {
        400: "请求不是合法的 JSON",
        401: "需要登录或 API 密钥",
        403: "现在的身份没有权限",
        404: "没有这个条款、对话或回答",
        409: "写法对应不止一个条款，candidates 列出各个地址；或对话在别处又问了一句",
        413: "请求正文或问题太长",
        422: "请求的内容不合法",
        429: "请求太频繁，Retry-After 是再试之前要等的秒数",
        500: "服务内部错误",
        503: "服务尚未就绪、规则册不可用，或同时问的人太多",
        504: "这一问用时超过上限",
    }
    schema = {"$ref": "#/components/schemas/ProblemDocument"}
    return {
        status: {"description": words[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in statuses
    }
