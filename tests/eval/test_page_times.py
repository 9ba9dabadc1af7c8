"""The chat page in Chromium against a real server: the table's rows, and one visit of each kind of time."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.interfaces.http.app import create_app
from assistant.settings import Settings
from eval.__main__ import main
from eval.page_times import Measured, page_rows, visit
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.pages.browsing import chromium
from tests.interfaces.running_server import running


def test_the_tail_is_held_to_the_limit_and_the_median_stands_beside() -> None:
    fast, slow = [10.0] * 18, [600.0] * 2
    rows = {row["name"]: row for row in page_rows(Measured(fast, fast, fast, fast + slow))}
    assert rows["answer shown after Enter, p95"]["met"] is False
    assert rows["answer shown after Enter, median"]["measured"] == "10.00 ms"
    assert rows["transferred for the page, p95"]["limit"] == "≤ 100 kB"
    assert [row["met"] for row in rows.values()].count(True) == 3


def test_a_visit_is_timed_from_enter_to_what_is_seen(tmp_path: Path) -> None:
    found, settings = Measured(), Settings(_env_file=None, data_dir=tmp_path, index_dir=tmp_path)
    app = create_app(lambda _progress: FakeAssistant(), settings)  # type: ignore[arg-type, return-value]
    with running(app) as url, chromium() as browser:
        wait_until_ready(url)
        visit(browser, url, found)
    assert 0 < found.first_step[0] <= found.answer[0]
    assert found.first_byte[0] > 0
    assert 10 < found.weight[0] <= 100


def test_no_visitor_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pages", "--rounds", "0"]) == 1
    assert "--rounds 的值 0 不合法" in capsys.readouterr().err
