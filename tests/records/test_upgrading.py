"""Opening a database: made anew, taken over, brought up to date by one process at a time, and what is refused."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from assistant.errors import RecordsError
from assistant.records import Records
from assistant.records.answers import AnswerFilter
from assistant.records.database import engine_of
from assistant.records.tables import HEAD, METADATA
from assistant.records.upgrading import revision_of
from assistant.settings import Settings
from tests.conftest import ROOT
from tests.postgres_server import PASSWORD, PostgresServer
from tests.records.turns import POLICY, saved, turn

# The tables as the program made them before it had migrations, to the letter.
OLD_TABLES = """
CREATE TABLE conversations (id VARCHAR(40) NOT NULL, state TEXT NOT NULL, turns INTEGER NOT NULL,
    created_at {moment} NOT NULL, updated_at {moment} NOT NULL, PRIMARY KEY (id));
CREATE TABLE answers (id VARCHAR(40) NOT NULL, conversation_id VARCHAR(40) NOT NULL, turn INTEGER NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, created_at {moment} NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_answers_conversation_id ON answers (conversation_id);
CREATE TABLE traces (answer_id VARCHAR(40) NOT NULL, trace TEXT NOT NULL, PRIMARY KEY (answer_id));
"""


def make_old(settings: Settings, count: int = 3) -> list[str]:
    """A database of before the migrations, with some answered conversations; the answers' ids, oldest first."""
    settings.data.mkdir(parents=True, exist_ok=True)
    url = settings.database_url.get_secret_value() if settings.database_url else None
    engine = engine_of(settings.data, url)
    kind = "TIMESTAMP WITH TIME ZONE" if url else "DATETIME"
    ids = []
    with engine.begin() as connection:
        for statement in OLD_TABLES.format(moment=kind).split(";"):
            if statement.strip():
                connection.execute(text(statement))
        for number in range(count):
            made = turn(f"旧问题{number}")
            moment = f"2026-01-0{number + 1} 03:04:05.000000" + ("+00:00" if url else "")
            values = {
                "id": made.answer.id, "c": made.conversation.id, "state": made.conversation.dumps(),
                "q": made.question, "a": json.dumps(made.answer.to_json(), ensure_ascii=False), "at": moment,
            }  # fmt: skip
            connection.execute(text("INSERT INTO conversations VALUES (:c, :state, 1, :at, :at)"), values)
            connection.execute(text("INSERT INTO answers VALUES (:id, :c, 1, :q, :a, :at)"), values)
            connection.execute(text("INSERT INTO traces VALUES (:id, '{\"version\": 1}')"), values)
            ids.append(made.answer.id)
    engine.dispose()
    return ids


def test_the_migrations_make_the_tables_that_the_program_works_with(empty_settings: Settings) -> None:
    records = Records.open(empty_settings)
    with records.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert revision_of(connection) == HEAD
    records.close()


def test_head_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "assistant.records:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_database_of_before_the_migrations_is_taken_over_without_loss(empty_settings: Settings) -> None:
    ids = make_old(empty_settings)
    records = Records.open(empty_settings)
    with records.database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    assert [one.id for one in records.answers.page().items] == ids[::-1]
    found = records.answers.get(ids[0])
    assert (found.question, found.trace, found.before) == ("旧问题0", {"version": 1}, None)
    assert found.created_at.isoformat() == "2026-01-01T03:04:05+00:00"
    wanted = AnswerFilter(policy=POLICY, status="answered", engine="builtin")
    assert records.answers.count(wanted) == 3
    begun = records.conversations.owned(found.conversation_id, None)
    saved(records, "接着问", before=begun)
    assert records.conversations.owned(begun.id, None).turns == 2
    records.close()
    again = Records.open(empty_settings)
    assert again.answers.count() == 4
    again.close()


def test_processes_that_open_a_new_database_at_once_do_not_collide(empty_settings: Settings) -> None:
    make_old(empty_settings)
    code = (
        "from assistant.records import Records; from assistant.settings import load_settings;"
        "r = Records.open(load_settings()); print(r.answers.count()); r.close()"
    )
    url = empty_settings.database_url
    environment = {"TIAOWEN_DATA_DIR": str(empty_settings.data), "PYTHONPATH": str(ROOT)}
    if url:
        environment["TIAOWEN_DATABASE_URL"] = url.get_secret_value()
    processes = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [process.communicate(timeout=60)[0].decode().strip() for process in processes] == ["3"] * 4


def test_a_database_of_a_newer_program_is_refused(store: Records, store_settings: Settings) -> None:
    with store.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RecordsError, match=r"版式是 9999，比本程序的 .* 新；请升级程序"):
        Records.open(store_settings)


def test_a_migration_that_fails_leaves_the_database_as_it_was(empty_settings: Settings) -> None:
    make_old(empty_settings)
    url = empty_settings.database_url.get_secret_value() if empty_settings.database_url else None
    engine = engine_of(empty_settings.data, url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE api_keys (id INTEGER)"))
    with pytest.raises(RecordsError, match="记录库无法打开"):
        Records.open(empty_settings)
    with engine.begin() as connection:
        assert revision_of(connection) == "0001"
        assert "owner" not in {column["name"] for column in inspect(connection).get_columns("conversations")}
        connection.execute(text("DROP TABLE api_keys"))
    engine.dispose()
    records = Records.open(empty_settings)
    assert records.answers.count() == 3
    records.close()


def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    Records.open(Settings(_env_file=None, data_dir=tmp_path / "data")).close()
    mode = (tmp_path / "data" / "records.sqlite3").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_second_opening_leaves_the_locks_of_the_first(tmp_path: Path) -> None:
    """Closing a file drops all locks of a process on it: another program would then take the log away with what is in it."""
    settings = Settings(_env_file=None, data_dir=tmp_path)
    first = Records.open(settings)
    Records.open(settings).close()
    _count_elsewhere(tmp_path)
    saved(first, "问在别的程序看过之后")
    assert _count_elsewhere(tmp_path) == 1
    Records.open(settings).close()
    first.close()


def _count_elsewhere(folder: Path) -> int:
    """The answers as another process reads them."""
    code = (
        "import sqlite3, sys; from contextlib import closing\n"
        "with closing(sqlite3.connect(sys.argv[1])) as file: print(*file.execute('SELECT count(*) FROM answers').fetchone())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder / "records.sqlite3")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return int(done.stdout)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordsError, match=r"记录库无法打开：.*file/data.*TIAOWEN_DATA_DIR"):
        Records.open(Settings(_env_file=None, data_dir=tmp_path / "file" / "data"))


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite3").write_bytes(b"no database at all, " * 100)
    with pytest.raises(RecordsError, match="记录库无法打开"):
        Records.open(Settings(_env_file=None, data_dir=tmp_path))


def test_a_wrong_password_is_not_repeated(postgres: PostgresServer) -> None:
    url = postgres.url("postgres", password="not:the/right@one")
    with pytest.raises(RecordsError) as refused:
        Records.open(Settings(_env_file=None, database_url=url))
    assert "tiaowen:***@" in str(refused.value)
    assert "TIAOWEN_DATABASE_URL" in str(refused.value)
    for words in ("not:the", "right@one", "right%40one", PASSWORD):
        assert words not in str(refused.value)


def test_a_server_that_is_away_is_named(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, database_url="postgresql://u:geheim@127.0.0.1:1/records")
    with pytest.raises(
        RecordsError, match=r"postgresql://u:\*\*\*@127\.0\.0\.1:1/records.*是否在运行"
    ) as refused:
        Records.open(settings)
    assert "geheim" not in str(refused.value)
