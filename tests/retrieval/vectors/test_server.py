from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from assistant.retrieval.progress import SilentProgress
from assistant.retrieval.vectors import caches
from assistant.retrieval.vectors.caches import CacheFactory
from assistant.retrieval.vectors.channel import VectorChannel
from assistant.retrieval.vectors.chroma import CacheBusy, CacheFault
from assistant.retrieval.vectors.embedded import build_embedded, open_embedded
from assistant.retrieval.vectors.exact import VectorSegment
from assistant.retrieval.vectors.server import ServerSource, _Connection, collection_name
from tests.retrieval.vectors.made import (
    ASKED,
    ROWS,
    VECTORS,
    ChromaServer,
    Proxy,
    assert_right,
    cache_of,
    channel_of,
    make_segment,
    unit_rows,
    wait_open,
    wait_until,
)

NEVER = threading.Event()
BRIEF = 0.3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """One server for the tests that leave it running; each uses a key of its own."""
    made = ChromaServer(tmp_path_factory.mktemp("server"))
    made.start()
    yield made
    made.kill()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[ChromaServer]:
    """A server for a test that kills it."""
    made = ChromaServer(tmp_path / "server")
    yield made
    made.kill()


@pytest.fixture
def segment(tmp_path: Path) -> VectorSegment:
    return make_segment(tmp_path / "s-1", key=f"test{time.monotonic_ns()}")


@pytest.fixture
def factories() -> Iterator[list[CacheFactory]]:
    made: list[CacheFactory] = []
    yield made
    for factory in made:
        factory.close()


def serve(
    segment: VectorSegment, url: str, factories: list[CacheFactory], ask_seconds: float = 3.0
) -> VectorChannel:
    source = ServerSource(url, ask_seconds=ask_seconds, check_seconds=5.0, abandoned_seconds=1.0)
    factories.append(CacheFactory(source, cache_from=1, retry_seconds=0.05))
    return channel_of(segment, factories[-1])


def rows_on(server: ChromaServer, segment: VectorSegment) -> int:
    connection = _Connection(server.url, 30)
    count = connection.get(collection_name(segment)).count()
    connection.close()
    return count


def test_it_answers_as_the_exact_search_does(
    server: ChromaServer, segment: VectorSegment, factories: list[CacheFactory]
) -> None:
    channel = serve(segment, server.url, factories)
    wait_open(channel)
    assert_right(channel, segment)
    assert cache_of(channel) == ("open", None)
    assert rows_on(server, segment) == ROWS


def test_replicas_share_one_upload(server: ChromaServer, segment: VectorSegment) -> None:
    first = ServerSource(server.url).open(segment, None, NEVER)
    second = ServerSource(server.url).open(segment, None, NEVER)
    assert first.identity == second.identity
    first.close()
    second.close()


def test_replicas_that_start_together_do_not_get_in_each_others_way(
    server: ChromaServer, segment: VectorSegment, factories: list[CacheFactory]
) -> None:
    channels = [serve(segment, server.url, factories) for _ in range(3)]
    for channel in channels:
        wait_open(channel)
        assert_right(channel, segment)
    assert rows_on(server, segment) == ROWS


def test_a_path_and_a_trailing_slash_belong_to_the_address(server: ChromaServer) -> None:
    assert _Connection(server.url + "/", 1)._server.get_api_url() == server.url + "/api/v2"
    url = "https://chroma.example.com/path"
    assert _Connection(url, 1)._server.get_api_url() == url + "/api/v2"


