"""Answers: read one with all it was made from, or filter them, newest first, for audit and export."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select

from assistant.errors import InputError, UnknownAnswerError
from assistant.records.database import Database
from assistant.records.days import end_of, start_of
from assistant.records.paging import MOST_ROWS, Page, newest_first, paged
from assistant.records.tables import ANSWER_POLICIES, ANSWERS, FEEDBACK, INQUIRIES, TRACES, storable

FEEDBACK_STATES = ("有", "无", "未处理", "已处理")


@dataclass(frozen=True)
class StoredAnswer:
    """An answer with all it was made from.

    `answer` is the object as it was shown, `facts` {policy: {fact: value}} as understood after the turn, `calls` the tools in
    their order ({"tool", "arguments", "markers": [{"marker", "shown", "address"}]}; a marker that the answer does not
    show has `shown` null), `before` the conversation's state when the turn began, `asked_on` the day taken for today,
    `versions` {"program", "corpus", "encoder", "rule_books": {policy: sha256}}, `fault` the kind of a model's fault,
    `failures` what the gate found ({"type", "words", "against", "start", "end"}).
    Answers of before these were stored have none of them (None).
    """

    id: str
    conversation_id: str
    owner: str | None
    turn: int
    created_at: datetime
    question: str
    answer: dict[str, Any]
    trace: dict[str, Any] | None
    facts: dict[str, dict[str, str]] | None
    calls: list[dict[str, Any]] | None
    versions: dict[str, Any] | None
    before: dict[str, Any] | None
    asked_on: date | None
    fault: str | None
    failures: list[dict[str, Any]] | None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; neither the owner nor the state before, which are nobody's to read."""
        plain = asdict(self)
        del plain["owner"], plain["before"]
        plain["created_at"] = self.created_at.isoformat()
        plain["asked_on"] = self.asked_on.isoformat() if self.asked_on else None
        return plain


@dataclass(frozen=True)
class AnswerFilter:
    """Which answers are wanted; what is None does not restrict. Days are Beijing days and included.

    `policy` is cited, `verdict` the engine's (符合, 不符合, 待补充), `text` stands in the question in upper or lower case, `feedback` is one of
    FEEDBACK_STATES, `disposition` that of a call about it.
    """

    since: date | None = None
    until: date | None = None
    status: str | None = None
    engine: str | None = None
    policy: str | None = None
    verdict: str | None = None
    text: str | None = None
    feedback: str | None = None
    disposition: str | None = None
    owner: str | None = None


@dataclass(frozen=True)
class AnswerSummary:
    """A line of the audit list; `feedback` counts what was sent about it, `unhandled` what of that is open."""

    id: str
    conversation_id: str
    turn: int
    created_at: datetime
    question: str
    status: str
    engine: str
    elapsed_ms: int
    programme: str | None
    verdict: str | None
    fault: str | None
    feedback: int
    unhandled: int
    disposition: str | None


class Answers:
    """Answers in the database; those that were deleted are not among them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, answer_id: str) -> StoredAnswer:
        """One answer. Raises UnknownAnswerError when there is none."""
        with self._database.reading() as connection:
            row = connection.execute(
                _whole().where(ANSWERS.c.id == answer_id, ANSWERS.c.answer.is_not(None))
            ).first()
        if row is None:
            raise unknown_answer(answer_id)
        return _stored(row)

    def shown(self, answer_ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """The answer objects of these ids as they were shown; without those that there are not, or not any more."""
        query = select(ANSWERS.c.id, ANSWERS.c.answer).where(
            ANSWERS.c.id.in_(answer_ids), ANSWERS.c.answer.is_not(None)
        )
        with self._database.reading() as connection:
            return {row.id: json.loads(row.answer) for row in connection.execute(query)}

    def page(
        self, wanted: AnswerFilter | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[AnswerSummary]:
        """Answers in short, newest first. Raises InputError (cursor, limit, feedback state)."""
        columns = ANSWERS.c
        query = select(
            *(
                columns[name]
                for name in ("id", "conversation_id", "turn", "created_at", "question", "status", "engine")
            ),
            *(columns[name] for name in ("elapsed_ms", "programme", "verdict", "fault")),
            _feedback_count().label("feedback"),
            _feedback_count(FEEDBACK.c.handled_at.is_(None)).label("unhandled"),
            _disposition().label("disposition"),
        ).where(*_conditions(wanted or AnswerFilter()))
        with self._database.reading() as connection:
            rows = connection.execute(
                newest_first(query, columns.created_at, columns.id, cursor, limit)
            ).all()
        return paged(
            rows, limit, lambda row: AnswerSummary(**row._mapping), lambda row: (row.created_at, row.id)
        )

    def count(self, wanted: AnswerFilter | None = None) -> int:
        """How many answers there are of this kind."""
        query = select(func.count()).select_from(ANSWERS).where(*_conditions(wanted or AnswerFilter()))
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def export(self, wanted: AnswerFilter | None = None) -> Iterator[StoredAnswer]:
        """All answers of this kind whole, newest first, read in pages: an export holds up nobody who writes.

        What is stored while it runs is not in it; what is deleted while it runs may be missing.
        """
        columns, cursor = ANSWERS.c, None
        query = _whole().where(*_conditions(wanted or AnswerFilter()))
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(
                    newest_first(query, columns.created_at, columns.id, cursor, MOST_ROWS)
                ).all()
            page = paged(rows, MOST_ROWS, _stored, lambda row: (row.created_at, row.id))
            yield from page.items
            if page.next is None:
                return
            cursor = page.next


def unknown_answer(answer_id: str) -> UnknownAnswerError:
    """The same words for what does not exist, what was deleted and what is somebody else's."""
    return UnknownAnswerError(f"没有编号为「{answer_id[:60]}」的回答记录")


