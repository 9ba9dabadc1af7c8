"""Texts to the terms that the keyword index holds; in several processes where there are many of them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.retrieval.entries import Entry
from assistant.retrieval.tokenizer import split_terms
from assistant.retrieval.words import WordCutter

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

# Starting processes pays from here on: jieba cuts some 8,000 clauses a second.
POOL_FROM = 20_000

_CHUNK_ROWS = 1000

_Chunk = list[tuple[str, str]]


class IndexedText(NamedTuple):
    """The text fields of a document: terms with a blank between them. A clause's own text counts twice beside its
    headings."""

    characters: str
    pairs: str
    words: str


def cut_entries(
    entries: Iterable[Entry], count: int, words: WordCutter, saved: Path
) -> Iterator[IndexedText]:
    """The terms of each of `count` entries, in order; `saved` is the file that `words` lies in."""
    processes = min(os.cpu_count() or 1, 8)
    if count < POOL_FROM or processes < 2:
        for entry in entries:
            yield _cut(entry.context, entry.text, words)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, spawn, initializer=_open_words, initargs=(saved,)) as pool:
        remaining = iter(entries)
        waiting: deque[tuple[_Chunk, Future[list[IndexedText]]]] = deque()
        while chunk := [(entry.context, entry.text) for entry in islice(remaining, _CHUNK_ROWS)]:
            waiting.append((chunk, _submit(pool, chunk)))
            if len(waiting) > 2 * processes:
                yield from _result(*waiting.popleft(), words)
        while waiting:
            yield from _result(*waiting.popleft(), words)


def _submit(pool: ProcessPoolExecutor, chunk: _Chunk) -> Future[list[IndexedText]]:
    try:
        return pool.submit(_cut_chunk, chunk)
    except BrokenExecutor as error:
        broken: Future[list[IndexedText]] = Future()
        broken.set_exception(error)
        return broken


def _result(chunk: _Chunk, future: Future[list[IndexedText]], words: WordCutter) -> list[IndexedText]:
    try:
        return future.result()
    except BrokenExecutor:  # the workers were killed, or could not be started at all
        return [_cut(context, text, words) for context, text in chunk]


def _cut(context: str, text: str, words: WordCutter) -> IndexedText:
    place, own = split_terms(context), split_terms(text)
    cut = words.search_words(text)
    return IndexedText(
        " ".join([*place.characters, *own.characters, *own.characters]),
        " ".join([*place.pairs, *own.pairs, *own.pairs]),
        " ".join([*words.search_words(context), *cut, *cut]),
    )


_worker_words: WordCutter


def _open_words(saved: Path) -> None:
    global _worker_words
    _worker_words = WordCutter.load(saved)


def _cut_chunk(chunk: _Chunk) -> list[IndexedText]:
    return [_cut(context, text, _worker_words) for context, text in chunk]
