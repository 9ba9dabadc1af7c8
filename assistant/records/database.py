"""One database, SQLite or PostgreSQL: opened with its migrations run, read and written in short transactions."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from assistant.errors import RecordsError
from assistant.records.upgrading import FILE_NAME, upgrade

# Writers of other processes are waited for this long, s.
BUSY_SECONDS = 30
CONNECT_SECONDS = 10
# What a database can do to us; other errors of SQLAlchemy are defects of the program.
FAILURES = (DBAPIError, PoolTimeoutError)
_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON")


class Database:
    """An opened database; safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # One writer at a time is SQLite's rule; waiting here is fair and wakes at once, its own waiting sleeps.
        self._writing = threading.Lock() if self.is_file else nullcontext()

    @classmethod
    def open(cls, folder: Path, url: str | None = None) -> Database:
        """`records.sqlite3` in `folder`, or the PostgreSQL database of `url`, brought to this program's tables.

        Raises RecordsError when it cannot be opened or is newer than the program.
        """
        engine = engine_of(folder, url)
        try:
            upgrade(engine, folder)
        except (OSError, SQLAlchemyError) as error:
            engine.dispose()
            raise RecordsError(
                f"记录库无法打开：{address_of(engine.url)}（{why(error, engine.url)}）；{_advice(engine.url)}"
            ) from error
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    @property
    def is_file(self) -> bool:
        """Whether it is an SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @property
    def address(self) -> str:
        """Where it lies, without a password."""
        return address_of(self.engine.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read with; RecordsError when the database fails."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except FAILURES as error:
            raise RecordsError(f"记录库读取失败：{why(error, self.engine.url)}") from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction, kept whole or not at all; RecordsError when the database fails."""
        try:
            with self._writing, self.engine.execution_options(tiaowen_writes=True).begin() as connection:
                yield connection
        except FAILURES as error:
            raise RecordsError(f"没能存入记录库：{why(error, self.engine.url)}") from error

    def tidy(self) -> None:
        """After a deletion: what was deleted leaves SQLite's log as well, unless somebody is reading just now."""
        if not self.is_file:
            return
        with self._writing:
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def close(self) -> None:
        """Release the database."""
        self.engine.dispose()


def engine_of(folder: Path, url: str | None) -> Engine:
    """The engine, not yet connected. Parameters of a statement, which hold users' words, stay out of its errors."""
    if url is None:
        engine = create_engine(
            URL.create("sqlite", database=str(folder / FILE_NAME)),
            connect_args={"timeout": BUSY_SECONDS},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": CONNECT_SECONDS},
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=24,
        hide_parameters=True,
    )


def address_of(url: URL) -> str:
    """A database's address as people may see it: never with its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def why(error: Exception, url: URL) -> str:
    """The first line of what the driver says, without the statement, its parameters or the password."""
    text = str(getattr(error, "orig", None) or error).strip()
    line = text.splitlines()[0] if text else type(error).__name__
    return line.replace(str(url.password), "***") if url.password else line


def _advice(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return "请检查文件夹是否可写，或用 TIAOWEN_DATA_DIR 另指一处"
    return "请检查 TIAOWEN_DATABASE_URL，以及数据库是否在运行、帐号是否有建表的权限"


def _prepare(connection: Any, _entry: ConnectionPoolEntry) -> None:
    # Transactions are begun below: the driver's own ways begin them too late to wait for other writers.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("tiaowen_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
