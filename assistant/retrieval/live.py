"""A retriever that follows the index folder: for processes that search and read no corpus."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.errors import SearchIndexError
from assistant.retrieval.encoder import Encoder, load_encoder
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.generation import PointerWatch, open_index
from assistant.retrieval.index import current_versions
from assistant.retrieval.manifest import IndexIdentity, Manifest
from assistant.retrieval.search import Hit, Retriever, cache_factory
from assistant.retrieval.vectors.caches import CacheFactory, SharedCaches
from assistant.settings import Settings

logger = logging.getLogger(__name__)


class LiveRetriever:
    """Searches whatever generation CURRENT names, as long as this program and encoder can read it; thread-safe.

    Each search runs on one generation from beginning to end. A generation that cannot be read is told of once, and the
    one before it goes on serving.
    """

    def __init__(
        self,
        root: Path,
        encoder: Encoder,
        watch: Callable[[Path], PointerWatch] = PointerWatch,
        factory: CacheFactory | None = None,
    ) -> None:
        """`factory` makes the caches of vectors. Raises IndexStaleError or IndexDamagedError when there is nothing to
        begin with."""
        self._caches = SharedCaches(factory) if factory is not None else None
        self._root = root
        self._encoder = encoder
        self._watch = watch(root)
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._refused: str | None = None
        self._closed = False
        self._serving = self._open()
        self._leases = {self._serving: 0}

    @classmethod
    def open(cls, settings: Settings) -> LiveRetriever:
        """Follow the index of the settings. Raises EncoderError, IndexStaleError, IndexDamagedError."""
        return cls(settings.indexes, load_encoder(settings.encoder_source), factory=cache_factory(settings))

    @property
    def manifest(self) -> Manifest:
        """The manifest of the generation that the next search begins on."""
        with self._lease() as serving:
            return serving.manifest

    def search(self, query: str, limit: int = 10, where: ClauseFilter | None = None) -> list[Hit]:
        """As `Retriever.search`."""
        with self._lease() as serving:
            return serving.search(query, limit, where)

    def uncovered(self, query: str) -> tuple[str, ...]:
        """As `Retriever.uncovered`."""
        with self._lease() as serving:
            return serving.uncovered(query)

    def state(self) -> dict[str, Any]:
        """As `Retriever.state`."""
        with self._lease() as serving:
            return serving.state()

    def warm(self) -> None:
        """As `Retriever.warm`, for the generation in service."""
        with self._lease() as serving:
            serving.warm()

    def close(self) -> None:
        """Release the index after the last search."""
        with self._lock:
            serving, before = self._serving, self._closed
            self._closed = True
            idle = not before and not self._leases[serving]
        if idle:
            serving.close()

    @contextmanager
    def _lease(self) -> Iterator[Retriever]:
        self._follow()
        with self._lock:
            serving = self._serving
            self._leases[serving] += 1
        try:
            yield serving
        finally:
            self._give_back(serving)

    def _give_back(self, serving: Retriever) -> None:
        with self._lock:
            self._leases[serving] -= 1
            done = not self._leases[serving] and (self._closed or serving is not self._serving)
            if done and serving is not self._serving:
                del self._leases[serving]
        if done:
            serving.close()

    def _follow(self) -> None:
        """Change to the generation that CURRENT names; one thread opens it while the others search on."""
        name = self._watch.name()
        if name in (None, self._serving.generation, self._refused) or not self._opening.acquire(
            blocking=False
        ):
            return
        try:
            if name != self._serving.generation:
                self._swap(self._open())
        except SearchIndexError as reason:
            self._refused = name
            logger.warning("the new index %s is not used: %s", name, reason)
        finally:
            self._opening.release()

    def _swap(self, opened: Retriever) -> None:
        with self._lock:
            before, self._serving = self._serving, opened
            self._leases[opened] = 0
            idle = not self._leases[before]
            if idle:
                del self._leases[before]
        if idle:
            before.close()

    def _open(self) -> Retriever:
        factory = None if self._caches is None else self._caches.factory
        index = open_index(self._root, self._accept, factory)
        return Retriever(index, self._encoder, caches=self._caches)

    def _accept(self, found: IndexIdentity) -> None:
        mine = IndexIdentity("", "", self._encoder.name, self._encoder.fingerprint, current_versions())
        mine.check_making(found)
