"""The shipped rule book beside two invented ones, behind a real server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.interfaces.http.app import create_app
from assistant.settings import Settings
from tests.interfaces.assessing_assistant import CORPUS, AssessingAssistant
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.running_server import running

TESTS = Path(__file__).resolve().parents[3]
ZERO, HEAT, SUBSIDY = "fujian-zero-carbon-factory", "city-waste-heat", "city-subsidy"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> AssessingAssistant:
    """Three rule books."""
    corpus = Path(shutil.copytree(CORPUS, tmp_path_factory.mktemp("assess") / "corpus"))
    shutil.copytree(TESTS / "ten_turns" / HEAT, corpus / HEAT)
    shutil.copytree(TESTS / "rules" / "subsidy", corpus / SUBSIDY)
    return AssessingAssistant(corpus)


@pytest.fixture(scope="module")
def url(assistant: AssessingAssistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with that assistant."""
    folder = tmp_path_factory.mktemp("data")
    settings = Settings(_env_file=None, data_dir=folder, index_dir=folder)
    with running(create_app(lambda _progress: assistant, settings)) as base:  # type: ignore[arg-type, return-value]
        wait_until_ready(base)
        yield base


@pytest.fixture(scope="module")
def web(url: str) -> Iterator[httpx.Client]:
    """A client of it."""
    with httpx.Client(base_url=url, trust_env=False, timeout=20) as opened:
        yield opened
