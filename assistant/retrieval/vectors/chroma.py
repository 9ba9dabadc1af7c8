"""What both kinds of cache share: a chromadb collection of a segment's rows, asked with vectors and never trusted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.vectors.exact import VectorSegment

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

# See docs/decisions/0005: what was measured over 500,000 rows.
EF_SEARCH = 1000
HNSW = {"space": "cosine", "max_neighbors": 16, "ef_construction": 200, "ef_search": EF_SEARCH}

# A cosine by chromadb (float32) and the exact one are this close when they are of the same row.
SAME = 1e-4

_PROBES = 64
_PROBE_DEPTH = 20
_PROBE_BATCH = 8
# A sound graph may have a row that no walk comes by: one probe in this many may be missed.
_MISSES = 32


class CacheFault(Exception):
    """The cache cannot answer, or answered wrong; `str(fault)` is a Chinese sentence for the health page.

    `damaged` is the identity of a cache that stores the wrong things: it has to be built again, not only opened again.
    """

    def __init__(self, message: str, damaged: str | None = None) -> None:
        super().__init__(message)
        self.damaged = damaged


class CacheBusy(Exception):
    """Another process is building the cache: nothing is wrong, come back later."""


class NeighborCache(Protocol):
    """Approximate neighbours among a segment's rows."""

    @property
    def identity(self) -> str:
        """Names one build of the cache: a rebuilt one has another."""

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """(row, cosine) of about the nearest `limit` rows, best first. Raises CacheFault."""

    def close(self) -> None:
        """Release it once the queries under way are over; a query that comes later gets a CacheFault."""


class CacheSource(Protocol):
    """Where caches come from: a folder beside the segment, or a server."""

    def open(self, segment: VectorSegment, distrusted: str | None, stop: threading.Event) -> NeighborCache:
        """The checked cache of `segment`, built first if there is none, or only the one with the identity `distrusted`.

        Takes minutes for a large segment; ends early, with CacheBusy, when `stop` is set. Raises CacheFault, and
        CacheBusy while another process builds it.
        """


class Closable(Protocol):
    """What a collection was got from."""

    def close(self) -> None:
        """Release it."""


class CollectionCache:
    """An opened chromadb collection whose ids are row numbers."""

    def __init__(self, client: Closable, collection: Collection, identity: str, local: bool) -> None:
        """Owns `client` from now on. `local`: no network lies between, so that an error means damage."""
        self.identity = identity
        self._damaged = identity if local else None
        self._client = client
        self._collection = collection
        self._change = threading.Condition()
        self._asking = 0
        self._closed = False

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """(row, cosine) of about the nearest `limit` rows, best first. Raises CacheFault."""
        return self._nearest(vector[np.newaxis, :], limit)[0]

    def check(self, segment: VectorSegment) -> None:
        """Hold the count, and rows spread over the segment, against the truth. Raises CacheFault.

        chromadb answers from a folder that lost its graph: a right count and hardly a row.
        """
        with self._in_use(), faults():
            count = self._collection.count()
        if count != len(segment):
            raise CacheFault(f"缓存有 {count} 行，应有 {len(segment)} 行", damaged=self.identity)
        spread = np.unique(np.linspace(0, len(segment) - 1, min(_PROBES, len(segment)), dtype=np.int64))
        probes = [int(row) for row in spread if segment.vector(int(row)).any()]
        depth = min(_PROBE_DEPTH, len(segment))
        missed = []
        for start in range(0, len(probes), _PROBE_BATCH):
            batch = probes[start : start + _PROBE_BATCH]
            answers = self._nearest(np.stack([segment.vector(row) for row in batch]), depth)
            for row, found in zip(batch, answers, strict=True):
                same = [candidate for candidate, cosine in found if cosine > 1 - SAME]
                unit = segment.unit(segment.vector(row))
                # A copy of the row will do: among many copies some cannot be reached.
                if unit is None or not self._holds(segment, unit, same):
                    missed.append(row)
        if len(missed) > len(probes) // _MISSES:
            raise CacheFault(f"缓存里用自己的向量查不到的行：{missed[:3]} 等 {len(missed)} 行", self.identity)

    def close(self) -> None:
        """Release it once the queries under way are over."""
        with self._change:
            if self._closed:
                return
            self._closed = True
            self._change.wait_for(lambda: not self._asking)
        with faults():
            self._client.close()

    @staticmethod
    def _holds(segment: VectorSegment, unit: NDArray[np.float64], rows: list[int]) -> bool:
        known = np.array([row for row in rows if 0 <= row < len(segment)], dtype=np.int64)
        return bool(np.any(segment.cosines(unit, known) > 1 - SAME))

    def _nearest(self, vectors: NDArray[np.float32], limit: int) -> list[list[tuple[int, float]]]:
        with self._in_use(), faults(self._damaged):
            answer = self._collection.query(query_embeddings=vectors, n_results=limit, include=["distances"])
            distances = answer["distances"] or []
            return [
                [(int(name), 1.0 - float(distance)) for name, distance in zip(names, row, strict=True)]
                for names, row in zip(answer["ids"], distances, strict=True)
            ]

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._change:
            if self._closed:
                raise CacheFault("缓存已经关闭")
            self._asking += 1
        try:
            yield
        finally:
            with self._change:
                self._asking -= 1
                self._change.notify_all()


@contextmanager
def faults(damaged: str | None = None) -> Iterator[None]:
    """Turn whatever chromadb raises into a CacheFault, which says that `damaged` is.

    It raises its own errors, those of httpx, bare Exceptions for answers that it cannot read, and, where its Rust part
    panics, a BaseException.
    """
    try:
        yield
    except (CacheFault, CacheBusy, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        told = " ".join(str(error).split())[:200] or type(error).__name__
        raise CacheFault(f"chromadb 出错：{told}", damaged) from error


def collection_configuration(sync_rows: int | None = None, threads: int | None = None) -> Any:
    """Settings of a collection; those of the graph count only when it is created."""
    hnsw: dict[str, Any] = dict(HNSW)
    if sync_rows is not None:
        hnsw["sync_threshold"] = sync_rows
    if threads is not None:
        hnsw["num_threads"] = threads
    return {"hnsw": hnsw}


def library_version() -> str:
    """Version of chromadb; a cache of another version is built again."""
    from importlib.metadata import version

    return version("chromadb")
