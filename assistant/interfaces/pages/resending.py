"""A form that came from a page grown old: shown once more with what was written in it, to be sent again by hand."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse

from assistant.interfaces.pages.rendering import page

Form = Sequence[tuple[str, str]]
# What a person writes himself, in any form of the pages, and what it is called; all else is carried along unseen.
_WRITTEN = {
    "message": "要问的话",
    "words": "反馈",
    "text": "文字",
    "question": "标准问题",
    "why": "理由",
    "resolution": "处理结果",
    "name": "用户名",
}
_SECRET = "password"
_OF_STAFF = ("/desk", "/records")


def resend_page(request: Request, form: Form, headers: dict[str, str]) -> HTMLResponse:
    """The page with a token of its reader's own; a password is asked for again and never written into it."""
    written = [(name, _WRITTEN[name], text) for name, text in form if _is_written(name, text)]
    carried = [(name, text) for name, text in form if not _is_written(name, text) and name != _SECRET]
    query = f"?{request.url.query}" if request.url.query else ""
    return page(
        request,
        "resend.html",
        403,
        headers,
        action=request.url.path + query,
        written=written,
        carried=carried,
        sentence="".join(text for name, text in carried if name == "part"),
        figures=sum(1 for name, text in carried if name.startswith(("f.", "a.")) and text.strip()),
        secret=_SECRET if any(name == _SECRET for name, _ in form) else None,
        staff_only=request.url.path.startswith(_OF_STAFF),
    )


def _is_written(name: str, text: str) -> bool:
    return name in _WRITTEN and bool(text.strip())
