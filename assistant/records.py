"""Records: conversations and answers, kept in SQLite (SQLAlchemy Core); the store of what was said and shown."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from assistant.agent.answer import Answer
from assistant.agent.conversation import Conversation
from assistant.errors import InputError, RecordsError, UnknownConversationError
from assistant.rules.trace import trace_text

METADATA = MetaData()
CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("state", Text, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)
ANSWERS = Table(
    "answers",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("conversation_id", String(40), nullable=False, index=True),
    Column("turn", Integer, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

TRACES = Table(
    "traces",
    METADATA,
    Column("answer_id", String(40), primary_key=True),
    Column("trace", Text, nullable=False),
)


def new_id(prefix: str) -> str:
    """An id that cannot be guessed: prefix and 128 random bits."""
    return f"{prefix}_{secrets.token_hex(16)}"


class Records:
    """The store; safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, folder: Path) -> Records:
        """Open (and create) `records.sqlite3` in `folder`; RecordsError when that cannot be done."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            engine = create_engine(f"sqlite:///{folder / 'records.sqlite3'}", connect_args={"timeout": 30})
            event.listen(engine, "connect", _use_write_ahead_log)
            METADATA.create_all(engine)
        except (OSError, SQLAlchemyError) as error:
            raise RecordsError(
                f"记录库无法打开：{folder}（{error}）；请检查文件夹是否可写，或用 TIAOWEN_DATA_DIR 另指一处"
            ) from error
        return cls(engine)

    def begin(self) -> Conversation:
        """A new conversation, not stored until its first turn is."""
        return Conversation(id=new_id("c"))

    def conversation(self, conversation_id: str) -> Conversation:
        """The stored state; UnknownConversationError when there is none."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(CONVERSATIONS.c.state).where(CONVERSATIONS.c.id == conversation_id)
            ).first()
        if row is None:
            raise UnknownConversationError(
                f"没有编号为「{conversation_id[:60]}」的对话；不带 conversation_id 即可开始新对话"
            )
        return Conversation.from_json(json.loads(row.state))

    def save_turn(
        self,
        conversation: Conversation,
        question: str,
        answer: Answer,
        trace: Mapping[str, Any] | None = None,
    ) -> None:
        """Store the conversation's new state, the answer and its trace in one transaction."""
        now = datetime.now(UTC)
        state = {"state": conversation.dumps(), "turns": conversation.turns, "updated_at": now}
        stored = json.dumps(answer.to_json(), ensure_ascii=False, sort_keys=True)
        try:
            with self._engine.begin() as connection:
                done = connection.execute(
                    update(CONVERSATIONS).where(CONVERSATIONS.c.id == conversation.id).values(**state)
                )
                if done.rowcount == 0:
                    connection.execute(
                        insert(CONVERSATIONS).values(id=conversation.id, created_at=now, **state)
                    )
                connection.execute(
                    insert(ANSWERS).values(
                        id=answer.id,
                        conversation_id=conversation.id,
                        turn=conversation.turns,
                        question=question,
                        answer=stored,
                        created_at=now,
                    )
                )
                if trace is not None:
                    connection.execute(insert(TRACES).values(answer_id=answer.id, trace=trace_text(trace)))
        except SQLAlchemyError as error:
            raise RecordsError(f"这一轮回答没能存入记录库：{error}") from error

    def answer(self, answer_id: str) -> dict[str, Any]:
        """A stored answer: question, time, the answer object as it was shown, and its trace (None without a computation)."""
        with self._engine.connect() as connection:
            row = connection.execute(select(ANSWERS).where(ANSWERS.c.id == answer_id)).first()
            trace = connection.execute(
                select(TRACES.c.trace).where(TRACES.c.answer_id == answer_id)
            ).scalar_one_or_none()
        if row is None:
            raise InputError(f"没有编号为「{answer_id[:60]}」的回答记录")
        return {
            "question": row.question,
            "turn": row.turn,
            "created_at": row.created_at.isoformat(),
            "answer": json.loads(row.answer),
            "trace": None if trace is None else json.loads(trace),
        }

    def close(self) -> None:
        """Release the database."""
        self._engine.dispose()


def _use_write_ahead_log(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
