from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import assistant.service
from assistant.agent.answer import Answer
from assistant.documents.clause import Clause
from assistant.documents.library import Library
from assistant.settings import PROJECT_ROOT, Settings
from eval import __main__ as command
from eval.questions import Question, QuestionError
from eval.scale import command as scale_command
from eval.scale.run import ScalePlan
from tests.eval.made import answer, question
from tests.eval.scale.test_writing import report as scale_report

GOLD = "fujian-zero-carbon-factory#第八条"


@dataclass
class Result:
    clause: Clause


class MadeAssistant:
    """Finds 第八条 for everything, and answers everything with a figure out of nowhere."""

    opened: Settings | None = None
    closed = False

    @classmethod
    def open(cls, settings: Settings, progress: object) -> MadeAssistant:
        cls.opened = settings
        return cls()

    def search(self, query: str, limit: int, before: Sequence[str] = ()) -> list[Result]:
        return [Result(Library.load(PROJECT_ROOT / "corpus").clause(f"{GOLD}/（二）"))]

    def ask(self, message: str, conversation_id: str | None = None) -> Answer:
        return answer("大概99%")

    def health(self) -> dict[str, Any]:
        return {"ready": True}

    def close(self) -> None:
        type(self).closed = True


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, list[Question]]:
    splits = {"dev": [question(gold=[[GOLD]])], "test": [question(numbers=["50%"])]}
    monkeypatch.setattr(assistant.service, "Assistant", MadeAssistant)
    monkeypatch.setattr(command, "load_split", splits.__getitem__)
    monkeypatch.setattr(command, "load_settings", lambda: Settings(data_dir=tmp_path / "var"))
    return splits


def test_all_prints_both_parts_and_writes_a_report_and_touches_no_records(
    made: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.json"
    assert command.main(["all", "--failures", "--json", str(path)]) == 0
    shown = capsys.readouterr().out
    for words in ("retrieval · dev", "retrieval · test", "answers · dev", "answers · test", "missed", "99%"):
        assert words in shown
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["retrieval"]["dev"]["sections"]["all"]["recall@5"] == 1
    assert report["answers"]["dev"]["all"]["unsourced"] == 1
    assert report["answers"]["test"]["all"]["right"] == 0
    assert MadeAssistant.closed
    assert MadeAssistant.opened is not None
    assert not MadeAssistant.opened.data.exists()
    assert not (tmp_path / "var").exists()


def test_one_split_and_one_part_alone(
    made: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["retrieval", "--split", "dev", "--json", str(tmp_path / "r.json")]) == 0
    shown = capsys.readouterr().out
    assert "retrieval · dev" in shown
    assert "· test" not in shown
    assert "answers ·" not in shown


def test_a_part_of_the_questions_alone(
    made: dict[str, list[Question]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.json"
    assert command.main(["answers", "--ids", "q", "--kind", "lookup", "--json", str(path)]) == 0
    assert len(json.loads(path.read_text(encoding="utf-8"))["answers"]["dev"]["questions"]) == 1
    assert command.main(["answers", "--split", "dev", "--kind", "gap"]) == 1
    assert "没有" in capsys.readouterr().err


def test_gold_that_no_clause_has_stops_the_run(
    made: dict[str, list[Question]], capsys: pytest.CaptureFixture[str]
) -> None:
    made["dev"].append(question(gold=[["fujian-zero-carbon-factory#第十六条"]]))
    assert command.main(["answers"]) == 1
    assert "q1: fujian-zero-carbon-factory#第十六条" in capsys.readouterr().err


def test_a_broken_questions_file_is_one_line_and_a_failure(
    made: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(split: str) -> list[Question]:
        raise QuestionError(f"{split}.jsonl:3: id is ''")

    monkeypatch.setattr(command, "load_split", broken)
    assert command.main(["retrieval"]) == 1
    assert capsys.readouterr().err == "eval: dev.jsonl:3: id is ''\n"


def test_scale_writes_page_plot_and_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plans = []

    def made_run(data: Path, settings: Settings, plan: ScalePlan, *_: object) -> dict[str, Any]:
        plans.append(plan)
        return scale_report()

    monkeypatch.setattr(scale_command, "run_scale", made_run)
    page = tmp_path / "scale.md"
    options = [
        "--sizes",
        "250,500000",
        "--out",
        str(page),
        "--json",
        str(tmp_path / "s.json"),
        "--no-updates",
    ]
    assert command.main(["scale", str(tmp_path), *options]) == 0
    assert plans == [ScalePlan((250, 500_000), updates=False)]
    assert "cold tiaowen search" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8").startswith("# Retrieval from 250")
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))["seed"] == 4
    assert page.with_suffix(".svg").is_file() == scale_command.can_plot()


def test_baselines_of_a_folder_that_is_not_beir_s_end_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "page.md"
    assert command.main(["baselines", str(tmp_path), "--setups", "ours", "--out", str(out)]) == 1
    assert capsys.readouterr().err.startswith("eval: ")
    assert not out.exists()
