"""The reranker: what the channels found, put in order by what of the question each clause covers and how.

A linear model over a few features of (question, clause), fitted by listwise softmax (ListNet, Cao et al., ICML 2007) on judged
questions: `python -m eval ranking`. Its weights lie beside this file in ranking.json; docs/decisions/0006-reranker.md has what
was measured. Everything is computed from the clause's own words at search time, some ten microseconds a clause.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.asking import Ask, asks_of, content_words
from assistant.retrieval.entries import Entry
from assistant.retrieval.tokenizer import pair_terms

FEATURES = (
    "lexical",  # BM25 over that of the best clause found
    "lexical_rank",  # 10 / (10 + rank) in the keyword channel
    "vector_rank",  # the same in the vector channel
    "cosine",
    "sentence",  # share of the question's weighted pairs in the clause's best sentence
    "place",  # share in the title and headings above and not in that sentence
    "rest",  # share elsewhere in the clause
    "covered",  # share in all of these together
    "title",  # share in the title and headings
    "length",  # log of the clause's characters
    "definition",  # the question asks for a meaning and the clause defines
    "when",  # it asks when, and the best sentence tells a time
    "amount",  # it asks how many of what, and the best sentence counts that; half for any figure
    "points",  # it asks for points and the clause gives some
    "figures",  # it asks for an amount and the clause has a figure
    "lead_in",  # the best sentence only announces a list
    "prior",  # how often clauses of the policy have answered judged questions
)
WEIGHTS_FILE = "ranking.json"

_UNIT = 1 << 40
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_DEFINITION = re.compile(r"是指|指的?是|所称|以下简称")
_TIME = re.compile(r"\d{4}\s*年|\d+个月|[一二三四五六七八九十\d]+年|之日|期限|时间|底前|月")
_COUNTED = re.compile(r"(?:多少|几)(?P<unit>家|个|项|分|年|公顷|辆|吨|亿元|万元|元|页|字|天|个月|轮|批)")
_AMOUNT = re.compile(r"\d|百分之|[一二三四五六七八九十百千万]+(?:分|家|个|项|吨|元|年|月|日)")
_FIGURE = re.compile(r"\d")


class ClauseTerms:
    """What a clause is compared by: the pairs of its headings and of each sentence, cut once."""

    __slots__ = ("length", "place", "sentences", "shares", "text", "whole")

    def __init__(self, entry: Entry) -> None:
        self.text = unicodedata.normalize("NFKC", entry.text)
        self.sentences = [one for one in _SENTENCE.findall(self.text) if one.strip()] or [self.text]
        self.place = _place_terms(entry.context)
        self.shares = [pair_terms(sentence) for sentence in self.sentences]
        self.whole = self.shares[0].union(*self.shares[1:])
        self.length = math.log(1 + len(self.text)) / 6


@dataclass(frozen=True)
class Found:
    """A clause that a channel found; a rank (from 1) is None where the channel did not find it."""

    terms: ClauseTerms
    policy_id: str
    lexical: float
    cosine: float
    lexical_rank: int | None
    vector_rank: int | None


class QuestionTerms:
    """A question as clauses are compared with it."""

    def __init__(self, question: str, weight: Callable[[str], float]) -> None:
        """`weight` is the idf of a pair, 0 for one that the corpus does not hold."""
        content = content_words(question)
        self.asks = asks_of(question)
        counted = _COUNTED.search(question)
        self.counted = re.compile(rf"[\d一二三四五六七八九十]\s*万?{counted['unit']}") if counted else None
        weights = {term: weight(term) for term in pair_terms(content)}
        self.weights = {term: value for term, value in weights.items() if value > 0}
        self.terms = frozenset(self.weights)
        # Whole numbers: their sums are exact, in any order of a set.
        self._units = {term: round(value * _UNIT) for term, value in self.weights.items()}
        self._total = sum(self._units.values()) or 1
        self.meaning, self.when, self.points, self.amount = (
            ask in self.asks for ask in (Ask.MEANING, Ask.WHEN, Ask.POINTS, Ask.AMOUNT)
        )

    def held(self, terms: frozenset[str]) -> int:
        """Weight of `terms`, all of them the question's, in 2^-40."""
        return sum(map(self._units.__getitem__, terms))

    def share(self, held: int) -> float:
        """Share of the question's weight, 0…1."""
        return held / self._total


