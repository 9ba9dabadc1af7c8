"""BM25 over counts, in NumPy: for what bm25s cannot do, namely weighted terms, fields, and a grid of parameters.

Scores are those of bm25s's `lucene` variant (a test holds them against each other):
idf = ln(1 + (N - df + 0.5) / (df + 0.5)), a term's share tf / (tf + k1 (1 - b + b length / mean length)).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Scores = NDArray[np.float32]


class Postings:
    """Counts by term, and what BM25 needs of them; parameters are chosen later, by `weighed`."""

    def __init__(self, counts: sparse.csr_matrix) -> None:
        """`counts` of shape (passages, terms)."""
        self._columns = counts.tocsc()
        self._columns.sum_duplicates()
        lengths = np.asarray(counts.sum(axis=1), dtype=np.float32).ravel()
        self._relative = lengths / max(float(lengths.mean()), 1e-9)
        held = np.diff(self._columns.indptr).astype(np.float32)
        self.frequencies = held
        self.idf: Scores = np.log1p((counts.shape[0] - held + 0.5) / (held + 0.5)).astype(np.float32)

    def weighed(self, k1: float, b: float) -> WeighedPostings:
        """Each term's share of each passage's score."""
        matrix = self._columns
        norms = (k1 * (1 - b + b * self._relative)).astype(np.float32)
        shares = matrix.data.astype(np.float32)
        shares /= shares + norms[matrix.indices]
        shares *= np.repeat(self.idf, np.diff(matrix.indptr))
        return WeighedPostings(matrix.indptr, matrix.indices, shares, matrix.shape[0])


class WeighedPostings:
    """BM25 shares by term."""

    def __init__(
        self, starts: NDArray[np.int32], rows: NDArray[np.int32], shares: Scores, passages: int
    ) -> None:
        self._starts, self._rows, self._shares, self._passages = starts, rows, shares, passages

    def scores(self, query: Mapping[int, float]) -> Scores:
        """Score of every passage for terms (columns) with weights: shape (passages,)."""
        total = np.zeros(self._passages, dtype=np.float32)
        for column, weight in query.items():
            part = slice(self._starts[column], self._starts[column + 1])
            total[self._rows[part]] += np.float32(weight) * self._shares[part]
        return total

    def rows(self, column: int) -> NDArray[np.int32]:
        """Passages that hold a term."""
        return self._rows[self._starts[column] : self._starts[column + 1]]


def best_rows(scores: Scores, limit: int, least: float | None = 0.0) -> list[tuple[int, float]]:
    """(row, score) of the best `limit` rows with a score above `least` (None: any), best first, ties by row."""
    if limit < len(scores):
        edge = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        rows = np.flatnonzero(scores >= edge)
    else:
        rows = np.arange(len(scores))
    if least is not None:
        rows = rows[scores[rows] > least]
    ordered = rows[np.argsort(-scores[rows], kind="stable")][:limit]
    return [(int(row), float(scores[row])) for row in ordered]
