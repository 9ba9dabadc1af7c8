"""What people say of answers, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from assistant.errors import InputError
from assistant.records.answers import unknown_answer
from assistant.records.database import Database
from assistant.records.paging import Page, newest_first, paged
from assistant.records.tables import ANSWERS, FEEDBACK, new_id, now, row_of, storable

KINDS = ("有用", "有误", "其他")
MOST_WORDS = 1000


@dataclass(frozen=True)
class Feedback:
    """One remark about an answer; `sent_by` is its owner. `handled_at` is None while it is open."""

    id: str
    answer_id: str
    kind: str
    words: str | None
    sent_by: str | None
    created_at: datetime
    handled_by: str | None = None
    handled_at: datetime | None = None
    resolution: str | None = None


class FeedbackBook:
    """Feedback in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, answer_id: str, kind: str, words: str = "", sent_by: str | None = None) -> Feedback:
        """Keep a remark. Raises InputError (kind, words too long), UnknownAnswerError."""
        if kind not in KINDS:
            raise InputError(f"反馈种类「{kind[:20]}」不合法；应为{'、'.join(KINDS)}")
        said = checked_words(words, "反馈", MOST_WORDS)
        item = Feedback(new_id("f"), answer_id, kind, said or None, sent_by, now())
        with self._database.writing() as connection:
            known = select(ANSWERS.c.id).where(ANSWERS.c.id == answer_id, ANSWERS.c.answer.is_not(None))
            if connection.execute(known).first() is None:
                raise unknown_answer(answer_id)
            connection.execute(insert(FEEDBACK).values(**vars(item)))
        return item

    def about(self, answer_id: str) -> tuple[Feedback, ...]:
        """All remarks about one answer, oldest first."""
        query = (
            select(FEEDBACK)
            .where(FEEDBACK.c.answer_id == answer_id)
            .order_by(FEEDBACK.c.created_at, FEEDBACK.c.id)
        )
        with self._database.reading() as connection:
            return tuple(Feedback(**row_of(row)) for row in connection.execute(query))

    def page(self, handled: bool | None = None, cursor: str | None = None, limit: int = 50) -> Page[Feedback]:
        """Remarks, newest first; `handled` restricts to open (False) or handled ones."""
        query = select(FEEDBACK)
        if handled is not None:
            state = FEEDBACK.c.handled_at
            query = query.where(state.is_not(None) if handled else state.is_(None))
        with self._database.reading() as connection:
            rows = connection.execute(
                newest_first(query, FEEDBACK.c.created_at, FEEDBACK.c.id, cursor, limit)
            ).all()
        return paged(rows, limit, lambda row: Feedback(**row_of(row)), lambda row: (row.created_at, row.id))

    def handle(self, feedback_id: str, handled_by: str, resolution: str) -> Feedback:
        """Say what became of a remark; a later word replaces the earlier one. Raises InputError (unknown, empty, too long)."""
        done = checked_words(resolution, "处理结果", MOST_WORDS)
        if not done:
            raise InputError("处理结果是空的；请写明怎样处理的")
        with self._database.writing() as connection:
            connection.execute(
                update(FEEDBACK)
                .where(FEEDBACK.c.id == feedback_id)
                .values(handled_by=handled_by, handled_at=now(), resolution=done)
            )
            row = connection.execute(select(FEEDBACK).where(FEEDBACK.c.id == feedback_id)).first()
        if row is None:
            raise InputError(f"没有编号为「{feedback_id[:60]}」的反馈")
        return Feedback(**row_of(row))


def checked_words(words: str, what: str, most: int) -> str:
    """Somebody's words as they are stored. Raises InputError when there are too many."""
    said = storable(words.strip())
    if len(said) > most:
        raise InputError(f"{what}太长：{len(said)} 个字符，最多 {most} 个；请精简")
    return said
