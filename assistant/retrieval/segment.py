"""A segment: rows of some policies, written once and never changed.

    s-<id>/
      texts.bin     address, policy id, context and text of each row, one after the other (UTF-8)
      texts.npy     where each of them ends: int64 of shape (4 · rows,)
      vectors.npy   float32 of shape (rows, dimension), rows of length one or zeros

Rows are read from the mapped files: no text lies in memory. A place names a row of an index for as long as its segment
lives: the segment's number above, the row below.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexDamagedError
from assistant.retrieval.encoder import Vectors
from assistant.retrieval.entries import Entry
from assistant.retrieval.vectors.exact import VECTORS_NAME, VectorSegment

TEXTS_NAME = "texts.bin"
ENDS_NAME = "texts.npy"
SEGMENT_FILES = (TEXTS_NAME, ENDS_NAME, VECTORS_NAME)

_FIELDS = 4
_ROW_BITS = 32


def place_of(segment: int, row: int) -> int:
    """The place of a row."""
    return segment << _ROW_BITS | row


def split_place(place: int) -> tuple[int, int]:
    """(segment number, row) of a place."""
    return place >> _ROW_BITS, place & ((1 << _ROW_BITS) - 1)


def write_texts(folder: Path, entries: Iterable[Entry], rows: int) -> None:
    """Write texts.bin and texts.npy of `rows` entries."""
    ends = np.zeros(rows * _FIELDS, dtype=np.int64)
    at = position = 0
    with (folder / TEXTS_NAME).open("wb") as stream:
        for entry in entries:
            for value in (entry.address, entry.policy_id, entry.context, entry.text):
                position += stream.write(value.encode())
                ends[at] = position
                at += 1
    with (folder / ENDS_NAME).open("wb") as stream:
        np.save(stream, ends, allow_pickle=False)


def write_vectors(folder: Path, blocks: Iterable[Vectors], rows: int) -> None:
    """Write vectors.npy block by block, so that no more than one block is in memory.

    Through a stream and not through a map: a full disk is an OSError there, and a killed process here.
    """
    with (folder / VECTORS_NAME).open("wb") as stream:
        written = 0
        for block in blocks:
            if written == 0:
                _write_header(stream, (rows, block.shape[1]))
            stream.write(np.ascontiguousarray(block, dtype=np.float32).data)
            written += len(block)


class Segment:
    """An opened segment; safe to read from several threads."""

    def __init__(self, folder: Path, number: int, rows: int, key: str) -> None:
        """`key` names the content of the vectors. Raises IndexDamagedError when a file does not hold `rows` rows."""
        self.folder = folder
        self.number = number
        self.vectors = VectorSegment.open(folder, key)
        try:
            self._ends: NDArray[np.int64] = np.load(folder / ENDS_NAME, mmap_mode="r", allow_pickle=False)
            with (folder / TEXTS_NAME).open("rb") as stream:
                self._texts = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError, EOFError) as error:
            raise IndexDamagedError(f"索引文件夹 {folder} 里的条文无法读取：{error}") from error
        if (
            not isinstance(self._ends, np.ndarray)
            or self._ends.shape != (rows * _FIELDS,)
            or self._ends[-1] != len(self._texts)
            or len(self.vectors) != rows
        ):
            raise IndexDamagedError(f"索引文件夹 {folder} 里的条文或向量不是清单所写的 {rows} 行")

    def __len__(self) -> int:
        return len(self.vectors)

    def entry(self, row: int) -> Entry:
        """The entry of a row. Raises IndexError for a row that there is not."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        first = row * _FIELDS
        begin = int(self._ends[first - 1]) if row else 0
        values = []
        for end in self._ends[first : first + _FIELDS].tolist():
            values.append(self._texts[begin:end].decode())
            begin = end
        return Entry(*values)


def _write_header(stream: BinaryIO, shape: tuple[int, int]) -> None:
    header = {"descr": np.dtype(np.float32).str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, header)
