"""The retriever: keyword and vector channels over one verified index; what they find is reranked."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.documents.library import Library
from assistant.retrieval.answerable import DEPTH as ANSWERABLE_DEPTH
from assistant.retrieval.answerable import AnswerableModel, Evidence, features
from assistant.retrieval.coverage import Coverage
from assistant.retrieval.cross_encoder import CrossEncoderReranker
from assistant.retrieval.encoder import Encoder, load_encoder
from assistant.retrieval.entries import Entry, IndexSource
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.generation import OpenIndex, PointerWatch, open_index
from assistant.retrieval.index import ensure_index, identity_of
from assistant.retrieval.manifest import Manifest
from assistant.retrieval.progress import Progress, SilentProgress
from assistant.retrieval.reranker import ClauseTerms, Found, QuestionTerms, Ranking
from assistant.retrieval.tokenizer import character_terms
from assistant.retrieval.vectors.caches import CACHE_FROM, CacheFactory, SharedCaches
from assistant.retrieval.vectors.embedded import EmbeddedSource
from assistant.retrieval.vectors.server import ServerSource
from assistant.retrieval.words import WordCutter
from assistant.settings import Settings

LOCK_WAIT_SECONDS = 60.0
# Clauses that each channel hands to the reranker; twice as many as are wanted where that is more.
DEPTH = 40
# Clauses that a CrossEncoder orders again.
_JUDGED = 50
_REMEMBERED_CLAUSES = 8192
_REMEMBERED_TERMS = 65536


@dataclass(frozen=True)
class Hit:
    """A clause found; `score` is the reranker's (any real number), the ranks (from 1) those in each channel or None."""

    address: str
    score: float
    lexical_rank: int | None
    vector_rank: int | None


class Guide(Protocol):
    """What is known of a question beyond its words, as further features of the clauses."""

    @property
    def addresses(self) -> Collection[str]:
        """Clauses to rank even where no channel finds them; those that there are not are passed over."""

    def signals(self, entry: Entry) -> Mapping[str, float]:
        """Features of a clause by name, those that are zero left out."""


@dataclass(frozen=True)
class Pool:
    """What there is to rank for one question; `entries`, `found` and `signals` run alongside `places`."""

    query: str
    question: QuestionTerms
    places: Sequence[int]
    entries: Sequence[Entry]
    found: Sequence[Found]
    signals: Sequence[Mapping[str, float]] | None


