"""The desk's service: what is offered while an operator types, what is given for a question, and the calls of a shift."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from assistant.errors import RecordsError, UnknownAnswerError
from assistant.hotline.aloud import aloud
from assistant.hotline.likeness import QuestionIndex, bare
from assistant.hotline.standards import Offered, Standards
from assistant.records.days import end_of, start_of
from assistant.records.inquiries import Call, RecentQuestion
from assistant.records.paging import Page
from assistant.records.statistics import Counts, UnansweredQuestion
from assistant.records.tables import now

if TYPE_CHECKING:
    from assistant.search.clause_search import SearchResult
    from assistant.service import Assistant

SHIFT = timedelta(hours=12)
EARLIER = 5000  # calls among which like ones are looked for
FRESH_SECONDS = 5.0  # calls of other processes are among them after this long at most
SHOWN_CLAUSES, SHOWN_STANDARDS, SHOWN_EARLIER = 5, 3, 4
MOST_UNANSWERED = 200


@dataclass(frozen=True)
class EarlierCall:
    """A question asked at the desk before: how often, and of the last time how it was answered and disposed of."""

    last: RecentQuestion
    times: int
    sentence: str | None = None


@dataclass(frozen=True)
class Suggestions:
    """What is offered for what was typed so far, each best first."""

    standards: tuple[Offered, ...]
    earlier: tuple[EarlierCall, ...]
    clauses: tuple[SearchResult, ...]


@dataclass(frozen=True)
class Given:
    """What is given for a question: `answer` of today, `standards` like it of which the first may come before it, `earlier` calls."""

    answer: dict[str, Any]
    standards: tuple[Offered, ...]
    earlier: tuple[EarlierCall, ...]


@dataclass(frozen=True)
class Day:
    """A Beijing day at the desk; `median_seconds` is how long a call in the middle took, None without calls."""

    counts: Counts
    calls: tuple[Call, ...]
    median_seconds: int | None
    unanswered: Page[UnansweredQuestion]


@dataclass(frozen=True)
class _Read:
    calls: tuple[EarlierCall, ...]
    index: QuestionIndex
    until: float


class Hotline:
    """The desk over one assistant; thread-safe."""

    def __init__(self, assistant: Assistant, clock: Callable[[], float] = time.monotonic) -> None:
        self.assistant = assistant
        self._records = assistant.records
        self.standards = Standards(self._records.standard_answers, lambda: assistant.reader.library, clock)
        self._clock = clock
        self._lock = threading.Lock()
        self._read: _Read | None = None

    def suggest(self, typed: str) -> Suggestions:
        """What fits half a question. Raises InputError when it is empty."""
        clauses = self.assistant.search(typed, SHOWN_CLAUSES)
        return Suggestions(
            tuple(self.standards.offered(typed, SHOWN_STANDARDS)), self._earlier(typed), tuple(clauses)
        )

    def ask(
        self,
        question: str,
        conversation_id: str | None = None,
        owner: str | None = None,
        standard_id: str | None = None,
    ) -> Given:
        """The answer of today, and before it the standard answer: the one that was chosen, else one that fits.

        Raises what Assistant.ask raises, InputError when the chosen one is no longer in force.
        """
        chosen = self.standards.get(standard_id) if standard_id else None
        answer = self.assistant.ask(question, conversation_id, owner).to_json()
        offered = self.standards.given(question, answer)
        if chosen is not None:
            others = [Offered(one.standard, one.alike) for one in offered if one.standard.id != chosen.id]
            offered = [Offered(chosen, 1.0, first=True), *others]
        earlier = tuple(one for one in self._earlier(question) if one.last.answer_id != answer["id"])
        return Given(answer, tuple(offered), earlier)

    def keep(
        self, answer_id: str, operator: str, disposition: str, note: str, standard_id: str | None
    ) -> Call:
        """Keep a call. Raises what Inquiries.add raises, InputError for an unknown standard answer."""
        if standard_id is not None:
            self._records.standard_answers.get(standard_id)
        kept = self._records.inquiries.add(answer_id, operator, disposition, note, standard_id)
        read = self._reading(None)  # here, so that whoever types next does not wait for it
        with self._lock:
            self._read = read
        return next(
            call
            for call in self._records.inquiries.calls(kept.created_at, operator=operator)
            if call.inquiry.id == kept.id
        )

    def shift(self, operator: str, until: datetime | None = None) -> tuple[Call, ...]:
        """Somebody's calls of the last SHIFT, newest first."""
        return self._records.inquiries.calls((until or now()) - SHIFT, operator=operator)

    def day(self, day: date, cursor: str | None = None) -> Day:
        """A day in numbers, its calls, and what got no answer. Raises InputError (day, cursor)."""
        counts = self._records.statistics.of(day)
        calls = self._records.inquiries.calls(start_of(day), end_of(day))
        took = [seconds_of(call) for call in calls]
        unanswered = self._records.statistics.unanswered(day, cursor=cursor, limit=MOST_UNANSWERED)
        return Day(counts, calls, round(median(took)) if took else None, unanswered)

    def _earlier(self, typed: str) -> tuple[EarlierCall, ...]:
        read = self._current()
        near = [read.calls[one.index] for one in read.index.near(typed, SHOWN_EARLIER)]
        return tuple(EarlierCall(one.last, one.times, self._said(one.last.answer_id)) for one in near)

    def _said(self, answer_id: str) -> str | None:
        try:
            answer = self._records.answers.get(answer_id).answer
        except UnknownAnswerError:
            return None
        return aloud(answer["answer"], answer).sentence

    def _current(self) -> _Read:
        """What was read last; what has grown old is read anew beside whoever types."""
        with self._lock:
            if self._read is None:
                self._read = self._reading(None)
            elif self._clock() >= self._read.until:
                self._read = replace(self._read, until=self._clock() + FRESH_SECONDS)
                threading.Thread(target=self._renew, args=(self._read,), daemon=True).start()
            return self._read

    def _renew(self, old: _Read) -> None:
        with suppress(RecordsError):  # the next one tries again
            new = self._reading(old)
            with self._lock:
                if self._read is old:
                    self._read = new

    def _reading(self, old: _Read | None) -> _Read:
        calls = _grouped(self._records.inquiries.recent_questions(EARLIER, calls_only=True))
        until = self._clock() + FRESH_SECONDS
        if old is not None and old.calls == calls:
            return replace(old, until=until)
        return _Read(calls, QuestionIndex([call.last.question for call in calls]), until)


def seconds_of(call: Call) -> int:
    """From the first answer of a call until it was kept, s."""
    return max(0, round((call.inquiry.created_at - call.began_at).total_seconds()))


def _grouped(questions: tuple[RecentQuestion, ...]) -> tuple[EarlierCall, ...]:
    """The same question once, as it was asked last."""
    times: dict[str, int] = {}
    last: dict[str, RecentQuestion] = {}
    for one in questions:
        key = bare(one.question)
        times[key] = times.get(key, 0) + 1
        last.setdefault(key, one)
    return tuple(EarlierCall(one, times[key]) for key, one in last.items())
