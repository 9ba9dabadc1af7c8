from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant.errors import IndexStaleError
from assistant.retrieval.generation import PointerWatch
from assistant.retrieval.live import LiveRetriever
from assistant.retrieval.lock import exclusive
from assistant.retrieval.search import Retriever
from tests.retrieval.made import CountingEncoder, made_policies, opened, without

ROOT = Path(__file__).parents[2]
WITHOUT, WITH = made_policies(40), made_policies(40, marks={3: "鲸鱼搁浅"})
GOLD = "p3#第1条"


def now(root: Path) -> PointerWatch:
    """A watch that looks every time."""
    ticks = iter(range(10**9))
    return PointerWatch(root, lambda: float(next(ticks)))


def finds(retriever: LiveRetriever | Retriever) -> bool:
    return retriever.search("鲸鱼搁浅", 1)[0].address == GOLD and retriever.uncovered("鲸鱼") == ()


def free(root: Path, name: str) -> bool:
    with exclusive(root / name / "in-use") as unused:
        return unused


def test_a_pinned_retriever_is_told_that_it_is_superseded(tmp_path: Path) -> None:
    clock = [0.0]
    retriever = Retriever(opened(tmp_path, WITHOUT), CountingEncoder())
    retriever._watch = PointerWatch(tmp_path, lambda: clock[0])
    assert not retriever.superseded()
    opened(tmp_path, WITH).close()
    assert not retriever.superseded()  # it looked less than half a second ago
    clock[0] += 0.5
    assert retriever.superseded()
    assert not finds(retriever)
    (tmp_path / "CURRENT").unlink()
    clock[0] += 0.5
    assert not retriever.superseded()
    retriever.close()


def test_the_next_search_is_on_the_new_generation_and_the_old_one_is_given_back(tmp_path: Path) -> None:
    opened(tmp_path, WITHOUT).close()
    old = (tmp_path / "CURRENT").read_text().strip()
    live = LiveRetriever(tmp_path, CountingEncoder(), now)
    assert not finds(live)
    opened(tmp_path, WITH).close()
    assert not free(tmp_path, old)
    assert finds(live)
    assert free(tmp_path, old)
    opened(tmp_path, without(WITH, "p3")).close()
    assert live.uncovered("鲸鱼") == ("鲸鱼",)
    assert live.manifest.policies == 39
    live.close()
    live.close()
    assert free(tmp_path, (tmp_path / "CURRENT").read_text().strip())


def test_a_search_that_runs_keeps_its_generation(tmp_path: Path) -> None:
    opened(tmp_path, WITHOUT).close()
    old = (tmp_path / "CURRENT").read_text().strip()
    begun, go_on = threading.Event(), threading.Event()

    class SlowEncoder(CountingEncoder):
        def encode_queries(self, texts):  # type: ignore[no-untyped-def]
            if texts == ["慢"]:
                begun.set()
                go_on.wait(10)
            return super().encode_queries(texts)

    live = LiveRetriever(tmp_path, SlowEncoder(), now)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(live.search, "慢", 200)
        begun.wait(10)
        opened(tmp_path, WITH).close()
        assert finds(live)
        assert not free(tmp_path, old)
        go_on.set()
        assert len(slow.result()) == 200
    assert free(tmp_path, old)
    live.close()


def test_a_generation_that_cannot_be_read_is_told_once_and_the_old_one_serves(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    opened(tmp_path, WITHOUT).close()
    live = LiveRetriever(tmp_path, CountingEncoder(), now)
    opened(tmp_path, WITH, CountingEncoder("counting-2")).close()
    assert not finds(live)
    assert not finds(live)
    assert [record for record in caplog.records if "is not used" in record.message][1:] == []
    assert "编码器" in caplog.text
    opened(tmp_path, WITH).close()
    assert finds(live)
    live.close()
    with pytest.raises(IndexStaleError):
        LiveRetriever(tmp_path / "nothing", CountingEncoder())


def test_threads_see_one_state_or_the_other(tmp_path: Path) -> None:
    opened(tmp_path, WITHOUT).close()
    live = LiveRetriever(tmp_path, CountingEncoder())
    expected = []
    for source in (WITHOUT, WITH):
        index = opened(tmp_path / "apart", source)
        expected.append(Retriever(index, CountingEncoder()).search("鲸鱼搁浅", 20))
    stop = threading.Event()

    def reader() -> set[int]:
        seen = set()
        while not stop.is_set():
            seen.add(expected.index(live.search("鲸鱼搁浅", 20)))
        return seen

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(reader) for _ in range(4)]
        for step in range(6):
            opened(tmp_path, WITH if step % 2 == 0 else WITHOUT).close()
            time.sleep(0.6)
        stop.set()
        assert set().union(*(one.result() for one in readers)) == {0, 1}
    live.close()
    assert [path.name for path in tmp_path.glob("g-*") if not free(tmp_path, path.name)] == []


def test_an_update_is_seen_by_another_process_within_two_seconds(tmp_path: Path) -> None:
    opened(tmp_path, WITHOUT).close()
    code = (
        "import sys, time; from pathlib import Path; from assistant.retrieval.live import LiveRetriever\n"
        "from tests.retrieval.made import CountingEncoder\n"
        "live = LiveRetriever(Path(sys.argv[1]), CountingEncoder())\n"
        "print('ready', flush=True)\n"
        "while live.search('鲸鱼搁浅', 1)[0].address != 'p3#第1条': time.sleep(0.05)\n"
        "print(time.time(), flush=True)\n"
        "while not live.uncovered('鲸鱼'): time.sleep(0.05)\n"
        "print(time.time(), flush=True)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for target in (WITH, without(WITH, "p3")):
            opened(tmp_path, target).close()
            written = time.time()
            assert float(process.stdout.readline()) - written < 2
        assert process.wait(10) == 0
