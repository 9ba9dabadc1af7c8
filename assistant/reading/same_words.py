"""Where else the words of a clause stand: maximal runs that are the same to the letter in other clauses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assistant.documents.clause import Clause
from assistant.reading.running_text import RunningText, RunningTexts

SHORTEST = 12  # characters of a run, white space aside
SHOWN = 40  # runs told of one clause
# Every run of 12 holds a whole piece of 6 that begins at a multiple of 7: only those need be looked for.
_PIECE = 6
_STEP = SHORTEST - _PIECE + 1


@dataclass(frozen=True)
class SameWords:
    """A run that also stands in `clause`: the words as they stand there."""

    clause: Clause
    words: str
    length: int


def same_words(texts: RunningTexts, clause: Clause) -> list[SameWords]:
    """Runs of at least SHORTEST characters of the clause's own text in other clauses, longest first, at most SHOWN.

    The clause's own second standing is no other clause. Cost grows with the clause's length times the corpus's: some
    milliseconds over five documents.
    """
    own_text = texts.of(clause.policy_id)
    place = own_text.span_of(clause)
    if place is None:
        return []
    words = own_text.text[place[0] : place[1]]
    found: dict[tuple[str, str], SameWords] = {}
    for policy_id in texts.library.policies:
        other = texts.of(policy_id)
        for start, end in _runs(words, other.text, place if policy_id == clause.policy_id else None):
            for one in _by_clause(other, start, end):
                if one.clause.address != clause.address:
                    found.setdefault((one.clause.address, one.words), one)
    return sorted(_widest(found.values()), key=lambda one: -one.length)[:SHOWN]


def _runs(words: str, text: str, own: tuple[int, int] | None) -> Iterator[tuple[int, int]]:
    """Places in `text` of the maximal runs that it shares with `words`, `own` left out."""
    seen: set[tuple[int, int]] = set()
    for begin in range(0, len(words) - _PIECE + 1, _STEP):
        piece = words[begin : begin + _PIECE]
        at = text.find(piece)
        while at >= 0:
            if own is None or not own[0] <= at < own[1]:
                run = _grown(words, begin, text, at)
                if run[1] - run[0] >= SHORTEST and run not in seen:
                    seen.add(run)
                    yield run
            at = text.find(piece, at + 1)


def _grown(words: str, begin: int, text: str, at: int) -> tuple[int, int]:
    """The place in `text` of the longest common run through a common piece."""
    left = 0
    while left < min(begin, at) and words[begin - left - 1] == text[at - left - 1]:
        left += 1
    right = _PIECE
    while begin + right < len(words) and at + right < len(text) and words[begin + right] == text[at + right]:
        right += 1
    return at - left, at + right


def _by_clause(text: RunningText, start: int, end: int) -> Iterator[SameWords]:
    """A run clause by clause, the parts that are long enough."""
    for stretch in text.stretches(start, end):
        length = sum(1 for character in stretch.words if not character.isspace())
        if length >= SHORTEST:
            yield SameWords(stretch.clause, stretch.words, length)


def _widest(found: Iterable[SameWords]) -> list[SameWords]:
    """Without the runs that lie within a longer one of the same clause."""
    kept: list[SameWords] = []
    for one in sorted(found, key=lambda item: -item.length):
        if not any(one.clause.address == held.clause.address and one.words in held.words for held in kept):
            kept.append(one)
    return kept
