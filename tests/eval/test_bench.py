from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from assistant.agent.answer import Answer
from assistant.documents.library import Library
from assistant.retrieval.progress import SilentProgress
from assistant.rules.assessment import Status
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks
from assistant.rules.engine import assess
from assistant.service import Assistant
from assistant.settings import PROJECT_ROOT, Settings
from eval import bench
from eval.bench import process_environment, row
from eval.long_conversation import LAST, TURNS, talk
from eval.rules.interviews import ON, POLICY
from eval.rules.timing import assessing_time, growth, invented_book, known_half
from eval.server import ServerError, ask_server, running_server
from tests.eval.made import question

FAKE = """
import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Fake(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = 422 if body["message"] == "坏" else 200
        print(body["conversation_id"], flush=True)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps({"conversation_id": "c" + (body["conversation_id"] or "")}).encode())
    def log_message(self, *parts):
        pass

HTTPServer((os.environ["TIAOWEN_HOST"], int(os.environ["TIAOWEN_PORT"])), Fake).serve_forever()
"""


@pytest.fixture(scope="module")
def factory_book() -> RuleBook:
    library = Library.load(PROJECT_ROOT / "corpus")
    return RuleBooks.load(library, PROJECT_ROOT / "corpus").book(POLICY)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_server_is_asked_so_many_times_and_ended(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    conversation = question()
    with running_server([sys.executable, "-c", FAKE], os.environ, log) as server:
        times = ask_server(server, [conversation], 3, SilentProgress())
        memory = server.memory_mb()
        assert server.chat("好", "c1") == "cc1"
        with pytest.raises(ServerError, match="answered 422"):
            server.chat("坏", None)
    assert len(times) == 3
    assert all(time > 0 for time in times)
    assert memory is None or 1 < memory < 500
    assert not alive(server.pid)
    assert log.read_text(encoding="utf-8").splitlines()[:3] == ["None", "None", "None"]


def test_a_server_is_ended_also_when_the_bench_breaks_off(tmp_path: Path) -> None:
    server = running_server([sys.executable, "-c", FAKE], os.environ, tmp_path / "server.log")
    pid = server.__enter__().pid
    assert alive(pid)
    assert not server.__exit__(KeyError, KeyError("broken off"), None)
    assert not alive(pid)


def test_a_server_that_does_not_come_up_says_why(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('索引坏了')"]
    with (
        pytest.raises(ServerError, match="ended with 1: 索引坏了"),
        running_server(command, {**os.environ, "PYTHONIOENCODING": "utf-8"}, tmp_path / "server.log"),
    ):
        pass


def test_a_process_gets_the_folders_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIAOWEN_DATA_DIR", "/somewhere/else")
    environment = process_environment(Settings(index_dir=tmp_path / "index", data_dir=tmp_path / "data"))
    assert environment["TIAOWEN_INDEX_DIR"] == str(tmp_path / "index")
    assert environment["TIAOWEN_DATA_DIR"] == str(tmp_path / "data")
    assert environment["PATH"] == os.environ["PATH"]


def test_a_row_says_whether_its_limit_is_met() -> None:
    assert [row("x", 3.0, value, "s")["met"] for value in (2.9, 3.0, 3.1, None)] == [True, True, False, None]
    assert row("x", None, 1.0, "s")["met"] is None
    assert row("x", 3.0, 1.234, "s")["measured"] == "1.23 s"


def test_an_invented_book_has_so_many_criteria_and_leaves_half_of_them_open(factory_book: RuleBook) -> None:
    book = invented_book(factory_book.policy, 20)
    result = assess(book, "all", known_half(book), ON)
    assert len(result.findings) == 20
    assert {found.status for found in result.findings} == {Status.MET, Status.OPEN}
    assert (result.score.low, result.score.maximum) == (2, 4)


def test_growth_and_time_are_measured(factory_book: RuleBook) -> None:
    assert assessing_time(factory_book, 4, SilentProgress()) > 0
    times = growth(factory_book.policy, SilentProgress(), sizes=(5, 10), rounds=1)
    assert list(times) == [5, 10]
    assert all(value > 0 for value in times.values())


def test_search_over_the_corpus_is_timed_cold_and_warm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Sequence[str]] = []

    def made_process(arguments: Sequence[str], environment: Mapping[str, str]) -> float:
        assert environment["TIAOWEN_INDEX_DIR"] != str(tmp_path / "index")
        asked.append(arguments)
        return 0.5 * len(asked)

    monkeypatch.setattr(bench, "COMMAND", Path(sys.executable))
    monkeypatch.setattr(bench, "_timed_process", made_process)
    settings = Settings(home=PROJECT_ROOT, index_dir=tmp_path / "index", data_dir=tmp_path / "data")
    rows = bench.run_search_bench([question()], settings, runs=3, passes=2, progress=SilentProgress())
    assert asked == [["index"], *[["search", "抵消能不能超过一半？"]] * 3]
    found = {row["name"]: (row["limit"], row["value"]) for row in rows}
    assert found["cold tiaowen search, median of 3"] == ("≤ 1 s", 1.5)
    limit, warm = found["warm search over the five texts, p95 of 2"]
    assert limit == "≤ 5 ms"
    assert warm > 0
    assert not (tmp_path / "index").exists()


def test_late_turns_of_a_long_conversation_are_timed_and_its_records_counted(tmp_path: Path) -> None:
    assistant = Assistant.open(
        Settings(home=PROJECT_ROOT, index_dir=tmp_path / "index", data_dir=tmp_path / "data")
    )
    heard: list[tuple[str, str | None]] = []

    def ask(message: str, conversation_id: str | None) -> Answer:
        heard.append((message, conversation_id))
        return assistant.ask(message, conversation_id)

    turns = [*["你好"] * 34, "2021年排放12万吨", "抵消有什么要求"]
    try:
        found = talk(ask, tmp_path / "data" / "records.sqlite3", 2, SilentProgress(), turns)
    finally:
        assistant.close()
    assert len(found.times) == 4
    assert [message for message, conversation in heard if conversation is None] == ["你好", "你好"]
    assert found.state_bytes > 100
    assert found.record_bytes > found.state_bytes


def test_the_long_conversation_reaches_the_turns_that_are_timed() -> None:
    assert len(TURNS) == LAST
    assert len(set(TURNS)) == LAST
