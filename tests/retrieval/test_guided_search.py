"""What a guide adds to a search, the order of ties, how likely a query is answered, and whose the caches are."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from assistant.retrieval.entries import Entry, IndexSource
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.reranker import Ranking
from assistant.retrieval.search import Retriever, cache_factory
from assistant.retrieval.vectors.caches import CACHE_FROM, CacheFactory, SharedCaches
from assistant.retrieval.vectors.embedded import EmbeddedSource
from assistant.retrieval.vectors.server import ServerSource
from assistant.settings import Settings
from tests.retrieval.made import CountingEncoder, made_policies, opened, without

# Neither words nor vectors lead from the query to it: the channels' first clauses are all others.
HIDDEN = "p199#第3条"
QUERY = "第0号茶树应当登记"
CROWD = made_policies(200)


@dataclass
class Pointing:
    """A guide that says what it was told to."""

    addresses: Collection[str] = ()
    given: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def signals(self, entry: Entry) -> Mapping[str, float]:
        return self.given.get(entry.address, {})


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    index = opened(tmp_path_factory.mktemp("crowd"), CROWD)
    retriever = Retriever(index, CountingEncoder(), Ranking({"lexical": 1.0, "reference": 5.0}))
    yield retriever
    retriever.close()


def addresses(retriever: Retriever, guide: Pointing | None = None, limit: int = 50) -> list[str]:
    return [hit.address for hit in retriever.search(QUERY, limit, guide=guide)]


def test_what_no_channel_finds_is_ranked_when_the_guide_points_at_it(crowd: Retriever) -> None:
    assert HIDDEN not in addresses(crowd, limit=200)
    guide = Pointing([HIDDEN], {HIDDEN: {"reference": 1.0}})
    hit = crowd.search(QUERY, 1, guide=guide)[0]
    assert (hit.address, hit.lexical_rank, hit.vector_rank) == (HIDDEN, None, None)
    assert hit.score == pytest.approx(5.0)
    # Pointed at without a signal it stands among the others; it does not push itself to the front.
    assert addresses(crowd, Pointing([HIDDEN]))[0] != HIDDEN
    pool = crowd.pool(QUERY, 10, guide=Pointing([HIDDEN]))
    assert pool is not None
    assert [entry.address for entry in pool.entries].count(HIDDEN) == 1


def test_a_clause_that_a_channel_finds_too_is_there_once_with_its_ranks(crowd: Retriever) -> None:
    first = crowd.search(QUERY, 1)[0]
    hits = crowd.search(QUERY, 50, guide=Pointing([first.address]))
    assert [hit for hit in hits if hit.address == first.address] == [first]
    assert first.lexical_rank == 1


def test_the_guide_is_filtered_by_the_conditions(crowd: Retriever) -> None:
    guide = Pointing([HIDDEN, "p0#第2条"], {HIDDEN: {"reference": 1.0}})
    found = crowd.search(QUERY, 50, ClauseFilter(policy_ids=frozenset({"p0"})), guide)
    assert {hit.address.partition("#")[0] for hit in found} == {"p0"}


@pytest.mark.parametrize("address", ["p199#第99条", "nobody#第1条", "p199", "#", ""])
def test_what_there_is_not_is_passed_over(crowd: Retriever, address: str) -> None:
    assert crowd.search(QUERY, 20, guide=Pointing([address])) == crowd.search(QUERY, 20, guide=Pointing())


def test_a_withdrawn_clause_is_not_found_by_pointing_at_it(tmp_path: Path) -> None:
    opened(tmp_path, CROWD).close()
    retriever = Retriever(opened(tmp_path, without(CROWD, "p199")), CountingEncoder())
    guide = Pointing([HIDDEN], {HIDDEN: {"reference": 9.0}})
    assert HIDDEN not in {hit.address for hit in retriever.search(QUERY, 900, guide=guide)}
    retriever.close()


def test_a_changed_clause_is_found_at_its_new_place(tmp_path: Path) -> None:
    opened(tmp_path, CROWD).close()
    retriever = Retriever(opened(tmp_path, made_policies(200, marks={199: "鲸鱼"})), CountingEncoder())
    pool = retriever.pool(QUERY, 5, guide=Pointing(["p199#第1条"]))
    assert pool is not None
    [entry] = [entry for entry in pool.entries if entry.address == "p199#第1条"]
    assert entry.text.endswith("鲸鱼")
    retriever.close()


def test_ties_are_in_the_order_of_the_texts(tmp_path: Path) -> None:
    copies = IndexSource.of_entries(
        Entry(f"p{number}#一", f"p{number}", "同一办法", "鲸鱼搁浅应当报告。") for number in range(30)
    )
    retriever = Retriever(
        opened(tmp_path, copies), CountingEncoder(), Ranking({"lexical": 1.0, "cosine": 1.0})
    )
    expected = [f"p{number}#一" for number in range(30)]
    assert [hit.address for hit in retriever.search("鲸鱼搁浅", 30)] == expected
    # Those that only the guide points at come in their places too, not in the guide's order.
    backwards = Pointing(expected[::-1])
    assert [hit.address for hit in retriever.search("鲸鱼搁浅", 30, guide=backwards)] == expected
    retriever.close()


def test_the_same_answer_twice_with_a_guide(crowd: Retriever) -> None:
    guide = Pointing([HIDDEN, "p7#第2条"], {HIDDEN: {"reference": 0.5}})
    assert crowd.search(QUERY, 20, guide=guide) == crowd.search(QUERY, 20, guide=guide)


def test_a_pool_holds_what_is_ranked(crowd: Retriever) -> None:
    pool = crowd.pool(QUERY, 10, guide=Pointing([HIDDEN], {HIDDEN: {"reference": 1.0}}))
    assert pool is not None
    assert pool.signals is not None
    assert pool.query == QUERY
    assert len(pool.places) == len(pool.entries) == len(pool.found) == len(pool.signals)
    assert sorted(one.lexical_rank for one in pool.found if one.lexical_rank) == list(range(1, 11))
    assert sorted(one.vector_rank for one in pool.found if one.vector_rank) == list(range(1, 11))
    at = [entry.address for entry in pool.entries].index(HIDDEN)
    assert (pool.signals[at], pool.found[at].lexical) == ({"reference": 1.0}, 0.0)
    # Everyone's cosine is known, also of those that the vector channel did not find.
    assert all(one.cosine > 0 for one in pool.found)
    for one in pool.found:
        if one.vector_rank == 1:
            assert one.cosine == pytest.approx(max(other.cosine for other in pool.found), abs=1e-6)
    unguided = crowd.pool(QUERY, 10)
    assert unguided is not None
    assert unguided.signals is None
    assert crowd.pool("？！", 10) is None
    assert crowd.pool(QUERY, 10, ClauseFilter(policy_ids=frozenset())) is None


def test_cosines_of_several_segments_are_each_clause_s_own(tmp_path: Path) -> None:
    opened(tmp_path, made_policies(30)).close()
    index = opened(tmp_path, made_policies(34))
    assert len(index.segments) == 2
    encoder = CountingEncoder()
    vector = encoder.encode_queries([QUERY])[0]
    wanted = ["p33#第1条", "p0#第2条", "p31#第4条", "p29#第5条"]
    places = index.places(wanted)
    texts = [index.entry(place).searched_text for place in places]
    assert index.cosines(vector, places) == pytest.approx((encoder.encode(texts) @ vector).tolist(), abs=1e-6)
    assert index.cosines(vector, []) == []
    index.close()


def test_how_likely_a_query_is_answered(retriever: Retriever) -> None:
    """Over the made-up tea and bus policies."""
    known = retriever.answerable("采摘古茶树鲜叶每年不得超过几次")
    unknown = retriever.answerable("人民币退休金的汇率")
    assert 0 < unknown < 0.3 < 0.7 < known < 1
    assert retriever.answerable("？！") == 0.0
    tea = ClauseFilter(policy_ids=frozenset({"qingshan-tea"}))
    bus = ClauseFilter(policy_ids=frozenset({"qingshan-bus"}))
    question = "采摘古茶树鲜叶每年不得超过几次"
    assert retriever.answerable(question, tea) > retriever.answerable(question, bus)
    assert retriever.answerable(question, ClauseFilter(policy_ids=frozenset())) == 0.0
    assert retriever.answered_by(retriever.pool(question, 50)) == known
    # A guide's clauses are no evidence of words found.
    guide = Pointing(["qingshan-bus#第三条"])
    assert retriever.answered_by(retriever.pool(question, 50, guide=guide)) == known


class Closing(CacheFactory):
    """Counts how often it is closed."""

    closed = 0

    def close(self) -> None:
        self.closed += 1
        super().close()


def test_shared_caches_are_closed_by_the_last_user_and_not_before() -> None:
    factory = Closing(EmbeddedSource(), cache_from=1)
    shared = SharedCaches(factory)
    assert shared.take() is shared
    shared.take()
    shared.give_back()
    assert factory.closed == 0
    shared.give_back()
    assert factory.closed == 1


def test_shared_caches_are_closed_once_by_users_of_many_threads() -> None:
    factory = Closing(EmbeddedSource(), cache_from=1)
    shared = SharedCaches(factory)
    for _ in range(50):
        shared.take()
    threads = [threading.Thread(target=shared.give_back) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert factory.closed == 1


def test_a_retriever_that_takes_over_keeps_the_caches_open(tmp_path: Path) -> None:
    factory = Closing(EmbeddedSource(), cache_from=10**9)
    caches = SharedCaches(factory)
    first = Retriever(opened(tmp_path, made_policies(5), cache_for=factory), CountingEncoder(), caches=caches)
    second = Retriever(
        opened(tmp_path, made_policies(6), cache_for=factory), CountingEncoder(), caches=caches
    )
    first.close()
    assert factory.closed == 0
    assert second.search(QUERY, 1)
    second.close()
    assert factory.closed == 1
    second.close()  # a second call gives nothing back that was not taken
    assert factory.closed == 1


def test_caches_as_the_settings_ask(tmp_path: Path) -> None:
    beside = cache_factory(Settings(home=tmp_path))
    assert isinstance(beside._source, EmbeddedSource)
    assert beside.cache_from == CACHE_FROM
    assert cache_factory(Settings(home=tmp_path, cache_from=7)).cache_from == 7
    served = cache_factory(Settings(home=tmp_path, chroma_url="http://127.0.0.1:9/path"))
    assert isinstance(served._source, ServerSource)
    assert served._source.url == "http://127.0.0.1:9/path"
    assert served.cache_from == 1  # who names a server means it
    several = Settings(home=tmp_path, chroma_url="http://127.0.0.1:9", cache_from=7)
    assert cache_factory(several).cache_from == 7
