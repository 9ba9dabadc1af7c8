"""What is measured of one index, each in a fresh process of its own (`eval.scale.child`)."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from eval.memory import Memory, folder_mb
from eval.scale.clauses import make_policies, read_articles
from eval.scale.clock import StepClock, replaced, spread, timed_calls
from eval.scale.questions import mixed_questions

_WARM_UP = 20
_SAMPLE = 20_000  # clauses whose words are cut to tell what cutting costs
_STEPS = {"建立关键词索引": "keywords", "计算条款向量": "encode", "建立向量索引": "vectors"}


def build(data: Path, size: int, folder: Path, encoder: str) -> dict[str, Any]:
    """Write the index of `size` made clauses: seconds in all and by step, memory, disk."""
    from eval.scale.index import lexical_folder, source_of, write_index

    policies = make_policies(read_articles(data / "statutes"), size)
    source = source_of(policies)
    load, before, clock = _load(), Memory.of(), StepClock()
    began = time.perf_counter()
    write_index(folder, source, encoder, clock)
    seconds = time.perf_counter() - began
    after = Memory.of()
    steps = {_STEPS.get(label, label): value for label, value in clock.seconds.items()}
    return {
        "load": load,
        "policies": len(policies),
        "characters": sum(len(entry.text) for entry in source.entries) / size,
        "seconds": seconds,
        "steps": steps | {"rest": max(0.0, seconds - sum(steps.values()))},
        "cutting_words_s": _cutting(source.entries, size),
        "memory": {"before": before and asdict(before), "after": after and asdict(after)},
        "disk_mb": {"all": folder_mb(folder), "keywords": folder_mb(lexical_folder(folder))},
    }


def _cutting(entries: Sequence[Any], size: int) -> float:
    """Seconds that one core needs to cut the words of all clauses, from the first 20,000."""
    from assistant.retrieval.words import WordCutter

    words = WordCutter.build()
    sample = list(islice(entries, _SAMPLE))
    began = time.perf_counter()
    for entry in sample:
        words.search_words(entry.searched_text)
    return (time.perf_counter() - began) * size / len(sample)


def cache(folder: Path, encoder: str, wait_s: float) -> dict[str, Any]:
    """Let the index prepare what makes its vectors faster, and wait for it: seconds, memory, disk.

    `builder_peak_mb` is the most that a process started for it took.
    """
    from eval.scale.index import open_retriever, warmed

    retriever = open_retriever(folder, encoder)
    try:
        began = time.perf_counter()
        ready = warmed(retriever, wait_s)
        seconds = time.perf_counter() - began
        after = Memory.of()
        return {
            "load": _load(),
            "ready": ready,
            "seconds": seconds,
            "memory": after and asdict(after),
            "builder_peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6,
            "disk_mb": folder_mb(folder),
        }
    finally:
        retriever.close()


def first(folder: Path, encoder: str, question: str) -> dict[str, Any]:
    """Open the index and search once: seconds of each. The process's own time is measured by who starts it."""
    began = time.perf_counter()
    from eval.scale.index import open_retriever

    imported = time.perf_counter()
    retriever = open_retriever(folder, encoder)
    opened = time.perf_counter()
    hits = retriever.search(question)
    found = time.perf_counter()
    retriever.close()
    return {
        "load": _load(),
        "import_s": imported - began,
        "open_s": opened - imported,
        "search_s": found - opened,
        "hits": len(hits),
    }


