from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.retrieval.progress import SilentProgress
from assistant.retrieval.vectors import caches, chroma
from assistant.retrieval.vectors.caches import CacheFactory
from assistant.retrieval.vectors.channel import ROW_BITS, VectorChannel
from assistant.retrieval.vectors.chroma import CacheFault, NeighborCache
from assistant.retrieval.vectors.embedded import EmbeddedSource, build_embedded
from assistant.retrieval.vectors.exact import VectorSegment
from tests.retrieval.vectors.made import (
    ASKED,
    ROWS,
    VECTORS,
    WIDTH,
    assert_right,
    brute,
    cache_of,
    channel_of,
    make_segment,
    unit_rows,
    wait_open,
    wait_until,
)

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def segments(tmp_path_factory: pytest.TempPathFactory) -> list[VectorSegment]:
    """A large segment, one with copies of its rows, and one of a single row."""
    folder = tmp_path_factory.mktemp("segments")
    copies = np.vstack([VECTORS[:200], unit_rows(100, seed=8)])
    return [
        make_segment(folder / "s-1"),
        make_segment(folder / "s-2", copies, "k2"),
        make_segment(folder / "s-3", VECTORS[5:6], "k3"),
    ]


@pytest.fixture(scope="module")
def factory() -> Iterator[CacheFactory]:
    made = CacheFactory(EmbeddedSource(), cache_from=1)
    yield made
    made.close()


def all_open(channel: VectorChannel) -> bool:
    told = channel.state()["segments"]
    assert isinstance(told, list)
    return bool(told) and all(one["cache"] == "open" for one in told)


@pytest.fixture(params=["exact", "cached"])
def made_with(request: pytest.FixtureRequest) -> CacheFactory | None:
    return request.getfixturevalue("factory") if request.param == "cached" else None


Masks = dict[int, NDArray[np.bool_]]


def opened(segments: list[VectorSegment], live: Masks, factory: CacheFactory | None) -> VectorChannel:
    numbers = (3, 7, 8)
    parts = [(number, one, live.get(number)) for number, one in zip(numbers, segments, strict=True)]
    channel = VectorChannel(parts, factory)
    channel.warm()
    if factory is not None:
        wait_until(lambda: all_open(channel))
    return channel


def expected(
    segments: list[VectorSegment], masks: Masks, query: NDArray[np.float32], limit: int
) -> list[tuple[int, float]]:
    found = []
    for number, segment in zip((3, 7, 8), segments, strict=True):
        rows = segment.block(0, len(segment))
        best = brute(rows, query, limit, masks.get(number))
        found += [(number << ROW_BITS | row, cosine) for row, cosine in best]
    return sorted(found, key=lambda one: (-one[1], one[0]))[:limit]


def test_segments_are_merged_by_cosine_and_place(
    segments: list[VectorSegment], made_with: CacheFactory | None
) -> None:
    channel = opened(segments, {}, made_with)
    for query in (VECTORS[5], VECTORS[150], *ASKED[:4]):
        for limit in (1, 2, 30):
            assert channel.search(query, limit) == expected(segments, {}, query, limit)
    assert [place for place, _ in channel.search(VECTORS[5], 3)] == [3 << 32 | 5, 7 << 32 | 5, 8 << 32]
    channel.close()


def some(share: float, rows: int = ROWS, seed: int = 1) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = np.random.default_rng(seed).random(rows) < share
    return mask


@pytest.mark.parametrize("share", [0.0, 0.001, 0.1, 0.3, 0.6, 0.95])
def test_dead_rows_never_come_and_push_nobody_out(
    segments: list[VectorSegment], made_with: CacheFactory | None, share: float
) -> None:
    live = {3: some(share), 7: some(share, 300)}
    channel = opened(segments, live, made_with)
    for query in ASKED:
        assert channel.search(query, 20) == expected(segments, live, query, 20)
    channel.close()


def test_a_filter_that_keeps_the_farthest_rows_still_finds_its_best(
    segments: list[VectorSegment], made_with: CacheFactory | None
) -> None:
    """The nearest two thirds are not admitted: a first look at a few neighbours finds nobody."""
    channel = opened(segments, {}, made_with)
    for query in ASKED[:3]:
        cosines = VECTORS @ query
        masks = {3: cosines < np.quantile(cosines, 0.34), 7: np.zeros(300, bool), 8: np.zeros(1, bool)}
        assert channel.search(query, 15, masks) == expected(segments, masks, query, 15)
    channel.close()


