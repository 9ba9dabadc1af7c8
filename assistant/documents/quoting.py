"""A quote in a clause: found in spite of white space, tied to the stored file."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.documents.clause import Clause, Span, Standing
from assistant.documents.passage import INVISIBLE, is_space

SPACE = re.compile(rf"[\s{INVISIBLE}]+")  # what passage.is_space calls so
REMEMBERED = 8192  # texts of clauses that are kept without their white space


def find_quote(clause: Clause, quote: str, source: str) -> tuple[Span, str] | None:
    """Stored range and mended words of `quote` in the clause's own text, or None.

    The first standing whose stored range is the quote, white space aside, wins; failing that, the first
    standing that holds the quote at all (its range then has a page number or another clause's words inside).
    """
    wanted = without_space(quote)
    if not wanted:
        return None
    fallback: tuple[Span, str] | None = None
    for standing in clause.standings:
        for span, words in _places(standing, wanted):
            if without_space(source[span.start : span.end]) == wanted:
                return span, words
            fallback = fallback or (span, words)
    return fallback


def without_space(text: str) -> str:
    """The text without white space of any kind."""
    return SPACE.sub("", text)


def _places(standing: Standing, wanted: str) -> list[tuple[Span, str]]:
    bare = _bare(standing.text)
    at = bare.find(wanted)
    if at < 0:
        return []
    kept = [index for index, character in enumerate(standing.text) if not is_space(character)]
    found: list[tuple[Span, str]] = []
    while at >= 0:
        first, last = kept[at], kept[at + len(wanted) - 1]
        start, end = standing.offsets[first], standing.offsets[last] + 1
        found.append((Span(start, end), standing.text[first : last + 1]))
        at = bare.find(wanted, at + 1)
    return found


@lru_cache(maxsize=REMEMBERED)
def _bare(text: str) -> str:
    """A clause's text without white space: a turn looks for some thirty quotations, in the same clauses again and again."""
    return without_space(text)