class Retriever:
    """Finds clauses in one generation of the index; thread-safe.

    Addresses and 文号 are resolved by the library, not searched here.
    """

    def __init__(
        self,
        index: OpenIndex,
        encoder: Encoder,
        ranking: Ranking | None = None,
        caches: SharedCaches | None = None,
        judge: CrossEncoderReranker | None = None,
    ) -> None:
        """The retriever closes `index` when it is closed; without `ranking` the shipped one ranks.

        `caches` are those that `index` was opened with. `judge` orders the first clauses again.
        """
        self._judge = judge
        self._index = index
        self._caches = None if caches is None else caches.take()
        self._encoder = encoder
        self._ranking = ranking or Ranking.shipped()
        self._terms_at = lru_cache(_REMEMBERED_CLAUSES)(self._read_terms)
        self._weight = lru_cache(_REMEMBERED_TERMS)(self._idf)
        self._coverage = Coverage(index.lexical, index.words)
        self._watch = PointerWatch(index.folder.parent)

    @classmethod
    def open(
        cls,
        settings: Settings,
        library: Library,
        progress: Progress | None = None,
        rebuild: bool = False,
    ) -> Retriever:
        """Open the index of the settings; where it is of other texts it is updated, where it is missing, torn or foreign
        it is built (`rebuild`: in any case).

        Raises EncoderError, IndexLockedError (another process writes it for a minute), SearchIndexError.
        """
        encoder = load_encoder(settings.encoder_source)
        judge = CrossEncoderReranker(settings.reranker) if settings.reranker else None
        caches = SharedCaches(cache_factory(settings))
        index = ensure_index(
            settings.indexes,
            IndexSource.of(library),
            encoder,
            progress or SilentProgress(),
            LOCK_WAIT_SECONDS,
            rebuild,
            caches.factory,
        )
        return cls(index, encoder, caches=caches, judge=judge)

    @property
    def words(self) -> WordCutter:
        """The dictionary that the index was built with."""
        return self._index.words

    def renewed(self, library: Library) -> Retriever:
        """A retriever over the generation now in service, which must be that of `library`; nothing is built.

        Raises IndexStaleError or IndexDamagedError; this retriever goes on in any case.
        """
        identity = identity_of(IndexSource.of(library), self._encoder)
        factory = None if self._caches is None else self._caches.factory
        index = open_index(self._index.folder.parent, identity.check, factory)
        return Retriever(index, self._encoder, self._ranking, self._caches, self._judge)

    @property
    def manifest(self) -> Manifest:
        """What the index in use was built from and with."""
        return self._index.manifest

    @property
    def generation(self) -> str:
        """Name of the generation in use."""
        return self._index.folder.name

    def state(self) -> dict[str, Any]:
        """What is in use, for health."""
        return {**self._index.state(), "reranker": self._judge.name if self._judge else "linear"}

    def warm(self) -> None:
        """Begin to open what makes searching a large index faster; answers are the same before and after."""
        self._index.vectors.warm()

    def superseded(self) -> bool:
        """Whether CURRENT names another generation (looked up at most every half second)."""
        return self._watch.name() not in (None, self.generation)

    def search(
        self, query: str, limit: int = 10, where: ClauseFilter | None = None, guide: Guide | None = None
    ) -> list[Hit]:
        """The `limit` clauses that answer `query` best, best first; nothing for a query without a letter or digit.

        `where` restricts both channels before ranking, and what the guide points at.
        """
        pool = self.pool(query, max(DEPTH, 2 * limit), where, guide) if limit > 0 else None
        return self.ranked(pool, limit)

    def ranked(self, pool: Pool | None, limit: int) -> list[Hit]:
        """The `limit` best clauses of a pool, best first."""
        if pool is None:
            return []
        scores = self._ranking.scores(pool.question, pool.found, pool.signals)
        order = np.lexsort((np.array(pool.places), -np.round(scores, 9)))
        if self._judge is not None:
            order, scores = _judged(self._judge, pool, order, scores)
        return [
            Hit(
                pool.entries[at].address,
                float(scores[at]),
                pool.found[at].lexical_rank,
                pool.found[at].vector_rank,
            )
            for at in order[:limit]
        ]

    def answerable(self, query: str, where: ClauseFilter | None = None) -> float:
        """Probability (0…1) that what `where` admits of the corpus answers `query`; 0 where nothing is found."""
        pool = self.pool(query, DEPTH, where)
        return self.answered_by(pool)

    def answered_by(self, pool: Pool | None) -> float:
        """The same, of a pool at least as deep as what is looked at."""
        if pool is None:
            return 0.0
        query = pool.query
        by_keywords = [at for at, one in enumerate(pool.found) if one.lexical_rank]
        best = sorted(by_keywords, key=lambda at: pool.found[at].lexical_rank or 0)[:ANSWERABLE_DEPTH]
        words = self._index.words
        evidence = Evidence(
            query=query,
            words=words.search_words(query),
            names=words.names(query),
            uncovered=self._coverage.uncovered(query),
            texts=[pool.entries[at].searched_text for at in best],
            score=pool.found[best[0]].lexical if best else 0.0,
            cosine=max(one.cosine for one in pool.found),
        )
        return self._answers.probability(features(evidence, self._index.lexical))

    @cached_property
    def _answers(self) -> AnswerableModel:
        return AnswerableModel.read()

    def pool(
        self, query: str, depth: int, where: ClauseFilter | None = None, guide: Guide | None = None
    ) -> Pool | None:
        """What both channels find for `query` within their first `depth`, and what the guide points at; None when nothing."""
        if not character_terms(query):
            return None
        allowed = None
        if where is not None:
            allowed = self._index.table.allowed(where)
            if allowed is None:
                where = None  # it admits every policy
            elif not allowed:
                return None
        lexical = dict(self._index.lexical.search(query, depth, where))
        vector = self._encoder.encode_queries([query])[0]
        dense = [place for place, _ in self._index.vectors.search(vector, depth, allowed)]
        lexical_ranks = {place: rank for rank, place in enumerate(lexical, 1)}
        vector_ranks = {place: rank for rank, place in enumerate(dense, 1)}
        pointed = [] if guide is None else self._index.places(guide.addresses, where)
        places = list(dict.fromkeys((*lexical, *dense, *pointed)))
        if not places:
            return None
        read = [self._terms_at(place) for place in places]
        cosines = self._index.cosines(vector, places)
        found = [
            Found(
                terms,
                entry.policy_id,
                lexical.get(place, 0.0),
                cosine,
                lexical_ranks.get(place),
                vector_ranks.get(place),
            )
            for place, (entry, terms), cosine in zip(places, read, cosines, strict=True)
        ]
        entries = [entry for entry, _ in read]
        signals = None if guide is None else [guide.signals(entry) for entry in entries]
        return Pool(query, QuestionTerms(query, self._weight), places, entries, found, signals)

    def _read_terms(self, place: int) -> tuple[Entry, ClauseTerms]:
        entry = self._index.entry(place)
        return entry, ClauseTerms(entry)

    def _idf(self, term: str) -> float:
        """How rare a pair is over the clauses (BM25's idf); 0 for one that none of them has."""
        frequency = self._index.lexical.text_freq(term)
        if not frequency:
            return 0.0
        return math.log(1 + (len(self._index.lexical) - frequency + 0.5) / (frequency + 0.5))

    def uncovered(self, query: str) -> tuple[str, ...]:
        """Names of things, people and places in `query` that stand nowhere in the corpus: a sign to refuse."""
        return self._coverage.uncovered(query)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The encoder's rows of length one for `texts`, as questions are encoded."""
        return self._encoder.encode_queries(texts)

    def close(self) -> None:
        """Release the index; the retriever must not be used afterwards."""
        self._index.close()
        caches, self._caches = self._caches, None
        if caches is not None:
            caches.give_back()


def _judged(
    judge: CrossEncoderReranker,
    pool: Pool,
    order: NDArray[np.int64],
    scores: NDArray[np.float64],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """(order, scores) with the first clauses as the judge orders them; the others follow, all their scores below."""
    first, rest = order[:_JUDGED], order[_JUDGED:]
    given = judge.scores(pool.query, [pool.entries[at].searched_text for at in first])
    mended = scores.copy()
    mended[first] = given
    if len(rest):
        mended[rest] += float(given.min()) - 1.0 - float(scores[rest].max())
    return np.concatenate([first[np.argsort(-given, kind="stable")], rest]), mended


def cache_factory(settings: Settings) -> CacheFactory:
    """Caches of vectors as the settings ask: beside the index, or on the Chroma server they name; none is opened yet."""
    if settings.chroma_url is None:
        return CacheFactory(EmbeddedSource(), settings.cache_from or CACHE_FROM)
    return CacheFactory(ServerSource(settings.chroma_url), settings.cache_from or 1)
