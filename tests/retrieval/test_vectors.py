from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError
from assistant.retrieval.entries import Entry
from assistant.retrieval.progress import SilentProgress
from assistant.retrieval.vectors import VectorIndex, build_vectors

ROWS = 300
ENTRIES = [Entry(f"p{i % 3}#第{i}条", f"p{i % 3}", "", "") for i in range(ROWS)]


def unit_vectors() -> NDArray[np.float32]:
    rows = np.random.default_rng(3).normal(size=(ROWS, 32)).astype(np.float32)
    scaled: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled


VECTORS = unit_vectors()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorIndex]:
    folder = tmp_path_factory.mktemp("index") / "vectors"
    build_vectors(folder, ENTRIES, VECTORS, SilentProgress())
    opened = VectorIndex(folder)
    yield opened
    opened.close()


def test_search_is_exact_and_by_cosine(index: VectorIndex) -> None:
    query = VECTORS[17] * 3
    found = index.search(query, 20)
    cosines = VECTORS @ VECTORS[17]
    best = np.argsort(-cosines)[:20]
    assert [address for address, _ in found] == [ENTRIES[row].address for row in best]
    assert [cosine for _, cosine in found] == pytest.approx(cosines[best], abs=1e-5)


def test_the_filter_comes_before_the_ranking(index: VectorIndex) -> None:
    cosines = VECTORS @ VECTORS[17]
    inside = [row for row in np.argsort(-cosines) if ENTRIES[row].policy_id == "p0"][:25]
    found = index.search(VECTORS[17], 25, {"p0"})
    assert [address for address, _ in found] == [ENTRIES[row].address for row in inside]
    assert index.search(VECTORS[17], 5, set()) == index.search(VECTORS[17], 5, {"no-such"}) == []


def test_a_vector_of_zeros_finds_nothing(index: VectorIndex) -> None:
    assert index.search(np.zeros(32, np.float32), 5) == []
    assert index.search(VECTORS[0], 0) == []


def test_more_than_there_are(index: VectorIndex) -> None:
    assert len(index.search(VECTORS[0], ROWS + 100)) == len(index) == ROWS


def test_check_wants_each_row_in_its_place(index: VectorIndex) -> None:
    index.check([ENTRIES[5].address, ENTRIES[250].address], VECTORS[[5, 250]])
    with pytest.raises(IndexDamagedError, match="第5条"):
        index.check([ENTRIES[5].address], VECTORS[[6]])


def test_a_folder_without_a_collection_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(IndexDamagedError, match="打不开"):
        VectorIndex(tmp_path)


def test_copies_and_rows_of_zeros_can_be_stored(tmp_path: Path) -> None:
    rows = np.vstack([np.repeat(VECTORS[:1], 60, axis=0), np.zeros((2, 32), np.float32), VECTORS[1:9]])
    build_vectors(tmp_path / "vectors", ENTRIES[:70], rows, SilentProgress())
    index = VectorIndex(tmp_path / "vectors")
    index.check([ENTRIES[40].address, ENTRIES[65].address], rows[[40, 65]])
    assert index.search(rows[65], 1)[0][0] == ENTRIES[65].address
    index.close()
