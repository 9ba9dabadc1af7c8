"""What configurations are made from: the passages, their counted terms and vectors, kept on disk between runs."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.encoder import Encoder, load_encoder
from assistant.retrieval.progress import Progress, SilentProgress
from assistant.retrieval.words import WordCutter
from eval.beir.folder import Passage
from eval.beir.postings import Postings
from eval.beir.terms import TERM_SETS, CountedCorpus, corpus_key, counted, cut
from eval.steps import step

TUNED_FILE = Path(__file__).resolve().parent / "tuned.json"

_BATCH = 512


class Workshop:
    """Passages and whatever several configurations need of them; rows are positions in `passages`.

    `borrowed_seconds` are those that work took which was read from the cache: a build's time is its own and these.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        cache: Path,
        tuned: Mapping[str, Any],
        progress: Progress | None = None,
        folder: Path | None = None,
    ) -> None:
        """`tuned` is what `read_tuned` gives; `cache` is a folder that may be removed at any time.

        `folder` is the BEIR folder that the passages come from, None for the product's own.
        """
        self.passages = passages
        self.cache = cache
        self.tuned = tuned
        self.folder = folder
        self.borrowed_seconds = 0.0
        self._progress = progress or SilentProgress()

    @cached_property
    def words(self) -> WordCutter:
        """jieba with the product's dictionary."""
        return WordCutter.build()

    @cached_property
    def corpus(self) -> CountedCorpus:
        """Terms of the passages, counted."""
        made = counted(self.passages, self.words, self.cache, self._progress)
        self.borrowed_seconds += made.seconds if made.cached else 0.0
        return made

    def postings(self, terms: str, heading: int, text: int) -> Postings:
        """Postings of a set of TERM_SETS, heading and text counted so many times."""
        return Postings(self.corpus.counts(TERM_SETS[terms], heading, text))

    def query_columns(self, terms: str, query: str, repeated: bool = False) -> dict[int, float]:
        """Column -> weight of a query's terms: 1, or how often the query has the term."""
        columns = self.corpus.columns(TERM_SETS[terms], cut(query, self.words))
        return {column: float(count) if repeated else 1.0 for column, count in columns.items()}

    def encoded(self, source: str) -> tuple[Encoder, NDArray[np.float32]]:
        """An encoder by folder or name, and the vectors of the passages: float32, (passages, dimension)."""
        encoder = load_encoder(source)
        key = hashlib.sha256(f"{corpus_key(self.passages)}\0{encoder.fingerprint}".encode()).hexdigest()[:16]
        path = self.cache / f"vectors-{key}.npy"
        facts = path.with_suffix(".json")
        if facts.is_file():
            self.borrowed_seconds += json.loads(facts.read_text(encoding="utf-8"))["seconds"]
            return encoder, np.load(path)
        began = time.perf_counter()
        vectors = self._encode(encoder)
        self.cache.mkdir(parents=True, exist_ok=True)
        np.save(path, vectors)
        facts.write_text(json.dumps({"seconds": time.perf_counter() - began}), encoding="utf-8")
        return encoder, vectors

    def _encode(self, encoder: Encoder) -> NDArray[np.float32]:
        texts = [f"{passage.heading} {passage.text}" for passage in self.passages]
        parts = []
        with step(self._progress, f"编码语料 {encoder.name}", len(texts)):
            for start in range(0, len(texts), _BATCH):
                parts.append(encoder.encode(texts[start : start + _BATCH]))
                self._progress.advance(len(parts[-1]))
        return np.concatenate(parts)


def read_tuned(path: Path = TUNED_FILE) -> Mapping[str, Any]:
    """Parameters that `python -m eval retrieval DIR --tune` found on the train split."""
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
