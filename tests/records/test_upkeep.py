"""Status, upgrade and backup, on both databases, and the commands that tell of them."""

from __future__ import annotations

import json
import os
import shutil
import stat
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.errors import InputError, RecordsError
from assistant.interfaces.cli import app
from assistant.records import Records
from assistant.records.tables import HEAD
from assistant.records.upkeep import back_up, status, upgraded
from assistant.settings import Settings
from tests.postgres_server import PASSWORD
from tests.records.test_upgrading import make_old
from tests.records.turns import saved

RUN = CliRunner()


@pytest.fixture
def environment(empty_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings, in the environment too."""
    monkeypatch.setenv("TIAOWEN_DATA_DIR", str(empty_settings.data))
    if empty_settings.database_url:
        monkeypatch.setenv("TIAOWEN_DATABASE_URL", empty_settings.database_url.get_secret_value())
    return empty_settings


def test_the_state_is_told_and_nothing_is_made(empty_settings: Settings) -> None:
    found = status(empty_settings)
    assert (found.revision, found.head, found.answers, found.retention_days) == (None, HEAD, None, None)
    assert status(empty_settings).revision is None
    assert not empty_settings.data.exists()
    make_old(empty_settings)
    assert (status(empty_settings).revision, status(empty_settings).answers) == ("0001", None)
    assert upgraded(empty_settings) == ("0001", HEAD)
    assert upgraded(empty_settings) == (HEAD, HEAD)
    after = status(empty_settings.model_copy(update={"retention_days": 9}))
    assert (after.revision, after.conversations, after.answers, after.retention_days) == (HEAD, 3, 3, 9)
    assert after.size > 10_000
    assert PASSWORD not in after.address


def test_the_commands_tell_it_in_chinese(environment: Settings) -> None:
    told = RUN.invoke(app, ["database", "status"])
    assert "还没有建表" in told.output, told.output
    assert "已从空库升级" in RUN.invoke(app, ["database", "upgrade"]).output
    assert "已是最新，无需升级" in RUN.invoke(app, ["database", "upgrade"]).output
    told = RUN.invoke(app, ["database", "status"])
    assert "对话 0 个，回答 0 条" in told.output
    assert "不限（未设 TIAOWEN_RETENTION_DAYS）" in told.output
    assert PASSWORD not in told.output
    assert "%40" not in told.output
    found = json.loads(RUN.invoke(app, ["database", "status", "--json"]).output)
    assert (found["revision"], found["answers"]) == (HEAD, 0)
    os.environ["TIAOWEN_RETENTION_DAYS"] = "30"
    try:
        assert "最后一问后 30 天" in RUN.invoke(app, ["database", "status"]).output
    finally:
        del os.environ["TIAOWEN_RETENTION_DAYS"]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_backup_is_whole_while_others_write(
    store: Records, store_settings: Settings, tmp_path: Path
) -> None:
    saved(store, "早先的")
    done = threading.Event()

    def write() -> None:
        while not done.is_set():
            saved(store, "同时写的")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        size = back_up(store_settings, tmp_path / "copy.sqlite3")
    finally:
        done.set()
        writer.join()
    copy = tmp_path / "copy.sqlite3"
    assert size == copy.stat().st_size > 10_000
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["copy.sqlite3"]
    (tmp_path / "restored").mkdir()
    shutil.copy(copy, tmp_path / "restored" / "records.sqlite3")
    restored = Records.open(Settings(_env_file=None, data_dir=tmp_path / "restored"))
    oldest = list(restored.answers.export())[-1]
    assert (oldest.question, oldest.answer) == ("早先的", store.answers.get(oldest.id).answer)
    restored.close()
    with pytest.raises(InputError, match="已经存在"):
        back_up(store_settings, copy)
    with pytest.raises(InputError, match="没有文件夹"):
        back_up(store_settings, tmp_path / "none" / "copy")
    with pytest.raises(InputError, match="没有可备份的"):
        back_up(Settings(_env_file=None, data_dir=tmp_path / "none"), tmp_path / "x")


def test_a_damaged_database_gives_no_backup(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite3").write_bytes(b"no database at all, " * 100)
    with pytest.raises(RecordsError, match="备份没有完成"):
        back_up(Settings(_env_file=None, data_dir=tmp_path), tmp_path / "copy")
    assert [file.name for file in tmp_path.iterdir()] == ["records.sqlite3"]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_backup_command(environment: Settings, tmp_path: Path) -> None:
    Records.open(environment).close()
    told = RUN.invoke(app, ["database", "backup", str(tmp_path / "copy")])
    assert (told.exit_code, "已备份到" in told.output) == (0, True)
    assert (tmp_path / "copy").is_file()


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_postgresql_is_backed_up_with_its_own_tools(empty_settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="pg_dump"):
        back_up(empty_settings, tmp_path / "copy")
