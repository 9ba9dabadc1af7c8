"""A real PostgreSQL of the tests' own: the installed program on a folder and a socket that nobody else uses."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

USER, PASSWORD = "tiaowen", "kept:secret/#@%"
_QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB")


def programs() -> Path | None:
    """The folder of initdb and postgres, None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


@dataclass
class PostgresServer:
    """A running server; its databases are named one by one."""

    folder: Path
    process: subprocess.Popen[bytes]
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str, password: str = PASSWORD) -> str:
        """What TIAOWEN_DATABASE_URL is set to."""
        return f"postgresql://{USER}:{quote(password, safe='')}@/{database}?host={self.folder}"

    def new_database(self, template: str = "template1") -> str:
        """Make an empty database, or a copy of another; its name."""
        name = f"d{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def run(self, statement: str) -> None:
        """Run a statement outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def stop(self) -> None:
        """End the server and remove its folder."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)


def start(bin: Path) -> PostgresServer:
    """Make a cluster and start it; as the user `postgres` where we are root, which the program refuses to be."""
    folder = Path(tempfile.mkdtemp(prefix="tiaowen-pg-", dir="/tmp"))  # a socket's path must be short
    words = folder / "password"
    words.write_text(PASSWORD, encoding="utf-8")
    other: dict[str, Any] = {}
    if os.geteuid() == 0:
        other = {"user": "postgres", "group": "postgres", "extra_groups": []}
        for path in (folder, words):
            shutil.chown(path, "postgres", "postgres")
    data = folder / "data"
    made = ("-U", USER, "-A", "scram-sha-256", f"--pwfile={words}", "-E", "UTF8", "--locale=C", "--no-sync")
    subprocess.run([bin / "initdb", "-D", data, *made], check=True, cwd=folder, **_QUIET, **other)
    options = [
        part
        for one in (*_FAST, "listen_addresses=", f"unix_socket_directories={folder}")
        for part in ("-c", one)
    ]
    process = subprocess.Popen([bin / "postgres", "-D", data, *options], cwd=folder, **_QUIET, **other)
    server = PostgresServer(folder, process)
    deadline = time.monotonic() + 30
    while True:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            if time.monotonic() > deadline or process.poll() is not None:
                server.stop()
                raise
            time.sleep(0.05)
        else:
            return server
