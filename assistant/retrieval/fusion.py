"""Reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009): ranks are comparable where scores are not.

The paper's constant is 60; with two channels of some fifty candidates 10 kept the first places better
(docs/decisions/0002-keywords-and-encoder.md).
"""

from __future__ import annotations

from collections.abc import Sequence

_K = 10


def fuse_ranks(rankings: Sequence[Sequence[int]], weights: Sequence[float]) -> list[tuple[int, float]]:
    """(row, score) by the weighted sum of 1 / (10 + rank), ranks from 1; ties go to the smaller row."""
    scores: dict[int, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, row in enumerate(ranking, 1):
            scores[row] = scores.get(row, 0.0) + weight / (_K + rank)
    return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
