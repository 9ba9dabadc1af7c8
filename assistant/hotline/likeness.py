"""How alike two questions are by their characters, so that half a question finds a whole one."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
LEAST = 0.5  # share of what was typed that has to stand in a question which is near to it

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


@dataclass(frozen=True)
class QuestionIndex:
    """Questions by their pairs of characters, rare pairs counting more; never changed.

    `weights` are those of the questions it was made of first; pairs that came later weigh `default`.
    """

    weights: Mapping[str, float]
    default: float
    places: Mapping[str, NDArray[np.int32]]  # in which questions a pair stands
    sums: Scores  # of the weights of a question's pairs

    @classmethod
    def of(cls, questions: Sequence[str]) -> QuestionIndex:
        """The index of `questions`, which keep their order."""
        pieces = [_pieces(bare(question)) for question in questions]
        counts = Counter(piece for one in pieces for piece in one)
        weights = {piece: math.log(1 + (len(questions) + 1) / count) for piece, count in counts.items()}
        empty = cls(weights, math.log(1 + len(questions) + 1), {}, np.zeros(0))
        return empty._with(pieces)

    def plus(self, questions: Sequence[str]) -> QuestionIndex:
        """An index of these questions as well, behind those it has."""
        return self._with([_pieces(bare(question)) for question in questions])

    def __len__(self) -> int:
        return len(self.sums)

    def likeness(self, typed: str) -> tuple[Scores, Scores]:
        """(found, alike) of every question, as Near has them; zeros where no pair of what was typed stands."""
        pieces = _pieces(bare(typed))
        wanted, shared = self._sum(pieces), np.zeros(len(self))
        if not wanted:
            return shared, shared
        for piece in pieces:
            if (places := self.places.get(piece)) is not None:
                shared[places] += self.weights.get(piece, self.default)
        return shared / wanted, 2 * shared / (wanted + self.sums)

    def near(self, typed: str, limit: int) -> list[Near]:
        """Questions in which at least the share LEAST of what was typed stands, the best first, earlier ones before later."""
        found, alike = self.likeness(typed)
        places = np.flatnonzero(found >= LEAST)
        order = places[np.argsort(-(found + alike)[places], kind="stable")][:limit]
        return [Near(int(at), float(found[at]), float(alike[at])) for at in order]

    def _with(self, pieces: Sequence[frozenset[str]]) -> QuestionIndex:
        added: dict[str, list[int]] = {}
        for place, one in enumerate(pieces, len(self)):
            for piece in one:
                added.setdefault(piece, []).append(place)
        places = dict(self.places)
        for piece, more in added.items():
            new = np.array(more, dtype=np.int32)
            places[piece] = np.concatenate([places[piece], new]) if piece in places else new
        sums = np.concatenate([self.sums, [self._sum(one) for one in pieces]])
        return QuestionIndex(self.weights, self.default, places, sums)

    def _sum(self, pieces: frozenset[str]) -> float:
        return math.fsum(self.weights.get(piece, self.default) for piece in pieces)


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
