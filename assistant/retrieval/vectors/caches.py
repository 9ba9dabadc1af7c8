"""The life of caches: opened, held against the truth, switched off on a fault, repaired in the background.

A cache outlives the snapshot that first used it: a segment that the next snapshot holds too keeps its open cache.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.vectors.chroma import SAME, CacheBusy, CacheFault, CacheSource, NeighborCache
from assistant.retrieval.vectors.exact import VectorSegment

logger = logging.getLogger(__name__)

# Rows from which a segment has a cache. At 57,000 rows exact search takes 6.5 ms of processor and the cache 3.8, at 500,000
# rows 54 and 4.7: they meet near 40,000. Below, the exact search costs no recall, no disk and no memory.
CACHE_FROM = 50_000

_RETRY_SECONDS = 1.0
_RETRY_AT_MOST = 300.0
# Building again takes minutes of two processors: it is tried less and less often.
_REBUILD_AT_MOST = 3600.0
_BUSY_SECONDS = 2.0
# A cache that was open for this long starts with quick retries again when it fails.
_STEADY_SECONDS = 60.0

# The first answers after opening, then one in this many, are compared with the exact ones, in the background.
_SAMPLE_EVERY = 256
_SAMPLE_DEPTH = 10
# Single questions may reach .4 in a sound graph of 500,000 rows (mean .98): fewer samples would condemn it by chance.
_SAMPLES_NEEDED = 8
_SAMPLES_KEPT = 16
_RECALL_NEEDED = 0.8
_RECALL_SLACK = 2e-6
_WAITING_SAMPLES = 8
_CLOSE_SECONDS = 30.0

OFF, OPENING, OPEN = "off", "opening", "open"


@dataclass(eq=False)
class CachedSegment:
    """A segment and its cache, if there is one to be trusted."""

    segment: VectorSegment
    post: Callable[[Callable[[], None]], None]
    retry_seconds: float
    status: str = OFF
    fault: str | None = None
    holders: int = 0
    due: float | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    _cache: NeighborCache | None = None
    _distrusted: str | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _failures: int = 0
    _opened_at: float = 0.0
    _answers: int = 0
    _waiting: int = 0
    _recalls: deque[float] = field(default_factory=lambda: deque(maxlen=_SAMPLES_KEPT))

    @property
    def usable(self) -> bool:
        """Whether there is a cache to ask."""
        return self._cache is not None

    def nearest(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]] | None:
        """(row, exact cosine) of about the nearest `limit` <= len(segment) rows, ordered as VectorSegment.exact does.

        None when the cache has no answer that stands up to vectors.npy: then it is switched off.
        """
        cache = self._cache
        unit = self.segment.unit(vector)
        if cache is None or unit is None:
            return None
        try:
            claimed = cache.nearest(vector, limit)
            if len(claimed) < limit and limit > len(self.segment) // 2:
                return None  # a walk through the graph need not come by every row
            found = self._verified(claimed, unit, limit, cache.identity)
        except CacheFault as fault:
            self.fail(fault, cache)
            return None
        self._sample(vector, found, cache)
        return found

    def open(self, source: CacheSource) -> None:
        """Open or build the cache; on failure say when to try again. Called by the background thread alone."""
        self.status, self.due = OPENING, None
        try:
            cache = source.open(self.segment, self._distrusted, self.stop)
        except CacheBusy as busy:
            logger.debug("%s: %s", self.segment.folder, busy)
            self.due = time.monotonic() + min(_BUSY_SECONDS, self.retry_seconds * 2)
            return
        except CacheFault as fault:
            self._switch_off(fault)
            return
        finally:
            self.segment.let_go()
        with self._lock:
            self._recalls.clear()
            self._opened_at = time.monotonic()
            self._answers = 0
            self.status, self.fault, self._cache = OPEN, None, cache
        logger.info("the vector cache of %s is open", self.segment.folder)

    def fail(self, fault: CacheFault, cache: NeighborCache) -> None:
        """Take a cache out of use because of `fault`; the second thread that meets it changes nothing."""
        with self._lock:
            if self._cache is not cache:
                return
            self._cache = None
            if time.monotonic() - self._opened_at >= _STEADY_SECONDS:
                self._failures = 0
            self._switch_off(fault)
        self.post(cache.close)

    def close(self) -> None:
        """Close the cache; it is not opened again."""
        self.stop.set()
        with self._lock:
            cache, self._cache, self.status, self.due = self._cache, None, OFF, None
        if cache is not None:
            cache.close()

    def _switch_off(self, fault: CacheFault) -> None:
        if str(fault) != self.fault:
            logger.warning("the vector cache of %s is off, search is exact: %s", self.segment.folder, fault)
        growth, most = (8, _REBUILD_AT_MOST) if fault.damaged else (2, _RETRY_AT_MOST)
        wait = min(most, self.retry_seconds * growth**self._failures)
        self._failures = min(self._failures + 1, 20)
        self._distrusted = fault.damaged or self._distrusted
        self.status, self.fault = OFF, str(fault)
        # Replicas that lost one server together should not come back to it together.
        self.due = time.monotonic() + wait * random.uniform(0.8, 1.2)
        self.post(lambda: None)

    def _verified(
        self, claimed: list[tuple[int, float]], unit: NDArray[np.float64], limit: int, identity: str
    ) -> list[tuple[int, float]]:
        """The claimed rows with their exact cosines. Raises CacheFault when they are not what the cache says."""
        if len(claimed) != limit:
            raise CacheFault(f"缓存返回 {len(claimed)} 行，应有 {limit} 行", identity)
        rows = np.array([row for row, _ in claimed], dtype=np.int64)
        if len(np.unique(rows)) != limit or rows.min() < 0 or rows.max() >= len(self.segment):
            raise CacheFault("缓存返回了重复或不存在的行", identity)
        cosines = self.segment.cosines(unit, rows)
        # Not `>`: a claim that is no number fails too.
        if not np.all(np.abs(cosines - np.array([cosine for _, cosine in claimed])) <= SAME):
            raise CacheFault("缓存里的向量与向量文件不符", identity)
        order = np.lexsort((rows, -cosines))
        return list(zip(rows[order].tolist(), cosines[order].tolist(), strict=True))

    def _sample(
        self, vector: NDArray[np.float32], found: list[tuple[int, float]], cache: NeighborCache
    ) -> None:
        """Have some answers compared with the exact ones: a lost part of the graph shows in no single answer."""
        with self._lock:
            due = self._answers < _SAMPLES_NEEDED or self._answers % _SAMPLE_EVERY == 0
            wanted = due and self._waiting < _WAITING_SAMPLES
            self._answers += 1
            self._waiting += wanted
        if wanted:
            self.post(lambda: self._compare(np.array(vector), found[:_SAMPLE_DEPTH], cache))

    def _compare(
        self, vector: NDArray[np.float32], found: list[tuple[int, float]], cache: NeighborCache
    ) -> None:
        exact = self.segment.exact(vector, len(found), lean=True)
        reached = sum(cosine >= exact[-1][1] - _RECALL_SLACK for _, cosine in found)
        with self._lock:
            self._waiting -= 1
            if self._cache is not cache:
                return
            self._recalls.append(reached / len(found))
            recall = sum(self._recalls) / len(self._recalls)
            enough = len(self._recalls) >= _SAMPLES_NEEDED
        if enough and recall < _RECALL_NEEDED:
            self.fail(CacheFault(f"缓存的召回率只有 {recall:.2f}", cache.identity), cache)


class CacheFactory:
    """Hands out one CachedSegment a segment to all snapshots of a process, and keeps them in order in one thread."""

    def __init__(
        self, source: CacheSource, cache_from: int = CACHE_FROM, retry_seconds: float = _RETRY_SECONDS
    ) -> None:
        """Starts nothing: without `warm` no cache is ever opened. `cache_from`: rows from which a segment has one."""
        self.cache_from = cache_from
        self._source = source
        self._retry_seconds = retry_seconds
        self._held: dict[tuple[str, str], CachedSegment] = {}
        self._jobs: deque[Callable[[], None]] = deque()
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def hold(self, segment: VectorSegment) -> CachedSegment | None:
        """The segment's cache state, to be given back with `release`; None for a segment too small for a cache."""
        if len(segment) < max(2, self.cache_from):
            return None
        with self._change:
            name = (str(segment.folder), segment.key)
            held = self._held.get(name)
            if held is None:
                held = CachedSegment(segment, self._post, self._retry_seconds, due=time.monotonic())
                self._held[name] = held
            held.holders += 1
            self._change.notify_all()
            return held

    def release(self, held: CachedSegment) -> None:
        """Give a held cache back; the last one closes it."""
        with self._change:
            held.holders -= 1
            if held.holders:
                return
            self._held = {name: other for name, other in self._held.items() if other is not held}
        held.stop.set()
        if self._thread is None:
            held.close()
        else:
            self._post(held.close)

    def warm(self) -> None:
        """From now on open what is held, and what will be, in one background thread; a second call does nothing."""
        with self._change:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="vector-caches", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """Stop the thread and close all caches."""
        with self._change:
            self._closed = True
            for held in self._held.values():
                held.stop.set()
            self._change.notify_all()
        if self._thread is not None:
            self._thread.join(_CLOSE_SECONDS)
        for held in self._held.values():
            held.close()

    def _post(self, job: Callable[[], None]) -> None:
        with self._change:
            self._jobs.append(job)
            self._change.notify_all()

    def _run(self) -> None:
        while True:
            job = self._next()
            if job is None:
                return
            try:
                job()
            except Exception:
                logger.exception("a vector cache could not be looked after")

    def _next(self) -> Callable[[], None] | None:
        """The next thing to do, waited for; None at the end."""
        with self._change:
            while True:
                if self._jobs:
                    return self._jobs.popleft()
                if self._closed:
                    return None
                waiting = [held for held in self._held.values() if held.due is not None]
                first = min(waiting, key=lambda held: held.due or 0.0, default=None)
                wait = None if first is None or first.due is None else first.due - time.monotonic()
                if first is not None and wait is not None and wait <= 0:
                    return lambda: self._open(first)
                self._change.wait(wait)

    def _open(self, held: CachedSegment) -> None:
        held.open(self._source)
        if held.stop.is_set():
            held.close()


class SharedCaches:
    """One CacheFactory for retrievers of a process that take over from one another; closed with the last of them."""

    def __init__(self, factory: CacheFactory) -> None:
        self.factory = factory
        self._users = 0
        self._lock = threading.Lock()

    def take(self) -> SharedCaches:
        """One more user; to be given back."""
        with self._lock:
            self._users += 1
        return self

    def give_back(self) -> None:
        """One user less; the last one closes the factory."""
        with self._lock:
            self._users -= 1
            last = not self._users
        if last:
            self.factory.close()
