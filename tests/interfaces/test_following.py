"""A running server follows the index: policies added, changed and withdrawn by another process, over real HTTP."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.conftest import ROOT
from tests.interfaces.conftest import wait_until_ready

COMMAND = [sys.executable, "-m", "assistant.interfaces.cli"]
POLICY = "haichuan-tidal-power"
TITLE = "海川市潮汐发电奖励办法"
ADDRESS = f"{POLICY}#第二条"
VISIBLE_SECONDS = 2.0


def write_policy(corpus: Path, amount: str, title: str = TITLE) -> Path:
    """A policy of two articles; the second one says the amount."""
    folder = corpus / POLICY
    folder.mkdir(exist_ok=True)
    text = f"第一条  为鼓励潮汐发电，制定本办法。\n\n第二条  潮汐发电项目并网后一次性奖励{amount}万元。\n".encode()
    (folder / "text.txt").write_bytes(text)
    (folder / "policy.yaml").write_text(
        f"id: {POLICY}\ntitle: {title}\nnumber: null\nissuer: 海川市工业和信息化局\npublished: null\nstatus: 现行\n"
        "valid_from: 2025-01-01\nvalid_to: 2027-12-31\nregion: 海川市\nlevel: 市级\n"
        f"sha256: {hashlib.sha256(text).hexdigest()}\naliases: []\n",
        encoding="utf-8",
    )
    return folder


@dataclass
class Served:
    """A server process over a corpus of its own, and `tiaowen index` beside it."""

    client: httpx.Client
    corpus: Path
    environment: dict[str, str]
    log: Path

    def index(self) -> float:
        """Bring the index up to date as another process; when it had ended."""
        done = subprocess.run(
            [*COMMAND, "index"], env=self.environment, capture_output=True, encoding="utf-8", timeout=120
        )
        assert done.returncode == 0, done.stderr
        return time.monotonic()

    def search(self, query: str, **conditions: str) -> list[dict[str, Any]]:
        response = self.client.get("/api/search", params={"q": query, **conditions})
        assert response.status_code == 200, response.text
        results: list[dict[str, Any]] = response.json()["results"]
        return results

    def clause(self, address: str) -> httpx.Response:
        return self.client.get(f"/api/clauses/{quote(address, safe='')}")

    def ask(self, message: str, conversation: str | None = None) -> dict[str, Any]:
        body = {"message": message} | ({"conversation_id": conversation} if conversation else {})
        response = self.client.post("/api/chat", json=body)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def problem(self) -> str | None:
        state = self.client.get("/readyz")
        assert state.status_code == 200
        problem: str | None = state.json()["problem"]
        return problem

    def within(self, since: float, holds: Callable[[], bool], seconds: float = VISIBLE_SECONDS) -> float:
        """How long after `since` it holds; the test fails when that is too late."""
        while not holds():
            assert time.monotonic() - since < seconds, "not visible in time"
            time.sleep(0.02)
        return time.monotonic() - since


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    corpus = shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    environment = {
        **os.environ,
        "TIAOWEN_CORPUS_DIR": str(corpus),
        "TIAOWEN_INDEX_DIR": str(tmp_path / "index"),
        "TIAOWEN_DATA_DIR": str(tmp_path / "data"),
        "PYTHONWARNINGS": "ignore",
    }
    log = tmp_path / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
        )
    try:
        assert process.stdout is not None
        found = re.search(r"(http://127\.0\.0\.1:\d+) ", process.stdout.readline())
        assert found, log.read_text()
        wait_until_ready(found[1])
        with httpx.Client(base_url=found[1], trust_env=False, timeout=60) as client:
            yield Served(client, corpus, environment, log)
    finally:
        process.kill()
        process.communicate(timeout=20)


def test_policies_added_changed_and_withdrawn_are_followed(served: Served) -> None:
    question = "潮汐发电项目并网后奖励多少万元"
    factory = served.ask("我们2021年排放10万吨，去年4万吨，抵消4万吨，能报零碳工厂吗")["conversation_id"]
    assert POLICY not in {hit["policy_id"] for hit in served.search(question)}
    assert served.clause(ADDRESS).status_code == 404

    write_policy(served.corpus, "50")
    since = served.index()
    served.within(since, lambda: ADDRESS in {hit["address"] for hit in served.search(question)})
    assert "50万元" in served.clause(ADDRESS).json()["text"]
    told = served.ask(question)
    assert "50万元" in told["answer"]
    assert {citation["policy_id"] for citation in told["citations"]} == {POLICY}
    assert served.client.get("/readyz").json()["policies"] == 6
    assert [hit["title"] for hit in served.search("奖励", region="海川市", on="2026-06-01")] == [TITLE] * 2
    assert served.search("奖励", region="海川市", on="2028-01-01") == []

    write_policy(served.corpus, "80")
    since = served.index()
    served.within(since, lambda: "80万元" in served.clause(ADDRESS).json()["text"])
    assert "80万元" in served.search(question)[0]["text"]
    assert "80万元" in served.ask("那到底奖励多少", told["conversation_id"])["answer"]

    shutil.rmtree(served.corpus / POLICY)
    since = served.index()
    served.within(since, lambda: served.clause(ADDRESS).status_code == 404)
    for asked in (question, "奖励", TITLE, "第二条 潮汐发电"):
        assert POLICY not in {hit["policy_id"] for hit in served.search(asked)}
        assert POLICY not in {citation["policy_id"] for citation in served.ask(asked)["citations"]}
    assert served.client.get("/api/search", params={"q": "奖励", "policy": POLICY}).status_code == 422
    # The conversations go on: the one about the withdrawn policy, and the one with facts.
    after = served.ask("第二条呢", told["conversation_id"])
    assert POLICY not in {citation["policy_id"] for citation in after["citations"]}
    more = served.ask("抵消改成6万吨呢", factory)
    assert "60%" in {item["display"] for item in more["calculations"]}
    assert not re.search("WARNING|ERROR|Traceback", served.log.read_text())


def test_answers_never_fail_or_mix_while_editions_change(served: Served) -> None:
    """Readers ask without a pause while the policy changes: each text is the old or the new one, no request fails."""
    write_policy(served.corpus, "10")
    since = served.index()
    served.within(since, lambda: served.clause(ADDRESS).status_code == 200)
    over = threading.Event()
    seen: list[str] = []
    faults: list[str] = []

    def read() -> None:
        base = served.client.base_url
        with httpx.Client(base_url=base, trust_env=False, timeout=60) as client:
            while not over.is_set():
                hits = client.get("/api/search", params={"q": "潮汐发电奖励", "policy": POLICY, "limit": 1})
                if hits.status_code != 200:
                    faults.append(hits.text)
                    return
                seen.append(hits.json()["results"][0]["text"])

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for amount in ("20", "30", "40"):
        write_policy(served.corpus, amount)
        since = served.index()
        served.within(
            since, lambda expected=amount: f"{expected}万元" in served.clause(ADDRESS).json()["text"], 4.0
        )
    over.set()
    for reader in readers:
        reader.join(30)
    assert faults == []
    amounts = [int(found[1]) for text in seen if (found := re.search(r"奖励(\d+)万元", text))]
    assert len(amounts) == len(seen)
    assert set(amounts) >= {10, 40}


def test_an_index_of_another_corpus_is_told_and_the_old_edition_goes_on(served: Served) -> None:
    """Another process has indexed a corpus that this one does not have, or has broken: nothing half new is served."""
    before = served.search("碳抵消")
    other = shutil.copytree(served.corpus, served.corpus.parent / "other")
    write_policy(other, "50")
    served.environment["TIAOWEN_CORPUS_DIR"] = str(other)
    since = served.index()
    served.within(since, lambda: served.problem() is not None)
    assert "索引与当前政策文本不一致" in str(served.problem())
    assert "仍在使用更新前的政策" in str(served.problem())
    assert served.search("碳抵消") == before
    assert served.ask("碳抵消能不能超过一半")["status"] == "answered"

    folder = write_policy(served.corpus, "50")
    sound = (folder / "policy.yaml").read_text(encoding="utf-8")
    (folder / "policy.yaml").write_text("id: [", encoding="utf-8")
    served.within(time.monotonic(), lambda: f"{POLICY}/policy.yaml" in str(served.problem()), 10.0)
    assert served.search("碳抵消") == before
    logged = served.log.read_text().splitlines()
    assert len([line for line in logged if "仍在使用更新前的政策" in line]) == 2

    (folder / "policy.yaml").write_text(sound, encoding="utf-8")
    served.within(time.monotonic(), lambda: served.clause(ADDRESS).status_code == 200, 10.0)
    assert served.problem() is None
    assert "Traceback" not in served.log.read_text()