@dataclass(frozen=True)
class Ranking:
    """The fitted model: a weight for each feature by name, priors of policies by id; what is not named weighs nothing."""

    weights: Mapping[str, float]
    priors: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def shipped(cls) -> Ranking:
        """The weights that lie beside this file."""
        text = resources.files(__package__).joinpath(WEIGHTS_FILE).read_text(encoding="utf-8")
        return cls(json.loads(text)["weights"])

    def vector(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Weights in the order of `names`."""
        return np.array([self.weights.get(name, 0.0) for name in names])

    def scores(
        self,
        question: QuestionTerms,
        found: Sequence[Found],
        signals: Sequence[Mapping[str, float]] | None = None,
    ) -> NDArray[np.float64]:
        """A score for each clause found, higher is better; `signals` are further features by name, one mapping a clause."""
        scores = self.features(question, found) @ self.vector(FEATURES)
        if signals is not None:
            weight = self.weights
            scores += [
                math.fsum(weight.get(name, 0.0) * value for name, value in one.items()) for one in signals
            ]
        return scores

    def features(self, question: QuestionTerms, found: Sequence[Found]) -> NDArray[np.float64]:
        """Shape (len(found), len(FEATURES))."""
        best = max((one.lexical for one in found), default=0.0) or 1.0
        rows = [_row(question, one, best, self.priors.get(one.policy_id, 0.0)) for one in found]
        return np.array(rows, dtype=np.float64).reshape(len(found), len(FEATURES))


def _row(question: QuestionTerms, one: Found, best: float, prior: float) -> list[float]:
    terms = one.terms
    place, whole = terms.place & question.terms, terms.whole & question.terms
    own, at = _best_sentence(question, terms, whole) if whole else (whole, 0)
    sentence = terms.sentences[at]
    in_sentence, covered = question.held(own), question.held(whole | place)
    in_place = question.held(place - own)
    return [
        one.lexical / best,
        10 / (10 + one.lexical_rank) if one.lexical_rank else 0.0,
        10 / (10 + one.vector_rank) if one.vector_rank else 0.0,
        one.cosine,
        question.share(in_sentence),
        question.share(in_place),
        question.share(covered - in_sentence - in_place),
        question.share(covered),
        question.share(question.held(place)),
        terms.length,
        1.0 if question.meaning and _DEFINITION.search(terms.text) else 0.0,
        1.0 if question.when and _TIME.search(sentence) else 0.0,
        _counts(question, sentence),
        1.0 if question.points and "分" in terms.text else 0.0,
        1.0 if question.amount and _FIGURE.search(terms.text) else 0.0,
        1.0 if sentence.rstrip().endswith((":", "：")) else 0.0,
        prior,
    ]


def _best_sentence(
    question: QuestionTerms, terms: ClauseTerms, wanted: frozenset[str]
) -> tuple[frozenset[str], int]:
    """(those of `wanted` in the sentence that holds most of them, its position)."""
    if len(terms.shares) == 1:
        return wanted, 0
    best, most, at = wanted, -1, 0
    for number, share in enumerate(terms.shares):
        own = share & wanted
        held = question.held(own) if own else 0
        if held > most:
            best, most, at = own, held, number
    return best, at


def _counts(question: QuestionTerms, sentence: str) -> float:
    if question.counted is not None and question.counted.search(sentence):
        return 1.0
    return 0.5 if question.amount and _AMOUNT.search(sentence) else 0.0


@lru_cache(4096)
def _place_terms(context: str) -> frozenset[str]:
    """Clauses of one article share their headings."""
    return pair_terms(context)
