"""What a message does in its conversation (states, asks, corrects, supposes, greets, …): several acts at once, each with a probability.

A linear model over character n-grams of the message, with the corpus's own names, figures and clause numbers also
put as placeholders, so that what it learned of one policy serves another. It tells what somebody wants where words are many and
forms are few; names, figures and clauses are read by their own readers. Weights: acts.npz, fitted by `python -m eval acts --fit`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.documents.library import Library
from assistant.documents.references import find_references
from assistant.quantities import find_quantities
from assistant.rules.books import RuleBooks

WEIGHTS = Path(__file__).resolve().parent / "acts.npz"
LONGEST = 4  # characters of an n-gram
CONTEXT_LONGEST = 2  # of one that is also read together with the state of the conversation
LONG = 200  # characters: of a longer message its two ends are read
_PROGRAMME, _DOCUMENT, _METRIC, _FACT, _QUANTITY, _SHARE, _YEAR, _CLAUSE = "ＰＤＭＦＱＳＹＣ"
_EDGE = "␟"


class Act(StrEnum):
    """What a message does; a message may do several things."""

    STATE = "state"  # gives figures or conditions of the enterprise
    VERDICT = "verdict"  # whether the enterprise qualifies
    METRIC = "metric"  # a value computed for the enterprise
    SCORE = "score"  # points of the enterprise
    LIMIT = "limit"  # the least, the most or the gap for the enterprise
    SUPPOSE = "suppose"
    CORRECT = "correct"
    REVERT = "revert"  # back to the actual figures
    FORGET = "forget"
    FORGET_ONE = "forget_one"
    RECALL = "recall"  # which facts have been noted
    WHY = "why"  # why something is asked
    RULE = "rule"  # what the texts say
    DOCUMENT = "document"  # status, validity, number, issuer, date of a document
    CLAUSE = "clause"  # a clause by its number
    QUOTE = "quote"  # where words stand
    COMPARE = "compare"
    CONFIRM = "confirm"  # a belief about the rules, to be confirmed
    CHAT = "chat"
    TRICK = "trick"  # wants to change how the assistant works
    OUTSIDE = "outside"
    SEVERAL = "several"  # two or more questions


OF_APPLICANT = (Act.STATE, Act.VERDICT, Act.METRIC, Act.SCORE, Act.LIMIT, Act.SUPPOSE, Act.CORRECT)
OF_TEXTS = (Act.RULE, Act.DOCUMENT, Act.CLAUSE, Act.QUOTE, Act.CONFIRM, Act.OUTSIDE)


def tells_of_applicant(acts: Mapping[Act, float]) -> bool:
    """Whether a message is rather about the applicant's figures than about the texts."""
    return max(acts[act] for act in OF_APPLICANT) > max(acts[act] for act in OF_TEXTS)


@dataclass(frozen=True)
class Situation:
    """What of the conversation a message is read in."""

    facts_known: bool = False
    asked: bool = False  # the assistant asked for a fact
    follows: bool = False  # something was said before


class Masks:
    """Puts placeholders for names, figures and clause numbers."""

    def __init__(self, library: Library, books: RuleBooks) -> None:
        names: dict[str, str] = {}
        for book in books.books.values():
            for fact in book.facts.values():
                names |= dict.fromkeys((fact.label, *fact.synonyms, *fact.topic), _FACT)
            for metric in book.metrics.values():
                names |= dict.fromkeys((metric.label, *metric.synonyms), _METRIC)
            for programme in book.programmes.values():
                names |= dict.fromkeys((programme.label, *programme.aliases), _PROGRAMME)
        for policy in library.policies.values():
            names |= dict.fromkeys((policy.title, *policy.aliases, policy.number or policy.title), _DOCUMENT)
        self._names = {name: sign for name, sign in names.items() if len(name) > 1}
        longest_first = sorted(self._names, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def masked(self, message: str) -> str:
        """The message with a placeholder for each clause number, figure and name of the corpus."""
        spans = [(one.start, one.end, _CLAUSE) for one in find_references(message)]
        for figure in find_quantities(message):
            sign = {"年": _YEAR, "%": _SHARE}.get(figure.unit or "", _QUANTITY)
            spans.append((figure.start, figure.end, sign))
        parts, at = [], 0
        for start, end, sign in sorted(spans):
            if start >= at:
                parts += [message[at:start], sign]
                at = end
        text = "".join([*parts, message[at:]])
        return self._pattern.sub(lambda found: self._names[found.group()], text)


def features(message: str, masked: str, situation: Situation) -> set[str]:
    """N-grams of a message as written and with placeholders, and short ones together with the situation."""
    plain = _folded(message)
    found = {f"w{gram}" for gram in _grams(plain, LONGEST)}
    kept = _folded(masked)
    found |= {f"m{gram}" for gram in _grams(kept, LONGEST)}
    flags = [
        name
        for name, holds in (
            ("f", situation.facts_known),
            ("q", situation.asked),
            ("p", situation.follows),
        )
        if holds
    ]
    short = set(_grams(kept, CONTEXT_LONGEST))
    found |= {f"{flag}{gram}" for flag in flags for gram in short}
    found |= {f"={flag}" for flag in flags}
    found |= {f"#{min(len(kept) // 6, 8)}"}
    return found


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFC", text).lower()
    plain = re.sub(r"\s+", "", plain)
    if len(plain) > LONG:
        plain = plain[: LONG // 2] + _EDGE + plain[-LONG // 2 :]
    return _EDGE + re.sub(r"[。.!！~～…]+$", "", plain).replace("？", "?").replace("，", ",") + _EDGE


def _grams(text: str, longest: int) -> Iterable[str]:
    for size in range(1, longest + 1):
        for start in range(len(text) - size + 1):
            yield text[start : start + size]


@dataclass(frozen=True)
class Weights:
    """One column of weights an act; `vocabulary` maps a feature to its row."""

    vocabulary: Mapping[str, int]
    matrix: NDArray[np.float32]  # (features, acts)
    bias: NDArray[np.float32]  # (acts,)
    acts: tuple[Act, ...]

    @classmethod
    @cache
    def shipped(cls) -> Weights:
        """The weights beside this module."""
        with np.load(WEIGHTS, allow_pickle=False) as stored:
            words = str(stored["features"]).split("\n")
            scale = stored["scale"].astype(np.float32)
            return cls(
                {word: row for row, word in enumerate(words)},
                stored["matrix"].astype(np.float32) * scale,
                stored["bias"].astype(np.float32),
                tuple(Act(name) for name in str(stored["acts"]).split("\n")),
            )

    def probabilities(self, found: Iterable[str]) -> dict[Act, float]:
        """{act: probability} for the features of a message; acts do not exclude each other."""
        rows = [row for feature in found if (row := self.vocabulary.get(feature)) is not None]
        scores = self.bias + self.matrix[rows].sum(axis=0) / np.sqrt(max(len(rows), 1))
        chances = 1.0 / (1.0 + np.exp(-scores))
        return {act: float(chance) for act, chance in zip(self.acts, chances, strict=True)}


class ActReader:
    """Reads acts with the names of one corpus."""

    def __init__(self, masks: Masks, weights: Weights | None = None) -> None:
        self._masks = masks
        self._weights = weights or Weights.shipped()

    def read(self, message: str, situation: Situation) -> dict[Act, float]:
        """{act: probability 0…1} of a message."""
        return self._weights.probabilities(features(message, self._masks.masked(message), situation))
