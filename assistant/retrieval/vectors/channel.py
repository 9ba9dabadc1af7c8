"""The vector channel over all segments of a snapshot: exact cosines, from a cache where its answer holds good."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.vectors.exact import DIGITS, VectorSegment

logger = logging.getLogger(__name__)

PLACE_BITS = 32


class CacheFault(Exception):
    """The cache cannot answer, or its answer is wrong."""


class NeighborCache(Protocol):
    """Finds near rows of one segment faster than exact search does, and may be wrong."""

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """(row, cosine) of the nearest `limit` rows, nearest first. Raises CacheFault."""

    def close(self) -> None:
        """Release what the cache holds."""


CacheFactory = Callable[[VectorSegment], NeighborCache | None]


class VectorChannel:
    """Nearest live rows of several segments."""

    def __init__(
        self,
        segments: Sequence[tuple[int, VectorSegment, NDArray[np.bool_] | None]],
        cache_for: CacheFactory | None,
    ) -> None:
        """`segments` are (number, vectors, live rows or None for all)."""
        self._segments = segments
        self._caches = {
            number: cache
            for number, segment, _ in segments
            if cache_for is not None and (cache := cache_for(segment)) is not None
        }

    def search(
        self,
        vector: NDArray[np.float32],
        limit: int,
        allowed: Mapping[int, NDArray[np.bool_]] | None = None,
    ) -> list[tuple[int, float]]:
        """(place, cosine) of the nearest `limit` live rows, best first, ties by place.

        `allowed` holds, by segment number, the rows that may be found; a segment that it lacks has none.
        """
        found = []
        for number, segment, live in self._segments:
            if allowed is not None and number not in allowed:
                continue
            mask = live if allowed is None else allowed[number]
            for row, cosine in self._nearest(number, segment, vector, limit, mask, allowed is None):
                found.append((-cosine, number << PLACE_BITS | row))
        return [(place, -cosine) for cosine, place in sorted(found)[: max(limit, 0)]]

    def warm(self) -> None:
        """Nothing to prepare: caches are opened by their factory."""

    def state(self) -> dict[str, Any]:
        """How many segments there are, and how many a cache answers for."""
        return {"segments": len(self._segments), "cached": len(self._caches)}

    def close(self) -> None:
        """Close the caches."""
        for cache in self._caches.values():
            cache.close()

    def _nearest(
        self,
        number: int,
        segment: VectorSegment,
        vector: NDArray[np.float32],
        limit: int,
        mask: NDArray[np.bool_] | None,
        unfiltered: bool,
    ) -> list[tuple[int, float]]:
        cache = self._caches.get(number)
        if cache is not None and unfiltered and vector.any():
            try:
                return _checked(cache, segment, vector, limit, mask)
            except CacheFault as fault:
                logger.warning("the cache of %s is not used: %s", segment.folder, fault)
                del self._caches[number]
                cache.close()
        return segment.exact(vector, limit, mask)


def _checked(
    cache: NeighborCache,
    segment: VectorSegment,
    vector: NDArray[np.float32],
    limit: int,
    live: NDArray[np.bool_] | None,
) -> list[tuple[int, float]]:
    """What the cache finds, with the cosines of the vectors themselves and without dead rows. Raises CacheFault."""
    dead = 0 if live is None else int(len(live) - live.sum())
    wanted = min(limit + dead, len(segment))
    claimed = cache.nearest(vector, wanted)
    rows = np.array([row for row, _ in claimed], dtype=np.int64)
    if (
        len(rows) != wanted
        or len(set(rows.tolist())) != wanted
        or ((rows < 0) | (rows >= len(segment))).any()
    ):
        raise CacheFault(f"{len(rows)} rows of {wanted}")
    unit = segment.unit(vector)
    if unit is None:
        return []
    cosines = segment.cosines(unit, rows)
    if np.abs(cosines - [cosine for _, cosine in claimed]).max(initial=0.0) > 10 ** -(DIGITS - 2):
        raise CacheFault("cosines are not those of the vectors")
    pairs = sorted(zip((-cosines).tolist(), rows.tolist(), strict=True))
    return [(row, -cosine) for cosine, row in pairs if live is None or live[row]][:limit]
