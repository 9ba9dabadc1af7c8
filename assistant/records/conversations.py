"""Conversations: their state, the turns as they are added, whose they are, and how they are deleted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from assistant.agent.answer import Answer
from assistant.agent.conversation import Conversation
from assistant.errors import ConversationMovedError, UnknownConversationError
from assistant.records.database import Database
from assistant.records.paging import Page, newest_first, paged
from assistant.records.tables import (
    ANSWER_POLICIES,
    ANSWERS,
    CONVERSATIONS,
    FEEDBACK,
    INQUIRIES,
    TRACES,
    new_id,
    now,
    storable,
)
from assistant.rules.trace import trace_text

TITLE_CHARACTERS = 60
# So many conversations go in one transaction of a sweep: writers in between wait no longer than for these.
_SWEPT_AT_ONCE = 100


@dataclass(frozen=True)
class TurnRecord:
    """All that is stored of a turn: what was asked and shown, and what it was made from.

    `before` is the conversation's state when the turn began, `conversation` the one after it, `asked_on` the day that the
    turn took for today, `versions` what the answer was made from, `fault` the kind of a model's fault, `failures` what the gate found,
    `dialogue` the digest by which the dialogue of a client that keeps it is known from now on.
    """

    question: str
    answer: Answer
    conversation: Conversation
    before: Conversation
    asked_on: date
    owner: str | None = None
    trace: Mapping[str, Any] | None = None
    calls: Sequence[Mapping[str, Any]] = ()
    versions: Mapping[str, Any] | None = None
    fault: str | None = None
    failures: Sequence[Mapping[str, Any]] = ()
    dialogue: str | None = None


@dataclass(frozen=True)
class ConversationSummary:
    """A line of somebody's history; `title` is the beginning of the first question."""

    id: str
    title: str
    turns: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class PastTurn:
    """A turn as it was shown; `answer` is the answer object."""

    id: str
    turn: int
    question: str
    answer: dict[str, Any]
    created_at: datetime


