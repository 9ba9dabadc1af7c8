"""The Markdown of an answer, read the same way for the page and for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline

# An answer leads nowhere but to its clauses: raw HTML, images and links stay the text they are written in.
_OFF = ["link", "image", "autolink", "reference", "html_block", "html_inline"]


def answer_parser() -> MarkdownIt:
    """CommonMark with tables and line breaks, without links and HTML, and with emphasis that suits Chinese."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable(_OFF)
    parser.inline.ruler.at("emphasis", _emphasis)
    return parser


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Asterisks open before and close after anything but white space.

    CommonMark also looks at punctuation, which fails where Chinese has no spaces: `**不能。**因为…`.
    """
    from markdown_it.rules_inline.state_inline import Delimiter

    if silent or state.src[state.pos] != "*":
        return False
    start = state.pos
    length = state.scanDelims(start, True).length
    before = state.src[start - 1] if start else " "
    after = state.src[start + length] if start + length < state.posMax else " "
    for _ in range(length):
        token = state.push("text", "", 0)
        token.content = "*"
        state.delimiters.append(
            Delimiter(
                marker=ord("*"),
                length=length,
                token=len(state.tokens) - 1,
                end=-1,
                open=not after.isspace(),
                close=not before.isspace(),
            )
        )
    state.pos += length
    return True
