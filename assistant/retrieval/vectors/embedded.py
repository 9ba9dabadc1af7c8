"""The embedded cache: a folder `chroma` beside vectors.npy, built by a process of its own, then only read.

    segment/
      vectors.npy
      chroma.lock        held by the process that builds
      chroma/            finished: chromadb's files and cache.json, which names and hashes them
      chroma-….part/     under way, or left by a build that was killed

Building holds Python's global lock for seconds at a time (chromadb's bindings keep it), hence the process of its own.
No row is written to a finished folder, so any number of processes may read it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import uuid
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from assistant.errors import IndexLockedError, TiaowenError
from assistant.retrieval.lock import build_lock
from assistant.retrieval.progress import Progress, SilentProgress
from assistant.retrieval.vectors.chroma import (
    CacheBusy,
    CacheFault,
    CollectionCache,
    collection_configuration,
    faults,
    library_version,
)
from assistant.retrieval.vectors.exact import VectorSegment

if TYPE_CHECKING:
    from chromadb.api.client import Client

CACHE_NAME = "chroma"
MARKER_NAME = "cache.json"
LOCK_NAME = "chroma.lock"

logger = logging.getLogger(__name__)

_COLLECTION = "rows"
# Each opening adds a few bytes to a table of locks in this file. It holds no vectors; what it does to an answer shows when
# the answer is checked.
_MUTABLE = "chroma.sqlite3"
_BATCH = 5000  # chromadb fails above 5,461 rows
_BATCHES_A_SYNC = 10
_THREADS = 2
_NICENESS = 10
_POLL_SECONDS = 0.1
_TELLS = 400  # characters of a failed build's last words that are kept


@dataclass(frozen=True)
class EmbeddedSource:
    """Caches in the segments' own folders."""

    def open(self, segment: VectorSegment, distrusted: str | None, stop: threading.Event) -> CollectionCache:
        """See CacheSource."""
        try:
            return open_embedded(segment, distrusted)
        except CacheFault as fault:
            logger.info("the vector cache of %s is built: %s", segment.folder, fault)
            distrusted = fault.damaged or distrusted
        _build_in_process(segment, distrusted, stop)
        return open_embedded(segment, distrusted)


def open_embedded(segment: VectorSegment, distrusted: str | None = None) -> CollectionCache:
    """Open the finished cache beside `segment` after checking marker, files, count and probes. Raises CacheFault."""
    folder = segment.folder / CACHE_NAME
    marker = _checked_marker(segment, folder)
    if marker["build"] == distrusted:
        raise CacheFault("缓存的内容有误，需要重建")
    return _opened(folder, segment, marker["build"])


def build_embedded(segment: VectorSegment, progress: Progress, distrusted: str | None = None) -> None:
    """Build the cache beside `segment` and put it in place, unless another process has just done so.

    Raises CacheBusy while another process builds it, CacheFault when it cannot be built; then nothing is left of it.
    """
    folder = segment.folder
    try:
        with build_lock(folder / LOCK_NAME, wait_seconds=0):
            with suppress(CacheFault):
                if _checked_marker(segment, folder / CACHE_NAME)["build"] != distrusted:
                    return
            for leftover in folder.glob(f"{CACHE_NAME}-*"):
                shutil.rmtree(leftover, ignore_errors=True)
            build = uuid.uuid4().hex
            draft = folder / f"{CACHE_NAME}-{build}.part"
            try:
                _write(draft, segment, progress)
                _opened(draft, segment, build).close()  # what a full disk tore may crash whoever opens it
                _mark(draft, segment, build)
                _swap(draft, folder, build)
            except BaseException:
                shutil.rmtree(draft, ignore_errors=True)
                raise
    except IndexLockedError as error:
        raise CacheBusy(str(error)) from error
    except OSError as error:
        raise CacheFault(f"向量缓存 {folder / CACHE_NAME} 无法写入：{error}") from error


