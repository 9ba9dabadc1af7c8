"""A generation: one finished index, opened only after it has been checked against its manifest."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.errors import IndexDamagedError, IndexStaleError
from assistant.retrieval.lexical import LexicalIndex
from assistant.retrieval.lock import UseMark
from assistant.retrieval.manifest import IndexIdentity, Manifest
from assistant.retrieval.vectors import VectorIndex
from assistant.retrieval.words import WordCutter

POINTER_NAME = "CURRENT"
IN_USE_NAME = "in-use"
PROBES_NAME = "probes.npy"
WORDS_NAME = "words.txt"
LEXICAL_NAME = "lexical"
VECTORS_NAME = "vectors"
GENERATION_PREFIX = "g-"


@dataclass(frozen=True)
class OpenIndex:
    """A generation in service: verified, and marked as in use until closed."""

    folder: Path
    manifest: Manifest
    lexical: LexicalIndex
    vectors: VectorIndex
    words: WordCutter
    mark: UseMark

    def close(self) -> None:
        """Release files and mark."""
        self.vectors.close()
        self.mark.release()


def open_index(root: Path, expected: IndexIdentity) -> OpenIndex:
    """Open the generation in service after checking it. Raises IndexStaleError or IndexDamagedError."""
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
    return _checked(root / name, expected, mark)


def open_generation(folder: Path, expected: IndexIdentity) -> OpenIndex:
    """Open one generation after checking it. Raises IndexStaleError or IndexDamagedError."""
    try:
        mark = UseMark(folder / IN_USE_NAME)
    except OSError as error:
        raise IndexDamagedError(f"索引 {folder} 不存在或不完整") from error
    return _checked(folder, expected, mark)


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


def _checked(folder: Path, expected: IndexIdentity, mark: UseMark) -> OpenIndex:
    """Check a generation from the outside in: identity, files, counts, and some rows by their own vectors."""
    with ExitStack() as undo:
        undo.callback(mark.release)
        manifest = Manifest.read(folder)
        manifest.identity.require(expected)
        manifest.check_files(folder)
        words = WordCutter.load(folder / WORDS_NAME)
        keywords = LexicalIndex(folder / LEXICAL_NAME, words)
        collection = VectorIndex(folder / VECTORS_NAME)
        undo.callback(collection.close)
        for label, count in (("关键词索引", len(keywords)), ("向量索引", len(collection))):
            if count != manifest.clauses:
                raise IndexDamagedError(f"{label}有 {count} 行，清单写的是 {manifest.clauses} 行")
        _self_lookup(folder, manifest, collection)
        undo.pop_all()
    return OpenIndex(folder, manifest, keywords, collection, words, mark)


def _self_lookup(folder: Path, manifest: Manifest, collection: VectorIndex) -> None:
    try:
        probes = np.load(folder / PROBES_NAME, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"索引文件 {folder / PROBES_NAME} 无法读取：{error}") from error
    if len(probes) != len(manifest.probes):
        raise IndexDamagedError(f"索引文件 {folder / PROBES_NAME} 与清单不符")
    if len(probes):
        collection.check(manifest.probes, probes)
