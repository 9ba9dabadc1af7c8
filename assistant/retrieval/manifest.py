"""The manifest: what an index was built from and with, and what its files must look like."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import IndexDamagedError, IndexStaleError

SCHEMA = 2
MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True)
class IndexIdentity:
    """What decides whether an index may answer: corpus, entries, encoder, and the versions that wrote it."""

    corpus_hash: str
    entries_hash: str
    encoder: str
    encoder_fingerprint: str
    versions: Mapping[str, str]

    def check(self, found: IndexIdentity) -> None:
        """Raises IndexStaleError that names the first thing in which `found` differs from this identity."""
        self._check(found, ("corpus_hash", "entries_hash", "encoder_fingerprint", "versions"))

    def check_making(self, found: IndexIdentity) -> None:
        """The same without the texts: whether what is made today can stand beside what `found` was made with."""
        self._check(found, ("encoder_fingerprint", "versions"))

    def _check(self, found: IndexIdentity, fields: Iterable[str]) -> None:
        for field in fields:
            theirs, wanted = getattr(found, field), getattr(self, field)
            if theirs != wanted:
                raise IndexStaleError(
                    f"索引与当前{_LABELS[field]}不一致（索引 {_short(theirs)}，当前 {_short(wanted)}）"
                )


_LABELS = {
    "corpus_hash": "政策文本",
    "entries_hash": "条款",
    "encoder_fingerprint": "编码器",
    "versions": "程序版本",
}


@dataclass(frozen=True)
class FileRecord:
    """Size and hash of a file of the index."""

    size: int
    sha256: str


@dataclass(frozen=True)
class SegmentRecord:
    """A segment that a generation reads: its folder's name, its number in places, its rows and files."""

    name: str
    number: int
    rows: int
    files: Mapping[str, FileRecord]


@dataclass(frozen=True)
class LastUpdate:
    """What the writing of a generation took; `kind` is build (everything written) or update.

    `clauses_written` counts the rows of the new segment, `clauses_encoded` those of them that the encoder saw.
    """

    kind: str
    policies_added: int
    policies_changed: int
    policies_withdrawn: int
    clauses_encoded: int
    clauses_written: int


@dataclass(frozen=True)
class Manifest:
    """What a finished index says of itself; `probes` are places that are looked up when it is opened."""

    identity: IndexIdentity
    clauses: int
    policies: int
    built_at: str
    segments: tuple[SegmentRecord, ...]
    probes: tuple[int, ...]
    last_update: LastUpdate
    files: Mapping[str, FileRecord]

    @property
    def corpus_hash(self) -> str:
        """Hash of the texts and policy.yaml files."""
        return self.identity.corpus_hash

    @property
    def encoder(self) -> str:
        """Name of the encoder."""
        return self.identity.encoder

    @property
    def versions(self) -> Mapping[str, str]:
        """Versions of what wrote the index."""
        return self.identity.versions

    def write(self, folder: Path) -> None:
        """Write manifest.json, with a hash of its own content."""
        body = {"schema": SCHEMA, **asdict(self)}
        text = json.dumps({**body, "sha256": _digest(body)}, ensure_ascii=False, indent=1)
        (folder / MANIFEST_NAME).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises IndexDamagedError when the manifest is missing, cut short or altered, IndexStaleError when it is
        of another schema."""
        path = folder / MANIFEST_NAME
        try:
            body = json.loads(path.read_text(encoding="utf-8"))
            claimed = body.pop("sha256")
            schema = body.pop("schema")
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise IndexDamagedError(f"索引清单 {path} 缺失或不完整：{error}") from error
        if claimed != _digest({"schema": schema, **body}):
            raise IndexDamagedError(f"索引清单 {path} 的内容与它自己的校验值不符")
        if schema != SCHEMA:
            raise IndexStaleError(f"索引清单的版式是 {schema}，本程序用 {SCHEMA}")
        segments = (
            SegmentRecord(one["name"], one["number"], one["rows"], _records(one["files"]))
            for one in body["segments"]
        )
        return cls(
            identity=IndexIdentity(**body["identity"]),
            clauses=body["clauses"],
            policies=body["policies"],
            built_at=body["built_at"],
            segments=tuple(segments),
            probes=tuple(body["probes"]),
            last_update=LastUpdate(**body["last_update"]),
            files=_records(body["files"]),
        )


def record_files(folder: Path, names: Iterable[str]) -> dict[str, FileRecord]:
    """Records of files of `folder`, by their names relative to it."""
    return {name: FileRecord((folder / name).stat().st_size, file_hash(folder / name)) for name in names}


def check_files(folder: Path, files: Mapping[str, FileRecord]) -> None:
    """Raises IndexDamagedError when a file of `folder` is missing, cut short or changed."""
    for name, record in files.items():
        path = folder / name
        try:
            same = path.stat().st_size == record.size and file_hash(path) == record.sha256
        except OSError as error:
            raise IndexDamagedError(f"索引缺少文件 {path}，或它无法读取") from error
        if not same:
            raise IndexDamagedError(f"索引文件 {path} 与建立时不同")


class _HashMemory:
    """Hashes of files that this process has read, so that a generation that shares them with one is opened in no time."""

    _MOST = 4096

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[int, int, int, int], str] = {}

    def hash(self, path: Path) -> str:
        """SHA-256 of the file; remembered by device, inode, size and time of change, which hard links share."""
        with path.open("rb") as stream:
            key = _stamp(stream.fileno())
            with self._lock:
                known = self._known.get(key)
            if known is not None:
                return known
            found = hashlib.file_digest(stream, "sha256").hexdigest()
            if _stamp(stream.fileno()) == key:
                with self._lock:
                    if len(self._known) >= self._MOST:
                        self._known.clear()
                    self._known[key] = found
            return found


def _stamp(handle: int) -> tuple[int, int, int, int]:
    status = os.fstat(handle)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


_MEMORY = _HashMemory()


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read in blocks, once a process as long as the file is not written to."""
    return _MEMORY.hash(path)


def _records(files: Mapping[str, Mapping[str, str]]) -> dict[str, FileRecord]:
    return {name: FileRecord(int(one["size"]), one["sha256"]) for name, one in files.items()}


def _digest(body: object) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _short(value: str | Mapping[str, str]) -> str:
    if isinstance(value, str):
        return value[:12]
    return ", ".join(f"{name} {version}" for name, version in value.items())
