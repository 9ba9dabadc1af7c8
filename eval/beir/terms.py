"""Terms of a corpus, counted once and kept on disk: every keyword configuration is made from these counts.

A kind of term is single characters, character pairs, jieba words, or runs of Latin letters and figures. Each kind has a
vocabulary of its own, so kinds that are searched together never mix up a pair with the word that reads the same.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from assistant.retrieval.progress import Progress
from assistant.retrieval.tokenizer import TERMS_VERSION, character_terms
from assistant.retrieval.words import WORDS_VERSION, WordCutter
from eval.beir.folder import Passage
from eval.steps import step

KINDS = ("single", "pair", "word", "run")
# What a keyword configuration may search, by name.
TERM_SETS: Mapping[str, tuple[str, ...]] = {
    "words": ("word", "run"),
    "characters": ("single", "run"),
    "pairs": ("pair", "run"),
    "characters+pairs": ("single", "pair", "run"),
    "pairs+words": ("pair", "word", "run"),
    "characters+pairs+words": ("single", "pair", "word", "run"),
}

_RUN = re.compile(r"[a-z0-9]")
_REPORT_EVERY = 1000


def cut(text: str, words: WordCutter) -> dict[str, list[str]]:
    """Terms of `text` by kind, repeated as often as they occur."""
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for term in character_terms(text):
        found["run" if _RUN.match(term) else "single" if len(term) == 1 else "pair"].append(term)
    found["word"] = words.search_words(text)
    return found


@dataclass(frozen=True)
class TermTable:
    """Counts of one kind of term: CSR of shape (passages, terms) for headings and for texts."""

    vocabulary: Mapping[str, int]
    heading: sparse.csr_matrix
    text: sparse.csr_matrix


@dataclass(frozen=True)
class CountedCorpus:
    """Tables of all kinds, the seconds that cutting took, and whether that was another run's time."""

    tables: Mapping[str, TermTable]
    seconds: float
    cached: bool

    def counts(self, kinds: Sequence[str], heading: int, text: int) -> sparse.csr_matrix:
        """Counts of several kinds side by side, with a passage's heading and text counted so many times."""
        parts = [self.tables[kind].heading * heading + self.tables[kind].text * text for kind in kinds]
        joined = sparse.csr_matrix(sparse.hstack(parts, format="csr"))
        joined.eliminate_zeros()
        return joined

    def columns(self, kinds: Sequence[str], terms: Mapping[str, Iterable[str]]) -> Counter[int]:
        """Column of `counts(kinds, …)` -> how often the terms name it; terms that the corpus lacks are left out."""
        found: Counter[int] = Counter()
        start = 0
        for kind in kinds:
            vocabulary = self.tables[kind].vocabulary
            found.update(start + vocabulary[term] for term in terms.get(kind, ()) if term in vocabulary)
            start += len(vocabulary)
        return found


def counted(passages: Sequence[Passage], words: WordCutter, cache: Path, progress: Progress) -> CountedCorpus:
    """Counts of the passages, read from `cache` when they were counted before."""
    folder = cache / f"terms-{corpus_key(passages)}-{TERMS_VERSION}-{WORDS_VERSION}"
    cached = (folder / "facts.json").is_file()
    if not cached:
        _count(passages, words, folder, progress)
    facts = json.loads((folder / "facts.json").read_text(encoding="utf-8"))
    return CountedCorpus({kind: _load(folder, kind) for kind in KINDS}, facts["seconds"], cached)


def corpus_key(passages: Sequence[Passage]) -> str:
    """Short hash over everything that is searched."""
    digest = hashlib.sha256()
    for passage in passages:
        digest.update(f"{passage.id}\0{passage.heading}\0{passage.text}\1".encode())
    return digest.hexdigest()[:16]


class _Matrix:
    """A CSR matrix in the making, over a vocabulary that grows with it."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        self._vocabulary = vocabulary
        self._columns: list[int] = []
        self._counts: list[int] = []
        self._ends = [0]

    def add(self, terms: Iterable[str]) -> None:
        for term, count in Counter(terms).items():
            self._columns.append(self._vocabulary.setdefault(term, len(self._vocabulary)))
            self._counts.append(count)
        self._ends.append(len(self._columns))

    def made(self) -> sparse.csr_matrix:
        parts = (
            np.array(self._counts, dtype=np.int32),
            np.array(self._columns, dtype=np.int32),
            np.array(self._ends, dtype=np.int64),
        )
        return sparse.csr_matrix(parts, shape=(len(self._ends) - 1, len(self._vocabulary)))


def _count(passages: Sequence[Passage], words: WordCutter, folder: Path, progress: Progress) -> None:
    began = time.perf_counter()
    vocabularies: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    headings = {kind: _Matrix(vocabularies[kind]) for kind in KINDS}
    texts = {kind: _Matrix(vocabularies[kind]) for kind in KINDS}
    with step(progress, "切分语料", len(passages)):
        for number, passage in enumerate(passages, start=1):
            for matrices, part in ((headings, passage.heading), (texts, passage.text)):
                for kind, terms in cut(part, words).items():
                    matrices[kind].add(terms)
            if number % _REPORT_EVERY == 0:
                progress.advance(_REPORT_EVERY)
    folder.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        (folder / f"{kind}.txt").write_text("\n".join(vocabularies[kind]), encoding="utf-8")
        sparse.save_npz(folder / f"{kind}-heading.npz", headings[kind].made(), compressed=False)
        sparse.save_npz(folder / f"{kind}-text.npz", texts[kind].made(), compressed=False)
    # Written last: a folder without it was left by a run that broke off, and is counted again.
    facts = {"seconds": time.perf_counter() - began}
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")


def _load(folder: Path, kind: str) -> TermTable:
    lines = (folder / f"{kind}.txt").read_text(encoding="utf-8")
    vocabulary = {term: column for column, term in enumerate(lines.split("\n") if lines else [])}
    return TermTable(
        vocabulary,
        sparse.csr_matrix(sparse.load_npz(folder / f"{kind}-heading.npz")),
        sparse.csr_matrix(sparse.load_npz(folder / f"{kind}-text.npz")),
    )
