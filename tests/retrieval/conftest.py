"""A home folder with the made-up policies and encoder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.retrieval.search import Retriever
from assistant.settings import Settings
from tests.retrieval.made import settings_for, write_corpus, write_encoder


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """The made-up corpus."""
    return write_corpus(tmp_path / "corpus")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a tiny encoder and no index yet."""
    write_encoder(tmp_path / "encoder")
    return settings_for(tmp_path)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the made-up corpus, the tiny encoder and a built index; tests leave it as it is."""
    folder = tmp_path_factory.mktemp("home")
    write_encoder(folder / "encoder")
    Retriever.open(settings_for(folder), write_corpus(folder / "corpus")).close()
    return folder


@pytest.fixture(scope="module")
def retriever(home: Path) -> Iterator[Retriever]:
    """An opened retriever on `home`."""
    opened = Retriever.open(settings_for(home), Library.load(home / "corpus"))
    yield opened
    opened.close()
