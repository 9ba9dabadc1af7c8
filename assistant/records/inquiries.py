"""Calls at the hotline desk: how the operator disposed of an answer, with a note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, and_, cast, exists, func, insert, select, type_coerce

from assistant.errors import InputError
from assistant.records.answers import unknown_answer
from assistant.records.database import Database
from assistant.records.feedback import checked_words
from assistant.records.paging import Page, checked_limit, newest_first, paged
from assistant.records.tables import ANSWERS, INQUIRIES, new_id, now, row_of

DISPOSITIONS = ("已答复", "转办", "待回电", "无法答复")
MOST_NOTE = 2000
MOST_RECENT = 30_000


@dataclass(frozen=True)
class Inquiry:
    """One call about an answer; `standard_id` is the standard answer that was read out, None where there was none."""

    id: str
    answer_id: str
    operator: str
    disposition: str
    note: str | None
    created_at: datetime
    standard_id: str | None = None


@dataclass(frozen=True)
class AskedQuestion:
    """A question answered at the desk, with the last call kept about it; `clause` is the address that its answer cites first.

    `created_at` is when it was answered, `kept_at` when the call was kept.
    """

    answer_id: str
    question: str
    clause: str | None
    created_at: datetime
    kept_at: datetime
    disposition: str
    note: str | None
    operator: str


@dataclass(frozen=True)
class Standing:
    """How many calls there are whose question is not deleted, and when the last of them was kept, None without one."""

    calls: int
    last: datetime | None


@dataclass(frozen=True)
class Call:
    """A call with what was asked last in it; `question` and `status` are None once the conversation is deleted.

    `began_at` is when its conversation got its first answer, so that `created_at - began_at` is how long the caller was served.
    """

    inquiry: Inquiry
    question: str | None
    status: str | None
    began_at: datetime


class Inquiries:
    """Calls in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        answer_id: str,
        operator: str,
        disposition: str,
        note: str = "",
        standard_id: str | None = None,
    ) -> Inquiry:
        """Keep a call. Raises InputError (disposition, note too long), UnknownAnswerError."""
        if disposition not in DISPOSITIONS:
            raise InputError(f"处理情况「{disposition[:20]}」不合法；应为{'、'.join(DISPOSITIONS)}")
        said = checked_words(note, "备注", MOST_NOTE)
        item = Inquiry(new_id("q"), answer_id, operator, disposition, said or None, now(), standard_id)
        with self._database.writing() as connection:
            known = select(ANSWERS.c.id).where(ANSWERS.c.id == answer_id, ANSWERS.c.answer.is_not(None))
            if connection.execute(known).first() is None:
                raise unknown_answer(answer_id)
            connection.execute(insert(INQUIRIES).values(**vars(item)))
        return item

    def about(self, answer_id: str) -> tuple[Inquiry, ...]:
        """All calls about one answer, oldest first."""
        query = (
            select(INQUIRIES)
            .where(INQUIRIES.c.answer_id == answer_id)
            .order_by(INQUIRIES.c.created_at, INQUIRIES.c.id)
        )
        with self._database.reading() as connection:
            return tuple(Inquiry(**row_of(row)) for row in connection.execute(query))

    def page(
        self,
        operator: str | None = None,
        disposition: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Inquiry]:
        """Calls, newest first, of one operator or one disposition where given."""
        query = select(INQUIRIES)
        if operator is not None:
            query = query.where(INQUIRIES.c.operator == operator)
        if disposition is not None:
            query = query.where(INQUIRIES.c.disposition == disposition)
        with self._database.reading() as connection:
            rows = connection.execute(
                newest_first(query, INQUIRIES.c.created_at, INQUIRIES.c.id, cursor, limit)
            ).all()
        return paged(rows, limit, lambda row: Inquiry(**row_of(row)), lambda row: (row.created_at, row.id))

    def calls(
        self, since: datetime, until: datetime | None = None, operator: str | None = None
    ) -> tuple[Call, ...]:
        """Calls kept from `since` on and before `until`, newest first, of one operator where given."""
        first = ANSWERS.alias()
        began = (
            select(func.min(first.c.created_at))
            .where(first.c.conversation_id == ANSWERS.c.conversation_id)
            .correlate(ANSWERS)
            .scalar_subquery()
        )
        told = (ANSWERS.c.question, ANSWERS.c.status, ANSWERS.c.answer.is_(None).label("deleted"))
        query = (
            select(INQUIRIES, *told, began.label("began_at"))
            .select_from(INQUIRIES.join(ANSWERS, ANSWERS.c.id == INQUIRIES.c.answer_id))
            .where(INQUIRIES.c.created_at >= since)
            .order_by(INQUIRIES.c.created_at.desc(), INQUIRIES.c.id.desc())
        )
        if until is not None:
            query = query.where(INQUIRIES.c.created_at < until)
        if operator is not None:
            query = query.where(INQUIRIES.c.operator == operator)
        with self._database.reading() as connection:
            return tuple(_call(row_of(row)) for row in connection.execute(query))

    def asked(self, limit: int = 1000, since: datetime | None = None) -> tuple[AskedQuestion, ...]:
        """Questions about which a call was kept, of `since` only later ones, the call kept last first; deleted ones are not among them.

        Raises InputError when more than MOST_RECENT are asked for.
        """
        checked_limit(limit, MOST_RECENT)
        later = INQUIRIES.alias()
        repeated = exists().where(
            later.c.answer_id == INQUIRIES.c.answer_id,
            (later.c.created_at > INQUIRIES.c.created_at)
            | and_(later.c.created_at == INQUIRIES.c.created_at, later.c.id > INQUIRIES.c.id),
        )
        told = (ANSWERS.c.question, self._first_citation().label("clause"), ANSWERS.c.created_at)
        kept = (INQUIRIES.c[name] for name in ("answer_id", "disposition", "note", "operator"))
        query = (
            select(*told, *kept, INQUIRIES.c.created_at.label("kept_at"))
            .select_from(INQUIRIES.join(ANSWERS, ANSWERS.c.id == INQUIRIES.c.answer_id))
            .where(ANSWERS.c.answer.is_not(None), ~repeated)
            .order_by(INQUIRIES.c.created_at.desc(), INQUIRIES.c.id.desc())
            .limit(limit)
        )
        if since is not None:
            query = query.where(INQUIRIES.c.created_at > since)
        with self._database.reading() as connection:
            return tuple(AskedQuestion(**row_of(row)) for row in connection.execute(query))

    def standing(self) -> Standing:
        """What `asked` has to tell by now, told fast: a deletion changes it as well as a call."""
        query = (
            select(func.count(), func.max(INQUIRIES.c.created_at))
            .select_from(INQUIRIES.join(ANSWERS, ANSWERS.c.id == INQUIRIES.c.answer_id))
            .where(ANSWERS.c.answer.is_not(None))
        )
        with self._database.reading() as connection:
            calls, last = connection.execute(query).one()
        return Standing(calls, last)

    def _first_citation(self) -> ColumnElement[str]:
        """The address cited first, out of the answer's JSON, which is kept as text."""
        kept = ANSWERS.c.answer
        answer = type_coerce(kept, JSON) if self._database.is_file else cast(kept, JSON)
        address: ColumnElement[str] = answer[("citations", 0, "address")].as_string()
        return address


def _call(row: Mapping[str, Any]) -> Call:
    inquiry = Inquiry(**{column.name: row[column.name] for column in INQUIRIES.columns})
    shown = not row["deleted"]
    return Call(
        inquiry, row["question"] if shown else None, row["status"] if shown else None, row["began_at"]
    )
