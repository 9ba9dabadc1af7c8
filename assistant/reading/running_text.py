"""A policy's reading text as one run of characters, white space and width aside, each tied to its clause."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.documents.clause import Clause, Span
from assistant.documents.library import Library
from assistant.documents.passage import is_space

_STOP = re.compile(r"[。;!?][”’）)】]*")
_REMEMBERED = 50_000  # characters whose plain form is kept


class _Table(dict[int, int | None]):
    """For `str.translate`, filled as characters are met: white space goes, wide characters become narrow ones."""

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character)
        bare = None if is_space(character) else ord(folded) if len(folded) == 1 else code
        if len(self) < _REMEMBERED:
            self[code] = bare
        return bare


_BARE = _Table()


def bare(text: str) -> str:
    """The text without white space, each character in its plain width, one for one."""
    return text.translate(_BARE)


def kept(text: str) -> list[int]:
    """For each character of `bare(text)` its place in `text`."""
    return [at for at, character in enumerate(text) if not is_space(character)]


@dataclass(frozen=True)
class Stretch:
    """Words of one clause as mended, and where they stand in the stored file."""

    clause: Clause
    words: str
    span: Span


class RunningText:
    """The clauses' own texts one after the other, in the order of the text; immutable."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._clauses = [clause for clause in clauses if clause.text]
        parts = [bare(clause.text) for clause in self._clauses]
        self._starts: list[int] = []
        at = 0
        for part in parts:
            self._starts.append(at)
            at += len(part)
        self.text = "".join(parts)

    def clause_at(self, place: int) -> Clause:
        """The clause that holds a character."""
        return self._clauses[self._index(place)]

    def span_of(self, clause: Clause) -> tuple[int, int] | None:
        """Where a clause's own text stands in the run; None when it has none."""
        return self._places.get(clause.path)

    def sentence_around(self, start: int, end: int) -> tuple[int, int]:
        """The sentences that hold [start, end), without leaving the clauses they begin and end in."""
        first, last = self._index(start), self._index(end - 1)
        begin = self._starts[first]
        final = self._starts[last + 1] if last + 1 < len(self._starts) else len(self.text)
        ends = [found.end() for found in _STOP.finditer(self.text, begin, start)]
        stop = _STOP.search(self.text, end - 1, final)
        return max(ends, default=begin), stop.end() if stop else final

    def stretches(self, start: int, end: int) -> Iterator[Stretch]:
        """The words of [start, end) clause by clause."""
        while start < end:
            index = self._index(start)
            clause, first = self._clauses[index], self._starts[index]
            last = min(end, self._starts[index + 1] if index + 1 < len(self._starts) else len(self.text))
            places = kept(clause.text)
            begin, final = places[start - first], places[last - first - 1]
            offsets = clause.standings[0].offsets
            yield Stretch(clause, clause.text[begin : final + 1], Span(offsets[begin], offsets[final] + 1))
            start = last

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        ends = [*self._starts[1:], len(self.text)]
        return {
            clause.path: (start, end)
            for clause, start, end in zip(self._clauses, self._starts, ends, strict=True)
        }

    def _index(self, place: int) -> int:
        return bisect_right(self._starts, place) - 1


class RunningTexts:
    """The running text of every policy of a library, each made when it is first read; safe to share."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._made: dict[str, RunningText] = {}

    def of(self, policy_id: str) -> RunningText:
        """The running text of one policy."""
        if policy_id not in self._made:
            self._made[policy_id] = RunningText(tuple(self.library.clauses(policy_id)))
        return self._made[policy_id]
