"""Shared by all tests: the real corpus, and one real Assistant on folders of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.service import Assistant
from assistant.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No TIAOWEN_ variable of the machine reaches a test; records and index never lie in the user's folders."""
    for name in [name for name in os.environ if name.startswith("TIAOWEN_")]:
        monkeypatch.delenv(name)
    own = tmp_path_factory.getbasetemp() / "own"
    monkeypatch.setenv("TIAOWEN_DATA_DIR", str(own / "data"))
    monkeypatch.setenv("TIAOWEN_INDEX_DIR", str(own / "index"))


@pytest.fixture(scope="session")
def corpus_library() -> Library:
    """The library of the shipped corpus."""
    return Library.load(ROOT / "corpus")


@pytest.fixture(scope="session")
def real_assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The whole assistant over the shipped corpus and encoder, its index and records in a folder of its own."""
    folder = tmp_path_factory.mktemp("assistant")
    settings = Settings(home=ROOT, index_dir=folder / "index", data_dir=folder / "data", _env_file=None)
    assistant = Assistant.open(settings, today=lambda: TODAY)
    yield assistant
    assistant.close()
