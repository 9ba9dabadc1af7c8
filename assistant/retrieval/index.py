"""Opening the index folder, and bringing it up to date.

    indexes/current/
      CURRENT          name of the generation in service; replaced atomically
      .lock            held while anything below is written
      g-<hash>-<id>/   one generation: manifest.json, in-use, policies.json, probes.npy, words.txt, lexical/
      segments/
        s-<id>/        rows of some policies: texts.bin, texts.npy, vectors.npy; shared by the generations that name it

A generation is written once, under a name of its own, checked, and then named in CURRENT: whoever reads an older one
goes on undisturbed. What no generation in use names is removed by the next writer.
"""

from __future__ import annotations

import logging
import os
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

from assistant.errors import SearchIndexError
from assistant.retrieval import lexical
from assistant.retrieval.encoder import Encoder
from assistant.retrieval.entries import IndexSource
from assistant.retrieval.generation import (
    GENERATION_PREFIX,
    IN_USE_NAME,
    POINTER_NAME,
    SEGMENTS_NAME,
    OpenIndex,
    open_generation,
    open_index,
)
from assistant.retrieval.lock import build_lock, exclusive
from assistant.retrieval.manifest import IndexIdentity, Manifest
from assistant.retrieval.planning import plan_build, plan_update
from assistant.retrieval.progress import Progress
from assistant.retrieval.tokenizer import TERMS_VERSION
from assistant.retrieval.vectors.caches import CacheFactory
from assistant.retrieval.words import WORDS_VERSION
from assistant.retrieval.writing import Draft, write_generation

logger = logging.getLogger(__name__)

LOCK_NAME = ".lock"


def ensure_index(
    root: Path,
    source: IndexSource,
    encoder: Encoder,
    progress: Progress,
    wait_seconds: float,
    rebuild: bool = False,
    cache_for: CacheFactory | None = None,
) -> OpenIndex:
    """Open the index of `source` under `root`. One of other texts is updated by the policies that differ; one that is
    missing, torn, or of another encoder or program is built anew, and so is any when `rebuild` says so.

    Raises IndexLockedError when another process writes for longer than `wait_seconds`, SearchIndexError when the
    folder cannot be written; what was in service before still is.
    """
    identity = identity_of(source, encoder)

    if not rebuild:
        try:
            return open_index(root, identity.check, cache_for)
        except SearchIndexError as reason:
            logger.info("the index is written: %s", reason)
    try:
        with build_lock(root / LOCK_NAME, wait_seconds):
            if not rebuild:
                with suppress(SearchIndexError):
                    return open_index(root, identity.check, cache_for)  # another process was faster
            base = None if rebuild else _base(root, identity)
            try:
                opened = _replace(root, source, encoder, identity, base, progress, cache_for)
            finally:
                if base is not None:
                    base.close()
            _clear_unused(root, opened)
            return opened
    except OSError as error:
        raise SearchIndexError(f"索引文件夹 {root} 无法写入：{error}；请检查权限和磁盘空间") from error


def identity_of(source: IndexSource, encoder: Encoder) -> IndexIdentity:
    """What an index of `source` by `encoder` must say of itself."""
    return IndexIdentity(
        source.corpus_hash, source.fingerprint, encoder.name, encoder.fingerprint, current_versions()
    )


def current_versions() -> dict[str, str]:
    """Versions of what decides how an index is written."""
    return {
        "terms": str(TERMS_VERSION),
        "words": str(WORDS_VERSION),
        "fields": str(lexical.FIELDS_VERSION),
        "tantivy": lexical.library_version(),
    }


def _base(root: Path, identity: IndexIdentity) -> OpenIndex | None:
    """The generation in service, when today's rows can stand beside its rows."""
    try:
        return open_index(root, identity.check_making)
    except SearchIndexError as reason:
        logger.info("the index is built anew: %s", reason)
        return None


def _replace(
    root: Path,
    source: IndexSource,
    encoder: Encoder,
    identity: IndexIdentity,
    base: OpenIndex | None,
    progress: Progress,
    cache_for: CacheFactory | None,
) -> OpenIndex:
    """Write a generation beside the one in service, check it, put it in service."""
    plan = plan_build(source) if base is None else plan_update(source, base.table, base.rows)
    draft = Draft.under(root, identity)
    try:
        write_generation(draft, plan, source, identity, encoder, base, progress)
        opened = open_generation(draft.generation, identity.check, cache_for)
    except BaseException:
        shutil.rmtree(draft.generation, ignore_errors=True)
        shutil.rmtree(draft.segment, ignore_errors=True)
        raise
    try:
        _point_to(root, draft.generation.name)
    except BaseException:
        opened.close()
        shutil.rmtree(draft.generation, ignore_errors=True)
        shutil.rmtree(draft.segment, ignore_errors=True)
        raise
    return opened


def _point_to(root: Path, name: str) -> None:
    draft = root / f"{POINTER_NAME}.{uuid.uuid4().hex[:8]}"
    try:
        with draft.open("w", encoding="utf-8") as stream:
            stream.write(name + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(root / POINTER_NAME)
    finally:
        draft.unlink(missing_ok=True)


def _clear_unused(root: Path, current: OpenIndex) -> None:
    """Remove generations that nobody reads, segments that no other one names, and what a killed writer left.

    Called under the build lock.
    """
    named = {one.name for one in current.manifest.segments}
    for path in root.iterdir():
        if path.name.startswith(f"{POINTER_NAME}."):
            path.unlink(missing_ok=True)
        elif path.name.startswith(GENERATION_PREFIX) and path != current.folder:
            with exclusive(path / IN_USE_NAME) as free:
                if free:
                    shutil.rmtree(path, ignore_errors=True)
                    continue
            try:
                named |= {one.name for one in Manifest.read(path).segments}
            except SearchIndexError:
                return  # what its reader reads cannot be told: nothing more is removed
    segments = root / SEGMENTS_NAME
    for path in segments.iterdir() if segments.is_dir() else ():
        if path.name not in named:
            shutil.rmtree(path, ignore_errors=True)
