from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError
from assistant.retrieval.vectors import exact as module
from assistant.retrieval.vectors.exact import VectorSegment
from tests.retrieval.vectors.made import ASKED, ROWS, VECTORS, WIDTH, brute, make_segment, unit_rows


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> VectorSegment:
    return make_segment(tmp_path_factory.mktemp("segment"))


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BLOCK_NUMBERS", 64 * WIDTH)


@pytest.mark.parametrize("limit", [1, 7, 50, ROWS, ROWS + 10])
@pytest.mark.usefixtures("small_blocks")
def test_it_finds_what_sorting_all_cosines_finds(segment: VectorSegment, limit: int) -> None:
    for query in ASKED[:4]:
        assert segment.exact(query, limit) == brute(VECTORS, query, limit)


def masks() -> dict[str, NDArray[np.bool_]]:
    rng = np.random.default_rng(5)
    rows = np.arange(ROWS)
    return {
        "none": rows < 0,
        "one": rows == 1234,
        "run": (rows >= 100) & (rows < 300),
        "few": rng.random(ROWS) < 0.02,
        "half": rng.random(ROWS) < 0.5,
        "most": rng.random(ROWS) < 0.97,
        "all": rows >= 0,
    }


@pytest.mark.parametrize("name", masks())
@pytest.mark.usefixtures("small_blocks")
def test_only_rows_of_the_mask_are_found(segment: VectorSegment, name: str) -> None:
    mask = masks()[name]
    for query in ASKED[:4]:
        assert segment.exact(query, 30, mask) == brute(VECTORS, query, 30, mask)


@pytest.mark.parametrize("masked", [False, True])
def test_several_threads_find_the_same(
    segment: VectorSegment, monkeypatch: pytest.MonkeyPatch, masked: bool
) -> None:
    monkeypatch.setattr(module, "_SHARE_OF_THREAD", 500)
    monkeypatch.setattr(module.os, "cpu_count", lambda: 3)
    mask = masks()["half"] if masked else None
    assert segment.exact(ASKED[0], 40, mask) == brute(VECTORS, ASKED[0], 40, mask)


@pytest.mark.parametrize("masked", [False, True])
def test_a_lean_search_finds_the_same(
    segment: VectorSegment, monkeypatch: pytest.MonkeyPatch, masked: bool
) -> None:
    monkeypatch.setattr(module, "_LEAN_ROWS", 700)
    mask = masks()["half"] if masked else None
    assert segment.exact(ASKED[0], 40, mask, lean=True) == brute(VECTORS, ASKED[0], 40, mask)


@pytest.mark.usefixtures("small_blocks")
def test_copies_come_by_row_wherever_their_block_ends(tmp_path: Path) -> None:
    rows = unit_rows(1000)
    rows[::3] = rows[1]
    segment = make_segment(tmp_path, rows)
    found = segment.exact(rows[1], 20)
    assert [row for row, _ in found] == [0, 1, *range(3, 57, 3)]
    assert {cosine for _, cosine in found} == {1.0}


def test_length_of_the_query_does_not_count(segment: VectorSegment) -> None:
    assert segment.exact(ASKED[0] * 3, 10) == segment.exact(ASKED[0], 10)


def test_nothing_for_zeros_and_no_limit(segment: VectorSegment) -> None:
    assert segment.exact(np.zeros(WIDTH, np.float32), 5) == []
    assert segment.exact(ASKED[0], 0) == []


def test_rows_of_zeros_are_kept_and_stand_at_right_angles(tmp_path: Path) -> None:
    rows = np.vstack([np.zeros((1, WIDTH), np.float32), VECTORS[:1]])
    assert make_segment(tmp_path, rows).exact(VECTORS[0], 2) == [(1, 1.0), (0, 0.0)]


def test_an_empty_segment_has_nothing(tmp_path: Path) -> None:
    segment = make_segment(tmp_path, np.empty((0, WIDTH), np.float32))
    assert len(segment) == 0
    assert segment.exact(ASKED[0], 5) == []


def test_wrong_sizes_and_numbers_are_refused(segment: VectorSegment) -> None:
    with pytest.raises(ValueError, match="shape"):
        segment.exact(np.ones(WIDTH + 1, np.float32), 5)
    with pytest.raises(ValueError, match="mask"):
        segment.exact(ASKED[0], 5, np.ones(ROWS - 1, bool))
    with pytest.raises(ValueError, match="not numbers"):
        segment.exact(np.full(WIDTH, np.nan, np.float32), 5)
    with pytest.raises(IndexError):
        segment.vector(ROWS)


@pytest.mark.parametrize(
    "vectors",
    [VECTORS * 2, VECTORS.astype(np.float64), VECTORS[0], np.full((2, 4), np.nan, np.float32)],
    ids=["long", "double", "flat", "nan"],
)
def test_only_unit_rows_are_written(tmp_path: Path, vectors: NDArray[np.float32]) -> None:
    with pytest.raises(ValueError):
        VectorSegment.write(tmp_path, vectors)


def damage(path: Path, way: str) -> None:
    if way == "missing":
        path.unlink()
    elif way == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif way == "header":
        path.write_bytes(b"not numpy" + path.read_bytes()[9:])
    elif way == "empty":
        path.write_bytes(b"")
    elif way == "pickle":
        np.save(path, np.array([{"a": 1}]), allow_pickle=True)
    elif way == "double":
        np.save(path, VECTORS.astype(np.float64))
    elif way == "flat":
        np.save(path, VECTORS[0])
    elif way == "columns":
        np.save(path, np.asfortranarray(VECTORS))


@pytest.mark.parametrize("way", ["missing", "cut", "header", "empty", "pickle", "double", "flat", "columns"])
def test_a_torn_file_is_damage(tmp_path: Path, way: str) -> None:
    make_segment(tmp_path)
    damage(tmp_path / "vectors.npy", way)
    with pytest.raises(IndexDamagedError, match="向量文件"):
        VectorSegment.open(tmp_path, "k1")


def test_pages_come_back_after_they_were_let_go(segment: VectorSegment) -> None:
    segment.let_go()
    assert segment.exact(ASKED[0], 5) == brute(VECTORS, ASKED[0], 5)
    assert segment.vector(7).tolist() == VECTORS[7].tolist()
