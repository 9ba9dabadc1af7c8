"""Locks between processes, held on files with flock: they vanish with their process, however it ends."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import IndexLockedError

_POLL_SECONDS = 0.05


@contextmanager
def build_lock(path: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the one lock under which an index folder changes.

    Waits at most `wait_seconds` for another holder, then raises IndexLockedError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + wait_seconds
        while not _try(handle, fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                raise IndexLockedError(
                    f"另一个进程正在建立索引（{path.parent}），等了 {wait_seconds:g} 秒仍未完成；请稍后重试"
                )
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        os.close(handle)


class UseMark:
    """A shared lock on a finished index: while anybody holds one, nobody deletes it."""

    def __init__(self, path: Path) -> None:
        """Take the mark. Raises FileNotFoundError when the index is gone."""
        self._handle: int | None = os.open(path, os.O_RDONLY)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def release(self) -> None:
        """Give the mark back; a second call does nothing."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


@contextmanager
def exclusive(path: Path) -> Iterator[bool]:
    """Whether no process holds a UseMark on `path`; while the block runs, none can take one.

    A missing file is in nobody's use.
    """
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield True
        return
    try:
        yield _try(handle, fcntl.LOCK_EX)
    finally:
        os.close(handle)


def _try(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
