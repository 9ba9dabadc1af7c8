"""`tiaowen rules` and `tiaowen trace`: both texts of a clause that moved, exit codes, prose and table."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from assistant.interfaces import cli
from assistant.rules.books import RuleBooks
from assistant.service import Assistant
from tests.conftest import ROOT

ZERO = "fujian-zero-carbon-factory"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped corpus."""
    folder = shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    monkeypatch.setenv("TIAOWEN_CORPUS_DIR", str(folder))
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)

    def run_it(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tiaowen", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run_it


def change_lock(corpus: Path) -> None:
    """第十条 as if it had read otherwise when the book was locked."""
    lock = corpus / ZERO / "rules.lock.json"
    content = json.loads(lock.read_text(encoding="utf-8"))
    clause = content["clauses"][f"{ZERO}#第十条"]
    clause["text"] = clause["text"].replace("每年印发", "每两年印发")
    clause["sha256"] = "0" * 64
    lock.write_text(json.dumps(content), encoding="utf-8")


def test_all_is_well(corpus: Path, run: Run) -> None:
    code, out, err = run("rules", "check")
    assert (code, err) == (0, "")
    assert out.startswith(f"{ZERO}：一致（")
    assert "条规则、" in out


def test_a_clause_that_moved_is_shown_with_both_texts(corpus: Path, run: Run) -> None:
    change_lock(corpus)
    code, out, _ = run("rules", "check")
    assert code == 1
    assert "说明“no_fee”：第十条条文有改动，引文仍在" in out
    assert "锁定时：第十条" in out
    assert "每两年印发省级零碳工厂申报通知" in out
    assert "现在：第十条" in out
    assert "【删每两年】【增每年】印发" in out or "每【删两】年印发" in out
    code, out, _ = run("rules", "check", "--json", "--policy", ZERO)
    assert code == 1
    found = json.loads(out)
    assert (found[0]["policy_id"], found[0]["intact"]) == (ZERO, False)
    assert {moved["label"] for moved in found[0]["moved"]} == {"第十条"}
    assert all(moved["old"] and moved["new"] and moved["diff"] for moved in found[0]["moved"])


def test_a_quote_that_is_gone_ends_with_1_too(corpus: Path, run: Run) -> None:
    file = corpus / ZERO / "rules.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("quote: 限额国家标准（如有）", "quote: 限额国家标准（若有）", 1), encoding="utf-8"
    )
    code, out, _ = run("rules", "check")
    assert code == 1
    assert "说明“limits_if_any”：第八条（一）引文已不在条款里" in out
    code, _, err = run("rules", "lock")
    assert code == 1
    assert "不能锁定" in err


def test_locking_again_settles_it(corpus: Path, run: Run) -> None:
    before = (corpus / ZERO / "rules.lock.json").read_bytes()
    change_lock(corpus)
    assert run("rules", "lock")[0] == 0
    assert (corpus / ZERO / "rules.lock.json").read_bytes() == before
    assert run("rules", "check")[0] == 0


def test_a_policy_without_rules_is_refused_by_name(corpus: Path, run: Run) -> None:
    code, out, err = run("rules", "check", "--policy", "fuzhou-industry-carbon-peak")
    assert (code, out) == (2, "")
    assert f"有规则册的政策：{ZERO}" in err


def test_the_schema_is_printed(run: Run) -> None:
    code, out, _ = run("rules", "schema")
    assert code == 0
    assert json.loads(out)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


class Kept:
    """The real assistant, which other tests still need when a command closes it."""

    def __init__(self, assistant: Assistant) -> None:
        self.assess, self.answer_record = assistant.assess, assistant.answer_record
        self.replay = assistant.replay

    def close(self) -> None:
        """Stays open."""


def test_the_trace_of_a_file_names_its_fields(
    real_assistant: Assistant, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Assistant, "open", lambda *_: Kept(real_assistant))
    file = tmp_path / "facts.yaml"
    file.write_text(
        "programme: 零碳工厂\nfacts: {baseline_emissions: 10万吨, 去年碳排放量: 4万吨}\n", encoding="utf-8"
    )
    code, out, _ = run("assess", str(file), "--trace")
    assert code == 0
    assert "申报上年度碳排放量：4万吨（文件“facts.yaml：去年碳排放量”填“4万吨”）" in out
    assert "推导" not in run("assess", str(file))[1]
    told = json.loads(run("assess", "-", "--trace", "--json", stdin=file.read_text(encoding="utf-8"))[1])
    assert told["trace"]["origins"]["report_emissions"]["place"] == "标准输入：去年碳排放量"


def test_the_trace_of_a_stored_answer(
    real_assistant: Assistant, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = real_assistant.ask("我们想申报零碳工厂，2021年排放10万吨，去年排了6万吨，抵消4万吨")
    plain = real_assistant.ask("零碳工厂由谁负责解释")
    monkeypatch.setattr(Assistant, "open", lambda *_: Kept(real_assistant))
    code, out, _ = run("trace", answer.id)
    assert code == 0
    assert "碳抵消量：4万吨（第1轮说“抵消4万吨”）" in out
    assert run("trace", answer.id, "--table")[1].startswith("| 步骤 | 规则 | 输入和来源 |")
    assert json.loads(run("trace", answer.id, "--json")[1])["programme"] == "zero_carbon"
    code, _, err = run("trace", plain.id)
    assert code == 2
    assert "没有推导" in err
    assert run("trace", "a_missing")[0] == 2
    code, out, _ = run("trace", answer.id, "--replay")
    assert (code, out.startswith("重算一致")) == (0, True)
    code, out, _ = run("trace", plain.id, "--replay")
    assert (code, out.strip()) == (0, "重算一致：回答与当时逐字相同")


def test_a_trace_that_no_longer_comes_about_ends_with_1(
    real_assistant: Assistant, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = real_assistant.ask("我们想申报零碳工厂，2021年排放10万吨，去年排了6万吨，抵消4万吨")
    book = real_assistant.rule_book(ZERO)
    limit = replace(book.metrics["offset_share"].limit, value=Fraction(3, 10), text="≤30%")  # type: ignore[type-var]
    stricter = {**book.metrics, "offset_share": replace(book.metrics["offset_share"], limit=limit)}
    books = RuleBooks({ZERO: replace(book, metrics=stricter)}, {})
    with real_assistant._current.in_use() as edition:
        monkeypatch.setattr(edition, "books", books)
    monkeypatch.setattr(Assistant, "open", lambda *_: Kept(real_assistant))
    code, out, _ = run("trace", answer.id, "--replay")
    assert code == 1
    assert "不同：“碳抵消占比”" in out
    assert "的要求原为≤50%，现为≤30%" in out
    told = json.loads(run("trace", answer.id, "--replay", "--json")[1])
    assert (told["same"], told["trace"]["root"]["status"]) == (False, "不符合")