def search(folder: Path, encoder: str, questions: Sequence[str], wait_s: float) -> dict[str, Any]:
    """Warm searches in a process that did nothing else: times of the whole and of its parts, memory.

    `wait_s` is how long to wait for the cache of the vectors; 0 measures without one.
    """
    from assistant.retrieval.filters import ClauseFilter
    from assistant.retrieval.lexical import LexicalIndex
    from assistant.retrieval.reranker import Ranking
    from assistant.retrieval.static_encoder import StaticEncoder
    from assistant.retrieval.vectors.channel import VectorChannel
    from eval.scale.index import open_retriever, warmed

    bare = Memory.of()
    retriever = open_retriever(folder, encoder)
    opened = Memory.of()
    try:
        cached = warmed(retriever, wait_s) if wait_s else False
        _times(retriever.search, questions[:_WARM_UP])
        load = _load()
        whole = _times(retriever.search, questions)
        named = {
            "keywords": (LexicalIndex, "search"),
            "encode": (StaticEncoder, "encode_queries"),
            "vectors": (VectorChannel, "search"),
            "ranking": (Ranking, "scores"),
        }
        with timed_calls(named) as parts:
            _times(retriever.search, questions)
        after = Memory.of()
        national = ClauseFilter(levels=frozenset({"国家"}))
        filtered = _times(lambda one: retriever.search(one, where=national), questions)
    finally:
        retriever.close()
    memory = {"imported": bare, "opened": opened, "searched": after}
    return {
        "load": load,
        "cached": cached,
        "questions": len(questions),
        "whole_ms": whole["ms"],
        "whole_cpu_ms": whole["cpu_ms"],
        "parts_ms": {name: spread(times) for name, times in parts.items()},
        "filtered_ms": filtered["ms"],
        "memory": {name: held and asdict(held) for name, held in memory.items()},
    }


def anchors(folder: Path, encoder: str, questions: Sequence[str]) -> dict[str, Any]:
    """What the parts are held against: tantivy asked the very queries that a search makes, NumPy over the same vectors.

    tantivy: `Searcher.search` alone, with the query that is already built and as many hits as the channel asks for.
    NumPy: all vectors in memory, one matrix product and the best 50 of it.
    """
    import tantivy

    from assistant.retrieval.encoder import load_encoder
    from assistant.retrieval.lexical import LexicalIndex
    from eval.scale.index import lexical_folder, open_retriever, stored_vectors

    retriever = open_retriever(folder, encoder)
    asked: list[tuple[Any, int]] = []
    try:
        ranked = LexicalIndex._ranked

        def recorded(index: LexicalIndex, query: Any, limit: int) -> list[tuple[int, float]]:
            asked.append((query, limit))
            return ranked(index, query, limit)

        with replaced(LexicalIndex, "_ranked", recorded):
            for question in questions:
                retriever.search(question)
    finally:
        retriever.close()
    searcher = tantivy.Index.open(str(lexical_folder(folder))).searcher()
    _times(lambda one: searcher.search(one[0], one[1], count=False), asked[:_WARM_UP])
    raw = _times(lambda one: searcher.search(one[0], one[1], count=False), asked)
    vectors, queries = stored_vectors(folder), load_encoder(encoder).encode_queries(list(questions))

    def nearest(query: np.ndarray[Any, Any]) -> list[int]:
        scores = vectors @ query
        best = np.argpartition(scores, -min(50, len(scores)))[-50:]
        found: list[int] = best[np.argsort(-scores[best])].tolist()
        return found

    _times(nearest, list(queries[:_WARM_UP]))
    exact = _times(nearest, list(queries))
    return {
        "load": _load(),
        "tantivy_ms": raw["ms"],
        "tantivy_cpu_ms": raw["cpu_ms"],
        "numpy_ms": exact["ms"],
        "numpy_cpu_ms": exact["cpu_ms"],
    }


def questions_for(data: Path, size: int, count: int) -> list[str]:
    """The questions of one size."""
    return mixed_questions(data / "stard", make_policies(read_articles(data / "statutes"), size), count)


def _times(call: Callable[[Any], Any], things: Sequence[Any]) -> dict[str, dict[str, float | None]]:
    """How the milliseconds of `call` with each thing spread: on the clock, and of the processors that the process had.

    On a busy machine the clock tells of its neighbours too; the processors' time hardly does.
    """
    clock, processors = [], []
    for thing in things:
        began, used = time.perf_counter(), time.process_time()
        call(thing)
        clock.append((time.perf_counter() - began) * 1000)
        processors.append((time.process_time() - used) * 1000)
    return {"ms": spread(clock), "cpu_ms": spread(processors)}


def _load() -> float:
    return round(os.getloadavg()[0], 2)
