"""Writing a generation and its segment. Nothing that is in service is touched."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from assistant.retrieval.encoder import Encoder, Vectors
from assistant.retrieval.entries import IndexSource
from assistant.retrieval.generation import (
    GENERATION_PREFIX,
    IN_USE_NAME,
    LEXICAL_NAME,
    PROBES_NAME,
    SEGMENT_PREFIX,
    SEGMENTS_NAME,
    WORDS_NAME,
    OpenIndex,
)
from assistant.retrieval.lexical import build_lexical, derive_lexical, lexical_files, link_or_copy
from assistant.retrieval.manifest import IndexIdentity, LastUpdate, Manifest, SegmentRecord, record_files
from assistant.retrieval.planning import UpdatePlan
from assistant.retrieval.progress import Progress
from assistant.retrieval.segment import (
    SEGMENT_FILES,
    Segment,
    place_of,
    split_place,
    write_texts,
    write_vectors,
)
from assistant.retrieval.table import TABLE_NAME, PlacedPolicy, PolicyTable
from assistant.retrieval.vectors.exact import VECTORS_NAME, VectorSegment
from assistant.retrieval.words import WordCutter

_PROBES = 16
_BATCH = 1024


@dataclass(frozen=True)
class Draft:
    """Where a generation is written before it is put in service."""

    generation: Path
    segment: Path

    @classmethod
    def under(cls, root: Path, identity: IndexIdentity) -> Draft:
        """New names under `root`; nothing is made yet."""
        own = uuid.uuid4().hex[:8]
        return cls(
            root / f"{GENERATION_PREFIX}{identity.entries_hash[:8]}-{own}",
            root / SEGMENTS_NAME / f"{SEGMENT_PREFIX}{own}",
        )


def write_generation(
    draft: Draft,
    plan: UpdatePlan,
    source: IndexSource,
    identity: IndexIdentity,
    encoder: Encoder,
    base: OpenIndex | None,
    progress: Progress,
) -> None:
    """Write what `plan` says; `base` is the generation that it was planned on. Raises OSError, SearchIndexError."""
    folder = draft.generation
    folder.mkdir(parents=True)
    (folder / IN_USE_NAME).touch()
    words = _write_words(folder / WORDS_NAME, base)
    _write_lexical(folder, plan, base, words, progress)
    segments = _old_segments(plan, base)
    rows = plan.rows
    if len(rows):
        draft.segment.mkdir(parents=True)
        write_texts(draft.segment, (clause.entry for clause in rows), len(rows))
        write_vectors(draft.segment, _vectors(plan, encoder, base, progress), len(rows))
        files = record_files(draft.segment, SEGMENT_FILES)
        segments.append(SegmentRecord(draft.segment.name, plan.segment, len(rows), files))
    table = PolicyTable(plan.placed(source), {one.number: one.rows for one in segments})
    table.write(folder)
    probes = _write_probes(folder, table, _opened(draft, segments, base))
    names = [WORDS_NAME, TABLE_NAME, PROBES_NAME, IN_USE_NAME]
    names += [f"{LEXICAL_NAME}/{name}" for name in lexical_files(folder / LEXICAL_NAME)]
    Manifest(
        identity=identity,
        clauses=table.clauses,
        policies=len(table.policies),
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        segments=tuple(segments),
        probes=probes,
        last_update=LastUpdate(
            "build" if base is None else "update",
            plan.added,
            plan.changed,
            plan.withdrawn,
            plan.encoded,
            len(rows),
        ),
        files=record_files(folder, names),
    ).write(folder)


def _write_words(path: Path, base: OpenIndex | None) -> WordCutter:
    if base is None:
        words = WordCutter.build()
        words.save(path)
        return words
    link_or_copy(base.folder / WORDS_NAME, path)
    return base.words


def _write_lexical(
    folder: Path, plan: UpdatePlan, base: OpenIndex | None, words: WordCutter, progress: Progress
) -> None:
    target, saved = folder / LEXICAL_NAME, folder / WORDS_NAME
    if plan.whole or base is None:
        build_lexical(target, plan.rows, words, saved, progress)
    else:
        old = base.folder / LEXICAL_NAME
        derive_lexical(old, target, plan.dropped, plan.rows, words, saved, progress)


def _old_segments(plan: UpdatePlan, base: OpenIndex | None) -> list[SegmentRecord]:
    """Segments of which something is still alive."""
    if base is None:
        return []
    alive = {policy.segment for policy in plan.kept.values() if policy.count}
    return [one for one in base.manifest.segments if one.number in alive]


def _vectors(
    plan: UpdatePlan, encoder: Encoder, base: OpenIndex | None, progress: Progress
) -> Iterator[Vectors]:
    """Vectors of the new rows in order, a batch at a time: encoded, or copied from where they are."""
    if plan.encoded:
        progress.start("计算条款向量", plan.encoded)
    texts: list[str] = []
    for policy in plan.written:
        if policy.copied is None:
            texts += [entry.searched_text for entry in policy.source.entries]
        elif base is not None:
            if texts:
                yield _encoded(encoder, texts, progress)
                texts = []
            yield from _copied(policy.copied, base)
        while len(texts) >= _BATCH:
            yield _encoded(encoder, texts[:_BATCH], progress)
            texts = texts[_BATCH:]
    if texts:
        yield _encoded(encoder, texts, progress)
    if plan.encoded:
        progress.finish()


def _encoded(encoder: Encoder, texts: list[str], progress: Progress) -> Vectors:
    vectors = encoder.encode(texts)
    progress.advance(len(texts))
    return vectors


def _copied(policy: PlacedPolicy, base: OpenIndex) -> Iterator[Vectors]:
    vectors = base.segments[policy.segment].vectors
    for start in range(policy.first, policy.first + policy.count, _BATCH):
        yield vectors.block(start, min(start + _BATCH, policy.first + policy.count))


def _opened(draft: Draft, segments: list[SegmentRecord], base: OpenIndex | None) -> dict[int, VectorSegment]:
    """The vectors of the new generation by segment number."""
    old: dict[int, Segment] = dict(base.segments) if base else {}
    return {
        one.number: old[one.number].vectors
        if one.name != draft.segment.name
        else VectorSegment.open(draft.segment, one.files[VECTORS_NAME].sha256)
        for one in segments
    }


def _write_probes(folder: Path, table: PolicyTable, vectors: dict[int, VectorSegment]) -> tuple[int, ...]:
    """Write the vectors of rows spread evenly over the policies; their places."""
    policies = [policy for policy in table.policies.values() if policy.count]
    spread = np.unique(np.linspace(0, len(policies) - 1, min(_PROBES, len(policies)), dtype=int))
    places = []
    for index, at in enumerate(spread.tolist()):
        policy = policies[at]
        places.append(place_of(policy.segment, policy.first + index % policy.count))
    rows = [vectors[number].vector(row) for number, row in map(split_place, places)]
    with (folder / PROBES_NAME).open("wb") as stream:
        np.save(stream, np.stack(rows) if rows else np.zeros((0, 1), np.float32), allow_pickle=False)
    return tuple(places)