def test_a_proxy_of_the_environment_is_not_asked_for_loopback(
    server: ChromaServer, segment: VectorSegment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    ServerSource(server.url).open(segment, None, NEVER).close()


def test_an_upload_under_way_is_waited_for_and_a_given_up_one_replaced(
    server: ChromaServer, segment: VectorSegment
) -> None:
    connection = _Connection(server.url, 30)
    mark = {"key": segment.key, "rows": ROWS, "complete": False}
    half = connection.create(collection_name(segment), mark)
    half.add(ids=["0", "1"], embeddings=VECTORS[:2])
    source = ServerSource(server.url, abandoned_seconds=0.3)
    with pytest.raises(CacheBusy):
        source.open(segment, None, NEVER)
    time.sleep(0.4)
    half.add(ids=["2"], embeddings=VECTORS[2:3])
    with pytest.raises(CacheBusy):
        source.open(segment, None, NEVER)
    time.sleep(0.4)
    cache = source.open(segment, None, NEVER)
    assert cache.identity != str(half.id)
    cache.close()
    connection.close()


def foreign(server: ChromaServer, segment: VectorSegment, rows: int, complete: bool) -> str:
    """A collection of wrong vectors under the segment's name."""
    connection = _Connection(server.url, 30)
    mark = {"key": segment.key, "rows": ROWS, "complete": complete}
    made = connection.create(collection_name(segment), mark)
    made.add(ids=[str(row) for row in range(rows)], embeddings=unit_rows(rows, seed=77))
    connection.close()
    return str(made.id)


@pytest.mark.parametrize("rows", [ROWS, ROWS - 5, ROWS + 5])
def test_a_foreign_collection_under_our_name_is_replaced(
    server: ChromaServer, segment: VectorSegment, factories: list[CacheFactory], rows: int
) -> None:
    identity = foreign(server, segment, rows, complete=True)
    channel = serve(segment, server.url, factories)
    while cache_of(channel)[0] != "open":
        assert_right(channel, segment)
    assert_right(channel, segment)
    connection = _Connection(server.url, 30)
    assert str(connection.get(collection_name(segment)).id) != identity
    connection.close()


def test_rows_that_are_overwritten_while_it_serves_are_noticed(
    server: ChromaServer, segment: VectorSegment, factories: list[CacheFactory]
) -> None:
    channel = serve(segment, server.url, factories)
    wait_open(channel)
    connection = _Connection(server.url, 30)
    collection = connection.get(collection_name(segment))
    collection.update(ids=[str(row) for row in range(ROWS)], embeddings=unit_rows(ROWS, seed=78))
    assert_right(channel, segment)
    assert cache_of(channel)[1] is not None
    wait_open(channel)
    assert_right(channel, segment)
    assert str(connection.get(collection_name(segment)).id) != str(collection.id)
    connection.close()


def test_rows_that_are_deleted_while_it_serves_are_missed(
    server: ChromaServer,
    segment: VectorSegment,
    factories: list[CacheFactory],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A row that is gone shows in no single answer; the compared samples show that many are."""
    monkeypatch.setattr(caches, "_SAMPLE_EVERY", 4)
    channel = serve(segment, server.url, factories)
    wait_open(channel)
    assert_right(channel, segment)
    connection = _Connection(server.url, 30)
    connection.get(collection_name(segment)).delete(ids=[str(row) for row in range(0, ROWS, 2)])
    connection.close()
    asked = iter(unit_rows(4000, seed=6))
    wait_until(lambda: bool(channel.search(next(asked), 20)) and cache_of(channel)[1] is not None)
    assert "召回率" in (cache_of(channel)[1] or "")
    wait_open(channel)
    assert rows_on(server, segment) == ROWS
    assert_right(channel, segment)


def test_a_server_that_is_down_at_the_start(
    own_server: ChromaServer, segment: VectorSegment, factories: list[CacheFactory]
) -> None:
    channel = serve(segment, own_server.url, factories)
    wait_until(lambda: cache_of(channel)[1] is not None)
    assert cache_of(channel)[0] != "open"
    assert_right(channel, segment)
    own_server.start()
    wait_open(channel)
    assert cache_of(channel)[1] is None
    assert_right(channel, segment)


@pytest.mark.parametrize("keeps", [True, False], ids=["with its data", "empty"])
def test_a_server_that_is_killed_and_comes_back(
    own_server: ChromaServer, segment: VectorSegment, factories: list[CacheFactory], keeps: bool
) -> None:
    own_server.start()
    channel = serve(segment, own_server.url, factories)
    wait_open(channel)
    own_server.kill()
    assert_right(channel, segment)
    assert cache_of(channel)[0] != "open"
    assert "出错" in (cache_of(channel)[1] or "")
    if not keeps:
        shutil.rmtree(own_server.folder)
    own_server.start()
    wait_open(channel)
    assert_right(channel, segment)
    assert cache_of(channel) == ("open", None)


def test_a_server_that_is_killed_during_the_upload(
    own_server: ChromaServer, tmp_path: Path, factories: list[CacheFactory]
) -> None:
    segment = make_segment(tmp_path / "s-1", unit_rows(20_000))
    own_server.start()
    channel = serve(segment, own_server.url, factories)
    wait_until(lambda: cache_of(channel)[0] == "opening")
    time.sleep(0.5)
    own_server.kill()
    assert_right(channel, segment)
    own_server.start()
    wait_open(channel, 120)
    assert rows_on(own_server, segment) == 20_000
    assert_right(channel, segment)


@pytest.fixture
def proxy(server: ChromaServer) -> Iterator[Proxy]:
    made = Proxy(server.port)
    yield made
    made.close()


def test_a_server_that_stalls_costs_one_short_wait(
    proxy: Proxy, segment: VectorSegment, factories: list[CacheFactory]
) -> None:
    channel = serve(segment, proxy.url, factories, BRIEF)
    wait_open(channel)
    proxy.mode = "stall"
    begun = time.monotonic()
    assert channel.search(ASKED[0], 20) == segment.exact(ASKED[0], 20)
    first = time.monotonic() - begun
    assert BRIEF <= first < BRIEF + 1.5
    begun = time.monotonic()
    assert_right(channel, segment)
    assert time.monotonic() - begun < BRIEF * len(ASKED) / 2, "the server is left alone"
    proxy.mode = "pass"
    wait_open(channel)
    assert_right(channel, segment)


def test_a_server_that_stalls_at_the_start_blocks_nobody(
    proxy: Proxy, segment: VectorSegment, factories: list[CacheFactory]
) -> None:
    proxy.mode = "stall"
    begun = time.monotonic()
    with pytest.raises(CacheFault):
        ServerSource(proxy.url, check_seconds=BRIEF).open(segment, None, NEVER)
    assert time.monotonic() - begun < 5
    channel = serve(segment, proxy.url, factories)
    assert_right(channel, segment)
    proxy.mode = "pass"
    wait_open(channel)


def test_a_server_that_answers_500(
    proxy: Proxy, segment: VectorSegment, factories: list[CacheFactory]
) -> None:
    channel = serve(segment, proxy.url, factories)
    wait_open(channel)
    proxy.mode = "500"
    assert_right(channel, segment)
    assert "oops" in (cache_of(channel)[1] or "")
    proxy.mode = "pass"
    wait_open(channel)
    assert_right(channel, segment)


def test_the_session_really_has_the_time_limit() -> None:
    connection = _Connection("http://127.0.0.1:9", 0.7)
    assert connection._server._session.timeout == httpx.Timeout(0.7)
    connection.close()


def test_embedded_and_server_find_the_same(
    server: ChromaServer, segment: VectorSegment, tmp_path: Path
) -> None:
    build_embedded(segment, SilentProgress())
    local, remote = open_embedded(segment), ServerSource(server.url).open(segment, None, NEVER)
    for query in ASKED:
        here, there = local.nearest(query, 30), remote.nearest(query, 30)
        assert [row for row, _ in here] == [row for row, _ in there]
        np.testing.assert_allclose([cosine for _, cosine in here], [cosine for _, cosine in there], atol=1e-5)
    local.close()
    remote.close()
