from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexDamagedError
from assistant.retrieval.entries import Entry
from assistant.retrieval.segment import Segment, place_of, split_place, write_texts, write_vectors
from tests.retrieval.made import CountingEncoder

ENTRIES = [
    Entry("tea#第一条", "tea", "办法 第一条", "茶树\0\n🌲"),
    Entry("tea#第二条", "tea", "", ""),
    Entry("bus#第一条", "bus", "票价", "公交"),
]
VECTORS = CountingEncoder().encode(["茶", "树", "车"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_texts(tmp_path, iter(ENTRIES), 3)
    write_vectors(tmp_path, iter([VECTORS[:2], VECTORS[2:]]), 3)
    return tmp_path


def test_what_is_written_is_read(folder: Path) -> None:
    segment = Segment(folder, 4, 3, "key")
    assert [segment.entry(row) for row in range(3)] == ENTRIES
    assert np.array_equal(segment.vectors.block(0, 3), VECTORS)
    assert len(segment) == 3
    for row in (-1, 3):
        with pytest.raises(IndexError):
            segment.entry(row)


def test_a_place_is_a_segment_and_a_row() -> None:
    assert split_place(place_of(7, 499_999)) == (7, 499_999)
    assert place_of(0, 4) == 4
    assert sorted([place_of(1, 0), place_of(0, 2**31)]) == [place_of(0, 2**31), place_of(1, 0)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "texts.bin").unlink(),
        lambda folder: os.truncate(folder / "texts.bin", 5),
        lambda folder: os.truncate(folder / "texts.bin", 0),
        lambda folder: os.truncate(folder / "texts.npy", 130),
        lambda folder: (folder / "texts.npy").unlink(),
        lambda folder: os.truncate(folder / "vectors.npy", 200),
        lambda folder: write_vectors(folder, [VECTORS[:2]], 2),
        lambda folder: write_texts(folder, ENTRIES[:2], 2),
    ],
)
def test_what_is_not_all_there_is_damaged(damage: Callable[[Path], object], folder: Path) -> None:
    damage(folder)
    with pytest.raises(IndexDamagedError):
        Segment(folder, 0, 3, "key")
