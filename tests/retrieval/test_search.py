from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.search import Retriever
from assistant.settings import Settings
from tests.retrieval.made import settings_for


def of(*policies: str) -> ClauseFilter:
    return ClauseFilter(policy_ids=frozenset(policies))


def test_the_clause_comes_first(retriever: Retriever) -> None:
    for query, gold in {
        "采摘鲜叶一年几次": "qingshan-tea#第四条",
        "乱采要罚多少钱罚款": "qingshan-tea#第五条",
        "老年人坐车免费吗": "qingshan-bus#第三条",
        "空调车票价": "qingshan-bus#第二条",
    }.items():
        assert retriever.search(query, 3)[0].address == gold


def test_hits_say_where_each_channel_had_them(retriever: Retriever) -> None:
    hits = retriever.search("采摘鲜叶一年几次", 10)
    assert hits[0].lexical_rank == 1
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.address for hit in hits}) == len(hits)
    assert sorted(hit.vector_rank for hit in hits if hit.vector_rank)[0] == 1
    # Every clause of the two policies is within the depth of both channels.
    assert all(hit.lexical_rank or hit.vector_rank for hit in hits)
    everything = retriever.search("采摘鲜叶一年几次", 50)
    assert sorted(hit.vector_rank for hit in everything if hit.vector_rank) == list(
        range(1, len(everything) + 1)
    )
    lexical = sorted(hit.lexical_rank for hit in everything if hit.lexical_rank)
    assert lexical == list(range(1, len(lexical) + 1))


def test_only_the_chosen_policies(retriever: Retriever) -> None:
    hits = retriever.search("本办法自何时起施行", 20, of("qingshan-bus"))
    assert hits
    assert {hit.address.partition("#")[0] for hit in hits} == {"qingshan-bus"}
    assert hits[0].address == "qingshan-bus#第五条"
    # The filter comes before the ranking: every clause of the policy can still be reached.
    reached = {hit.address for hit in retriever.search("办法 公交", 50, of("qingshan-bus"))}
    everything = {
        hit.address for hit in retriever.search("办法 公交", 50) if hit.address.startswith("qingshan-bus")
    }
    assert reached == everything
    assert retriever.search("办法", 5, of()) == retriever.search("办法", 5, of("no-such")) == []
    assert retriever.search("办法", 5, of("qingshan-tea", "qingshan-bus")) == retriever.search("办法", 5)


@pytest.mark.parametrize("query", ["", "   ", "？！…", "\u0000", "🌲🌲"])
def test_a_query_without_words_finds_nothing(query: str, retriever: Retriever) -> None:
    assert retriever.search(query, 5) == []
    assert retriever.uncovered(query) == ()


def test_limits(retriever: Retriever) -> None:
    assert len(retriever.search("办法", 2)) == 2
    assert retriever.search("办法", 0) == []
    assert len(retriever.search("办法", 1000)) == retriever.manifest.clauses


def test_a_very_long_query_is_searched(retriever: Retriever) -> None:
    assert retriever.search("采摘鲜叶" * 25_000, 1)[0].address == "qingshan-tea#第四条"


def test_the_same_answer_twice_and_from_a_new_build(home: Path, retriever: Retriever, tmp_path: Path) -> None:
    queries = ["采摘鲜叶", "本办法", "市林业局和市交通局", "免费"]
    first = [retriever.search(query, 12) for query in queries]
    assert [retriever.search(query, 12) for query in queries] == first
    elsewhere = settings_for(home).model_copy(update={"index_dir": tmp_path / "second"})
    again = Retriever.open(elsewhere, Library.load(home / "corpus"))
    assert [again.search(query, 12) for query in queries] == first
    again.close()


def test_threads_get_the_same_answers(retriever: Retriever) -> None:
    queries = ["采摘鲜叶一年几次", "空调车票价", "老年人免费", "罚款多少"] * 25
    expected = [retriever.search(query, 5) for query in queries]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda query: retriever.search(query, 5), queries)) == expected


def test_uncovered_names_what_no_text_mentions(retriever: Retriever) -> None:
    assert retriever.uncovered("古茶树的退休金和公交票价的汇率") == ("退休金", "汇率")
    assert retriever.uncovered("请问古茶树一年能采摘几次") == ()


def test_the_manifest_tells_what_is_in_use(retriever: Retriever, home: Path) -> None:
    library = Library.load(home / "corpus")
    manifest = retriever.manifest
    assert manifest.corpus_hash == library.content_hash
    assert manifest.encoder == "encoder"
    assert {"terms", "words", "fields", "tantivy"} <= set(manifest.versions)
    assert manifest.clauses == sum(1 for clause in library.clauses() if clause.text.strip())
    assert manifest.built_at.startswith("20")
    assert manifest.policies == 2
    assert (manifest.last_update.kind, manifest.last_update.policies_added) == ("build", 2)
    state = retriever.state()
    assert (state["clauses"], state["generation"]) == (manifest.clauses, retriever.generation)


def test_a_build_shows_progress_and_an_opening_does_not(settings: Settings, library: Library) -> None:
    told: list[tuple[str, int]] = []

    class Listener:
        def start(self, label: str, total: int) -> None:
            told.append((label, total))

        def advance(self, n: int = 1) -> None:
            told.append(("+", n))

        def finish(self) -> None:
            told.append(("end", 0))

    Retriever.open(settings, library, Listener()).close()
    clauses = sum(1 for clause in library.clauses() if clause.text.strip())
    for label in ("建立关键词索引", "计算条款向量"):
        start = told.index((label, clauses))
        steps = told[start + 1 : told.index(("end", 0), start)]
        assert sum(n for _, n in steps) == clauses
    told.clear()
    Retriever.open(settings, library, Listener()).close()
    assert told == []
