"""Bringing a database to this program's tables: the migrations, run by one process at a time.

A database that was made before there were migrations has the tables of the first one and no `alembic_version`; it is taken
over as it stands.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from assistant.errors import RecordsError
from assistant.records.tables import HEAD

FILE_NAME = "records.sqlite3"
FIRST = "0001"
# Of PostgreSQL's advisory locks the one that this program's migrations hold.
_LOCK_KEY = 7_426_110_013


def upgrade(engine: Engine, folder: Path) -> str | None:
    """Run what is missing of the migrations; the revision that was found (None: there were no tables).

    Raises RecordsError when the database is newer than the program.
    """
    with _alone(engine, folder), engine.connect().execution_options(tiaowen_writes=True) as connection:
        found = revision_of(connection)
        if found == HEAD:
            return found
        if found is not None and found > HEAD:
            raise RecordsError(f"记录库的版式是 {found}，比本程序的 {HEAD} 新；请升级程序，或另用一个记录库")
        connection.rollback()
        _migrate(connection, found)
        return found


def revision_of(connection: Connection) -> str | None:
    """The last migration that ran; the first one for tables made before there were migrations, None without tables."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found is not None:
            return found
    return FIRST if "conversations" in tables else None


def _migrate(connection: Connection, found: str | None) -> None:
    # Alembic is imported only when there is something to run: most openings find nothing.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "assistant.records:migrations")
    config.attributes["connection"] = connection
    with connection.begin():
        if found == FIRST and "alembic_version" not in inspect(connection).get_table_names():
            command.stamp(config, FIRST)
        command.upgrade(config, HEAD)


@contextmanager
def _alone(engine: Engine, folder: Path) -> Iterator[None]:
    """Only one process at a time opens a database."""
    if engine.dialect.name == "sqlite":
        _make_file(folder)
        with (folder / "records.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        return
    with engine.connect() as holder:
        holder.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK_KEY})
        try:
            yield
        finally:
            holder.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK_KEY})


def _make_file(folder: Path) -> None:
    """The folder and, where there is none yet, an empty database file that only its owner may read."""
    folder.mkdir(parents=True, exist_ok=True)
    # Only a new file is opened here: to close one that is in use drops every lock this process has on it (POSIX), and another
    # process would then delete the log with what was written since (sqlite.org/howtocorrupt.html, 2.2).
    with suppress(FileExistsError):
        os.close(os.open(folder / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
