"""What was answered in a time, in numbers, and the questions that got no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from assistant.agent.answer import AnswerStatus
from assistant.records.database import Database
from assistant.records.days import end_of, start_of
from assistant.records.paging import Page, newest_first, paged
from assistant.records.tables import ANSWERS, FEEDBACK, INQUIRIES, row_of

CANNOT = "无法答复"
_WITHOUT_ANSWER = (str(AnswerStatus.REFUSED), str(AnswerStatus.FAILED))


@dataclass(frozen=True)
class Counts:
    """Answers of some days, deleted ones included; `unanswered` were refused, failed or disposed of as 无法答复.

    `median_ms` and `slowest_ms` are what answers took, None without answers; `standard` counts the calls at which a standard answer was
    read out.
    """

    since: date
    until: date
    answers: int
    conversations: int
    unanswered: int
    by_status: Mapping[str, int]
    by_engine: Mapping[str, int]
    by_disposition: Mapping[str, int]
    by_feedback: Mapping[str, int]
    calls: int
    standard: int
    median_ms: int | None
    slowest_ms: int | None


@dataclass(frozen=True)
class UnansweredQuestion:
    """A question without an answer: refused, failed, or so disposed of at the desk."""

    answer_id: str
    question: str
    status: str
    created_at: datetime


class Statistics:
    """Counts over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, since: date, until: date | None = None) -> Counts:
        """Counts of Beijing days, both included; `until` None: of one day."""
        last = until or since
        within = _within(ANSWERS.c.created_at, since, last)
        columns = ANSWERS.c
        with self._database.reading() as connection:
            whole = connection.execute(
                select(
                    func.count().label("answers"),
                    func.count(func.distinct(columns.conversation_id)).label("conversations"),
                    func.max(columns.elapsed_ms).label("slowest"),
                ).where(*within)
            ).one()
            unanswered = connection.execute(
                select(func.count()).select_from(ANSWERS).where(*within, _without_answer())
            ).scalar_one()
            calls = _within(INQUIRIES.c.created_at, since, last)
            by_disposition = _grouped(connection, INQUIRIES.c.disposition, calls)
            read_out = select(func.count(INQUIRIES.c.standard_id)).where(*calls)
            remarks = _within(FEEDBACK.c.created_at, since, last)
            return Counts(
                since=since,
                until=last,
                answers=whole.answers,
                conversations=whole.conversations,
                unanswered=unanswered,
                by_status=_grouped(connection, columns.status, within),
                by_engine=_grouped(connection, columns.engine, within),
                by_disposition=by_disposition,
                by_feedback=_grouped(connection, FEEDBACK.c.kind, remarks),
                calls=sum(by_disposition.values()),
                standard=connection.execute(read_out).scalar_one(),
                median_ms=_median(connection, within, whole.answers),
                slowest_ms=whole.slowest,
            )

    def unanswered(
        self, since: date, until: date | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[UnansweredQuestion]:
        """The questions of these days that got no answer, newest first; those deleted since are not among them."""
        columns = ANSWERS.c
        query = select(
            columns.id.label("answer_id"), columns.question, columns.status, columns.created_at
        ).where(
            *_within(columns.created_at, since, until or since),
            _without_answer(),
            columns.answer.is_not(None),
        )
        with self._database.reading() as connection:
            rows = connection.execute(
                newest_first(query, columns.created_at, columns.id, cursor, limit)
            ).all()
        return paged(
            rows,
            limit,
            lambda row: UnansweredQuestion(**row_of(row)),
            lambda row: (row.created_at, row.answer_id),
        )


def _median(connection: Connection, within: tuple[ColumnElement[bool], ...], count: int) -> int | None:
    """The time of the answer in the middle, the faster of two."""
    took = ANSWERS.c.elapsed_ms
    middle = select(took).where(*within).order_by(took).limit(1).offset(max(0, count - 1) // 2)
    found: int | None = connection.execute(middle).scalar()
    return found


def _within(moment: ColumnElement[Any], since: date, until: date) -> tuple[ColumnElement[bool], ...]:
    return (moment >= start_of(since), moment < end_of(until))


def _without_answer() -> ColumnElement[bool]:
    given_up = exists().where(INQUIRIES.c.answer_id == ANSWERS.c.id, INQUIRIES.c.disposition == CANNOT)
    return or_(ANSWERS.c.status.in_(_WITHOUT_ANSWER), given_up)


def _grouped(
    connection: Connection, column: ColumnElement[Any], conditions: tuple[ColumnElement[bool], ...]
) -> dict[str, int]:
    query = select(column, func.count()).where(*conditions).group_by(column).order_by(column)
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}