def _whole() -> Select[Any]:
    return select(ANSWERS, TRACES.c.trace).outerjoin(TRACES, TRACES.c.answer_id == ANSWERS.c.id)


def _stored(row: Row[Any]) -> StoredAnswer:
    return StoredAnswer(
        id=row.id,
        conversation_id=row.conversation_id,
        owner=row.owner,
        turn=row.turn,
        created_at=row.created_at,
        question=row.question,
        answer=json.loads(row.answer),
        trace=_read(row.trace),
        facts=_read(row.facts),
        calls=_read(row.calls),
        versions=_read(row.versions),
        before=_read(row.before),
        asked_on=row.asked_on,
        fault=row.fault,
        failures=_read(row.failures),
    )


def _read(text: str | None) -> Any:
    return None if text is None else json.loads(text)


def _feedback_count(*conditions: ColumnElement[bool]) -> Any:
    return (
        select(func.count())
        .select_from(FEEDBACK)
        .where(FEEDBACK.c.answer_id == ANSWERS.c.id, *conditions)
        .scalar_subquery()
    )


def _disposition() -> Any:
    """That of the last call about the answer."""
    return (
        select(INQUIRIES.c.disposition)
        .where(INQUIRIES.c.answer_id == ANSWERS.c.id)
        .order_by(INQUIRIES.c.created_at.desc(), INQUIRIES.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _conditions(wanted: AnswerFilter) -> list[ColumnElement[bool]]:
    columns = ANSWERS.c
    found: list[ColumnElement[bool]] = [columns.answer.is_not(None)]
    if wanted.since is not None:
        found.append(columns.created_at >= start_of(wanted.since))
    if wanted.until is not None:
        found.append(columns.created_at < end_of(wanted.until))
    for name in ("status", "engine", "verdict", "owner"):
        value = getattr(wanted, name)
        if value is not None:
            found.append(columns[name] == value)
    if wanted.text:
        found.append(columns.question.icontains(storable(wanted.text), autoescape=True))
    if wanted.policy is not None:
        cited = and_(ANSWER_POLICIES.c.answer_id == columns.id, ANSWER_POLICIES.c.policy_id == wanted.policy)
        found.append(exists().where(cited))
    if wanted.feedback is not None:
        found.append(_feedback_state(wanted.feedback))
    if wanted.disposition is not None:
        disposed = select(INQUIRIES.c.answer_id).where(INQUIRIES.c.disposition == wanted.disposition)
        found += [columns.id.in_(disposed), _disposition() == wanted.disposition]
    return found


def _feedback_state(state: str) -> ColumnElement[bool]:
    if state not in FEEDBACK_STATES:
        raise InputError(f"反馈状态「{state[:20]}」不合法；应为{'、'.join(FEEDBACK_STATES)}")
    about, handled = FEEDBACK.c.answer_id == ANSWERS.c.id, FEEDBACK.c.handled_at
    conditions = {
        "有": exists().where(about),
        "无": ~exists().where(about),
        "未处理": exists().where(and_(about, handled.is_(None))),
        "已处理": exists().where(about) & ~exists().where(and_(about, handled.is_(None))),
    }
    return conditions[state]
