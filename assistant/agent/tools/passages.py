"""Passages: the sentences of found clauses, ranked by a fitted model of which of them answers a question.

A linear model over the features of sentence_features.py, fitted by listwise softmax on judged questions: `python -m eval looking`.
Its weights lie beside this file in sentences.json; docs/decisions/0009-sentences-and-refusals.md has what was measured.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from assistant.agent.tools.sentence_features import (
    FEATURES,
    ClauseParts,
    Question,
    Shares,
    form,
    pairs,
    standing,
)
from assistant.agent.understanding.lexicon import Lexicon
from assistant.documents.clause import Clause
from assistant.documents.library import Library
from assistant.retrieval.asking import content_words

WEIGHTS_FILE = "sentences.json"
CARRIED = 0.4  # weight of the words of the question that this one carries on
MEANT = 0.7  # of the texts' words for what was said, beside the words that were said
STRANGE_NAME = 0.75  # a name that the corpus never mentions
STRANGE = 0.15  # a pair of characters that the corpus does not hold, as a share of the rarest pair's weight
_REMEMBERED = 8192  # clauses whose sentences are kept cut and encoded

SURE = 0.95  # clauses are shown until one of them answers with this probability
MOST_SHOWN = 3

Vectors = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True)
class Ranked:
    """A clause that was found, with its score in the reranking; `alone` is 1 / (1 + place / 2) by the question without the one
    that it carries on."""

    clause: Clause
    score: float
    alone: float = 0.0


@dataclass(frozen=True)
class Passage:
    """A sentence of a clause.

    `score` is the model's, `chance` the probability (0…1) that its clause is the one that answers, were one of those found
    to answer; `coverage` is the share of the question that the clause covers, `words` the question's pairs in the
    sentence itself with their share of it; `cosine` is that of question and sentence.
    """

    clause: Clause
    sentence: str
    order: int
    score: float
    chance: float
    coverage: float
    words: Mapping[str, float]
    cosine: float


@dataclass(frozen=True)
class SentenceModel:
    """A weight for each of FEATURES by name, what is not named weighs nothing; `sharpness` calibrates the chances."""

    weights: Mapping[str, float]
    sharpness: float = 1.0

    @classmethod
    def shipped(cls) -> SentenceModel:
        """The model that lies beside this file."""
        data = json.loads(resources.files(__package__).joinpath(WEIGHTS_FILE).read_text(encoding="utf-8"))
        return cls(data["weights"], data["sharpness"])

    def scores(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """A score for each row of FEATURES, higher is better."""
        weights: NDArray[np.float64] = np.array([self.weights.get(name, 0.0) for name in FEATURES])
        scores: NDArray[np.float64] = table @ weights
        return scores

    def chances(self, scores: NDArray[np.float64], clauses: Sequence[int]) -> NDArray[np.float64]:
        """For each sentence the probability that its clause answers; `clauses` tells which one each belongs to."""
        if not len(scores):
            return scores
        best = np.full(max(clauses) + 1, -np.inf)
        np.maximum.at(best, clauses, self.sharpness * scores)
        powers = np.exp(best - best.max())
        return np.asarray((powers / powers.sum())[list(clauses)])


@dataclass(frozen=True)
class Examined:
    """What the ranking is made from: sentences with features, in the order of the clauses."""

    sentences: Sequence[
        tuple[int, ClauseParts, int]
    ]  # place of the clause, the clause, place of the sentence
    table: NDArray[np.float64]  # (sentences, len(FEATURES))
    coverage: Sequence[float]
    words: Callable[[frozenset[str]], dict[str, float]]  # of the pairs of a sentence


class PassageRanker:
    """Cuts clauses into sentences, weighs the pairs of a question by how rare they are over the clauses, and ranks."""

    def __init__(
        self, library: Library, lexicon: Lexicon, vectors: Vectors, model: SentenceModel | None = None
    ) -> None:
        """`vectors` gives rows of length one; without `model` the shipped one ranks."""
        self._library = library
        self._lexicon = lexicon
        self._vectors = vectors
        self.model = model or SentenceModel.shipped()
        self._cut: dict[str, tuple[ClauseParts, NDArray[np.float32]]] = {}
        counts: Counter[str] = Counter()
        total = 0
        for clause in library.clauses():
            counts.update(set(pairs(self._place(clause) + " " + clause.text)))
            total += 1
        self._idf: Mapping[str, float] = {
            pair: math.log(1 + (total - seen + 0.5) / (seen + 0.5)) for pair, seen in counts.items()
        }
        self._unknown = math.log(1 + total / 0.5)

    def weights(self, question: str) -> dict[str, float]:
        """{pair of the question's content that the corpus holds: its weight}."""
        found = pairs(content_words(question))
        return {pair: self._idf[pair] for pair in found if pair in self._idf}

    def rank(self, question: Question, found: Sequence[Ranked], most: int) -> list[Passage]:
        """The `most` best sentences of the clauses found (best clause first), best sentence first."""
        return passages_of(self.examine(question, found), self.model, most)

    def examine(self, question: Question, found: Sequence[Ranked]) -> Examined:
        """Features of every sentence of the clauses found."""
        weighed = _Weighed.of(self, question, self._lexicon)
        vector = self._vectors([f"{question.text} {question.before}".strip()])[0]
        best = max((one.score for one in found), default=0.0)
        sentences: list[tuple[int, ClauseParts, int]] = []
        rows: list[list[float]] = []
        coverage: list[float] = []
        for order, one in enumerate(found):
            parts, vectors = self._parts(one.clause)
            fixed = standing(question, parts, one.score - best, order, one.alone)
            cosines = vectors @ vector
            covered = weighed.covered(parts)
            if one.clause.address in question.capped:
                covered = max(covered, CAPPED)
            share = weighed.sharing(parts)
            for at, sentence in enumerate(parts.sentences):
                rows.append(
                    [*fixed, *form(question, sentence, at, share(sentence.pairs), float(cosines[at]))]
                )
                sentences.append((order, parts, at))
                coverage.append(covered)
        table = np.array(rows, dtype=np.float64).reshape(len(rows), len(FEATURES))
        return Examined(sentences, table, coverage, weighed.words)

    def share(self, clause: Clause, weights: Mapping[str, float]) -> float:
        """Share of weighted words that stand in a clause or its headings, 0…1."""
        parts, _ = self._parts(clause)
        here = (parts.place_pairs | parts.pairs) & weights.keys()
        return sum(weights[pair] for pair in here) / (sum(weights.values()) or 1.0)

    def strange_share(self, question: Question) -> float:
        """Share (0…1) of the question's weight that the corpus does not hold."""
        weighed = _Weighed.of(self, question, self._lexicon)
        return weighed.strange / (sum(weighed.plain.values()) + weighed.strange or 1.0)

    def strangeness(self, question: Question) -> float:
        """Weight of what the corpus does not hold: names that it never mentions, and pairs."""
        strange = [pair for pair in pairs(content_words(question.text)) if pair not in self._idf]
        said = [
            name
            for name in question.uncovered
            if not any(word in name or name in word for word in self._lexicon.synonyms)
        ]
        return self._unknown * (STRANGE_NAME * len(said) + STRANGE * len(strange))

    def _parts(self, clause: Clause) -> tuple[ClauseParts, NDArray[np.float32]]:
        held = self._cut.get(clause.address)
        if held is None:
            parts = ClauseParts.of(clause, self._library.policies[clause.policy_id])
            held = parts, self._vectors([sentence.text for sentence in parts.sentences])
            if len(self._cut) >= _REMEMBERED:
                self._cut.clear()
            self._cut[clause.address] = held
        return held

    def _place(self, clause: Clause) -> str:
        title = self._library.policies[clause.policy_id].title
        return " ".join((title, *clause.heading_path, clause.label))


def clauses_shown(chances: Sequence[float]) -> int:
    """How many clauses (best first, with the chance of each) are shown so that one of them surely answers."""
    total = 0.0
    for count, chance in enumerate(chances[:MOST_SHOWN], 1):
        total += chance
        if total >= SURE:
            return count
    return min(len(chances), MOST_SHOWN)


def passages_of(examined: Examined, model: SentenceModel, most: int) -> list[Passage]:
    """The `most` best sentences as a model ranks them, best first."""
    scores = model.scores(examined.table)
    chances = model.chances(scores, [order for order, _, _ in examined.sentences])
    passages = []
    for row in np.argsort(-np.round(scores, 9), kind="stable")[:most]:
        order, parts, at = examined.sentences[row]
        sentence = parts.sentences[at]
        passages.append(
            Passage(
                parts.clause,
                sentence.text,
                order,
                float(scores[row]),
                float(chances[row]),
                examined.coverage[row],
                examined.words(sentence.pairs),
                float(examined.table[row, _COSINE]),
            )
        )
    return passages


_COSINE = FEATURES.index("cosine")
CAPPED = 0.5  # a clause that sets the limit which is asked about covers at least so much of the question


@dataclass(frozen=True)
class _Weighed:
    """A question's pairs with their weights: all that is searched for, and what counts for the coverage."""

    weights: Mapping[str, float]
    own: frozenset[str]
    plain: Mapping[str, float]
    places: frozenset[str]
    strange: float

    @classmethod
    def of(cls, ranker: PassageRanker, question: Question, lexicon: Lexicon) -> _Weighed:
        meant = " ".join(lexicon.meant(question.text))
        plain = ranker.weights(f"{question.text} {question.before} {meant}")
        own = ranker.weights(question.text)
        earlier = {pair: CARRIED * weight for pair, weight in ranker.weights(question.before).items()}
        spoken = {pair: MEANT * weight for pair, weight in ranker.weights(meant).items()}
        places = frozenset(pairs(" ".join(lexicon.places_in(question.text)))) & plain.keys()
        return cls(earlier | spoken | own, frozenset(own), plain, places, ranker.strangeness(question))

    @cached_property
    def _known(self) -> float:
        return sum(self.plain.values()) or 1.0

    @cached_property
    def _mine(self) -> float:
        return sum(self.weights[pair] for pair in self.own) or 1.0

    def sharing(self, parts: ClauseParts) -> Callable[[frozenset[str]], Shares]:
        """What of the question stands where, for the sentences of a clause; what the corpus lacks counts to no share."""
        weights = self.weights
        place, whole = parts.place_pairs & weights.keys(), parts.pairs & weights.keys()

        def weight(held: Iterable[str]) -> float:
            return sum(weights[pair] for pair in held)

        everything, told = weight(place | whole), weight((place | whole) & self.own) / self._mine

        def shares(sentence: frozenset[str]) -> Shares:
            own = sentence & whole
            mine = weight(own)
            above = weight(place - own) if own & place else weight(place)
            rest = everything - mine - above
            said = weight(own & self.own) / self._mine
            return Shares(mine / self._known, above / self._known, rest / self._known, said, told)

        return shares

    def covered(self, parts: ClauseParts) -> float:
        """Share of the question that clause and headings hold; places that are not named there are not asked for."""
        here = (parts.place_pairs | parts.pairs) & self.plain.keys()
        asked = self._known + self.strange - sum(self.plain[pair] for pair in self.places - here)
        return sum(self.plain[pair] for pair in here) / (asked or 1.0)

    def words(self, sentence: frozenset[str]) -> dict[str, float]:
        """The question's pairs in a sentence with their share of it."""
        total = self._known + self.strange
        return {pair: self.plain[pair] / total for pair in sorted(sentence & self.plain.keys())}
