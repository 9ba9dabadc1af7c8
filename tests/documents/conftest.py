"""The real corpus, loaded once, and a maker of small corpora."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.documents.library import Library

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.load(CORPUS)


@pytest.fixture
def make_policy(tmp_path: Path) -> Callable[..., Path]:
    """Write one policy folder under tmp_path and return tmp_path."""

    def make(policy_id: str, text: str, **changes: str) -> Path:
        folder = tmp_path / policy_id
        folder.mkdir()
        content = text.encode()
        (folder / "text.txt").write_bytes(content)
        values = {
            "id": policy_id,
            "title": "海川市绿色工厂补贴管理办法",
            "number": "null",
            "issuer": "null",
            "published": "null",
            "status": "现行",
            "valid_from": "null",
            "valid_to": "null",
            "region": "海川市",
            "level": "市级",
            "sha256": hashlib.sha256(content).hexdigest(),
            "aliases": "[]",
        } | changes
        (folder / "policy.yaml").write_text("".join(f"{key}: {value}\n" for key, value in values.items()))
        return tmp_path

    return make
