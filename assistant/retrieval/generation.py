"""A generation: one state of the index, opened only after it has been checked against its manifest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError, IndexStaleError
from assistant.retrieval.entries import Entry
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.lexical import LexicalIndex
from assistant.retrieval.lock import UseMark
from assistant.retrieval.manifest import IndexIdentity, Manifest, SegmentRecord, check_files
from assistant.retrieval.segment import Segment, split_place
from assistant.retrieval.table import PolicyTable
from assistant.retrieval.vectors.caches import CacheFactory
from assistant.retrieval.vectors.channel import VectorChannel
from assistant.retrieval.vectors.exact import VECTORS_NAME
from assistant.retrieval.words import WordCutter

POINTER_NAME = "CURRENT"
SEGMENTS_NAME = "segments"
IN_USE_NAME = "in-use"
PROBES_NAME = "probes.npy"
WORDS_NAME = "words.txt"
LEXICAL_NAME = "lexical"
GENERATION_PREFIX = "g-"
SEGMENT_PREFIX = "s-"

# How often a process looks whether another generation has come.
_LOOK_SECONDS = 0.5
_SAME = 1e-4
_REMEMBERED_POLICIES = 256


@dataclass(frozen=True)
class OpenIndex:
    """A generation in service: verified, and marked as in use until closed. Safe to share between threads."""

    folder: Path
    manifest: Manifest
    table: PolicyTable
    segments: Mapping[int, Segment]
    lexical: LexicalIndex
    vectors: VectorChannel
    words: WordCutter
    mark: UseMark

    @property
    def rows(self) -> dict[int, int]:
        """Rows of each segment by its number, dead ones among them."""
        return {number: len(segment) for number, segment in self.segments.items()}

    def entry(self, place: int) -> Entry:
        """The clause at a place, read from disk. Raises LookupError for a place that no policy claims."""
        if self.table.policy_at(place) is None:
            raise LookupError(f"no policy claims place {place}")
        number, row = split_place(place)
        return self.segments[number].entry(row)

    def cosines(self, vector: NDArray[np.float32], places: Sequence[int]) -> list[float]:
        """Cosine of `vector` (dimension,) with the clause at each place."""
        if not places:
            return []
        numbers, rows = np.array([split_place(one) for one in places]).T
        read = np.empty((len(places), len(vector)), dtype=np.float32)
        for number in set(numbers.tolist()):
            own = numbers == number
            read[own] = self.segments[number].vectors.rows(rows[own])
        cosines: list[float] = (read @ vector).tolist()
        return cosines

    def places(self, addresses: Iterable[str], where: ClauseFilter | None = None) -> list[int]:
        """Places of clauses by their addresses, those passed over that there are not or that `where` does not admit."""
        found = []
        for address in addresses:
            policy = self.table.policies.get(address.partition("#")[0])
            if policy is not None and (where is None or where.admits(policy.record)):
                place = self._addressed(policy.record.id).get(address)
                if place is not None:
                    found.append(place)
        return found

    @cached_property
    def _addressed(self) -> Callable[[str], Mapping[str, int]]:
        @lru_cache(_REMEMBERED_POLICIES)
        def read(policy_id: str) -> Mapping[str, int]:
            return {self.entry(place).address: place for place in self.table.policies[policy_id].places}

        return read

    def state(self) -> dict[str, Any]:
        """What there is, for health."""
        manifest = self.manifest
        return {
            "generation": self.folder.name,
            "corpus_hash": manifest.corpus_hash,
            "policies": manifest.policies,
            "clauses": manifest.clauses,
            "built_at": manifest.built_at,
            "encoder": manifest.encoder,
            "versions": dict(manifest.versions),
            "last_update": asdict(manifest.last_update),
            "segments": len(self.segments),
            "vectors": self.vectors.state(),
        }

    def close(self) -> None:
        """Release caches and mark; the files go with the last reference to them."""
        self.vectors.close()
        self.mark.release()


def open_index(
    root: Path, accept: Callable[[IndexIdentity], None], cache_for: CacheFactory | None = None
) -> OpenIndex:
    """Open the generation in service after checking it. Raises IndexStaleError or IndexDamagedError.

    `accept` raises IndexStaleError for an identity that is not wanted.
    """
    while True:
        name = current_generation(root)
        try:
            mark = UseMark(root / name / IN_USE_NAME)
        except OSError as error:
            if current_generation(root) != name:
                continue  # a new generation came while this one was being opened
            raise IndexDamagedError(f"索引 {root / name} 不存在或不完整") from error
        if current_generation(root) == name:
            break
        mark.release()
    return _checked(root / name, accept, mark, cache_for)


def open_generation(
    folder: Path, accept: Callable[[IndexIdentity], None], cache_for: CacheFactory | None = None
) -> OpenIndex:
    """Open one generation after checking it. Raises IndexStaleError or IndexDamagedError."""
    try:
        mark = UseMark(folder / IN_USE_NAME)
    except OSError as error:
        raise IndexDamagedError(f"索引 {folder} 不存在或不完整") from error
    return _checked(folder, accept, mark, cache_for)


def current_generation(root: Path) -> str:
    """Name of the folder that CURRENT names. Raises IndexStaleError or IndexDamagedError."""
    try:
        name = (root / POINTER_NAME).read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise IndexStaleError(f"{root} 里还没有索引") from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexDamagedError(f"{root / POINTER_NAME} 无法读取：{error}") from error
    if not name.startswith(GENERATION_PREFIX) or "/" in name:
        raise IndexDamagedError(f"{root / POINTER_NAME} 的内容 {name[:40]!r} 不是索引文件夹的名字")
    return name


class PointerWatch:
    """Looks at CURRENT now and then; safe to ask from several threads, at any rate."""

    def __init__(self, root: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._root = root
        self._clock = clock
        self._looked: float | None = None
        self._name: str | None = None

    def name(self) -> str | None:
        """What CURRENT named within the last half second; None when it names nothing."""
        now = self._clock()
        if self._looked is None or now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            try:
                self._name = current_generation(self._root)
            except (IndexStaleError, IndexDamagedError):
                self._name = None
        return self._name


def _checked(
    folder: Path,
    accept: Callable[[IndexIdentity], None],
    mark: UseMark,
    cache_for: CacheFactory | None,
) -> OpenIndex:
    """Check a generation from the outside in: identity, files, counts, the table, and some rows by themselves."""
    with ExitStack() as undo:
        undo.callback(mark.release)
        manifest = Manifest.read(folder)
        accept(manifest.identity)
        check_files(folder, manifest.files)
        table = PolicyTable.read(folder, {one.number: one.rows for one in manifest.segments})
        if table.fingerprint != manifest.identity.entries_hash or table.clauses != manifest.clauses:
            raise IndexDamagedError(f"索引 {folder} 的政策表与清单不符")
        segments = {one.number: _segment(folder.parent, one) for one in manifest.segments}
        words = WordCutter.shared(folder / WORDS_NAME, manifest.files[WORDS_NAME].sha256)
        lexical = LexicalIndex(folder / LEXICAL_NAME, words)
        if len(lexical) != manifest.clauses:
            raise IndexDamagedError(f"关键词索引有 {len(lexical)} 行，清单写的是 {manifest.clauses} 行")
        _look_up(folder, manifest, table, segments, lexical)
        vectors = VectorChannel(
            [(number, segment.vectors, table.live[number]) for number, segment in segments.items()], cache_for
        )
        undo.pop_all()
    return OpenIndex(folder, manifest, table, segments, lexical, vectors, words, mark)


def _segment(root: Path, record: SegmentRecord) -> Segment:
    folder = root / SEGMENTS_NAME / record.name
    check_files(folder, record.files)
    return Segment(folder, record.number, record.rows, record.files[VECTORS_NAME].sha256)


def _look_up(
    folder: Path,
    manifest: Manifest,
    table: PolicyTable,
    segments: Mapping[int, Segment],
    lexical: LexicalIndex,
) -> None:
    """Some rows by themselves: their policy in both channels, and their vectors as they were when they were written."""
    try:
        probes = np.load(folder / PROBES_NAME, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"索引文件 {folder / PROBES_NAME} 无法读取：{error}") from error
    if len(probes) != len(manifest.probes):
        raise IndexDamagedError(f"索引文件 {folder / PROBES_NAME} 与清单不符")
    for place, vector in zip(manifest.probes, probes, strict=True):
        policy = table.policy_at(place)
        number, row = split_place(place)
        if policy is None or segments[number].entry(row).policy_id != policy.record.id:
            raise IndexDamagedError(f"索引 {folder} 的第 {place} 行不属于政策表所写的政策")
        if lexical.places_of(policy.record.id, policy.count + 1) != list(policy.places):
            raise IndexDamagedError(f"关键词索引 {folder} 里政策 {policy.record.id} 的条款与政策表不符")
        stored = segments[number].vectors.vector(row)
        if stored.shape != vector.shape or np.abs(stored - vector).max(initial=0.0) > _SAME:
            raise IndexDamagedError(f"索引 {folder} 的第 {place} 行的向量不是建立时的向量")
