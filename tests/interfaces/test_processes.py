"""The command as its own process: start-up, piped output, batch, index, serve and its end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.settings import Settings
from tests.interfaces.conftest import wait_until_ready

COMMAND = [sys.executable, "-m", "assistant.interfaces.cli"]
HEAVY = (
    "jieba",
    "chromadb",
    "torch",
    "sentence_transformers",
    "langchain",
    "tantivy",
    "fastapi",
    "numpy",
    "rich",
)


@pytest.fixture
def environment(real_settings: Settings) -> dict[str, str]:
    """Index and records of the test session."""
    return {
        **os.environ,
        "TIAOWEN_INDEX_DIR": str(real_settings.indexes),
        "TIAOWEN_DATA_DIR": str(real_settings.data),
        "TIAOWEN_ENCODER": real_settings.encoder_source,
        "PYTHONWARNINGS": "ignore",
    }


def run(environment: dict[str, str], *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words], input=stdin, env=environment, capture_output=True, encoding="utf-8", timeout=120
    )


def test_the_help_loads_nothing_heavy() -> None:
    code = "import sys, assistant.interfaces.cli; print([m for m in sys.argv[1:] if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_index_builds_once_and_again_when_forced(environment: dict[str, str], tmp_path: Path) -> None:
    own = {**environment, "TIAOWEN_INDEX_DIR": str(tmp_path / "index")}
    first, second, third = run(own, "index"), run(own, "index"), run(own, "index", "--force")
    assert [done.returncode for done in (first, second, third)] == [0, 0, 0]
    assert first.stdout.startswith("索引可用：")
    assert "完成" in first.stderr
    assert "\x1b" not in first.stderr
    assert second.stderr == ""
    assert "完成" in third.stderr


def test_a_piped_answer_is_plain_text(environment: dict[str, str]) -> None:
    done = run(environment, "ask", "碳抵消能不能超过一半？")
    assert done.returncode == 0
    assert "50%" in done.stdout
    assert "【征求意见稿】" in done.stdout
    assert "\x1b" not in done.stdout


def test_search_takes_conditions_and_earlier_questions(environment: dict[str, str]) -> None:
    limited = ("--status", "征求意见稿", "--status", "已废止", "--level", "省级", "--json")
    hits = json.loads(run(environment, "search", "碳排放", *limited).stdout)["results"]
    assert {(hit["policy_id"], hit["policy_status"]) for hit in hits} == {
        ("fujian-zero-carbon-factory", "征求意见稿")
    }
    follow = run(environment, "search", "第四步呢", "--before", "近零碳工厂要走几步", "--limit", "1")
    assert "fujian-zero-carbon-factory#第十二条/（四）" in follow.stdout
    bad = run(environment, "search", "碳排放", "--region", "厦门市")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr == "错误：没有地区「厦门市」；现有：福建省、福州市\n"


def test_verify_reviews_what_is_piped_in(environment: dict[str, str]) -> None:
    done = run(environment, "verify", "-", "--json", stdin="培育期原则上为1年。碳抵消不得超过基准期的60%。")
    told = json.loads(done.stdout)
    assert [one["finding"] for one in told["sentences"]] == ["supported", "contradicted"]
    assert "60%" in {failure["words"] for failure in told["sentences"][1]["failures"]}
    assert told["sentences"][1]["citation"]["label"] == "第八条（二）"


def test_a_batch_from_stdin_keeps_order_and_ids(environment: dict[str, str]) -> None:
    rows = [
        json.dumps({"id": "一", "turns": ["碳抵消能不能超过一半？"]}, ensure_ascii=False),
        "{broken",
        json.dumps({"id": "二", "turns": ["我们2021年排放10万吨", "去年4万吨，抵消4万吨，够不够零碳工厂？"]}),
    ]
    done = run(environment, "ask", "--batch", "-", stdin="\n".join(rows))
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["一", None, "二"]
    assert [answer["status"] == "failed" for answer in answers] == [False, True, False]
    assert "第 2 行" in answers[1]["answer"]
    assert "100%" in {item["display"] for item in answers[2]["calculations"]}
    assert "共 3 行，其中 1 行没能回答" in done.stderr


def test_errors_have_no_trace(environment: dict[str, str], tmp_path: Path) -> None:
    for words, code in (
        (("clause", "第九十九条"), 2),
        (("ask", "？？"), 2),
        (("ask", "x", "--conversation", "no"), 2),
    ):
        done = run(environment, *words)
        assert (done.returncode, done.stdout) == (code, "")
        assert done.stderr.startswith("错误：")
        assert done.stderr.count("\n") == 1
    missing = run({**environment, "TIAOWEN_CORPUS_DIR": str(tmp_path / "none")}, "policies")
    assert missing.returncode == 1
    assert "none" in missing.stderr
    assert "Traceback" not in missing.stderr


def test_a_reader_that_stops_early_is_no_defect(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [*COMMAND, "policies", "--json"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        process.wait(60)


@pytest.fixture
def served(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`tiaowen serve` on a port of the system's choice, and its URL."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"条问已启动：(http://127\.0\.0\.1:\d+) ", line)
    try:
        assert found, (
            f"{line}{process.stderr.read() if process.stderr and process.poll() is not None else ''}"
        )
        yield process, found.group(1)
    finally:
        process.kill()
        process.communicate(timeout=20)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_and_ends_cleanly(
    served: tuple[subprocess.Popen[str], str], ending: signal.Signals
) -> None:
    process, url = served
    wait_until_ready(url)
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        assert (
            client.post("/api/chat", json={"message": "碳抵消能不能超过一半？"}).json()["status"]
            == "answered"
        )
    process.send_signal(ending)
    assert process.wait(20) == 0
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()


def test_serve_says_when_the_port_is_taken(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run(environment, "serve", "--port", port)
    assert done.returncode == 2
    assert done.stderr == (
        f"错误：不能在 127.0.0.1 的 {port} 端口上启动：端口已被占用；请换一个 --port，或检查 --host 是否是本机地址\n"
    )


def test_serve_ends_when_the_corpus_cannot_be_loaded(environment: dict[str, str], tmp_path: Path) -> None:
    done = run({**environment, "TIAOWEN_CORPUS_DIR": str(tmp_path / "none")}, "serve", "--port", "0")
    assert done.returncode == 1
    assert "none" in done.stderr
    assert "Traceback" not in done.stderr