def test_filters_and_live_rows_hold_together(
    segments: list[VectorSegment], made_with: CacheFactory | None
) -> None:
    live, allowed = {3: some(0.7)}, {3: some(0.6, seed=2), 7: some(0.5, 300)}
    channel = opened(segments, live, made_with)
    both = {3: live[3] & allowed[3], 7: allowed[7], 8: np.zeros(1, bool)}
    for query in ASKED:
        assert channel.search(query, 25, allowed) == expected(segments, both, query, 25)
    assert channel.search(ASKED[0], 25, {}) == []
    channel.close()


def test_nothing_for_zeros_and_no_limit(
    segments: list[VectorSegment], made_with: CacheFactory | None
) -> None:
    channel = opened(segments, {}, made_with)
    assert channel.search(np.zeros(WIDTH, np.float32), 5) == channel.search(ASKED[0], 0) == []
    assert len(channel.search(ASKED[0], 10**6)) == ROWS + 301
    channel.close()


def test_many_copies_come_in_order_from_a_cache_too(tmp_path: Path) -> None:
    rows = unit_rows(1500)
    rows[100:400] = rows[100]
    segment = make_segment(tmp_path / "s-1", rows)
    factory = CacheFactory(EmbeddedSource(), cache_from=1)
    channel = channel_of(segment, factory)
    wait_open(channel)
    assert [place for place, _ in channel.search(rows[100], 30)] == list(range(100, 130))
    channel.close()
    factory.close()


