"""Whether the corpus answers a question: a calibrated probability from what a search of it found.

The features are scaled by the corpus, so that one set of weights serves any size of it: how much of the question's weight the
best clause covers, how much the corpus has at all, which names of things it lacks, how near the best clause is by keywords
and by meaning, and how much the match weighs, since two words in common say less than ten. Weights lie in answerable.json, fitted by `python -m eval answerable --fit`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from assistant.errors import SearchIndexError
from assistant.retrieval.tokenizer import character_terms, fold

WEIGHTS = Path(__file__).resolve().parent / "answerable.json"
FEATURES = ("terms_covered", "terms_known", "names_covered", "names_unknown", "score", "cosine", "matched")
# Clauses whose text is looked at.
DEPTH = 5
# Below this somebody who searches is told that the corpus may have no answer. On product dev (771 questions of one turn, which the
# fit saw too) 73 % of those it warns of have none, it warns of 54 % of those without and of 3 % of those with an answer.
UNLIKELY_BELOW = 0.3

_K1_PLUS_1 = 2.2  # tantivy's k1 is 1.2: the most that one term of idf 1 can score
_MOST_UNKNOWN = 3


class TermStatistics(Protocol):
    """How common terms are in the corpus."""

    def __len__(self) -> int:
        """Clauses."""

    def text_freq(self, term: str) -> int:
        """Clauses with a pair, a Latin word or number, or a single character."""

    def word_freq(self, word: str) -> int:
        """Clauses with a word."""


@dataclass(frozen=True)
class Evidence:
    """What a search found for a question."""

    query: str
    words: Sequence[str]  # WordCutter.search_words of the query
    names: Sequence[str]  # WordCutter.names of the query
    uncovered: Sequence[str]  # Coverage.uncovered of the query
    texts: Sequence[str]  # headings and text of the best clauses, best first
    score: float  # the best clause's keyword score
    cosine: float  # the best clause's cosine


def features(evidence: Evidence, corpus: TermStatistics) -> dict[str, float]:
    """Values of FEATURES; every share is 0 for a question without a term."""
    characters = list(dict.fromkeys(character_terms(evidence.query)))
    # Single characters say little: nearly every one stands somewhere.
    pairs = {term: _weight(len(corpus), corpus.text_freq(term)) for term in characters if len(term) > 1}
    names = {
        name: max((_weight(len(corpus), corpus.text_freq(pair)) for pair in _pairs(name)), default=0.0)
        for name in evidence.names
    }
    words = dict.fromkeys(evidence.words)
    ideal = sum(_weight(len(corpus), corpus.text_freq(term)) for term in characters)
    ideal += sum(_weight(len(corpus), corpus.word_freq(word)) for word in words)
    folded = [_plain(text) for text in evidence.texts[:DEPTH]]
    return {
        "terms_covered": max(
            (_share(pairs, (term for term in pairs if term in text)) for text in folded), default=0.0
        ),
        "terms_known": _share(pairs, (term for term in pairs if corpus.text_freq(term) > 0)),
        "names_covered": _share(
            names, (name for name in names if any(_plain(name) in text for text in folded))
        ),
        "names_unknown": float(min(len(evidence.uncovered), _MOST_UNKNOWN)),
        "score": evidence.score / (_K1_PLUS_1 * ideal) if ideal else 0.0,
        "cosine": evidence.cosine,
        # In terms as rare as can be: 3 means three of them and nothing else.
        "matched": math.log1p(evidence.score / (_K1_PLUS_1 * _weight(len(corpus), 0))),
    }


@dataclass(frozen=True)
class AnswerableModel:
    """Logistic regression over FEATURES."""

    weights: Mapping[str, float]
    intercept: float

    @classmethod
    def read(cls, path: Path = WEIGHTS) -> AnswerableModel:
        """Read what `write` wrote. Raises SearchIndexError."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            weights = {name: float(found["weights"][name]) for name in FEATURES}
            return cls(weights, float(found["intercept"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SearchIndexError(
                f"{path} 不是可读的可答性权重：{error!r}；应含 weights 和 intercept"
            ) from error

    def write(self, path: Path, fitted_on: Mapping[str, object]) -> None:
        """Write weights, and what they were fitted on."""
        content = {"weights": dict(self.weights), "intercept": self.intercept, "fitted_on": dict(fitted_on)}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def probability(self, values: Mapping[str, float]) -> float:
        """Probability (0…1) that the corpus answers a question with these features, were half of all questions answerable."""
        total = self.intercept + sum(self.weights[name] * values[name] for name in FEATURES)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


def _weight(clauses: int, held: int) -> float:
    return math.log1p((clauses - held + 0.5) / (held + 0.5))


def _share(weights: Mapping[str, float], covered: Iterable[str]) -> float:
    total = math.fsum(weights.values())
    return math.fsum(weights[term] for term in covered) / total if total else 0.0


def _pairs(name: str) -> list[str]:
    terms = character_terms(name)
    return [term for term in terms if len(term) > 1] or terms


def _plain(text: str) -> str:
    return "".join(fold(text).split())
