"""The manifest: what an index was built from and with, and what its files must look like."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.errors import IndexDamagedError, IndexStaleError

SCHEMA = 1
MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True)
class IndexIdentity:
    """What decides whether an index may answer: corpus, entries, encoder, and the versions that wrote it."""

    corpus_hash: str
    entries_hash: str
    encoder: str
    encoder_fingerprint: str
    versions: Mapping[str, str]

    def require(self, expected: IndexIdentity) -> None:
        """Raises IndexStaleError that names the first thing in which this identity differs from `expected`."""
        for field, label in _LABELS.items():
            mine, wanted = getattr(self, field), getattr(expected, field)
            if mine != wanted:
                raise IndexStaleError(
                    f"索引与当前{label}不一致（索引 {_short(mine)}，当前 {_short(wanted)}）"
                )


_LABELS = {
    "corpus_hash": "政策文本",
    "entries_hash": "条款",
    "encoder_fingerprint": "编码器",
    "versions": "程序版本",
}


@dataclass(frozen=True)
class FileRecord:
    """Size and hash of a file of the index; the hash is None for a file that its library goes on writing to."""

    size: int
    sha256: str | None


@dataclass(frozen=True)
class Manifest:
    """What a finished index says of itself; `probes` are the addresses that start-up looks up by their vector."""

    identity: IndexIdentity
    clauses: int
    built_at: str
    probes: tuple[str, ...]
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
        body = {
            "schema": SCHEMA,
            "clauses": self.clauses,
            "built_at": self.built_at,
            "identity": asdict(self.identity),
            "probes": list(self.probes),
            "files": {name: asdict(record) for name, record in self.files.items()},
        }
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
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise IndexDamagedError(f"索引清单 {path} 缺失或不完整：{error}") from error
        if claimed != _digest(body):
            raise IndexDamagedError(f"索引清单 {path} 的内容与它自己的校验值不符")
        if body["schema"] != SCHEMA:
            raise IndexStaleError(f"索引清单的版式是 {body['schema']}，本程序用 {SCHEMA}")
        return cls(
            identity=IndexIdentity(**body["identity"]),
            clauses=body["clauses"],
            built_at=body["built_at"],
            probes=tuple(body["probes"]),
            files={name: FileRecord(**record) for name, record in body["files"].items()},
        )

    def check_files(self, folder: Path) -> None:
        """Raises IndexDamagedError when a file of the index is missing, cut short or changed."""
        for name, record in self.files.items():
            path = folder / name
            try:
                size = path.stat().st_size
            except OSError as error:
                raise IndexDamagedError(f"索引缺少文件 {path}") from error
            if record.sha256 is None:
                if size < record.size:
                    raise IndexDamagedError(f"索引文件 {path} 只有 {size} 字节，建立时有 {record.size} 字节")
            elif size != record.size or file_hash(path) != record.sha256:
                raise IndexDamagedError(f"索引文件 {path} 与建立时不同")


def record_files(folder: Path, mutable: Iterable[str]) -> dict[str, FileRecord]:
    """Records of all files under `folder`; those in `mutable` (file names) by their size alone."""
    free = set(mutable)
    records = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.name != MANIFEST_NAME and not path.name.endswith(".lock"):
            sha256 = None if path.name in free else file_hash(path)
            records[path.relative_to(folder).as_posix()] = FileRecord(path.stat().st_size, sha256)
    return records


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _digest(body: object) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _short(value: str | Mapping[str, str]) -> str:
    if isinstance(value, str):
        return value[:12]
    return ", ".join(f"{name} {version}" for name, version in value.items())
