"""The retriever: keyword and vector channels over one verified index, fused by rank."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from assistant.documents.library import Library
from assistant.errors import SearchIndexError
from assistant.retrieval.coverage import Coverage
from assistant.retrieval.encoder import Encoder, Vectors, load_encoder
from assistant.retrieval.entries import IndexSource, PolicyRecord
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.fusion import fuse_ranks
from assistant.retrieval.generation import OpenIndex, current_generation, open_index
from assistant.retrieval.index import ensure_index, identity_of
from assistant.retrieval.manifest import Manifest
from assistant.retrieval.progress import Progress, SilentProgress
from assistant.retrieval.tokenizer import character_terms
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
    """Finds clauses; thread-safe. Addresses and 文号 are resolved by the library, not searched here."""

    def __init__(
        self, root: Path, library: Library, source: IndexSource, index: OpenIndex, encoder: Encoder
    ) -> None:
        self._root = root
        self._records = [PolicyRecord.of(policy) for policy in library.policies.values()]
        self._entries = source.entries
        self._rows = {entry.address: row for row, entry in enumerate(source.entries)}
        self._index = index
        self._encoder = encoder
        texts = (part for entry in source.entries for part in (entry.context, entry.text))
        self._coverage = Coverage(texts, index.words)

    @classmethod
    def open(
        cls, settings: Settings, library: Library, progress: Progress | None = None, rebuild: bool = False
    ) -> Retriever:
        """Open the index of the settings, building it when it is missing, stale, torn or foreign (`rebuild`: in any case).

        Raises EncoderError, IndexLockedError (another process builds it for a minute), SearchIndexError.
        """
        source = IndexSource.of(library)
        encoder = load_encoder(settings.encoder_source)
        index = ensure_index(
            settings.indexes, source, encoder, progress or SilentProgress(), LOCK_WAIT_SECONDS, rebuild
        )
        return cls(settings.indexes, library, source, index, encoder)

    def superseded(self) -> bool:
        """Whether the index folder names another generation than the one in use here; cheap, reads one small file."""
        try:
            return current_generation(self._root) != self._index.folder.name
        except SearchIndexError:
            return False  # a folder that is gone or torn has nothing newer to offer

    def renewed(self, library: Library) -> Retriever:
        """A retriever over the generation now in service, which must be that of `library`; nothing is built.

        Raises IndexStaleError or IndexDamagedError; this retriever goes on in any case.
        """
        source = IndexSource.of(library)
        index = open_index(self._root, identity_of(source, self._encoder))
        return Retriever(self._root, library, source, index, self._encoder)

    @property
    def manifest(self) -> Manifest:
        """What the index in use was built from and with."""
        return self._index.manifest

    def search(
        self,
        query: str,
        limit: int = 10,
        policy_ids: Collection[str] | None = None,
        where: ClauseFilter | None = None,
    ) -> list[Hit]:
        """The `limit` clauses nearest to `query`, best first; nothing for a query without a letter or digit.

        `policy_ids` and `where` restrict both channels before ranking.
        """
        if where is not None:
            policy_ids = [record.id for record in self._records if where.admits(record)]
            if not policy_ids:
                return []
        if limit < 1 or not character_terms(query):
            return []
        depth = max(_DEPTH, limit)
        lexical = [row for row, _ in self._index.lexical.search(query, depth, policy_ids)]
        vector = self._encoder.encode_queries([query])[0]
        dense = self._nearest(vector, depth, policy_ids)
        lexical_ranks = {row: rank for rank, row in enumerate(lexical, 1)}
        vector_ranks = {row: rank for rank, row in enumerate(dense, 1)}
        fused = fuse_ranks([lexical, dense], [_LEXICAL_WEIGHT, _VECTOR_WEIGHT])
        return [
            Hit(self._entries[row].address, score, lexical_ranks.get(row), vector_ranks.get(row))
            for row, score in fused[:limit]
        ]

    def uncovered(self, query: str) -> tuple[str, ...]:
        """Names of things, people and places in `query` that stand nowhere in the corpus: a sign to refuse."""
        return self._coverage.uncovered(query)

    def close(self) -> None:
        """Release the index; the retriever must not be used afterwards."""
        self._index.close()

    def _nearest(self, vector: Vectors, depth: int, policy_ids: Collection[str] | None) -> list[int]:
        """Rows nearest to a vector; equal ones in the order of the texts, whatever order chromadb finds them in."""
        found = self._index.vectors.search(vector, depth, policy_ids)
        scored = [(-round(cosine, 6), self._rows[address]) for address, cosine in found]
        return [row for _, row in sorted(scored)]