def test_recall_with_a_filter_is_no_worse_than_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a graph that is searched too narrowly to be exact."""
    monkeypatch.setattr(chroma, "_MISSES", 1)
    monkeypatch.setitem(chroma.HNSW, "ef_search", 20)
    monkeypatch.setitem(chroma.HNSW, "ef_construction", 40)
    monkeypatch.setitem(chroma.HNSW, "max_neighbors", 8)
    rows = unit_rows(20_000, width=64)
    segment = make_segment(tmp_path / "s-1", rows)
    build_embedded(segment, SilentProgress())
    factory = CacheFactory(EmbeddedSource(), cache_from=1)
    monkeypatch.setattr(caches, "_RECALL_NEEDED", 0.0)
    channel = channel_of(segment, factory)
    wait_open(channel)
    asked = unit_rows(60, seed=11, width=64)

    def recall(mask: NDArray[np.bool_] | None) -> float:
        hits = 0
        for query in asked:
            found = channel.search(query, 10, None if mask is None else {0: mask})
            exact = {row for row, _ in segment.exact(query, 10, mask)}
            assert len(found) == 10
            assert mask is None or all(mask[row] for row, _ in found)
            hits += len(exact & {row for row, _ in found})
        return hits / (10 * len(asked))

    free = recall(None)
    assert 0.05 < free < 0.99  # how far a graph this narrow gets varies with the threads that built it
    for share in (0.9, 0.5, 0.25, 0.05):
        assert recall(some(share, 20_000)) >= free
    channel.close()
    factory.close()


class LyingCache:
    """A cache whose answers are bent by `bend`."""

    identity = "lying"

    def __init__(self, segment: VectorSegment, lie: str) -> None:
        self._segment, self._lie = segment, lie
        self.closed = False

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        found = self._segment.exact(vector, limit)
        if self._lie == "short":
            return found[:-1]
        if self._lie == "none":
            return []
        if self._lie == "twice":
            return [found[0], *found[:-1]]
        if self._lie == "foreign":
            return [(len(self._segment) + row, cosine) for row, cosine in found]
        if self._lie == "negative":
            return [(-1 - row, cosine) for row, cosine in found]
        if self._lie == "cosine":
            return [(row, cosine - 0.01) for row, cosine in found]
        if self._lie == "nan":
            return [(row, float("nan")) for row, _ in found]
        if self._lie == "shuffled":
            return found[::-1]
        if self._lie == "far":
            return [(row, cosine) for row, cosine in self._segment.exact(vector, len(self._segment))[-limit:]]
        raise CacheFault("下线了")

    def close(self) -> None:
        self.closed = True


class OneCache:
    """A source that hands out one cache, and then fails."""

    def __init__(self, cache: LyingCache) -> None:
        self.cache = cache
        self.distrusted: list[str | None] = []

    def open(self, segment: VectorSegment, distrusted: str | None, stop: threading.Event) -> NeighborCache:
        self.distrusted.append(distrusted)
        if len(self.distrusted) > 1:
            raise CacheFault("不再有了")
        return self.cache


@pytest.mark.parametrize(
    "lie", ["short", "none", "twice", "foreign", "negative", "cosine", "nan", "down", "far"]
)
def test_a_cache_that_lies_is_found_out_and_switched_off(tmp_path: Path, lie: str) -> None:
    segment = make_segment(tmp_path / "s-1")
    source = OneCache(LyingCache(segment, lie))
    factory = CacheFactory(source, cache_from=1, retry_seconds=0.05)
    channel = channel_of(segment, factory)
    wait_open(channel)
    if lie == "far":  # right cosines of the wrong rows: only the compared samples tell
        wait_until(lambda: bool(channel.search(ASKED[0], 20)) and source.cache.closed)
    assert_right(channel, segment)
    wait_until(lambda: len(source.distrusted) > 1)
    assert source.cache.closed
    assert source.distrusted[1] == (None if lie == "down" else "lying")
    assert cache_of(channel)[1]
    channel.close()
    factory.close()


def test_order_and_cosines_are_ours_not_the_caches(tmp_path: Path) -> None:
    segment = make_segment(tmp_path / "s-1")
    factory = CacheFactory(OneCache(LyingCache(segment, "shuffled")), cache_from=1)
    channel = channel_of(segment, factory)
    wait_open(channel)
    assert_right(channel, segment)
    assert cache_of(channel) == ("open", None)
    channel.close()
    factory.close()


def test_a_small_segment_has_no_cache(tmp_path: Path) -> None:
    segment = make_segment(tmp_path / "s-1")
    factory = CacheFactory(EmbeddedSource(), cache_from=ROWS + 1)
    channel = VectorChannel([(0, segment, None)], factory)
    channel.warm()
    assert channel.state() == {"segments": []}
    assert_right(channel, segment)
    factory.close()
    assert not (tmp_path / "s-1" / "chroma").exists()


def test_the_next_snapshot_keeps_the_open_cache(segments: list[VectorSegment], factory: CacheFactory) -> None:
    first = opened(segments, {}, factory)
    again = VectorSegment.open(segments[0].folder, segments[0].key)
    second = VectorChannel([(3, again, None)], factory)
    first.close()
    assert cache_of(second) == ("open", None)
    found = [(place & 0xFFFFFFFF, cosine) for place, cosine in second.search(ASKED[0], 9)]
    assert found == again.exact(ASKED[0], 9)
    second.close()


def test_a_closed_channel_still_finds(segments: list[VectorSegment]) -> None:
    factory = CacheFactory(EmbeddedSource(), cache_from=1)
    channel = opened(segments, {}, factory)
    wanted = channel.search(ASKED[0], 20)
    channel.close()
    channel.close()
    factory.close()
    assert channel.search(ASKED[0], 20) == wanted


def test_searches_go_on_while_caches_come_and_go(
    segments: list[VectorSegment], factory: CacheFactory
) -> None:
    wanted = [expected(segments, {}, query, 20) for query in ASKED]
    wrong: list[int] = []
    done = threading.Event()

    def ask(channel: VectorChannel) -> None:
        while not done.is_set():
            for at, query in enumerate(ASKED):
                if channel.search(query, 20) != wanted[at]:
                    wrong.append(at)

    channel = opened(segments, {}, factory)
    threads = [threading.Thread(target=ask, args=(channel,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for held in list(factory._held.values()):
        cache = held._cache
        assert cache is not None
        held.fail(CacheFault("试验"), cache)
    wait_until(lambda: all_open(channel))
    done.set()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    channel.close()


def test_without_warm_chromadb_is_not_imported(tmp_path: Path) -> None:
    make_segment(tmp_path / "s-1")
    code = (
        "import sys; from pathlib import Path\n"
        "from assistant.retrieval.vectors.caches import CacheFactory\n"
        "from assistant.retrieval.vectors.channel import VectorChannel\n"
        "from assistant.retrieval.vectors.embedded import EmbeddedSource\n"
        "from assistant.retrieval.vectors.server import ServerSource\n"
        "from assistant.retrieval.vectors.exact import VectorSegment\n"
        "segment = VectorSegment.open(Path(sys.argv[1]), 'k1')\n"
        "channel = VectorChannel([(0, segment, None)], CacheFactory(EmbeddedSource(), cache_from=1))\n"
        "assert channel.search(segment.vector(3), 1)[0][0] == 3\n"
        "channel.close()\n"
        "assert not {'chromadb', 'httpx'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "s-1")], cwd=ROOT, check=True)
