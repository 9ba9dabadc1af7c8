"""A quote in a clause: found in spite of white space, tied to the stored file."""

from __future__ import annotations

from assistant.documents.clause import Clause, Span, Standing
from assistant.documents.passage import is_space


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
    return "".join(character for character in text if not is_space(character))


def _places(standing: Standing, wanted: str) -> list[tuple[Span, str]]:
    kept = [index for index, character in enumerate(standing.text) if not is_space(character)]
    bare = "".join(standing.text[index] for index in kept)
    found: list[tuple[Span, str]] = []
    at = bare.find(wanted)
    while at >= 0:
        first, last = kept[at], kept[at + len(wanted) - 1]
        start, end = standing.offsets[first], standing.offsets[last] + 1
        found.append((Span(start, end), standing.text[first : last + 1]))
        at = bare.find(wanted, at + 1)
    return found
