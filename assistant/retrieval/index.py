"""Building and opening the index folder.

    indexes/current/
      CURRENT          name of the generation in service; replaced atomically
      .lock            held while a generation is built
      g-<hash>-<id>/   one generation: manifest.json, in-use, probes.npy, words.json, lexical/, vectors/

A generation is written once, under a name of its own, checked, and then named in CURRENT: whoever reads an older one
goes on undisturbed. A generation that nobody reads any more is removed by the next build.
"""

from __future__ import annotations

import logging
import os
import shutil
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from assistant.errors import SearchIndexError
from assistant.retrieval import lexical, vectors
from assistant.retrieval.encoder import Encoder, Vectors
from assistant.retrieval.entries import IndexSource
from assistant.retrieval.generation import (
    GENERATION_PREFIX,
    IN_USE_NAME,
    LEXICAL_NAME,
    POINTER_NAME,
    PROBES_NAME,
    VECTORS_NAME,
    WORDS_NAME,
    OpenIndex,
    open_generation,
    open_index,
)
from assistant.retrieval.lock import build_lock, exclusive
from assistant.retrieval.manifest import IndexIdentity, Manifest, record_files
from assistant.retrieval.progress import Progress
from assistant.retrieval.tokenizer import TERMS_VERSION
from assistant.retrieval.words import WORDS_VERSION, WordCutter

logger = logging.getLogger(__name__)

LOCK_NAME = ".lock"

_PROBES = 16
_ENCODE_BATCH = 256


def ensure_index(
    root: Path,
    source: IndexSource,
    encoder: Encoder,
    progress: Progress,
    wait_seconds: float,
    rebuild: bool = False,
) -> OpenIndex:
    """Open the index of `source` under `root`; build it when it is missing, stale, torn or foreign, or `rebuild` says so.

    Raises IndexLockedError when another process builds for longer than `wait_seconds`, SearchIndexError when the
    folder cannot be written.
    """
    identity = identity_of(source, encoder)
    if not rebuild:
        try:
            return open_index(root, identity)
        except SearchIndexError as reason:
            logger.info("the index is built: %s", reason)
    try:
        with build_lock(root / LOCK_NAME, wait_seconds):
            if not rebuild:
                with suppress(SearchIndexError):
                    return open_index(root, identity)  # another process has just built it
            return _rebuild(root, source, encoder, identity, progress)
    except OSError as error:
        raise SearchIndexError(f"索引文件夹 {root} 无法写入：{error}；请检查权限和磁盘空间") from error


def identity_of(source: IndexSource, encoder: Encoder) -> IndexIdentity:
    """What an index of `source` by `encoder` must say of itself."""
    versions = {
        "terms": str(TERMS_VERSION),
        "words": str(WORDS_VERSION),
        "tantivy": lexical.library_version(),
        "chromadb": vectors.library_version(),
    }
    return IndexIdentity(source.corpus_hash, source.fingerprint, encoder.name, encoder.fingerprint, versions)


def _rebuild(
    root: Path, source: IndexSource, encoder: Encoder, identity: IndexIdentity, progress: Progress
) -> OpenIndex:
    """Write a generation beside the one in service, check it, put it in service, clear what nobody uses."""
    folder = root / f"{GENERATION_PREFIX}{identity.entries_hash[:8]}-{uuid.uuid4().hex[:8]}"
    try:
        _write_generation(folder, source, encoder, identity, progress)
        opened = open_generation(folder, identity)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _point_to(root, folder.name)
    _clear_unused(root, keep=folder.name)
    return opened


def _write_generation(
    folder: Path, source: IndexSource, encoder: Encoder, identity: IndexIdentity, progress: Progress
) -> None:
    folder.mkdir(parents=True)
    (folder / IN_USE_NAME).touch()
    words = WordCutter.build()
    words.save(folder / WORDS_NAME)
    lexical.build_lexical(folder / LEXICAL_NAME, source.entries, words, progress)
    rows = _encode(source, encoder, progress)
    vectors.build_vectors(folder / VECTORS_NAME, source.entries, rows, progress)
    probed = _probe_rows(rows)
    np.save(folder / PROBES_NAME, rows[probed])
    Manifest(
        identity=identity,
        clauses=len(source.entries),
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        probes=tuple(source.entries[row].address for row in probed),
        files=record_files(folder, mutable=vectors.MUTABLE_FILES),
    ).write(folder)


def _encode(source: IndexSource, encoder: Encoder, progress: Progress) -> Vectors:
    texts = [entry.searched_text for entry in source.entries]
    progress.start("计算条款向量", len(texts))
    parts = []
    for start in range(0, len(texts), _ENCODE_BATCH):
        parts.append(encoder.encode(texts[start : start + _ENCODE_BATCH]))
        progress.advance(len(parts[-1]))
    progress.finish()
    return np.concatenate(parts) if parts else encoder.encode([])


def _probe_rows(rows: Vectors) -> list[int]:
    """Rows spread evenly over the index; a row of zeros cannot be looked up and is left out."""
    spread = np.unique(np.linspace(0, len(rows) - 1, min(_PROBES, len(rows)), dtype=int))
    return [int(row) for row in spread if rows[row].any()]


def _point_to(root: Path, name: str) -> None:
    draft = root / f"{POINTER_NAME}.{uuid.uuid4().hex[:8]}"
    with draft.open("w", encoding="utf-8") as stream:
        stream.write(name + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(root / POINTER_NAME)


def _clear_unused(root: Path, keep: str) -> None:
    """Remove generations that nobody reads, and what a killed build left; called under the build lock."""
    for path in root.iterdir():
        if path.name.startswith(f"{POINTER_NAME}."):
            path.unlink(missing_ok=True)
        elif path.is_dir() and path.name.startswith(GENERATION_PREFIX) and path.name != keep:
            with exclusive(path / IN_USE_NAME) as free:
                if free:
                    shutil.rmtree(path, ignore_errors=True)
