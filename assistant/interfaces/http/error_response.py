"""One error, two readers: problem+json for programs, a page for a person's browser."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from assistant.errors import TiaowenError
from assistant.interfaces.http.problems import INTERNAL, Problem, problem_of, problem_response
from assistant.interfaces.http.security import HEADERS
from assistant.interfaces.mcp_server.problems import PATH as MCP_PATH
from assistant.interfaces.mcp_server.problems import mcp_response
from assistant.interfaces.openai_api.problems import (
    PREFIX,
    OpenAIRequestError,
    openai_refusal,
    openai_response,
)
from assistant.interfaces.pages.rendering import error_page
from assistant.interfaces.request_bodies import (
    AssessmentRequest,
    ChatRequest,
    ComparisonRequest,
    FactsRequest,
    QuoteRequest,
    describe_errors,
    field_of,
)

if TYPE_CHECKING:
    from fastapi import FastAPI

logger = logging.getLogger(__name__)
_FIELDS = {
    "/api/chat": tuple(ChatRequest.model_fields),
    "/api/assessments": tuple(AssessmentRequest.model_fields),
    "/api/assessments/gap": tuple(FactsRequest.model_fields),
    "/api/assessments/compare": tuple(ComparisonRequest.model_fields),
    "/api/quotes/verify": tuple(QuoteRequest.model_fields),
    "/api/assessments/export": tuple(AssessmentRequest.model_fields),
}


def error_response(request: Request, problem: Problem, headers: dict[str, str] | None = None) -> Response:
    """OpenAI's shape below /v1, JSON-RPC's at /mcp, else a page when a browser asks for one, problem+json otherwise.

    Where a page is missing a sign-in, it is the way there.
    """
    if request.url.path.startswith(PREFIX):
        return openai_response(problem, headers)
    wants_page = "text/html" in request.headers.get("accept", "")
    challenge = {"WWW-Authenticate": "Bearer"} if problem.status == 401 else {}
    if request.url.path == MCP_PATH:
        return mcp_response(problem, {**challenge, **(headers or {})})
    if not wants_page or request.url.path.startswith("/api/"):
        return problem_response(problem, {**challenge, **(headers or {})})
    if problem.slug == "unauthorized" and request.method == "GET":
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(wanted, safe='')}", 303, headers)
    return error_page(request, problem, headers)


def install_error_handlers(app: FastAPI) -> None:
    """Every error of every route leaves through here."""
    app.add_exception_handler(TiaowenError, _expected)
    app.add_exception_handler(OpenAIRequestError, openai_refusal)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _expected(request: Request, error: Exception) -> Response:
    assert isinstance(error, TiaowenError)
    problem = problem_of(error)
    if problem.status >= 500:
        logger.warning("%s %s: %s", request.method, request.url.path, error)
    return error_response(request, problem)


async def _not_valid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = error.errors()
    if any(item["type"] == "json_invalid" for item in errors):
        place = next(item["loc"][-1] for item in errors if item["type"] == "json_invalid")
        detail = f"请求正文第 {int(place) + 1} 个字符处不是合法的 JSON；应为 JSON 对象，用 UTF-8 编码"
        return error_response(request, Problem(400, "broken-json", "JSON 不合法", detail))
    detail = describe_errors(errors, _FIELDS.get(request.url.path, ()))
    extra = {"param": field_of(errors[0]) or None} if request.url.path.startswith(PREFIX) else {}
    return error_response(request, Problem(422, "invalid-request", "请求不合法", detail, extra))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    path = request.url.path
    if error.status_code == 404:
        detail = f"没有 {path} 这个地址；接口说明见 /openapi.json，问答页在 /"
        problem = Problem(404, "unknown-route", "没有这个地址", detail)
    elif error.status_code == 405:
        detail = f"{path} 不接受 {request.method}；可用的方法：{headers.get('Allow', '见 /openapi.json')}"
        problem = Problem(405, "method-not-allowed", "方法不可用", detail)
    elif error.status_code == 400:
        problem = Problem(400, "broken-body", "请求不合法", "请求正文读不懂；应为 UTF-8 编码的 JSON 对象")
    else:
        problem = Problem(error.status_code, "http", "请求未能完成", "请求未能完成，请检查后重试")
    return error_response(request, problem, headers)


async def _unexpected(request: Request, error: Exception) -> Response:
    """The server logs the error with its trace; the caller learns nothing of the inside."""
    id = getattr(request.state, "request_id", None)
    return error_response(request, INTERNAL, {**HEADERS, **({"X-Request-ID": id} if id else {})})
