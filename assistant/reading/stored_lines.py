"""The stored file's own lines around a clause, to the letter, with what belongs to the clause marked."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from assistant.documents.clause import Span

AROUND = 3  # lines shown before and after
LONGEST = 400  # lines shown of one clause


class Mark(StrEnum):
    """What a piece of a line is: plain, the clause's own words, those of a clause below it, or the quotation."""

    PLAIN = ""
    BELOW = "below"
    OWN = "own"
    QUOTE = "quote"


@dataclass(frozen=True)
class Piece:
    """A piece of a line, characters as stored."""

    text: str
    mark: Mark


@dataclass(frozen=True)
class StoredLine:
    """A line of the file; `number` counts from 1, the line feed that ends it is not among the pieces."""

    number: int
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The line as stored."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class StoredLines:
    """Consecutive lines; [first, last] are the numbers of those that hold the clause, `left_out` how many it has beyond."""

    lines: tuple[StoredLine, ...]
    first: int
    last: int
    left_out: int = 0


def stored_lines(
    source: str, own: Sequence[Span], below: Sequence[Span] = (), quote: Sequence[Span] = ()
) -> StoredLines | None:
    """The lines that hold the spans and AROUND more on either side; None when there is no span.

    Of a clause that is longer than LONGEST lines the first ones are given, or those around the quotation.
    """
    spans = [span for span in (*own, *below) if span.start < span.end]
    if not spans:
        return None
    starts = _line_starts(source)
    first = _line_of(starts, min(span.start for span in spans))
    last = _line_of(starts, max(span.end for span in spans) - 1)
    begin, end = max(0, first - AROUND), min(len(starts), last + AROUND + 1)
    if end - begin > LONGEST:
        if quote:
            begin = max(begin, min(_line_of(starts, quote[0].start) - LONGEST // 4, end - LONGEST))
        end = begin + LONGEST
    left_out = max(0, begin - first) + max(0, last + 1 - end)
    marks = _Marks(own, below, quote)
    lines = tuple(
        StoredLine(index + 1, marks.pieces(source, starts[index], _line_end(source, starts, index)))
        for index in range(begin, end)
    )
    return StoredLines(lines, first + 1, last + 1, left_out)


def line_range(source: str, spans: Sequence[Span]) -> tuple[int, int]:
    """Numbers of the first and last line, from 1, that hold the spans."""
    starts = _line_starts(source)
    begin, end = min(span.start for span in spans), max(span.end for span in spans)
    return _line_of(starts, begin) + 1, _line_of(starts, end - 1) + 1


@dataclass(frozen=True)
class _Marks:
    own: Sequence[Span]
    below: Sequence[Span]
    quote: Sequence[Span]

    def pieces(self, source: str, start: int, end: int) -> tuple[Piece, ...]:
        """The characters of [start, end) cut where the marks change."""
        cuts = {start, end}
        for span in (*self.own, *self.below, *self.quote):
            cuts.update(place for place in (span.start, span.end) if start < place < end)
        places = sorted(cuts)
        return tuple(Piece(source[one:other], self._mark(one)) for one, other in pairwise(places))

    def _mark(self, place: int) -> Mark:
        if _holds(self.quote, place) and (_holds(self.own, place) or _holds(self.below, place)):
            return Mark.QUOTE
        if _holds(self.own, place):
            return Mark.OWN
        return Mark.BELOW if _holds(self.below, place) else Mark.PLAIN


def _holds(spans: Iterable[Span], place: int) -> bool:
    return any(span.start <= place < span.end for span in spans)


@lru_cache(maxsize=32)
def _line_starts(source: str) -> tuple[int, ...]:
    starts = [0]
    at = source.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = source.find("\n", at + 1)
    if starts[-1] == len(source) and len(starts) > 1:
        starts.pop()  # a line feed at the end ends the last line and begins none
    return tuple(starts)


def _line_end(source: str, starts: Sequence[int], index: int) -> int:
    if index + 1 < len(starts):
        return starts[index + 1] - 1
    return len(source) - 1 if source.endswith("\n") else len(source)


def _line_of(starts: Sequence[int], place: int) -> int:
    return bisect_right(starts, place) - 1
