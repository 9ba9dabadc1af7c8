"""The vector channel: a chromadb collection that is only ever given, and asked with, vectors of ours."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError
from assistant.retrieval.entries import Entry
from assistant.retrieval.progress import Progress

if TYPE_CHECKING:
    from chromadb.api.client import Client

# chromadb writes to this file whenever it opens it; the others stay as they were built.
MUTABLE_FILES = ("chroma.sqlite3",)

T = TypeVar("T")

_COLLECTION = "clauses"  # chromadb takes no Chinese here
_BATCH = 1000  # chromadb fails above 5,461 rows
_SYNC_ROWS = 5000
# Distances of cosine are 0 for the same direction; what is left is rounding.
_SAME = 1e-4
_CHECK_DEPTH = 20


def library_version() -> str:
    """Version of chromadb; an index of another version is rebuilt."""
    from importlib.metadata import version

    return version("chromadb")


def build_vectors(
    folder: Path, entries: Sequence[Entry], vectors: NDArray[np.float32], progress: Progress
) -> None:
    """Write a fresh collection of `vectors` (one a row of `entries`) into `folder`."""
    folder.mkdir(parents=True)
    client = _client(folder)
    try:
        collection = client.create_collection(
            _COLLECTION,
            embedding_function=None,
            configuration={
                "hnsw": {
                    "space": "cosine",
                    "ef_construction": 200,
                    # Rows among many copies of one vector can lose their way in a graph of 16 (1 build in 40).
                    "max_neighbors": 32,
                    # Only what is set at creation counts; 1000 keeps recall at .996 over 500,000 rows.
                    "ef_search": 1000,
                    # Small collections reach the disk as a whole, so that every file can be checked.
                    "sync_threshold": max(2, min(len(entries), _SYNC_ROWS)),
                }
            },
        )
        progress.start("建立向量索引", len(entries))
        for start in range(0, len(entries), _BATCH):
            batch = entries[start : start + _BATCH]
            collection.upsert(
                ids=[entry.address for entry in batch],
                embeddings=vectors[start : start + len(batch)],
                metadatas=[{"policy_id": entry.policy_id} for entry in batch],
            )
            progress.advance(len(batch))
        progress.finish()
    finally:
        client.close()


class VectorIndex:
    """An opened collection; safe to search from several threads."""

    def __init__(self, folder: Path) -> None:
        """Raises IndexDamagedError when chromadb cannot open the folder."""
        from chromadb.errors import ChromaError

        self._folder = folder
        try:
            self._client = _client(folder)
            self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)
        except (ChromaError, ValueError, OSError) as error:
            raise IndexDamagedError(f"向量索引 {folder} 打不开：{error}") from error

    def __len__(self) -> int:
        return self._ask(self._collection.count)

    def search(
        self, vector: NDArray[np.float32], limit: int, policy_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """(address, cosine) of the nearest `limit` clauses, nearest first; nothing for a vector of zeros."""
        if limit < 1 or not vector.any() or (policy_ids is not None and not policy_ids):
            return []
        return self._nearest(vector[np.newaxis, :], limit, policy_ids)[0]

    def check(self, addresses: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Look each address up by its own vector. Raises IndexDamagedError when one is not where it belongs.

        chromadb answers from a folder with a missing segment or a broken header: a right count and wrong rows.
        """
        for address, found in zip(addresses, self._nearest(vectors, _CHECK_DEPTH, None), strict=True):
            same = {candidate for candidate, cosine in found if cosine > 1 - _SAME}
            # A clause that more than _CHECK_DEPTH others copy to the letter may stand behind them.
            if address not in same and len(same) < _CHECK_DEPTH:
                raise IndexDamagedError(f"向量索引 {self._folder} 用 {address} 自己的向量查不到它")

    def close(self) -> None:
        """Release the files."""
        self._client.close()

    def _nearest(
        self, vectors: NDArray[np.float32], limit: int, policy_ids: Collection[str] | None
    ) -> list[list[tuple[str, float]]]:
        where: Any = None if policy_ids is None else {"policy_id": {"$in": sorted(policy_ids)}}
        answer = self._ask(
            lambda: self._collection.query(
                query_embeddings=vectors, n_results=limit, where=where, include=["distances"]
            )
        )
        distances = answer["distances"] or []
        return [
            [(address, 1.0 - float(distance)) for address, distance in zip(ids, row, strict=True)]
            for ids, row in zip(answer["ids"], distances, strict=True)
        ]

    def _ask(self, call: Callable[[], T]) -> T:
        from chromadb.errors import ChromaError

        try:
            return call()
        except ChromaError as error:
            raise IndexDamagedError(f"向量索引 {self._folder} 无法查询：{error}") from error


def _client(folder: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    return cast("Client", client)  # the annotation leaves out close()
