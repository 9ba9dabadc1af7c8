from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import IndexDamagedError, IndexStaleError
from assistant.retrieval.manifest import IndexIdentity, Manifest, record_files

IDENTITY = IndexIdentity("corpus-1", "entries-1", "encoder", "fingerprint-1", {"tantivy": "1"})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of an index, one of which its library goes on writing to."""
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "fixed").write_text("fixed")
    (tmp_path / "part" / "moving").write_text("moving")
    (tmp_path / "part" / "x.lock").touch()
    return tmp_path


@pytest.fixture
def manifest(folder: Path) -> Manifest:
    written = Manifest(IDENTITY, 2, "2026-01-01T00:00:00+00:00", ("a#1",), record_files(folder, ["moving"]))
    written.write(folder)
    return written


def test_what_is_written_is_read(manifest: Manifest, folder: Path) -> None:
    assert Manifest.read(folder) == manifest
    assert set(manifest.files) == {"part/fixed", "part/moving"}
    assert (manifest.corpus_hash, manifest.encoder, manifest.versions) == (
        "corpus-1",
        "encoder",
        {"tantivy": "1"},
    )


@pytest.mark.parametrize("field", ["clauses", "built_at", "probes", "files", "identity"])
def test_any_altered_field_is_seen(field: str, manifest: Manifest, folder: Path) -> None:
    body = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    body[field] = None
    (folder / "manifest.json").write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(IndexDamagedError, match="校验值"):
        Manifest.read(folder)


def test_another_schema_is_stale(manifest: Manifest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.retrieval.manifest.SCHEMA", 999)
    with pytest.raises(IndexStaleError, match="999"):
        Manifest.read(folder)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (replace(IDENTITY, corpus_hash="corpus-2"), "政策文本"),
        (replace(IDENTITY, entries_hash="entries-2"), "条款"),
        (replace(IDENTITY, encoder_fingerprint="other"), "编码器"),
        (replace(IDENTITY, versions={"tantivy": "2"}), "程序版本.*tantivy 1.*tantivy 2"),
    ],
)
def test_a_difference_is_named(changed: IndexIdentity, words: str) -> None:
    with pytest.raises(IndexStaleError, match=words):
        IDENTITY.require(changed)


def test_another_name_for_the_same_encoder_is_no_difference() -> None:
    IDENTITY.require(replace(IDENTITY, encoder="moved"))


def test_files_are_held_to_size_and_hash(manifest: Manifest, folder: Path) -> None:
    manifest.check_files(folder)
    moving = folder / "part" / "moving"
    moving.write_text("moving on")
    manifest.check_files(folder)
    moving.write_text("mov")
    with pytest.raises(IndexDamagedError, match="只有 3 字节"):
        manifest.check_files(folder)
    moving.write_text("moving")
    (folder / "part" / "fixed").write_text("fixeD")
    with pytest.raises(IndexDamagedError, match="fixed 与建立时不同"):
        manifest.check_files(folder)
    (folder / "part" / "fixed").unlink()
    with pytest.raises(IndexDamagedError, match="缺少文件"):
        manifest.check_files(folder)
