"""Standard answers (标准答复): approved by a supervisor, bound to the hashes of their clauses, withdrawn when one changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from assistant.errors import InputError
from assistant.records.answers import unknown_answer
from assistant.records.database import Database
from assistant.records.feedback import checked_words
from assistant.records.tables import ANSWERS, STANDARD_ANSWERS, STANDARD_CLAUSES, new_id, now, row_of

MOST_QUESTION = 4000
MOST_TEXT = 8000
MOST_WHY = 1000


@dataclass(frozen=True)
class BoundClause:
    """A clause that a standard answer rests on, with the SHA-256 of its text when it was approved."""

    address: str
    sha256: str


@dataclass(frozen=True)
class StandardAnswer:
    """An approved answer; `answer` is the answer object it was approved as, None for words written by hand.

    `withdrawn_at` is None while it is given.
    """

    id: str
    question: str
    text: str
    answer: dict[str, Any] | None
    answer_id: str | None
    approved_by: str
    approved_at: datetime
    clauses: tuple[BoundClause, ...]
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    withdrawn_why: str | None = None


class StandardAnswers:
    """Standard answers in the database. They hold copies: deleting a conversation takes none of them away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def approve(
        self,
        question: str,
        approved_by: str,
        clauses: Sequence[BoundClause],
        text: str | None = None,
        answer_id: str | None = None,
    ) -> StandardAnswer:
        """Keep a standard answer: words of its own, the stored answer `answer_id`, or its words in place of that one's.

        Raises InputError (neither text nor answer, empty, too long, no clause), UnknownAnswerError.
        """
        asked = checked_words(question, "标准问题", MOST_QUESTION)
        said = checked_words(text or "", "标准答复", MOST_TEXT)
        if not asked:
            raise InputError("标准问题是空的；请写出这条答复回答什么问题")
        if not said and answer_id is None:
            raise InputError("标准答复是空的；请写出答复，或指定一条已有的回答")
        if not clauses:
            raise InputError("标准答复没有依据的条款；请至少给出一条")
        with self._database.writing() as connection:
            shown = _shown(connection, answer_id) if answer_id is not None else None
            item = StandardAnswer(
                id=new_id("s"),
                question=asked,
                text=said or str(shown["answer"] if shown else ""),
                answer=shown,
                answer_id=answer_id,
                approved_by=approved_by,
                approved_at=now(),
                clauses=tuple(clauses),
            )
            row = {name: value for name, value in vars(item).items() if name != "clauses"}
            row["answer"] = None if shown is None else json.dumps(shown, ensure_ascii=False, sort_keys=True)
            connection.execute(insert(STANDARD_ANSWERS).values(**row))
            connection.execute(insert(STANDARD_CLAUSES), _clause_rows(item))
        return item

    def get(self, standard_id: str) -> StandardAnswer:
        """One of them. Raises InputError when there is none."""
        with self._database.reading() as connection:
            found = _read(connection, STANDARD_ANSWERS.c.id == standard_id)
        if not found:
            raise _unknown(standard_id)
        return found[0]

    def in_force(self) -> tuple[StandardAnswer, ...]:
        """Those that are given, approved last first."""
        with self._database.reading() as connection:
            return _read(connection, STANDARD_ANSWERS.c.withdrawn_at.is_(None))

    def all(self) -> tuple[StandardAnswer, ...]:
        """Withdrawn ones too, approved last first."""
        with self._database.reading() as connection:
            return _read(connection)

    def withdraw(self, standard_id: str, why: str, by: str | None = None) -> StandardAnswer:
        """Give it no more; `by` is None when a clause changed. One that is withdrawn stays as it is.

        Raises InputError (unknown, no reason, too long).
        """
        said = checked_words(why, "撤回的原因", MOST_WHY)
        if not said:
            raise InputError("撤回的原因是空的；请写明为什么撤回")
        columns = STANDARD_ANSWERS.c
        with self._database.writing() as connection:
            connection.execute(
                update(STANDARD_ANSWERS)
                .where(columns.id == standard_id, columns.withdrawn_at.is_(None))
                .values(withdrawn_by=by, withdrawn_at=now(), withdrawn_why=said)
            )
            found = _read(connection, columns.id == standard_id)
        if not found:
            raise _unknown(standard_id)
        return found[0]

    def withdraw_changed(self, hash_of: Callable[[str], str | None]) -> tuple[StandardAnswer, ...]:
        """Withdraw those that rest on a clause whose text is no longer the same; `hash_of(address)` is None for one that is gone.

        Returns those withdrawn now.
        """
        changed = []
        for item in self.in_force():
            moved = [one.address for one in item.clauses if hash_of(one.address) != one.sha256]
            if moved:
                changed.append(self.withdraw(item.id, f"依据的条款有改动：{'、'.join(moved)}"[:MOST_WHY]))
        return tuple(changed)


def _unknown(standard_id: str) -> InputError:
    return InputError(f"没有编号为「{standard_id[:60]}」的标准答复")


def _shown(connection: Connection, answer_id: str) -> dict[str, Any]:
    text = connection.execute(select(ANSWERS.c.answer).where(ANSWERS.c.id == answer_id)).scalar()
    if text is None:
        raise unknown_answer(answer_id)
    shown: dict[str, Any] = json.loads(text)
    return shown


def _clause_rows(item: StandardAnswer) -> list[dict[str, Any]]:
    return [
        {"standard_id": item.id, "position": position, "address": one.address, "sha256": one.sha256}
        for position, one in enumerate(item.clauses)
    ]


def _read(connection: Connection, *conditions: Any) -> tuple[StandardAnswer, ...]:
    columns = STANDARD_ANSWERS.c
    order = (columns.approved_at.desc(), columns.id.desc())
    rows = connection.execute(select(STANDARD_ANSWERS).where(*conditions).order_by(*order)).all()
    chosen = select(columns.id).where(*conditions)
    bound: dict[str, list[BoundClause]] = {}
    for one in connection.execute(
        select(STANDARD_CLAUSES)
        .where(STANDARD_CLAUSES.c.standard_id.in_(chosen))
        .order_by(STANDARD_CLAUSES.c.standard_id, STANDARD_CLAUSES.c.position)
    ):
        bound.setdefault(one.standard_id, []).append(BoundClause(one.address, one.sha256))
    return tuple(_made(row_of(row), bound.get(row.id, ())) for row in rows)


def _made(row: Mapping[str, Any], clauses: Sequence[BoundClause]) -> StandardAnswer:
    answer = row["answer"]
    shown = None if answer is None else json.loads(answer)
    return StandardAnswer(**{**row, "answer": shown, "clauses": tuple(clauses)})
