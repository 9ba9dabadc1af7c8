from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import IndexDamagedError, IndexStaleError
from assistant.retrieval.manifest import (
    FileRecord,
    IndexIdentity,
    LastUpdate,
    Manifest,
    SegmentRecord,
    check_files,
    file_hash,
    record_files,
)

IDENTITY = IndexIdentity("corpus-1", "entries-1", "encoder", "fingerprint-1", {"tantivy": "1"})
SEGMENT = SegmentRecord("s-1", 3, 2, {"texts.bin": FileRecord(5, "abc")})
UPDATE = LastUpdate("update", 1, 2, 3, 4, 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of an index."""
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "one").write_text("one")
    (tmp_path / "two").write_text("second")
    return tmp_path


@pytest.fixture
def manifest(folder: Path) -> Manifest:
    files = record_files(folder, ["part/one", "two"])
    written = Manifest(IDENTITY, 2, 1, "2026-01-01T00:00:00+00:00", (SEGMENT,), (7, 2**40), UPDATE, files)
    written.write(folder)
    return written


def test_what_is_written_is_read(manifest: Manifest, folder: Path) -> None:
    assert Manifest.read(folder) == manifest
    assert set(manifest.files) == {"part/one", "two"}
    assert (manifest.corpus_hash, manifest.encoder, manifest.versions) == (
        "corpus-1",
        "encoder",
        {"tantivy": "1"},
    )


@pytest.mark.parametrize(
    "field", ["clauses", "policies", "built_at", "probes", "files", "identity", "segments", "last_update"]
)
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
        changed.check(IDENTITY)


def test_other_texts_are_made_the_same_way_and_another_encoder_is_not() -> None:
    IDENTITY.check_making(replace(IDENTITY, corpus_hash="corpus-2", entries_hash="entries-2"))
    for other in (
        replace(IDENTITY, encoder_fingerprint="other"),
        replace(IDENTITY, versions={"tantivy": "2"}),
    ):
        with pytest.raises(IndexStaleError):
            IDENTITY.check_making(other)


def test_another_name_for_the_same_encoder_is_no_difference() -> None:
    IDENTITY.check(replace(IDENTITY, encoder="moved"))


def test_files_are_held_to_size_and_hash(manifest: Manifest, folder: Path) -> None:
    check_files(folder, manifest.files)
    (folder / "two").write_text("second and more")
    with pytest.raises(IndexDamagedError, match="two 与建立时不同"):
        check_files(folder, manifest.files)
    (folder / "two").write_text("second")
    (folder / "part" / "one").write_text("onE")
    with pytest.raises(IndexDamagedError, match="one 与建立时不同"):
        check_files(folder, manifest.files)
    (folder / "part" / "one").unlink()
    with pytest.raises(IndexDamagedError, match="缺少文件"):
        check_files(folder, manifest.files)


def test_a_file_is_read_again_only_when_it_was_written_to(folder: Path) -> None:
    path = folder / "two"
    before = file_hash(path)
    stamp = path.stat()
    path.write_text("SECOND")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert file_hash(path) == before  # looks untouched
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns + 1))
    assert file_hash(path) != before
    linked = folder / "linked"
    linked.hardlink_to(path)
    assert file_hash(linked) == file_hash(path)
