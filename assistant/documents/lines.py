"""The stored file as physical lines, each blank, a page number, a table cell or text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from assistant.documents.clause import Span
from assistant.documents.passage import is_space

_PAGE_NUMBER = re.compile(
    r"(?:[-—–－―·]{1,2}\s*\d{1,4}\s*[-—–－―·]{1,2}|\d{1,3}|第\s*\d+\s*页(?:[,，/]?\s*共\s*\d+\s*页)?)"
)
_NO_LINE_START = "，。、；：！？）》」』】”’％…,.;:!?)%"


class LineKind(StrEnum):
    """What a physical line holds."""

    BLANK = "blank"
    PAGE_NUMBER = "page number"
    CELL = "cell"
    TEXT = "text"


@dataclass(frozen=True)
class Line:
    """A physical line: `span` is its content without white space at either end (empty for a blank line)."""

    kind: LineKind
    span: Span
    text: str
    blanks_before: int

    @property
    def width(self) -> int:
        """Display width, two for a Chinese character."""
        return display_width(self.text)


def display_width(text: str) -> int:
    """Columns the text takes: wide and ambiguous characters two, others one."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def first_token(text: str) -> str:
    """What cannot be parted at the start of a line: a Latin word or number, with the signs that may not begin a line."""
    found = re.match(r"[(（《“‘「【〔]*(?:[A-Za-z0-9.%+/:-]+|.)", text)
    end = found.end() if found else 0
    while end < len(text) and text[end] in _NO_LINE_START:
        end += 1
    return text[:end]


def read_lines(source: str) -> list[Line]:
    """Non-blank lines in order; each knows how many blank lines stand before it."""
    lines: list[Line] = []
    place = blanks = 0
    for raw in source.split("\n"):
        start, end = place, place + len(raw)
        place = end + 1
        lead = raw.lstrip(" \f\u3000\xa0")
        while start < end and is_space(source[start]):
            start += 1
        while end > start and is_space(source[end - 1]):
            end -= 1
        text = source[start:end]
        if lead.startswith("\t"):
            kind = LineKind.CELL
        elif not text:
            blanks += 1
            continue
        else:
            kind = LineKind.PAGE_NUMBER if _PAGE_NUMBER.fullmatch(text) else LineKind.TEXT
        lines.append(Line(kind, Span(start, end), text, blanks))
        blanks = 0
    return lines
