"""Looking after the database: what state it is in, and a copy of it while it is in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from assistant.errors import InputError, RecordsError
from assistant.records.database import Database, address_of, engine_of, why
from assistant.records.tables import ANSWERS, CONVERSATIONS, HEAD
from assistant.records.upgrading import FILE_NAME, revision_of
from assistant.settings import Settings


@dataclass(frozen=True)
class DatabaseStatus:
    """What there is; `revision` is None before there are tables, `head` this program's. Counts are None unless they agree.

    `size` is in bytes, SQLite's log included.
    """

    kind: str
    address: str
    revision: str | None
    head: str
    conversations: int | None
    answers: int | None
    size: int
    retention_days: int | None


def status(settings: Settings) -> DatabaseStatus:
    """The state of the settings' database; nothing is made or changed. Raises RecordsError when it cannot be reached."""
    url = settings.database_url.get_secret_value() if settings.database_url else None
    engine = engine_of(settings.data, url)
    kind, address = "PostgreSQL" if url else "SQLite", address_of(engine.url)
    if url is None and not (settings.data / FILE_NAME).is_file():
        return DatabaseStatus(kind, address, None, HEAD, None, None, 0, settings.retention_days)
    try:
        with engine.connect() as connection:
            revision = revision_of(connection)
            conversations, answers = _counts(connection) if revision == HEAD else (None, None)
            size = _size(connection, None if url else settings.data)
    except SQLAlchemyError as error:
        raise RecordsError(f"记录库读取失败：{address}（{why(error, engine.url)}）") from error
    finally:
        engine.dispose()
    return DatabaseStatus(
        kind, address, revision, HEAD, conversations, answers, size, settings.retention_days
    )


def upgraded(settings: Settings) -> tuple[str | None, str]:
    """Bring the database to this program's tables; the revision before (None: there were none) and after.

    Raises RecordsError as opening does.
    """
    before = status(settings).revision
    url = settings.database_url.get_secret_value() if settings.database_url else None
    Database.open(settings.data, url).close()
    return before, HEAD


def back_up(settings: Settings, target: Path) -> int:
    """Copy the SQLite database, as it is at one moment, to a new file that only its owner may read; its size in bytes.

    The program may go on answering meanwhile. Raises InputError (the file exists, no such folder, PostgreSQL), RecordsError.
    """
    if settings.database_url is not None:
        raise InputError(
            "记录在 PostgreSQL 里，请用它自己的工具备份：pg_dump --format=custom --file=备份.dump 库名；恢复用 pg_restore"
        )
    source = settings.data / FILE_NAME
    if not source.is_file():
        raise InputError(f"还没有记录库（{source}），没有可备份的")
    if target.exists():
        raise InputError(f"{target} 已经存在；请换一个文件名，备份不覆盖已有的文件")
    if not target.parent.is_dir():
        raise InputError(f"没有文件夹 {target.parent}；请先建好，或换一个地方")
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        os.close(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        _copy(source, partial)
        partial.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise RecordsError(f"备份没有完成：{error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(source: Path, target: Path) -> None:
    existing = f"{source.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(existing, uri=True)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
        # One file, without a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise RecordsError(f"备份没有完成：记录库已损坏（{found}）")


def _counts(connection: Connection) -> tuple[int, int]:
    living = select(func.count()).select_from(CONVERSATIONS).where(CONVERSATIONS.c.deleted_at.is_(None))
    answers = select(func.count()).select_from(ANSWERS).where(ANSWERS.c.answer.is_not(None))
    return connection.execute(living).scalar_one(), connection.execute(answers).scalar_one()


def _size(connection: Connection, folder: Path | None) -> int:
    if folder is None:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    return sum(file.stat().st_size for file in folder.glob(f"{FILE_NAME}*"))
