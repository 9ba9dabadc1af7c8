from __future__ import annotations

import pytest

from assistant.retrieval.fusion import fuse_ranks


def test_scores_are_reciprocal_ranks() -> None:
    fused = dict(fuse_ranks([[5, 7], [7]], [1.0, 0.5]))
    assert fused[5] == pytest.approx(1 / 11)
    assert fused[7] == pytest.approx(1 / 12 + 0.5 / 11)


def test_a_row_in_both_beats_a_row_in_one() -> None:
    assert [row for row, _ in fuse_ranks([[1, 2], [3, 2]], [1.0, 1.0])] == [2, 1, 3]


def test_ties_go_to_the_earlier_row() -> None:
    assert [row for row, _ in fuse_ranks([[9], [4]], [1.0, 1.0])] == [4, 9]


def test_nothing_gives_nothing() -> None:
    assert fuse_ranks([[], []], [1.0, 1.0]) == []
