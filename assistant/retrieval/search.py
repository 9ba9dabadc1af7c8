"""The retriever: keyword and vector channels over one verified index, fused by rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.documents.library import Library
from assistant.retrieval.coverage import Coverage
from assistant.retrieval.encoder import Encoder, load_encoder
from assistant.retrieval.entries import IndexSource
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.fusion import fuse_ranks
from assistant.retrieval.generation import OpenIndex, PointerWatch
from assistant.retrieval.index import ensure_index
from assistant.retrieval.manifest import Manifest
from assistant.retrieval.progress import Progress, SilentProgress
from assistant.retrieval.tokenizer import character_terms
from assistant.retrieval.vectors.caches import CacheFactory
from assistant.settings import Settings

LOCK_WAIT_SECONDS = 60.0
# Candidates that each channel hands to the fusion.
_DEPTH = 50
_LEXICAL_WEIGHT = 1.0
_VECTOR_WEIGHT = 0.3


@dataclass(frozen=True)
class Hit:
    """A clause found; `score` is the fused score, the ranks (from 1) are those in each channel or None."""

    address: str
    score: float
    lexical_rank: int | None
    vector_rank: int | None


class Retriever:
    """Finds clauses in one generation of the index; thread-safe.

    Addresses and 文号 are resolved by the library, not searched here.
    """

    def __init__(self, index: OpenIndex, encoder: Encoder) -> None:
        """The retriever closes `index` when it is closed."""
        self._index = index
        self._encoder = encoder
        self._coverage = Coverage(index.lexical, index.words)
        self._watch = PointerWatch(index.folder.parent)

    @classmethod
    def open(
        cls,
        settings: Settings,
        library: Library,
        progress: Progress | None = None,
        rebuild: bool = False,
        cache_for: CacheFactory | None = None,
    ) -> Retriever:
        """Open the index of the settings; where it is of other texts it is updated, where it is missing, torn or foreign
        it is built (`rebuild`: in any case). Without `cache_for`, which outlives the retriever, search by vectors is exact.

        Raises EncoderError, IndexLockedError (another process writes it for a minute), SearchIndexError.
        """
        encoder = load_encoder(settings.encoder_source)
        index = ensure_index(
            settings.indexes,
            IndexSource.of(library),
            encoder,
            progress or SilentProgress(),
            LOCK_WAIT_SECONDS,
            rebuild,
            cache_for,
        )
        return cls(index, encoder)

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
        return self._index.state()

    def warm(self) -> None:
        """Begin to open what makes searching a large index faster; answers are the same before and after."""
        self._index.vectors.warm()

    def superseded(self) -> bool:
        """Whether CURRENT names another generation (looked up at most every half second)."""
        return self._watch.name() not in (None, self.generation)

    def search(self, query: str, limit: int = 10, where: ClauseFilter | None = None) -> list[Hit]:
        """The `limit` clauses nearest to `query`, best first; nothing for a query without a letter or digit.

        `where` restricts both channels before ranking.
        """
        if limit < 1 or not character_terms(query):
            return []
        allowed = None
        if where is not None:
            allowed = self._index.table.allowed(where)
            if allowed is None:
                where = None  # it admits every policy
            elif not allowed:
                return []
        depth = max(_DEPTH, limit)
        lexical = [place for place, _ in self._index.lexical.search(query, depth, where)]
        vector = self._encoder.encode_queries([query])[0]
        dense = [place for place, _ in self._index.vectors.search(vector, depth, allowed)]
        lexical_ranks = {place: rank for rank, place in enumerate(lexical, 1)}
        vector_ranks = {place: rank for rank, place in enumerate(dense, 1)}
        fused = fuse_ranks([lexical, dense], [_LEXICAL_WEIGHT, _VECTOR_WEIGHT])
        return [
            Hit(self._index.entry(place).address, score, lexical_ranks.get(place), vector_ranks.get(place))
            for place, score in fused[:limit]
        ]

    def uncovered(self, query: str) -> tuple[str, ...]:
        """Names of things, people and places in `query` that stand nowhere in the corpus: a sign to refuse."""
        return self._coverage.uncovered(query)

    def close(self) -> None:
        """Release the index; the retriever must not be used afterwards."""
        self._index.close()
