"""The reader of the shipped corpus, and of small ones that tests may bend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.reading.reader import ClauseReader
from assistant.rules.books import RuleBooks
from tests.reading.small_corpus import TODAY, small_reader

ROOT = Path(__file__).resolve().parents[2]
MakeReader = Callable[..., ClauseReader]


@pytest.fixture(scope="session")
def reader(corpus_library: Library) -> ClauseReader:
    return ClauseReader(corpus_library, RuleBooks.load(corpus_library, ROOT / "corpus"), lambda: TODAY)


@pytest.fixture
def make_reader(tmp_path: Path) -> MakeReader:
    """A reader over policies given as id → (text, status)."""
    return lambda **policies: small_reader(tmp_path, policies)
