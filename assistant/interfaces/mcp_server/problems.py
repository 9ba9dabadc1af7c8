"""Errors of /mcp as JSON-RPC tells them: its clients show the message of such an error, and of any other only that there was one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from assistant.interfaces.http.problems import Problem

PATH = "/mcp"
_INVALID_REQUEST, _INTERNAL_ERROR = -32600, -32603


def mcp_response(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    """The HTTP response with the problem's own status; `data` is the problem as other routes tell it."""
    code = _INTERNAL_ERROR if problem.status >= 500 else _INVALID_REQUEST
    error = {"code": code, "message": problem.detail, "data": problem.to_json()}
    merged = {"Cache-Control": "no-store", **problem.headers, **(headers or {})}
    # The request's own id is not known: it was refused before it was read.
    return JSONResponse({"jsonrpc": "2.0", "id": None, "error": error}, problem.status, merged)
