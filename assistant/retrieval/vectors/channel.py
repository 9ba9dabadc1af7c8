"""The vector channel of a snapshot: the nearest live rows of all its segments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.vectors.caches import CachedSegment, CacheFactory
from assistant.retrieval.vectors.chroma import EF_SEARCH
from assistant.retrieval.vectors.exact import VectorSegment

ROW_BITS = 32

# Rows asked of a cache beyond those that are wanted, so that copies of the last one show.
_SPARE = 16
_WIDEN = 4
# Among more copies of one vector than a row has neighbours in the graph, some cannot be reached.
_COPIES = 16
# Beyond what the graph's search keeps in view it slows down and may come back short.
_WIDEST = EF_SEARCH
# With a smaller share of a segment's rows admitted the exact search over them is about as fast (500,000 rows, a fifth of
# them in one run: 12 ms exact, 8 to 20 ms by the cache; a twentieth: 6 and 11).
_SHARE = 0.2
# Rows admitted may stand worse than their share says.
_OVERSAMPLE = 1.5


@dataclass(frozen=True)
class _Part:
    number: int
    segment: VectorSegment
    live: NDArray[np.bool_] | None
    cached: CachedSegment | None


class VectorChannel:
    """Searches segments with their masks of live rows; safe to search from several threads."""

    def __init__(
        self,
        segments: Sequence[tuple[int, VectorSegment, NDArray[np.bool_] | None]],
        cache_for: CacheFactory | None,
    ) -> None:
        """`segments`: (number, segment, live rows (n,) or None for all). Without a factory all search is exact.

        The factory outlives the channel: the next snapshot's channel is made with it before this one is closed.
        """
        self._factory = cache_for
        self._parts = []
        for number, segment, live in segments:
            if live is not None and live.shape != (len(segment),):
                raise ValueError(f"segment {number}: the mask has shape {live.shape}, not ({len(segment)},)")
            cached = cache_for.hold(segment) if cache_for is not None else None
            self._parts.append(_Part(number, segment, live, cached))
        self._held = [part.cached for part in self._parts if part.cached is not None]

    def search(
        self, vector: NDArray[np.float32], limit: int, allowed: Mapping[int, NDArray[np.bool_]] | None = None
    ) -> list[tuple[int, float]]:
        """(place, cosine) of the nearest `limit` live rows, best first, ties by place; a place is number << 32 | row.

        `allowed` holds masks (n,) of admitted rows by segment number; a segment that it leaves out has none. Nothing for
        a vector of zeros. Cosines are exact, rounded to six digits.
        """
        if limit < 1 or not vector.any():
            return []
        merged: list[tuple[int, float]] = []
        for part in self._parts:
            mask = part.live
            if allowed is not None:
                admitted = allowed.get(part.number)
                if admitted is None:
                    continue
                mask = admitted if mask is None else mask & admitted
            base = part.number << ROW_BITS
            merged += [(base | row, cosine) for row, cosine in self._nearest(part, vector, limit, mask)]
        merged.sort(key=lambda found: (-found[1], found[0]))
        return merged[:limit]

    def warm(self) -> None:
        """Have caches opened, or built, in the background."""
        if self._factory is not None:
            self._factory.warm()

    def state(self) -> dict[str, object]:
        """For the health page: the segments that may have a cache, and how each one's fares."""
        return {
            "segments": [
                {
                    "segment": part.segment.folder.name,
                    "rows": len(part.segment),
                    "cache": part.cached.status,
                    "fault": part.cached.fault,
                }
                for part in self._parts
                if part.cached is not None
            ]
        }

    def close(self) -> None:
        """Give the caches back; whoever still searches gets exact answers. A second call does nothing."""
        held, self._held = self._held, []
        for cached in held:
            if self._factory is not None:
                self._factory.release(cached)

    def _nearest(
        self, part: _Part, vector: NDArray[np.float32], limit: int, mask: NDArray[np.bool_] | None
    ) -> list[tuple[int, float]]:
        rows = len(part.segment)
        kept = rows if mask is None else int(np.count_nonzero(mask))
        if not kept:
            return []
        cached, factory = part.cached, self._factory
        if (
            cached is not None
            and factory is not None
            and cached.usable
            and kept >= max(factory.cache_from, _SHARE * rows)
        ):
            found = _from_cache(cached, vector, min(limit, kept), kept, mask)
            if found is not None:
                return found
        return part.segment.exact(vector, limit, mask)


def _from_cache(
    cached: CachedSegment, vector: NDArray[np.float32], want: int, kept: int, mask: NDArray[np.bool_] | None
) -> list[tuple[int, float]] | None:
    """The nearest `want` rows among the `kept` ones of the mask; None when the cache cannot tell.

    An answer counts when something worse than the last wanted row came along: then no row that is admitted, and no
    copy with a smaller number, was cut off.
    """
    rows = len(cached.segment)
    ceiling = min(rows, _WIDEST)
    share = 1.0 if mask is None else kept / rows * (1 / _OVERSAMPLE if kept < rows else 1.0)
    ask = math.ceil(want / share) + _SPARE
    if want + _SPARE > ceiling and ceiling < rows:
        return None
    ask = min(ask, ceiling)
    while True:
        found = cached.nearest(vector, ask)
        if found is None or _has_many_copies(found):
            return None
        admitted = found if mask is None else [(row, cosine) for row, cosine in found if mask[row]]
        if len(admitted) >= want and (ask == rows or found[-1][1] < admitted[want - 1][1]):
            return admitted[:want]
        if ask == ceiling:
            return None
        ask = min(ask * _WIDEN, ceiling)


def _has_many_copies(found: list[tuple[int, float]]) -> bool:
    """Whether so many rows tie that there may be more of them than the graph can reach."""
    return any(first[1] == last[1] for first, last in zip(found, found[_COPIES - 1 :], strict=False))
