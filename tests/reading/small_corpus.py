"""A corpus that a test makes up: policies with a text and a status each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from assistant.documents.library import Library
from assistant.reading.reader import ClauseReader
from assistant.rules.books import RuleBooks

TODAY = date(2026, 11, 21)


def small_reader(
    folder: Path, policies: Mapping[str, tuple[str, str]], title: str = "试行办法"
) -> ClauseReader:
    """A reader over policies given as id → (text, status), written to `folder`."""
    for name, (text, status) in policies.items():
        home = folder / name
        home.mkdir(parents=True, exist_ok=True)
        (home / "text.txt").write_bytes(text.encode())
        digest = hashlib.sha256(text.encode()).hexdigest()
        (home / "policy.yaml").write_text(
            f"id: {name}\ntitle: {name}{title}\nnumber: null\nissuer: null\npublished: null\nstatus: {status}\n"
            f"valid_from: null\nvalid_to: null\nregion: 某省\nlevel: 省级\nsha256: {digest}\naliases: []\n",
            encoding="utf-8",
        )
    library = Library.load(folder)
    return ClauseReader(library, RuleBooks.load(library, folder), lambda: TODAY)
