"""Pages from the templates under `web/`, each with the rooms that its reader may enter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from assistant.interfaces.http.caller import caller_of, csrf_token
from assistant.interfaces.http.problems import NOT_READY, Problem
from assistant.interfaces.pages.clause_links import clause_href, policy_href
from assistant.roles import Role

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

WEB = Path(__file__).resolve().parent.parent / "web"
STATIC = WEB / "static"
_PASSING = (429, 500, 503, 504)
_INDENT = re.compile(r"(?m)^[ \t]+(?=<)")


@dataclass(frozen=True)
class Room:
    """A page that stands in every page's head for those who may open it; `below` begins the paths that belong to it."""

    path: str
    name: str
    least: Role = Role.VISITOR
    below: tuple[str, ...] = ()


ROOMS = (
    Room("/", "问答"),
    Room("/assess", "测算", below=("/assess",)),
    Room("/policies", "条款", below=("/clauses", "/policies", "/verify")),
    Room("/desk", "坐席", Role.STAFF, below=("/desk",)),
    Room("/records", "审计", Role.SUPERVISOR, below=("/records",)),
)


def page(
    request: Request, template: str, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """A whole page for this request's caller; it is never stored by others on the way.

    `csrf_token` is for the hidden field of that name which every form with method post must hold.
    """
    caller, path = caller_of(request), request.url.path
    rooms = [
        {"path": room.path, "name": room.name, "here": path == room.path or path.startswith(room.below)}
        for room in ROOMS
        if caller.role >= room.least
    ]
    html = render(template, caller=caller, rooms=rooms, csrf_token=csrf_token(request), **context)
    return HTMLResponse(html, status, {"Cache-Control": "no-store", **(headers or {})})


def error_page(request: Request, problem: Problem, headers: dict[str, str] | None = None) -> HTMLResponse:
    """A page that tells of an error; one that will pass offers the same page again, or loads it by itself."""
    looked = request.method in ("GET", "HEAD")  # to load the page again does nothing twice
    query = f"?{request.url.query}" if request.url.query else ""
    return page(
        request,
        "error.html",
        problem.status,
        {**problem.headers, **(headers or {})},
        problem=problem,
        waiting=looked and problem.slug == NOT_READY,
        again=request.url.path + query if looked and problem.status in _PASSING else None,
    )


def render(template: str, **context: Any) -> str:
    """A template's HTML."""
    return _environment().get_template(template).render(**context)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        loader=_templates(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(clause_href=clause_href, policy_href=policy_href)
    environment.filters["stored"] = _stored
    return environment


def _templates() -> BaseLoader:
    """The templates without the white space before a line's first element: no page has to carry it."""
    from jinja2 import DictLoader

    sources = {path.name: path.read_text("utf-8") for path in (WEB / "templates").glob("*.html")}
    return DictLoader({name: _INDENT.sub("", source) for name, source in sources.items()})


def _stored(text: str) -> Markup:
    """Characters of a stored file as HTML that a browser reads back unchanged (a bare CR would become a line feed)."""
    return Markup(str(escape(text)).replace("\r", "&#13;"))
