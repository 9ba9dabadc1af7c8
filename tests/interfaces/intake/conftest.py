"""The shipped book and library."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks

CORPUS = Path(__file__).resolve().parents[3] / "corpus"


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.load(CORPUS)


@pytest.fixture(scope="session")
def book(library: Library) -> RuleBook:
    return RuleBooks.load(library, CORPUS).book("fujian-zero-carbon-factory")