def _write(draft: Path, segment: VectorSegment, progress: Progress) -> None:
    """All rows into a fresh collection.

    chromadb writes the graph to disk after a number of rows and keeps the rest in a log, which each opening replays
    and writes: with batches of equal size the last one ends on that number.
    """
    rows = len(segment)
    batches = -(-rows // _BATCH)
    if batches > _BATCHES_A_SYNC:
        batches = -(-batches // _BATCHES_A_SYNC) * _BATCHES_A_SYNC
    sync_rows = rows // batches * min(batches, _BATCHES_A_SYNC)
    bounds = [rows * part // batches for part in range(batches + 1)]
    with faults():
        client = _client(draft)
        try:
            collection = client.create_collection(
                _COLLECTION,
                embedding_function=None,
                configuration=collection_configuration(max(2, sync_rows), _THREADS),
            )
            progress.start("建立向量缓存", rows)
            for start, stop in pairwise(bounds):
                collection.add(
                    ids=[str(row) for row in range(start, stop)], embeddings=segment.block(start, stop)
                )
                progress.advance(stop - start)
            progress.finish()
        finally:
            client.close()


def _opened(folder: Path, segment: VectorSegment, build: str) -> CollectionCache:
    with faults():
        client = _client(folder)
        try:
            collection = client.get_collection(_COLLECTION, embedding_function=None)
        except BaseException:
            client.close()
            raise
    cache = CollectionCache(client, collection, build, local=True)
    try:
        cache.check(segment)
    except BaseException:
        cache.close()
        raise
    return cache


def _mark(draft: Path, segment: VectorSegment, build: str) -> None:
    """Write the marker last: a folder without one is not finished."""
    body = {
        "build": build,
        "key": segment.key,
        "rows": len(segment),
        "width": segment.width,
        "chromadb": library_version(),
        "files": _files(draft),
    }
    with (draft / MARKER_NAME).open("w", encoding="utf-8") as stream:
        json.dump(body, stream)
        stream.flush()
        os.fsync(stream.fileno())


def _swap(draft: Path, folder: Path, build: str) -> None:
    """Put `draft` in place. Who reads the old folder goes on: its graph is in memory and its files stay open."""
    old = folder / f"{CACHE_NAME}-{build}.old"
    with suppress(FileNotFoundError):
        (folder / CACHE_NAME).rename(old)
    draft.rename(folder / CACHE_NAME)
    shutil.rmtree(old, ignore_errors=True)


def _checked_marker(segment: VectorSegment, folder: Path) -> dict[str, Any]:
    """The marker, once it fits segment, program and files. Raises CacheFault."""
    try:
        marker = json.loads((folder / MARKER_NAME).read_text(encoding="utf-8"))
        wanted = {"key": segment.key, "rows": len(segment), "width": segment.width}
        if any(marker[name] != value for name, value in wanted.items()):
            raise CacheFault("缓存属于另一批向量")
        if marker["chromadb"] != library_version():
            raise CacheFault(f"缓存由 chromadb {marker['chromadb']} 建立")
        files, wanted_files = _files(folder), marker["files"]
        sizes = int(files.pop(_MUTABLE, 0)), int(wanted_files.pop(_MUTABLE))
        if files != wanted_files or sizes[0] < sizes[1]:
            raise CacheFault("缓存的文件与建立时不同")
        str(marker["build"])
    except FileNotFoundError as error:
        raise CacheFault("缓存尚未建立") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CacheFault(f"缓存的标记 {MARKER_NAME} 无法读取：{error}") from error
    return cast("dict[str, Any]", marker)


def _files(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of chromadb's (0.4 s for 500,000 rows); of the one that opening writes to, only its size."""
    files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name == _MUTABLE:
            files[name] = str(path.stat().st_size)
        elif path.is_file() and name != MARKER_NAME:
            with path.open("rb") as stream:
                files[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return files


def _build_in_process(segment: VectorSegment, distrusted: str | None, stop: threading.Event) -> None:
    """Build in a child process, which ends with this one. Raises CacheFault and CacheBusy."""
    command = [sys.executable, "-m", __name__, str(segment.folder), segment.key, distrusted or ""]
    package_root = str(Path(__file__).resolve().parents[3])
    paths = [package_root, *filter(None, [os.environ.get("PYTHONPATH")])]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,  # its end tells the child that this process is gone
            stdout=subprocess.DEVNULL,
            stderr=said,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            start_new_session=True,
        ) as child,
    ):
        while child.poll() is None:
            if stop.wait(_POLL_SECONDS):
                child.kill()
        if child.returncode not in (0, _EXIT_BUSY):
            _clear_drafts(segment.folder)
        said.seek(0)
        told = said.read().decode("utf-8", "replace").strip()
    if stop.is_set():
        raise CacheBusy("程序正在退出")
    if child.returncode == _EXIT_BUSY:
        raise CacheBusy("另一个进程正在建立缓存")
    if child.returncode:
        raise CacheFault(told[-_TELLS:] or f"建立缓存的进程以 {child.returncode} 退出")


_EXIT_BUSY = 75
_EXIT_FAULT = 1


def _clear_drafts(folder: Path) -> None:
    """Remove what a killed build left, unless another process builds by now."""
    with suppress(IndexLockedError, OSError), build_lock(folder / LOCK_NAME, wait_seconds=0):
        for leftover in folder.glob(f"{CACHE_NAME}-*.part"):
            shutil.rmtree(leftover, ignore_errors=True)


def _client(folder: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    return cast("Client", client)  # the annotation leaves out close()


def _main(folder: str, key: str, distrusted: str) -> int:
    """The child process: build, and tell in one line what went wrong."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(OSError):
        os.nice(_NICENESS)
    try:
        build_embedded(VectorSegment.open(Path(folder), key), SilentProgress(), distrusted or None)
    except CacheBusy:
        return _EXIT_BUSY
    except (CacheFault, TiaowenError) as error:
        sys.stderr.write(f"{error}\n")
        return _EXIT_FAULT
    return 0


def _end_with_parent() -> None:
    while os.read(0, 1):  # not through sys.stdin, whose lock would be held when this process ends
        pass
    os._exit(_EXIT_FAULT)


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
