"""Earlier calls like the one that is being taken: by their characters, by their meaning, and by the clause their answer rests on.

All of it is held in memory: the questions of the last calls, their pairs of characters, and a vector of the encoder for each, which is made
beside the work and costs four bytes a dimension. How exact the measure is, and why: docs/decisions/0016.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.errors import RecordsError
from assistant.hotline.likeness import LEAST, QuestionIndex, Scores, bare
from assistant.records.inquiries import MOST_RECENT, AskedQuestion, Inquiries, Standing

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

FRESH_SECONDS = 5.0  # calls of other processes are among them after this long at most
NEAR = 0.6  # from here on a question is near by its meaning
# What it adds to the cosine that its answer rested on the clause that is now found first, second, third.
SAME_CLAUSE = (0.45, 0.25, 0.25)
MOST = MOST_RECENT  # calls that are looked at; as many again of later ones before they are read anew
CHUNK = 64  # questions encoded at a time
NOWHERE = -1  # code of a clause on which no answer rests


@dataclass(frozen=True)
class EarlierCall:
    """A question asked at the desk before: how often, and of the last time how it was answered and disposed of."""

    last: AskedQuestion
    times: int
    sentence: str | None = None


@dataclass(frozen=True)
class _Read:
    """What is known of the calls: `places` of a question by its bare words; `codes` of the clauses, by which `clauses` names that of each call.

    Rows of `vectors` from `encoded` on are still zeros.
    """

    standing: Standing
    calls: tuple[EarlierCall, ...]
    places: dict[str, int]
    answers: frozenset[str]
    index: QuestionIndex
    codes: dict[str | None, int]
    clauses: NDArray[np.int32]
    vectors: Vectors
    encoded: int
    until: float

    @property
    def whole(self) -> bool:
        return self.encoded == len(self.calls)


class EarlierCalls:
    """The calls of a service by what was asked in them; thread-safe.

    Whoever asks is given what was read last. Newer calls are read, and vectors made, by a thread that ends when all is done.
    """

    def __init__(
        self, inquiries: Inquiries, encode: Encode, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._inquiries = inquiries
        self._encode = encode
        self._clock = clock
        self._changing = threading.Lock()  # held by the one who makes the next state
        self._read: _Read | None = None
        self._worker: threading.Thread | None = None

    def near(self, typed: str, clauses: Sequence[str], limit: int) -> list[EarlierCall]:
        """Calls about what was typed, the nearest first; `clauses` are the addresses that are found for it, best first.

        Raises RecordsError.
        """
        read = self._current()
        if read is None or not read.calls:
            return []
        close = np.maximum(_by_characters(read.index, typed), self._by_meaning(read, typed, clauses))
        places = np.flatnonzero(close)
        if len(places) > limit:
            places = places[np.argpartition(-close[places], limit - 1)[:limit]]
        calls = [(float(close[at]), read.calls[at]) for at in places]
        return [
            call for _, call in sorted(calls, key=lambda one: (-one[0], -one[1].last.kept_at.timestamp()))
        ]

    def learn(self) -> None:
        """Read the newest calls now, so that whoever types next finds them. Raises RecordsError."""
        with self._changing:
            self._read = self._with_vectors(self._newest(self._read))

    def catch_up(self) -> None:
        """Begin to read, and to make vectors, beside whatever else is done; nothing where that is going on."""
        if not self._working():
            self._worker = threading.Thread(target=self._work, name="earlier-calls", daemon=True)
            self._worker.start()

    def _current(self) -> _Read | None:
        """What was read last; None while the first reading goes on beside: nobody's key waits for it."""
        if self._read is None and not self._working():
            with self._changing:
                self._read = self._read or self._newest(None)
        read = self._read
        if read is not None and (not read.whole or self._clock() >= read.until):
            self.catch_up()
        return read

    def _working(self) -> bool:
        return self._worker is not None and self._worker.is_alive()

    def _work(self) -> None:
        with suppress(RecordsError):  # the next one who types tries again
            with self._changing:
                if self._read is None or self._clock() >= self._read.until:
                    self._read = self._newest(self._read)
            while not self._read.whole:
                began = time.monotonic()
                with self._changing:
                    self._read = self._with_vectors(self._read)
                time.sleep(time.monotonic() - began)  # half a core at most: others are typing

    def _newest(self, old: _Read | None) -> _Read:
        """What is known now; nothing is read again that is known."""
        standing, until = self._inquiries.standing(), self._clock() + FRESH_SECONDS
        if old is not None and standing == old.standing:
            return replace(old, until=until)
        if old is not None and old.standing.last is not None and len(old.calls) < 2 * MOST:
            new = self._inquiries.asked(MOST, old.standing.last)
            if standing.calls - old.standing.calls == len(new):
                return replace(_joined(old, new), standing=standing, until=until)
        return self._all(old, standing, until)  # also after a deletion: what was deleted is kept nowhere

    def _all(self, old: _Read | None, standing: Standing, until: float) -> _Read:
        nothing = np.zeros((0, old.vectors.shape[1] if old else len(self._encode([""])[0])), dtype=np.float32)
        none = np.zeros(0, dtype=np.int32)
        codes: dict[str | None, int] = {None: NOWHERE - 1}
        empty = _Read(standing, (), {}, frozenset(), QuestionIndex.of(()), codes, none, nothing, 0, until)
        return _joined(empty, self._inquiries.asked(MOST))

    def _with_vectors(self, read: _Read) -> _Read:
        """The same with the vectors of the next questions; rows are written where nobody else writes, and zeros are near to nothing."""
        upto = min(read.encoded + CHUNK, len(read.calls))
        if upto > read.encoded:
            questions = [call.last.question for call in read.calls[read.encoded : upto]]
            read.vectors[read.encoded : upto] = self._encode(questions)
        return replace(read, encoded=upto)

    def _by_meaning(self, read: _Read, typed: str, clauses: Sequence[str]) -> Scores:
        # Not by a product of matrices: OpenBLAS would bring threads of its own, which spin on a busy machine (45 ms, not 2).
        scores: Scores = np.einsum("ij,j->i", read.vectors, self._encode([typed])[0]).astype(np.float64)
        for clause, counts in zip(dict.fromkeys(clauses), SAME_CLAUSE, strict=False):
            scores[read.clauses == read.codes.get(clause, NOWHERE)] += counts
        scores[scores < NEAR] = 0
        return scores


def _by_characters(index: QuestionIndex, typed: str) -> Scores:
    found, alike = index.likeness(typed)
    return np.where(found >= LEAST, (found + alike) / 2, 0.0)


def _joined(read: _Read, asked: Sequence[AskedQuestion]) -> _Read:
    """What is known with later calls: the same question once, as it was asked last."""
    calls, places, added = list(read.calls), dict(read.places), []
    for one in reversed(asked):
        key = bare(one.question)
        place = places.setdefault(key, len(calls))
        if place == len(calls):
            calls.append(EarlierCall(one, 1))
            added.append(one.question)
        else:
            calls[place] = EarlierCall(one, calls[place].times + (one.answer_id not in read.answers))
    codes = dict(read.codes)
    clauses = [codes.setdefault(call.last.clause, len(codes)) for call in calls]
    rows = np.zeros((len(added), read.vectors.shape[1]), dtype=np.float32)
    return replace(
        read,
        calls=tuple(calls),
        places=places,
        answers=read.answers | {one.answer_id for one in asked},
        index=read.index.plus(added) if len(read.index) else QuestionIndex.of(added),
        codes=codes,
        clauses=np.array(clauses, dtype=np.int32),
        vectors=np.concatenate([read.vectors, rows]),
    )
