"""The one place where made clauses become an index of the product, and where such an index is opened."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.encoder import load_encoder
from assistant.retrieval.entries import Entry, IndexSource, PolicyRecord
from assistant.retrieval.generation import LEXICAL_NAME, SEGMENTS_NAME, current_generation
from assistant.retrieval.index import ensure_index
from assistant.retrieval.live import LiveRetriever
from assistant.retrieval.manifest import Manifest
from assistant.retrieval.progress import Progress
from assistant.retrieval.search import LOCK_WAIT_SECONDS
from assistant.retrieval.vectors.exact import VECTORS_NAME
from assistant.settings import Settings
from eval.scale.clauses import MadePolicy

_OPEN = "open"
_LOOK_S = 0.1


def source_of(policies: Sequence[MadePolicy]) -> IndexSource:
    """The policies as an index takes them; an address is the policy's id and the clause's number."""
    records = {
        policy.id: PolicyRecord(
            policy.id, policy.title, policy.region, policy.level, issuer="", status=policy.status
        )
        for policy in policies
    }
    return IndexSource.of_entries((entry for policy in policies for entry in entries_of(policy)), records)


def entries_of(policy: MadePolicy) -> list[Entry]:
    """One entry a clause."""
    return [
        Entry(f"{policy.id}#条{number}", policy.id, clause.heading, clause.text)
        for number, clause in enumerate(policy.clauses, 1)
    ]


def write_index(folder: Path, source: IndexSource, encoder: str, progress: Progress) -> Manifest:
    """Bring the index in `folder` to the source: built when it is not there, else updated by the policies that differ."""
    index = ensure_index(folder, source, load_encoder(encoder), progress, LOCK_WAIT_SECONDS)
    try:
        return index.manifest
    finally:
        index.close()


def open_retriever(folder: Path, encoder: str) -> LiveRetriever:
    """What searches the index in `folder` and follows it, as the product opens it; no clause is read for it."""
    return LiveRetriever.open(Settings(index_dir=folder, encoder=encoder))


def warmed(retriever: LiveRetriever, wait_s: float) -> bool:
    """Have the caches of the vectors opened, and built where they are not there; whether all were open within `wait_s`.

    An index too small for a cache has none: False at once.
    """
    retriever.warm()
    until = time.monotonic() + wait_s
    while (caches := _caches(retriever)) and time.monotonic() < until:
        if set(caches) == {_OPEN}:
            return True
        time.sleep(_LOOK_S)
    return False


def _caches(retriever: LiveRetriever) -> list[str]:
    """Status of the cache of each segment that may have one."""
    segments: Any = retriever.state()["vectors"]["segments"]
    return [one["cache"] for one in segments] if isinstance(segments, list) else []


def lexical_folder(folder: Path) -> Path:
    """Where tantivy's files of the generation in service lie."""
    return folder / current_generation(folder) / LEXICAL_NAME


def stored_vectors(folder: Path) -> NDArray[np.float32]:
    """All vectors of the index, (clauses, dimension), read into memory."""
    files = sorted((folder / SEGMENTS_NAME).glob(f"*/{VECTORS_NAME}"))
    return np.concatenate([np.load(file) for file in files])
