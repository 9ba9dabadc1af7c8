"""A segment's vectors in a memory-mapped file, and exact search over them. This is the truth that caches are held to."""

from __future__ import annotations

import mmap
import os
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError

VECTORS_NAME = "vectors.npy"

# Cosines are told to this many digits: float32 is sure of no more, and copies of one text must tie.
DIGITS = 6

# Numbers a block (1 MB). Above twice that OpenBLAS brings threads of its own, which spin: on a busy machine one search
# over 500,000 rows took 1.2 s of them instead of 55 ms. Large segments are shared among our own threads instead.
_BLOCK_NUMBERS = 1 << 18
# Rows that are worth a thread.
_SHARE_OF_THREAD = 100_000
_THREADS = 4
# Rows between two lettings go of pages.
_LEAN_ROWS = 50_000
# A block of which at least this share is wanted is scored whole: copying rows out costs more than scoring them.
_DENSE = 0.4
# Scores of float32 stand this close to the exact ones (measured: 3e-7), and rounding ties reach 1e-6 further.
_MARGIN = 4e-6
# Candidates are thinned out when there are this many times the limit.
_SPILL = 8
_RECHECK = 4096
_READ_ROWS = 512
# How far a row's length may be from one (or from nothing).
_UNIT = 1e-3


class VectorSegment:
    """Unit vectors (or zeros), one a row, on disk; safe to search from several threads."""

    def __init__(self, folder: Path, key: str, rows: NDArray[np.float32]) -> None:
        """`rows` (n, width) are the mapped file of `folder`; `key` names their content for caches."""
        self.folder = folder
        self.key = key
        self._rows = rows
        self._file = os.open(folder / VECTORS_NAME, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._start = int(getattr(rows, "offset", 0))

    @classmethod
    def write(cls, folder: Path, vectors: NDArray[np.float32]) -> None:
        """Write `folder/vectors.npy`. Raises ValueError unless rows are float32, of length one or zero."""
        if vectors.ndim != 2 or vectors.dtype != np.float32:
            raise ValueError(f"vectors must be float32 of two dimensions: {vectors.dtype} {vectors.shape}")
        for start in range(0, len(vectors), _RECHECK):
            block = vectors[start : start + _RECHECK]
            lengths = np.linalg.norm(block.astype(np.float64), axis=1)
            if not np.all((np.abs(lengths - 1) < _UNIT) | (lengths == 0)):
                raise ValueError(f"vectors {start} to {start + len(block)} are not all of length one or zero")
        with (folder / VECTORS_NAME).open("wb") as stream:
            np.save(stream, np.ascontiguousarray(vectors), allow_pickle=False)
            stream.flush()
            os.fsync(stream.fileno())

    @classmethod
    def open(cls, folder: Path, key: str) -> VectorSegment:
        """Map `folder/vectors.npy`. Raises IndexDamagedError when it is missing, torn or of another shape."""
        path = folder / VECTORS_NAME
        try:
            rows = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise IndexDamagedError(f"向量文件 {path} 无法读取：{error}") from error
        if not isinstance(rows, np.ndarray) or rows.ndim != 2 or rows.dtype != np.float32:
            raise IndexDamagedError(f"向量文件 {path} 的内容不是二维 float32 数组")
        if not rows.flags.c_contiguous:
            raise IndexDamagedError(f"向量文件 {path} 不是按行存放的")
        return cls(folder, key, rows)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def width(self) -> int:
        """Dimensions of a vector."""
        return int(self._rows.shape[1])

    def vector(self, row: int) -> NDArray[np.float32]:
        """A copy of one row (width,)."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return np.array(self._rows[row])

    def rows(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """A copy of `rows` (n,), of shape (n, width). Few are read and not mapped: each would map 64 kB around it."""
        if len(rows) > _READ_ROWS:
            return np.asarray(self._rows[rows])
        size = self.width * self._rows.itemsize
        read = b"".join(os.pread(self._file, size, self._start + int(row) * size) for row in rows)
        return np.frombuffer(read, dtype=np.float32).reshape(len(rows), self.width)

    def block(self, start: int, stop: int) -> NDArray[np.float32]:
        """A copy of rows start to stop (stop - start, width)."""
        return np.array(self._rows[start:stop])

    def unit(self, vector: NDArray[np.float32]) -> NDArray[np.float64] | None:
        """`vector` (width,) at length one; None for zeros, which have no direction.

        Raises ValueError for another width and for what is not a number.
        """
        if vector.shape != (self.width,):
            raise ValueError(f"the vector has shape {vector.shape}, the segment's have ({self.width},)")
        exact = vector.astype(np.float64)
        length = float(np.linalg.norm(exact))
        if not np.isfinite(length):
            raise ValueError("the vector holds values that are not numbers")
        return exact / length if length else None

    def cosines(self, unit: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Cosines (n,) of `rows` (n,) with a unit vector, rounded to DIGITS; touches only these rows' pages."""
        parts = [
            np.einsum("ij,j->i", self.rows(rows[start : start + _RECHECK]).astype(np.float64), unit)
            for start in range(0, len(rows), _RECHECK)
        ]
        return np.round(np.concatenate(parts), DIGITS) + 0.0 if parts else np.empty(0)

    def exact(
        self,
        vector: NDArray[np.float32],
        limit: int,
        rows: NDArray[np.bool_] | None = None,
        lean: bool = False,
    ) -> list[tuple[int, float]]:
        """(row, cosine rounded to DIGITS) of the nearest `limit` rows, best first, ties by row.

        `rows` (n,) admits the rows that are True. `lean` takes one thread and lets pages go on the way, for work in the
        background. Nothing for a vector of zeros. Raises ValueError for a vector or a
        mask of another size.
        """
        if rows is not None and rows.shape != (len(self),):
            raise ValueError(f"the mask has shape {rows.shape}, the segment {len(self)} rows")
        unit = self.unit(vector)
        if unit is None or limit < 1:
            return []
        found = self._candidates(unit.astype(np.float32), limit, rows, lean)
        cosines = self.cosines(unit, found)
        best = np.lexsort((found, -cosines))[:limit]
        return list(zip(found[best].tolist(), cosines[best].tolist(), strict=True))

    def let_go(self) -> None:
        """Drop the file's pages from this process's memory; they stay in the system's cache and come back when read."""
        mapped = getattr(self._rows, "_mmap", None)
        if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            mapped.madvise(mmap.MADV_DONTNEED)

    def _candidates(
        self, query: NDArray[np.float32], limit: int, mask: NDArray[np.bool_] | None, lean: bool
    ) -> NDArray[np.int64]:
        """Every row that can be among the best `limit` once cosines are exact and rounded."""
        nothing = np.empty(0, np.int64), np.empty(0, np.float32)
        if lean:
            steps = []
            for start in range(0, len(self), _LEAN_ROWS):
                steps.append(self._best_of(query, limit, mask, start, min(start + _LEAN_ROWS, len(self))))
                self.let_go()
            return _thinned(*nothing, steps, limit)[0]
        parts = len(self) // _SHARE_OF_THREAD
        if parts > 1:
            parts = min(_THREADS, os.cpu_count() or 1, parts)
        if parts < 2:
            return self._best_of(query, limit, mask, 0, len(self))[0]
        bounds = np.linspace(0, len(self), parts + 1, dtype=int).tolist()
        found = _threads().map(lambda part: self._best_of(query, limit, mask, *part), pairwise(bounds))
        return _thinned(*nothing, list(found), limit)[0]

    def _best_of(
        self, query: NDArray[np.float32], limit: int, mask: NDArray[np.bool_] | None, begin: int, end: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        rows, scores = np.empty(0, np.int64), np.empty(0, np.float32)
        pending: list[tuple[NDArray[np.int64], NDArray[np.float32]]] = []
        waiting, floor = 0, -np.inf
        for places, block in self._blocks(query, mask, begin, end):
            hot = np.flatnonzero(block >= floor)
            if not len(hot):
                continue
            pending.append((places[hot] if isinstance(places, np.ndarray) else hot + places, block[hot]))
            waiting += len(hot)
            if waiting + len(rows) > limit * _SPILL:
                rows, scores, floor = _thinned(rows, scores, pending, limit)
                pending, waiting = [], 0
        rows, scores, _ = _thinned(rows, scores, pending, limit)
        return rows, scores

    def _blocks(
        self, query: NDArray[np.float32], mask: NDArray[np.bool_] | None, begin: int, end: int
    ) -> Iterator[tuple[NDArray[np.int64] | int, NDArray[np.float32]]]:
        """Scores by blocks, with their rows: an array, or the first row of a run."""
        size = max(1, _BLOCK_NUMBERS // max(1, self.width))
        for start in range(begin, end, size):
            block = self._rows[start : min(start + size, end)]
            if mask is None:
                yield start, block @ query
                continue
            wanted = mask[start : start + len(block)]
            count = int(np.count_nonzero(wanted))
            if count == len(block):
                yield start, block @ query
            elif count:
                picked = np.flatnonzero(wanted)
                first, last = int(picked[0]), int(picked[-1])
                if last - first + 1 == count:
                    yield start + first, block[first : last + 1] @ query
                elif count >= _DENSE * len(block):
                    yield picked + start, (block @ query)[picked]
                else:
                    yield picked + start, block[picked] @ query


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="exact-search")


def _thinned(
    rows: NDArray[np.int64],
    scores: NDArray[np.float32],
    pending: list[tuple[NDArray[np.int64], NDArray[np.float32]]],
    limit: int,
) -> tuple[NDArray[np.int64], NDArray[np.float32], float]:
    """Rows and scores of the best `limit` and what stands within the margin of the last; the score that is enough."""
    rows = np.concatenate([rows, *(part for part, _ in pending)])
    scores = np.concatenate([scores, *(part for _, part in pending)])
    if len(scores) <= limit:
        return rows, scores, -np.inf
    floor = float(np.partition(scores, -limit)[-limit]) - _MARGIN
    kept = scores >= floor
    return rows[kept], scores[kept], floor
