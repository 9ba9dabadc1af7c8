"""Answers with a strong ETag, and 304 for whoever has the present one already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

REVALIDATE = "private, no-cache"  # keep it, and ask before using it again
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "与 If-None-Match 给出的 ETag 相同，没有正文"}
}


def conditional(request: Request, tag: str, answer: Callable[[dict[str, str]], Response]) -> Response:
    """`answer(headers)`, which is only called when the caller does not have this representation already."""
    headers = {"ETag": tag, "Cache-Control": REVALIDATE}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return answer(headers)


def _has(known: str, tag: str) -> bool:
    """Whether If-None-Match names the tag (compared weakly, as RFC 9110 13.1.2 says)."""
    names = [name.strip().removeprefix("W/") for name in known.split(",")]
    return known.strip() == "*" or tag in names
