"""The reader of the shipped corpus, and a small corpus that tests may bend."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.reading.reader import ClauseReader
from assistant.rules.books import RuleBooks

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 21)
MakeReader = Callable[..., ClauseReader]


@pytest.fixture(scope="session")
def reader(corpus_library: Library) -> ClauseReader:
    return ClauseReader(corpus_library, RuleBooks.load(corpus_library, ROOT / "corpus"), lambda: TODAY)


@pytest.fixture
def make_reader(tmp_path: Path) -> MakeReader:
    """A reader over policies given as id → (text, status)."""

    def make(**policies: tuple[str, str]) -> ClauseReader:
        for name, (text, status) in policies.items():
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            (folder / "text.txt").write_bytes(text.encode())
            digest = hashlib.sha256(text.encode()).hexdigest()
            (folder / "policy.yaml").write_text(
                f"id: {name}\ntitle: {name}试行办法\nnumber: null\nissuer: null\npublished: null\nstatus: {status}\n"
                f"valid_from: null\nvalid_to: null\nregion: 某省\nlevel: 省级\nsha256: {digest}\naliases: []\n",
                encoding="utf-8",
            )
        library = Library.load(tmp_path)
        return ClauseReader(library, RuleBooks.load(library, tmp_path), lambda: TODAY)

    return make
