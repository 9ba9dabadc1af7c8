"""Standard answers (标准答复): proposed at the desk, approved by a supervisor, bound to the hashes of their clauses, withdrawn when one changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

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
    """An answer that is or was to be given first; `answer` is the object that was shown, None for words written by hand.

    Proposed by somebody at the desk, or approved at once (`proposed_at` None); given from `approved_at` until `withdrawn_at`. A proposal
    that is turned down is withdrawn.
    """

    id: str
    question: str
    text: str
    answer: dict[str, Any] | None
    answer_id: str | None
    clauses: tuple[BoundClause, ...]
    proposed_by: str | None = None
    proposed_at: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
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
        """Give from now on: words of its own, the stored answer `answer_id`, or its words in place of that one's.

        Raises InputError (neither text nor answer, empty, too long, no clause), UnknownAnswerError.
        """
        return self._add(question, clauses, text, answer_id, approved_by=approved_by, approved_at=now())

    def propose(
        self,
        question: str,
        proposed_by: str,
        clauses: Sequence[BoundClause],
        text: str | None = None,
        answer_id: str | None = None,
    ) -> StandardAnswer:
        """Keep one for a supervisor to approve. Raises what `approve` raises."""
        return self._add(question, clauses, text, answer_id, proposed_by=proposed_by, proposed_at=now())

    def approve_proposal(
        self,
        standard_id: str,
        approved_by: str,
        clauses: Sequence[BoundClause],
        question: str | None = None,
        text: str | None = None,
    ) -> StandardAnswer:
        """Give a proposal from now on, bound to the clauses as they are now; its words may be put right on the way.

        Raises InputError (unknown, approved or withdrawn already, empty, too long, no clause).
        """
        found = self.get(standard_id)
        asked, said = _checked(
            found.question if question is None else question, found.text if text is None else text, clauses
        )
        columns = STANDARD_ANSWERS.c
        with self._database.writing() as connection:
            done = connection.execute(
                update(STANDARD_ANSWERS)
                .where(
                    columns.id == standard_id, columns.approved_at.is_(None), columns.withdrawn_at.is_(None)
                )
                .values(question=asked, text=said, approved_by=approved_by, approved_at=now())
            )
            if not done.rowcount:
                raise InputError("这条标准答复已经审核过或撤回了；请刷新后再看")
            bound = STANDARD_CLAUSES.c.standard_id == standard_id
            connection.execute(delete(STANDARD_CLAUSES).where(bound))
            connection.execute(insert(STANDARD_CLAUSES), _clause_rows(standard_id, clauses))
            return _read(connection, columns.id == standard_id)[0]

    def _add(
        self,
        question: str,
        clauses: Sequence[BoundClause],
        text: str | None,
        answer_id: str | None,
        **by_whom: Any,
    ) -> StandardAnswer:
        with self._database.writing() as connection:
            shown = _shown(connection, answer_id) if answer_id is not None else None
            asked, said = _checked(question, (text or "").strip() or (shown or {}).get("answer", ""), clauses)
            item = StandardAnswer(
                new_id("s"), asked, said, shown, answer_id, clauses=tuple(clauses), **by_whom
            )
            row = {name: value for name, value in vars(item).items() if name != "clauses"}
            row["answer"] = None if shown is None else json.dumps(shown, ensure_ascii=False, sort_keys=True)
            connection.execute(insert(STANDARD_ANSWERS).values(**row))
            connection.execute(insert(STANDARD_CLAUSES), _clause_rows(item.id, clauses))
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
            return _read(connection, *_IN_FORCE)

    def proposed(self) -> tuple[StandardAnswer, ...]:
        """Those that wait for a supervisor, proposed last first."""
        columns = STANDARD_ANSWERS.c
        with self._database.reading() as connection:
            return _read(connection, columns.approved_at.is_(None), columns.withdrawn_at.is_(None))

    def all(self) -> tuple[StandardAnswer, ...]:
        """Proposed and withdrawn ones too, newest first."""
        with self._database.reading() as connection:
            return _read(connection)

    def withdraw(self, standard_id: str, why: str, by: str | None = None) -> StandardAnswer:
        """Give it no more, or turn a proposal down; `by` is None when a clause changed. One that is withdrawn stays as it is.

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


_IN_FORCE = (STANDARD_ANSWERS.c.approved_at.is_not(None), STANDARD_ANSWERS.c.withdrawn_at.is_(None))


def _checked(question: str, text: str, clauses: Sequence[BoundClause]) -> tuple[str, str]:
    asked = checked_words(question, "标准问题", MOST_QUESTION)
    said = checked_words(text, "标准答复", MOST_TEXT)
    if not asked:
        raise InputError("标准问题是空的；请写出这条答复回答什么问题")
    if not said:
        raise InputError("标准答复是空的；请写出答复，或指定一条已有的回答")
    if not clauses:
        raise InputError("标准答复没有依据的条款；请至少给出一条")
    return asked, said


def _unknown(standard_id: str) -> InputError:
    return InputError(f"没有编号为「{standard_id[:60]}」的标准答复")


def _shown(connection: Connection, answer_id: str) -> dict[str, Any]:
    text = connection.execute(select(ANSWERS.c.answer).where(ANSWERS.c.id == answer_id)).scalar()
    if text is None:
        raise unknown_answer(answer_id)
    shown: dict[str, Any] = json.loads(text)
    return shown


def _clause_rows(standard_id: str, clauses: Sequence[BoundClause]) -> list[dict[str, Any]]:
    return [
        {"standard_id": standard_id, "position": position, "address": one.address, "sha256": one.sha256}
        for position, one in enumerate(clauses)
    ]


def _read(connection: Connection, *conditions: Any) -> tuple[StandardAnswer, ...]:
    columns = STANDARD_ANSWERS.c
    newest = func.coalesce(columns.approved_at, columns.proposed_at)
    order = (newest.desc(), columns.id.desc())
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
