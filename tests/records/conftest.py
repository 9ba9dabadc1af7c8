"""The records on both databases: `store` is opened on SQLite and on a real PostgreSQL, each test on one of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.records import Records
from assistant.settings import Settings
from tests.postgres_server import PostgresServer, programs, start

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for the whole run."""
    installed = programs()
    if installed is None:
        pytest.skip("PostgreSQL is not installed")
    server = start(installed)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def migrated(postgres: PostgresServer) -> str:
    """A database with all tables and nothing in them, to be copied."""
    name = postgres.new_database()
    Records.open(Settings(_env_file=None, database_url=postgres.url(name))).close()
    return name


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Which database."""
    return str(request.param)


@pytest.fixture
def empty_settings(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with a database that has no tables yet."""
    url = None
    if engine == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.url(server.new_database())
    return Settings(_env_file=None, data_dir=tmp_path / "data", database_url=url)


@pytest.fixture
def store_settings(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of `store`."""
    url = None
    if engine == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.url(server.new_database(request.getfixturevalue("migrated")))
    return Settings(_env_file=None, data_dir=tmp_path / "data", database_url=url)


@pytest.fixture
def store(store_settings: Settings) -> Iterator[Records]:
    """Empty records."""
    records = Records.open(store_settings)
    yield records
    records.close()
