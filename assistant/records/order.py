"""The turns of one conversation follow one another within a process: the second begins on the state that the first left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class TurnOrder:
    """A lock for each conversation that is in use, and none for the others."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def turn_of(self, conversation_id: str | None) -> Iterator[None]:
        """Wait for one's turn; a new conversation (None) has nobody to wait for."""
        if conversation_id is None:
            yield
            return
        with self._guard:
            lock, waiting = self._locks.get(conversation_id, (threading.Lock(), 0))
            self._locks[conversation_id] = (lock, waiting + 1)
        try:
            with lock:
                yield
        finally:
            with self._guard:
                lock, waiting = self._locks.pop(conversation_id)
                if waiting > 1:
                    self._locks[conversation_id] = (lock, waiting - 1)
