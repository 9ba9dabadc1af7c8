"""The desk's service: what is offered while an operator types, what is given for a question, and the calls of a shift."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

from assistant.hotline.aloud import aloud
from assistant.hotline.earlier import EarlierCall, EarlierCalls
from assistant.hotline.standards import Offered, Standards
from assistant.records.days import end_of, start_of
from assistant.records.inquiries import Call
from assistant.records.paging import Page
from assistant.records.statistics import Counts, UnansweredQuestion
from assistant.records.tables import now

if TYPE_CHECKING:
    from assistant.records.answers import StoredAnswer
    from assistant.search.clause_search import SearchResult
    from assistant.service import Assistant

SHIFT = timedelta(hours=12)
SHOWN_CLAUSES, SHOWN_STANDARDS, SHOWN_EARLIER = 5, 3, 4
MOST_UNANSWERED = 200


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


class Hotline:
    """The desk over one assistant; thread-safe."""

    def __init__(self, assistant: Assistant, clock: Callable[[], float] = time.monotonic) -> None:
        self.assistant = assistant
        self._records = assistant.records
        self.standards = Standards(self._records.standard_answers, lambda: assistant.reader.library, clock)
        self._calls = EarlierCalls(self._records.inquiries, assistant.meanings, clock)

    def suggest(self, typed: str) -> Suggestions:
        """What fits half a question. Raises InputError when it is empty."""
        clauses = self.assistant.search(typed, SHOWN_CLAUSES)
        standards = self.standards.offered(typed, SHOWN_STANDARDS)
        return Suggestions(tuple(standards), self._earlier(typed, _addresses(clauses)), tuple(clauses))

    def warm(self) -> None:
        """Begin to read the earlier calls: somebody is about to type."""
        self._calls.catch_up()

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
        return Given(answer, tuple(offered), self._like(question, answer))

    def given(self, stored: StoredAnswer) -> Given:
        """What was given for a question, looked at again; nothing is asked."""
        return Given(stored.answer, tuple(self.standards.given(stored.question, stored.answer)), ())

    def keep(
        self, answer_id: str, operator: str, disposition: str, note: str, standard_id: str | None
    ) -> Call:
        """Keep a call. Raises what Inquiries.add raises, InputError for an unknown standard answer."""
        if standard_id is not None:
            self._records.standard_answers.get(standard_id)
        kept = self._records.inquiries.add(answer_id, operator, disposition, note, standard_id)
        self._calls.learn()
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

    def _like(self, question: str, answer: Mapping[str, Any]) -> tuple[EarlierCall, ...]:
        """Calls near to a question and its answer; what was offered while it was typed stays, behind what rests on the answer's clauses."""
        cited = [item["address"] for item in answer["citations"]]
        found = _addresses(self.assistant.search(question, SHOWN_CLAUSES))
        near = (*self._earlier(question, cited), *self._earlier(question, found))
        like = {one.last.answer_id: one for one in near if one.last.answer_id != answer["id"]}
        return tuple(like.values())[:SHOWN_EARLIER]

    def _earlier(self, typed: str, about: Sequence[str]) -> tuple[EarlierCall, ...]:
        """Calls near to what was typed, with what was said; one whose answer was deleted meanwhile is left out."""
        near = self._calls.near(typed, about, SHOWN_EARLIER)
        shown = self._records.answers.shown([one.last.answer_id for one in near]) if near else {}
        return tuple(
            replace(one, sentence=aloud(answer["answer"], answer).sentence)
            for one in near
            if (answer := shown.get(one.last.answer_id)) is not None
        )


def _addresses(clauses: Sequence[SearchResult]) -> list[str]:
    return [one.clause.address for one in clauses]


def seconds_of(call: Call) -> int:
    """From the first answer of a call until it was kept, s."""
    return max(0, round((call.inquiry.created_at - call.began_at).total_seconds()))
