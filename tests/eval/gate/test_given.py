"""Answers are gathered with what they rest on; paraphrases get the clauses and the results that they tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.agent.verification import verify
from assistant.editions import Edition
from assistant.retrieval.progress import SilentProgress
from assistant.settings import Settings
from eval.gate import given
from tests.agent.verification.made import LIMITS, cited
from tests.conftest import ROOT
from tests.eval.made import question


@pytest.fixture(scope="module")
def edition(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edition]:
    folder = tmp_path_factory.mktemp("gate")
    settings = Settings(home=ROOT, index_dir=folder / "index", data_dir=folder / "data", _env_file=None)
    opened = Edition.open(settings, date.today)
    yield opened
    opened.close()


def test_answers_come_once_with_their_grounds(edition: Edition) -> None:
    asked = [question(), question()]
    found = given.answered(edition, asked, SilentProgress())
    assert len(found) == 1
    assert found[0].grounds.citations
    assert not found[0].alarmed
    assert not verify(found[0].text, found[0].grounds, found[0].warnings)


def test_an_answer_that_the_turn_cut_is_an_alarm(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    from assistant.agent import turn

    monkeypatch.setattr(turn, "verify", lambda *_: (turn.Failure("quote", "x", "y"),))
    assert given.answered(edition, [question()], SilentProgress())[0].alarmed


def test_rows_tell_computed_results(
    edition: Edition, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    row = (
        '{"id": "x1", "question": "10家抽几家", "cites": ["fujian-zero-carbon-factory#第十一条/（四）"], "text": "至少抽2家[1]。", '
        '"wrong": [{"kind": "digit", "text": "至少抽3家[1]。"}], "facts": {"candidate_count": "10家"}, "programme": "零碳工厂"}\n'
    )
    (tmp_path / "paraphrases_dev.jsonl").write_text(row, encoding="utf-8")
    monkeypatch.setattr(given, "FOLDER", tmp_path)
    (one,) = given.written(edition, "dev")
    assert "2家" in {calculation.display for calculation in one.given.grounds.calculations}
    assert one.given.warnings
    assert not verify(one.given.text, one.given.grounds, one.given.warnings)
    assert verify(one.wrong[0][1], one.given.grounds, one.given.warnings)


def test_figures_of_the_writers_own_are_told_from_those_at_hand() -> None:
    grounds = replace(cited(LIMITS), said=("我们取水48万吨",))
    assert given.own_figures("取水48万吨[1]，也就是480000吨，损耗不得超过15%[1]，分三步。", grounds) == []
    assert given.own_figures("48×20%=9.6吨[1]", grounds) == ["20%", "9.6吨"]
