"""Errors in OpenAI's shape, for the routes below /v1 alone: their clients read `error.message`, `type`, `param` and `code`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from assistant.errors import InputError
from assistant.interfaces.http.problems import Problem

PREFIX = "/v1/"
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_CODES = {401: "invalid_api_key", 429: "rate_limit_exceeded"}


class OpenAIRequestError(InputError):
    """What OpenAI's shape allows and this endpoint does not answer; `param` names the field, `code` the kind."""

    def __init__(self, message: str, param: str, code: str = "unsupported_parameter", status: int = 400):
        super().__init__(message)
        self.param = param
        self.code = code
        self.status = status


class OpenAIError(BaseModel):
    """What went wrong."""

    message: str = Field(
        description="错在哪里、应当怎样写", examples=["不支持 n=2；一次只给一个回答，请去掉 n"]
    )
    type: str = Field(examples=["invalid_request_error"])
    param: str | None = Field(default=None, examples=["n"])
    code: str | None = Field(default=None, examples=["unsupported_parameter"])


class OpenAIErrorDocument(BaseModel):
    """Shape of an error below /v1."""

    error: OpenAIError


def openai_problem(problem: Problem) -> dict[str, Any]:
    """A problem in OpenAI's shape."""
    status = openai_status(problem)
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    code = problem.extra.get("code") or _CODES.get(status) or problem.slug.replace("-", "_")
    return {
        "error": {"message": problem.detail, "type": kind, "param": problem.extra.get("param"), "code": code}
    }


def openai_status(problem: Problem) -> int:
    """OpenAI says 400 where we say 422; the rest is the same."""
    return 400 if problem.status == 422 else problem.status


def openai_response(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """The HTTP response; a 429 or 503 says when to come back."""
    merged = {"Cache-Control": "no-store", **problem.headers, **(headers or {})}
    return JSONResponse(openai_problem(problem), openai_status(problem), merged)


async def openai_refusal(_: Request, error: Exception) -> Response:
    """The handler of OpenAIRequestError."""
    assert isinstance(error, OpenAIRequestError)
    extra = {"param": error.param, "code": error.code}
    return openai_response(Problem(error.status, "invalid-input", "请求不合法", str(error), extra))


def documented_openai(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route below /v1: the errors that it may answer with."""
    words = {
        400: "请求不合法，或用了这里不支持的功能（见 error.param）",
        401: "API 密钥不对",
        403: "现在的身份没有权限",
        404: "没有这个模型或对话",
        409: "对话在别处又问了一句",
        413: "请求正文或问题太长",
        429: "请求太频繁；Retry-After 说明多少秒以后再试",
        500: "服务内部错误",
        503: "服务尚未就绪，或同时问的人太多",
        504: "这一问用时超过上限",
    }
    return {status: {"description": words[status], "model": OpenAIErrorDocument} for status in statuses}