class Conversations:
    """Conversations in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self) -> Conversation:
        """A new conversation, not stored until its first turn is."""
        return Conversation(id=new_id("c"))

    def owned(self, conversation_id: str, owner: str | None) -> Conversation:
        """The state of a conversation that `owner` may continue: their own, or one that is nobody's.

        UnknownConversationError, in the same words, for one of somebody else, a deleted one, and none.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                select(CONVERSATIONS.c.state, CONVERSATIONS.c.owner).where(
                    CONVERSATIONS.c.id == conversation_id, CONVERSATIONS.c.deleted_at.is_(None)
                )
            ).first()
        if row is None or row.state is None or row.owner not in (None, owner):
            raise unknown(conversation_id)
        return Conversation.from_json(json.loads(row.state))

    def of_dialogue(self, dialogue: str, owner: str | None) -> str | None:
        """The id of `owner`'s conversation that a client's dialogue tells, the latest of several; None when there is none."""
        mine = CONVERSATIONS.c.owner.is_(None) if owner is None else CONVERSATIONS.c.owner == owner
        query = (
            select(CONVERSATIONS.c.id)
            .where(CONVERSATIONS.c.dialogue == dialogue, mine, CONVERSATIONS.c.deleted_at.is_(None))
            .order_by(CONVERSATIONS.c.updated_at.desc(), CONVERSATIONS.c.id)
            .limit(1)
        )
        with self._database.reading() as connection:
            found: str | None = connection.execute(query).scalar()
        return found

    def still_at(self, conversation_id: str, dialogue: str) -> Conversation | None:
        """The state of a conversation that `of_dialogue` found; None when it has gone on, or was deleted, since."""
        columns = CONVERSATIONS.c
        query = select(columns.state).where(columns.id == conversation_id, columns.dialogue == dialogue)
        with self._database.reading() as connection:
            state = connection.execute(query).scalar()
        return None if state is None else Conversation.from_json(json.loads(state))

    def owner_of(self, conversation_id: str) -> str | None:
        """Whose it is, None when nobody's. Raises UnknownConversationError when there is none."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(CONVERSATIONS.c.owner).where(
                    CONVERSATIONS.c.id == conversation_id, CONVERSATIONS.c.deleted_at.is_(None)
                )
            ).first()
        if row is None:
            raise unknown(conversation_id)
        owner: str | None = row.owner
        return owner

    def save_turn(self, turn: TurnRecord) -> None:
        """Store the conversation's new state, the answer and what it was made from, in one transaction.

        Raises ConversationMovedError when another turn of it was stored since it began, UnknownConversationError when it was
        deleted meanwhile, RecordsError when it cannot be stored. Nothing is stored then.
        """
        moment = now()
        with self._database.writing() as connection:
            _save_state(connection, turn, moment)
            connection.execute(_NEW_ANSWER, _answer_row(turn, moment))
            if cited := sorted({citation.policy_id for citation in turn.answer.citations}):
                rows = [{"answer_id": turn.answer.id, "policy_id": policy} for policy in cited]
                connection.execute(_NEW_POLICIES, rows)
            if turn.trace is not None:
                connection.execute(_NEW_TRACE, {"answer_id": turn.answer.id, "trace": trace_text(turn.trace)})

    def of(self, owner: str, cursor: str | None = None, limit: int = 20) -> Page[ConversationSummary]:
        """Somebody's conversations, the one that was continued last first. Raises InputError (cursor, limit)."""
        first = (
            select(func.substr(ANSWERS.c.question, 1, TITLE_CHARACTERS))
            .where(ANSWERS.c.conversation_id == CONVERSATIONS.c.id)
            .order_by(ANSWERS.c.turn, ANSWERS.c.created_at)
            .limit(1)
            .scalar_subquery()
        )
        columns = CONVERSATIONS.c
        query = select(
            columns.id, columns.turns, columns.created_at, columns.updated_at, first.label("title")
        ).where(columns.owner == owner, columns.deleted_at.is_(None))
        with self._database.reading() as connection:
            rows = connection.execute(
                newest_first(query, columns.updated_at, columns.id, cursor, limit)
            ).all()
        return paged(
            rows,
            limit,
            lambda row: ConversationSummary(
                row.id, row.title or "", row.turns, row.created_at, row.updated_at
            ),
            lambda row: (row.updated_at, row.id),
        )

    def turns_of(self, conversation_id: str) -> tuple[PastTurn, ...]:
        """The turns in their order. Raises UnknownConversationError when there is no such conversation."""
        self.owner_of(conversation_id)
        columns = ANSWERS.c
        query = (
            select(columns.id, columns.turn, columns.question, columns.answer, columns.created_at)
            .where(columns.conversation_id == conversation_id, columns.answer.is_not(None))
            .order_by(columns.turn, columns.created_at, columns.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(
            PastTurn(row.id, row.turn, row.question, json.loads(row.answer), row.created_at) for row in rows
        )

    def delete(self, conversation_id: str) -> int:
        """Delete all text of a conversation for good; how many answers it had.

        Questions, answers, facts, traces, words of feedback and notes of calls go; what is left of each answer is its time,
        status, engine and duration, for the statistics. Raises UnknownConversationError when there is none.
        """
        with self._database.writing() as connection:
            deleted = _delete(connection, [conversation_id])
        if deleted is None:
            raise unknown(conversation_id)
        self._database.tidy()
        return deleted

    def sweep(self, before: datetime) -> int:
        """Delete, as `delete` does, all conversations not continued since `before`; how many there were."""
        old = (
            select(CONVERSATIONS.c.id)
            .where(CONVERSATIONS.c.deleted_at.is_(None), CONVERSATIONS.c.updated_at < before)
            .limit(_SWEPT_AT_ONCE)
        )
        swept = 0
        while True:
            with self._database.writing() as connection:
                found = list(connection.execute(old).scalars())
                _delete(connection, found)
            swept += len(found)
            if len(found) < _SWEPT_AT_ONCE:
                break
        if swept:
            self._database.tidy()
        return swept


def unknown(conversation_id: str) -> UnknownConversationError:
    """The same words for what does not exist and for what is somebody else's."""
    return UnknownConversationError(
        f"没有编号为「{conversation_id[:60]}」的对话，或它不是您的；请开始新对话（接口不带 conversation_id 即可）"
    )


# Built once: to put a statement together takes longer than to run it.
_GO_ON = (
    update(CONVERSATIONS)
    .where(
        CONVERSATIONS.c.id == bindparam("this"),
        CONVERSATIONS.c.turns == bindparam("begun"),
        CONVERSATIONS.c.deleted_at.is_(None),
    )
    .values(
        state=bindparam("left"),
        turns=bindparam("count"),
        updated_at=bindparam("moment"),
        dialogue=bindparam("told"),
    )
)
_KNOWN = select(CONVERSATIONS.c.deleted_at).where(CONVERSATIONS.c.id == bindparam("this"))
_NEW_CONVERSATION, _NEW_ANSWER = insert(CONVERSATIONS), insert(ANSWERS)
_NEW_POLICIES, _NEW_TRACE = insert(ANSWER_POLICIES), insert(TRACES)


def _save_state(connection: Connection, turn: TurnRecord, moment: datetime) -> None:
    after, begun = turn.conversation, turn.before.turns
    state = after.dumps()
    if begun:
        going = {"this": after.id, "begun": begun, "left": state, "count": after.turns, "moment": moment}
        if connection.execute(_GO_ON, {**going, "told": turn.dialogue}).rowcount:
            return
    found = connection.execute(_KNOWN, {"this": after.id}).first()
    if found is None:
        new = {"id": after.id, "owner": turn.owner, "state": state, "turns": after.turns}
        new["dialogue"] = turn.dialogue
        connection.execute(_NEW_CONVERSATION, {**new, "created_at": moment, "updated_at": moment})
    elif found.deleted_at is not None:
        raise unknown(after.id)
    else:
        raise ConversationMovedError("这个对话刚刚在别处又问了一句，这一句没有存入；请再问一次")


def _answer_row(turn: TurnRecord, moment: datetime) -> dict[str, Any]:
    answer = turn.answer
    return {
        "id": answer.id,
        "conversation_id": turn.conversation.id,
        "turn": turn.conversation.turns,
        "question": storable(turn.question),
        "answer": _json(answer.to_json()),
        "created_at": moment,
        "status": str(answer.status),
        "engine": answer.engine,
        "elapsed_ms": answer.elapsed_ms,
        "programme": answer.verdict.programme if answer.verdict else None,
        "verdict": answer.verdict.status if answer.verdict else None,
        "fault": turn.fault,
        "owner": turn.owner,
        "asked_on": turn.asked_on,
        "before": turn.before.dumps(),
        "facts": _json(turn.conversation.facts),
        "calls": _json(list(turn.calls)),
        "versions": _json(turn.versions or {}),
        "failures": _json(list(turn.failures)),
    }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_NOTHING = dict.fromkeys(
    (
        "question",
        "answer",
        "programme",
        "verdict",
        "owner",
        "before",
        "facts",
        "calls",
        "versions",
        "failures",
    )
)


def _delete(connection: Connection, ids: Sequence[str]) -> int | None:
    """Delete the text of conversations; how many answers they had, None when there is no such conversation."""
    columns = CONVERSATIONS.c
    done = connection.execute(
        update(CONVERSATIONS)
        .where(columns.id.in_(ids), columns.deleted_at.is_(None))
        .values(state=None, owner=None, dialogue=None, deleted_at=now())
    )
    if not done.rowcount:
        return None
    answers = list(
        connection.execute(select(ANSWERS.c.id).where(ANSWERS.c.conversation_id.in_(ids))).scalars()
    )
    theirs = select(ANSWERS.c.id).where(ANSWERS.c.conversation_id.in_(ids))
    connection.execute(delete(TRACES).where(TRACES.c.answer_id.in_(theirs)))
    connection.execute(delete(ANSWER_POLICIES).where(ANSWER_POLICIES.c.answer_id.in_(theirs)))
    connection.execute(
        update(FEEDBACK).where(FEEDBACK.c.answer_id.in_(theirs)).values(words=None, resolution=None)
    )
    connection.execute(update(INQUIRIES).where(INQUIRIES.c.answer_id.in_(theirs)).values(note=None))
    connection.execute(update(ANSWERS).where(ANSWERS.c.id.in_(theirs)).values(**_NOTHING))
    return len(answers)
