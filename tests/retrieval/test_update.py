"""An index is brought up to date by what differs, and answers as one that was built anew."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.retrieval.entries import IndexSource, PolicyRecord
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.manifest import LastUpdate
from assistant.retrieval.search import Retriever
from assistant.retrieval.vectors.caches import CacheFactory
from assistant.retrieval.vectors.exact import VectorSegment
from tests.retrieval.holding import addresses, holds, vector_ranking
from tests.retrieval.made import CountingEncoder, made_policies, opened, without
from tests.retrieval.vectors.made import wait_open

QUERIES = ("茶树应当登记", "公交免收费用1003", "河道管理办法", "处以罚款", "鲸鱼")


def test_one_policy_of_ten_thousand_touches_its_clauses_only(tmp_path: Path) -> None:
    first = CountingEncoder()
    opened(tmp_path, made_policies(10_000), first).close()
    assert len(first.seen) == 50_000
    segment = next((tmp_path / "segments").iterdir())
    stamps = {path.name: path.stat().st_mtime_ns for path in segment.iterdir()}

    changed = CountingEncoder()
    target = made_policies(10_000, marks={4321: "鲸鱼"})
    index = opened(tmp_path, target, changed)
    assert index.manifest.last_update == LastUpdate("update", 0, 1, 0, 5, 5)
    assert len(changed.seen) == 5
    assert sum("鲸鱼" in text for text in changed.seen) == 1
    assert addresses(index, index.lexical.search("鲸鱼", 3))[:1] == ["p4321#第1条"]
    assert index.manifest.clauses == 50_000
    index.close()

    added = CountingEncoder()
    target = made_policies(10_001, marks={4321: "鲸鱼"})
    index = opened(tmp_path, target, added)
    assert index.manifest.last_update == LastUpdate("update", 1, 0, 0, 5, 5)
    assert len(added.seen) == 5
    index.close()

    withdrawn = CountingEncoder()
    index = opened(tmp_path, without(target, "p77"), withdrawn)
    assert index.manifest.last_update == LastUpdate("update", 0, 0, 1, 0, 0)
    assert withdrawn.seen == []
    assert index.lexical.places_of("p77", 10) == []
    assert index.manifest.clauses == 50_000
    assert index.entry(index.lexical.search("鲸鱼", 3)[0][0]).address == "p4321#第1条"
    assert {path.name: path.stat().st_mtime_ns for path in segment.iterdir()} == stamps
    index.close()


@pytest.mark.parametrize("seed", range(6))
def test_any_row_of_updates_holds_what_a_build_holds(seed: int, tmp_path: Path) -> None:
    """Policies come, change and go at random; updates small and large, merges and full rewrites among them."""
    draw = np.random.default_rng(seed)
    kinds = set()
    for _ in range(12):
        marks = {
            int(number): f"第{draw.integers(9)}版" for number in draw.integers(0, 60, draw.integers(0, 4))
        }
        source = made_policies(int(draw.integers(40, 60)), 4, marks)
        source = without(source, *(f"p{number}" for number in draw.integers(0, 60, draw.integers(0, 3))))
        index = opened(tmp_path, source)
        kinds.add((index.manifest.last_update.kind, len(index.segments) > 1))
        holds(index, source)
        fresh = opened(tmp_path / "fresh", source)
        for query in QUERIES:
            assert vector_ranking(index, query) == vector_ranking(fresh, query)
            matched = addresses(index, index.lexical.search(query, 10**6))
            assert set(matched) == set(addresses(fresh, fresh.lexical.search(query, 10**6)))
        index.close()
        fresh.close()
    assert ("update", True) in kinds
    assert len(list((tmp_path / "segments").iterdir())) == len(index.segments) <= 8
    assert len(list(tmp_path.glob("g-*"))) == 1


def test_a_small_corpus_answers_to_the_digit_as_a_fresh_build(tmp_path: Path) -> None:
    """Where much of it changes it is written anew: not even the weights of words remember what was withdrawn."""
    opened(tmp_path / "a", made_policies(5)).close()
    target = without(made_policies(6, marks={2: "鲸鱼"}), "p0")
    encoder = CountingEncoder()
    updated, fresh = opened(tmp_path / "a", target, encoder), opened(tmp_path / "b", target)
    assert updated.manifest.last_update == LastUpdate("update", 1, 1, 1, 10, 25)
    assert len(encoder.seen) == 10
    for query in QUERIES:
        mine = [(updated.entry(place), score) for place, score in updated.lexical.search(query, 50)]
        assert mine == [(fresh.entry(place), score) for place, score in fresh.lexical.search(query, 50)]
    updated.close()
    fresh.close()


def test_a_record_alone_can_change(tmp_path: Path) -> None:
    entries = made_policies(30).entries
    opened(tmp_path, IndexSource.of_entries(entries)).close()
    records = {"p3": PolicyRecord("p3", status="已废止")}
    index = opened(tmp_path, IndexSource.of_entries(entries, records))
    assert index.manifest.last_update.policies_changed == 1
    abolished = ClauseFilter(statuses=frozenset({"已废止"}))
    assert len(index.lexical.search("办法", 100, abolished)) == 5
    allowed = index.table.allowed(abolished)
    vector = CountingEncoder().encode_queries(["办法"])[0]
    found = index.vectors.search(vector, 100, allowed)
    assert {index.entry(place).policy_id for place, _ in found} == {"p3"}
    index.close()


def test_texts_that_only_moved_in_their_corpus_are_not_written_again(tmp_path: Path) -> None:
    """Another corpus hash (an alias, say) with the same clauses: a new generation, no new segment."""
    source = made_policies(10)
    opened(tmp_path, source).close()
    index = opened(tmp_path, IndexSource("another", source.policies))
    assert index.manifest.last_update == LastUpdate("update", 0, 0, 0, 0, 0)
    assert index.manifest.corpus_hash == "another"
    holds(index, source)
    index.close()


class ClaimingCache:
    """Finds exactly, and forgets nothing: what was withdrawn, it still claims."""

    identity = "claiming"

    def __init__(self, segment: VectorSegment) -> None:
        self._segment = segment
        self.claimed = 0

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        found = self._segment.exact(vector, limit, None)
        self.claimed += len(found)
        return found

    def close(self) -> None:
        pass


class ClaimingSource:
    """Opens such a cache for any segment."""

    def __init__(self) -> None:
        self.caches: list[ClaimingCache] = []

    def open(self, segment: VectorSegment, distrusted: str | None, stop: threading.Event) -> ClaimingCache:
        self.caches.append(ClaimingCache(segment))
        return self.caches[-1]


def test_a_withdrawn_clause_is_never_returned_again(tmp_path: Path) -> None:
    claiming = ClaimingSource()
    caches = CacheFactory(claiming, cache_from=2)
    source = made_policies(40, marks={9: "鲸鱼搁浅"})
    gone = [entry for entry in source.entries if entry.policy_id == "p9"]
    before = opened(tmp_path, source, cache_for=caches)
    encoder = CountingEncoder()
    assert any(hit.address == gone[0].address for hit in Retriever(before, encoder).search("鲸鱼搁浅", 5))
    after = opened(tmp_path, without(source, "p9"), cache_for=caches)
    retriever = Retriever(after, encoder)
    retriever.warm()
    wait_open(after.vectors)
    for entry in gone:
        for limit in (1, 50, 195, 300):
            hits = retriever.search(entry.searched_text, limit)
            assert hits
            assert not {hit.address for hit in hits} & {one.address for one in gone}
    assert sum(cache.claimed for cache in claiming.caches) > 200
    assert len(retriever.search(gone[0].searched_text, 300)) == 195
    assert retriever.search("鲸鱼", 5, ClauseFilter(policy_ids=frozenset({"p9"}))) == []
    assert retriever.uncovered("鲸鱼") == ("鲸鱼",)
    with pytest.raises(LookupError):
        after.entry(before.table.policies["p9"].places[0])
    # Who still holds the generation before it sees all of it.
    assert Retriever(before, encoder).search("鲸鱼搁浅", 5)[0].address == gone[0].address
    before.close()
    after.close()
    caches.close()


def test_another_encoder_is_never_mixed_in(tmp_path: Path) -> None:
    opened(tmp_path, made_policies(30)).close()
    other = CountingEncoder("counting-2")
    index = opened(tmp_path, made_policies(31), other)
    assert (index.manifest.last_update.kind, len(other.seen)) == ("build", 31 * 5)
    assert len(index.segments) == 1
    index.close()
