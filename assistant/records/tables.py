"""The tables of the records, as the last migration leaves them, and how their columns are written.

Times are kept in UTC. JSON is kept as text, as it was written: an answer is shown again to the byte.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

HEAD = "0004"  # the last migration; a test holds it to the files in migrations/versions
ID = String(40)
NAME = String(80)


class Moment(TypeDecorator[datetime]):
    """A point in time: stored in UTC, read with its zone on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC; SQLite has no zones and gets none."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The same moment, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA = MetaData()

# `owner` is whose conversation it is; null: of whoever knows its id. A deleted one keeps its row, without a state.
# `dialogue` is the digest that a client's own copy of it is known by after its last turn, null where no client keeps one.
CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("state", Text),
    Column("turns", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("owner", NAME),
    Column("deleted_at", Moment),
    Column("dialogue", String(64)),
    Index("conversations_by_dialogue", "dialogue"),
    Index("conversations_of_owner", "owner", "updated_at"),
    Index("conversations_by_age", "deleted_at", "updated_at"),
)

# One row a turn. `answer` is the object as it was shown; what stands beside it is taken from it, to be searched by. `before`
# is the conversation's state when the turn began, `facts` what was understood when it ended, `calls` the tools with
# their arguments and the markers they handed out, `versions` what the answer was made from, `failures` what the gate found. A deleted answer keeps its
# row for the statistics: everything that somebody wrote or read is null.
ANSWERS = Table(
    "answers",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("conversation_id", ID, nullable=False, index=True),
    Column("turn", Integer, nullable=False),
    Column("question", Text),
    Column("answer", Text),
    Column("created_at", Moment, nullable=False),
    Column("status", String(20), nullable=False, server_default=""),
    Column("engine", String(120), nullable=False, server_default=""),
    Column("elapsed_ms", Integer, nullable=False, server_default="0"),
    Column("programme", String(120)),
    Column("verdict", String(20)),
    Column("fault", String(40)),
    Column("owner", NAME),
    Column("asked_on", Date),
    Column("before", Text),
    Column("facts", Text),
    Column("calls", Text),
    Column("versions", Text),
    Column("failures", Text),
    Index("answers_by_time", "created_at", "id"),
    # All that the day's numbers need: they read no answer.
    Index("answers_counted", "created_at", "status", "engine", "elapsed_ms", "conversation_id", "id"),
)

TRACES = Table(
    "traces",
    METADATA,
    Column("answer_id", ID, primary_key=True),
    Column("trace", Text, nullable=False),
)

# The policies that an answer cites.
ANSWER_POLICIES = Table(
    "answer_policies",
    METADATA,
    Column("answer_id", ID, primary_key=True),
    Column("policy_id", String(120), primary_key=True, index=True),
)

FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("answer_id", ID, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("words", Text),
    Column("sent_by", NAME),
    Column("created_at", Moment, nullable=False),
    Column("handled_by", NAME),
    Column("handled_at", Moment),
    Column("resolution", Text),
    Index("feedback_by_time", "created_at", "id"),
)

# A call at the hotline desk: how the operator disposed of the answer, and the standard answer that was read out.
INQUIRIES = Table(
    "inquiries",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("answer_id", ID, nullable=False, index=True),
    Column("operator", NAME, nullable=False),
    Column("disposition", String(20), nullable=False),
    Column("note", Text),
    Column("created_at", Moment, nullable=False),
    Column("standard_id", ID),
    Index("inquiries_by_time", "created_at", "id"),
)

# An answer that was proposed and that a supervisor approved; `answer` is the object that was shown, null for one written
# by hand.
STANDARD_ANSWERS = Table(
    "standard_answers",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("question", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("answer", Text),
    Column("answer_id", ID),
    Column("proposed_by", NAME),
    Column("proposed_at", Moment),
    Column("approved_by", NAME),
    Column("approved_at", Moment),
    Column("withdrawn_by", NAME),
    Column("withdrawn_at", Moment, index=True),
    Column("withdrawn_why", Text),
)

# The clauses that a standard answer rests on, each with the hash of its text when it was approved.
STANDARD_CLAUSES = Table(
    "standard_clauses",
    METADATA,
    Column("standard_id", ID, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("address", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
)

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("name", NAME, nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("id", ID, primary_key=True),
    Column("name", NAME, nullable=False),
    Column("role", String(20), nullable=False),
    Column("secret_sha256", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("revoked_at", Moment),
)


# Sessions that were ended before their time. The cookie of one may still be sent: to any process on this database.
ENDED_SESSIONS = Table(
    "ended_sessions",
    METADATA,
    Column("session_sha256", String(64), primary_key=True),
    Column("ended_at", Moment, nullable=False),
)


def new_id(prefix: str) -> str:
    """An id that cannot be guessed: prefix and 128 random bits."""
    return f"{prefix}_{secrets.token_hex(16)}"


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def storable(text: str) -> str:
    """The text without the character NUL, which PostgreSQL cannot hold."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def row_of(item: Any) -> dict[str, Any]:
    """A database row as a dict."""
    return dict(item._mapping)
