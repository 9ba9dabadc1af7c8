"""How alike two questions are by their characters, so that half a question finds a whole one."""

from __future__ import annotations

import heapq
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_NO_WORDS = re.compile(r"[\W_]+")
_EITHER = re.compile(r"(.)[不没]\1")  # 能不能, 有没有: asks, denies nothing
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# One of these more or less turns a question into another one.
_TURNING = "不未非无没近超"


@dataclass(frozen=True)
class Near:
    """The question at `index`: `found` is the share (0…1) of what was typed that stands in it, `alike` how equal both are."""

    index: int
    found: float
    alike: float


class QuestionIndex:
    """Questions by their pairs of characters, rare pairs counting more; never changed."""

    def __init__(self, questions: Sequence[str]) -> None:
        pieces = [_pieces(bare(question)) for question in questions]
        counts = Counter(piece for one in pieces for piece in one)
        self._default = math.log(1 + len(questions) + 1)
        self._weights = {piece: math.log(1 + (len(questions) + 1) / count) for piece, count in counts.items()}
        self._sums = [self._sum(one) for one in pieces]
        self._places: dict[str, list[int]] = {}
        for index, one in enumerate(pieces):
            for piece in one:
                self._places.setdefault(piece, []).append(index)

    def near(self, typed: str, limit: int, least: float = 0.5) -> list[Near]:
        """Questions in which at least the share `least` of what was typed stands, the best first, earlier ones before later."""
        pieces = _pieces(bare(typed))
        wanted = self._sum(pieces)
        if not wanted:
            return []
        shared: dict[int, float] = {}
        for piece in pieces:
            for index in self._places.get(piece, ()):
                shared[index] = shared.get(index, 0.0) + self._weights[piece]
        found = (
            Near(index, weight / wanted, 2 * weight / (wanted + self._sums[index]))
            for index, weight in shared.items()
            if weight >= least * wanted
        )
        return heapq.nsmallest(limit, found, key=lambda one: (-one.found - one.alike, one.index))

    def _sum(self, pieces: frozenset[str]) -> float:
        return sum(self._weights.get(piece, self._default) for piece in pieces)


def bare(question: str) -> str:
    """The question without signs, spaces, widths and cases: two that are the same to a person are equal."""
    return _NO_WORDS.sub("", _narrow(question))


def asks_the_same(one: str, other: str) -> bool:
    """Whether nothing stands in one question alone that would turn it: another number, a denial, 近零碳 for 零碳."""
    return _turns(one) == _turns(other)


def _turns(question: str) -> tuple[list[str], Counter[str]]:
    text = _EITHER.sub(r"\1", _narrow(question))
    return sorted(_NUMBER.findall(text)), Counter(sign for sign in text if sign in _TURNING)


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _pieces(text: str) -> frozenset[str]:
    if len(text) < 2:
        return frozenset(text)
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))
