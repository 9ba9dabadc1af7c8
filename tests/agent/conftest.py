"""Reading messages with the real corpus and rule books; nothing is searched."""

from __future__ import annotations

import pytest

from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.reader import Reader
from assistant.agent.understanding.scope import Scope
from assistant.documents.library import Library
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def books(corpus_library: Library) -> RuleBooks:
    return RuleBooks.load(corpus_library, ROOT / "corpus")


@pytest.fixture(scope="session")
def book(books: RuleBooks) -> RuleBook:
    return books.books["fujian-zero-carbon-factory"]


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon.load(ROOT / "corpus")


@pytest.fixture(scope="session")
def reader(corpus_library: Library, books: RuleBooks, lexicon: Lexicon) -> Reader:
    return Reader(corpus_library, books, lexicon, Scope(corpus_library, lexicon))
