"""The desk in Chromium against a real server over calls that were made up: rows, calls, keys."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from assistant.interfaces.http.app import create_app
from assistant.records import Records
from assistant.retrieval.progress import SilentProgress
from assistant.service import Assistant
from assistant.settings import Settings
from eval import desk_times
from eval.__main__ import main
from eval.desk_times import OPERATOR, PAUSE_MS, Typing, desk_rows, make_calls, type_at_the_desk
from tests.conftest import ROOT
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.pages.browsing import chromium
from tests.interfaces.running_server import running


def test_the_tail_of_the_keys_is_held_to_the_limit() -> None:
    fast, slow = [40.0] * 18, [150.0] * 2
    rows = {row["name"]: row for row in desk_rows(Typing(fast + slow, fast), 30_000)}
    assert rows["desk, key to offers of 30,000 calls, p95"]["met"] is False
    assert rows["desk, key to offers of 30,000 calls, median"]["measured"] == "40.00 ms"
    assert rows["desk, of which the server, p95"]["met"] is None


def test_keys_are_timed_over_so_many_different_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_times, "ANSWERED", 2)
    monkeypatch.setattr(desk_times, "TYPED", ("碳抵消", "申报"))
    settings = Settings(
        _env_file=None, corpus_dir=ROOT / "corpus", index_dir=tmp_path / "index", data_dir=tmp_path / "data"
    )
    make_calls(settings, 30, SilentProgress())
    with closing(Records.open(settings)) as records:
        calls = records.inquiries.asked()
    assert len({one.question for one in calls}) == 30
    assert OPERATOR not in {one.operator for one in calls}
    found = Typing()
    app = create_app(lambda progress: Assistant.open(settings, progress), settings)
    with running(app) as url, chromium() as browser:
        wait_until_ready(url)
        type_at_the_desk(browser, url, settings, found)
    assert len(found.shown) == 5
    assert 0 < min(found.shown) <= PAUSE_MS
    assert 0 < min(found.served) < PAUSE_MS


def test_no_calls_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pages", "--calls", "0"]) == 1
    assert "--calls 的值 0 不合法" in capsys.readouterr().err
