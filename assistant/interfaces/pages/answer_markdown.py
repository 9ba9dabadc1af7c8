"""An answer's Markdown as safe HTML whose [1] markers lead to its citations, and a quote found in its clause."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from assistant.interfaces.answer_parser import answer_parser

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

_MARKER = re.compile(r"\[(\d{1,3})\]")
_TAGS = {
    *("p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "class", "data-marker", "title"}, "ol": {"start"}}


@dataclass(frozen=True)
class Marked:
    """A text in three parts; `quote` is empty when it does not stand in the text."""

    before: str
    quote: str
    after: str


def render_answer(text: str, markers: Collection[int], prefix: str) -> Markup:
    """Safe HTML; `[n]` becomes a link to `#{prefix}-{n}` for the n in `markers` and stays text otherwise.

    Raw HTML, images and links of the text are shown as text.
    """
    import nh3

    html = _markdown().render(text, {"markers": frozenset(markers), "prefix": prefix})
    return Markup(nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=set(), link_rel=None))


def mark_quote(text: str, quote: str) -> Marked:
    """Where the quote stands in the text, white space aside."""
    words = [re.escape(character) for character in quote if not character.isspace()]
    found = re.search(r"\s*".join(words), text) if words else None
    if found is None:
        return Marked(text, "", "")
    return Marked(text[: found.start()], found.group(), text[found.end() :])


def mark_end(text: str, words: str) -> Marked:
    """The same for words, to the letter, that run on behind the text: where they stand last."""
    at = text.rindex(words)
    return Marked(text[:at], words, text[at + len(words) :])


@cache
def _markdown() -> MarkdownIt:
    parser = answer_parser()
    parser.core.ruler.push("citation_markers", _link_markers)
    return parser


def _link_markers(state: StateCore) -> None:
    markers: frozenset[int] = state.env.get("markers", frozenset())
    prefix = str(state.env.get("prefix", ""))
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = [
                part
                for child in token.children
                for part in (_split(child, markers, prefix) if child.type == "text" else [child])
            ]


def _split(token: Token, markers: frozenset[int], prefix: str) -> list[Token]:
    """A text token cut at its markers."""
    parts: list[Token] = []
    at = 0
    for found in _MARKER.finditer(token.content):
        number = int(found.group(1))
        if number not in markers:
            continue
        parts.append(_token("text", "", 0, content=token.content[at : found.start()]))
        link = _token("link_open", "a", 1)
        link.attrs = {
            "href": f"#{prefix}-{number}",
            "class": "marker",
            "data-marker": str(number),
            "title": f"查看依据 {number}",
        }
        parts += [link, _token("text", "", 0, content=str(number)), _token("link_close", "a", -1)]
        at = found.end()
    parts.append(_token("text", "", 0, content=token.content[at:]))
    return [part for part in parts if part.type != "text" or part.content]


def _token(kind: str, tag: str, nesting: Any, content: str = "") -> Token:
    from markdown_it.token import Token

    return Token(kind, tag, nesting, content=content)
