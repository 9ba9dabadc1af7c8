"""What an answer was made from, whose it is, and the tables of desk, audit and access.

Answers that are already stored get the columns they are searched by from their own JSON.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
_BATCH = 500


def upgrade() -> None:
    """Widen conversations and answers, make the new tables, fill in what old answers tell of themselves."""
    _conversations()
    _answers()
    _desk()
    _access()
    _fill_in()


def _conversations() -> None:
    with op.batch_alter_table("conversations") as batch:
        batch.alter_column("state", existing_type=sa.Text, nullable=True)
        batch.add_column(sa.Column("owner", sa.String(80)))
        batch.add_column(sa.Column("deleted_at", sa.DateTime(timezone=True)))
    op.create_index("conversations_of_owner", "conversations", ["owner", "updated_at"])
    op.create_index("conversations_by_age", "conversations", ["deleted_at", "updated_at"])


def _answers() -> None:
    with op.batch_alter_table("answers") as batch:
        batch.alter_column("question", existing_type=sa.Text, nullable=True)
        batch.alter_column("answer", existing_type=sa.Text, nullable=True)
        batch.add_column(sa.Column("status", sa.String(20), nullable=False, server_default=""))
        batch.add_column(sa.Column("engine", sa.String(120), nullable=False, server_default=""))
        batch.add_column(sa.Column("elapsed_ms", sa.Integer, nullable=False, server_default="0"))
        batch.add_column(sa.Column("programme", sa.String(120)))
        batch.add_column(sa.Column("verdict", sa.String(20)))
        batch.add_column(sa.Column("fault", sa.String(40)))
        batch.add_column(sa.Column("owner", sa.String(80)))
        batch.add_column(sa.Column("asked_on", sa.Date))
        for name in ("before", "facts", "calls", "versions"):
            batch.add_column(sa.Column(name, sa.Text))
    op.create_index("answers_by_time", "answers", ["created_at", "id"])
    op.create_table(
        "answer_policies",
        sa.Column("answer_id", sa.String(40), primary_key=True),
        sa.Column("policy_id", sa.String(120), primary_key=True, index=True),
    )


def _desk() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("answer_id", sa.String(40), nullable=False, index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("words", sa.Text),
        sa.Column("sent_by", sa.String(80)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_by", sa.String(80)),
        sa.Column("handled_at", sa.DateTime(timezone=True)),
        sa.Column("resolution", sa.Text),
    )
    op.create_index("feedback_by_time", "feedback", ["created_at", "id"])
    op.create_table(
        "inquiries",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("answer_id", sa.String(40), nullable=False, index=True),
        sa.Column("operator", sa.String(80), nullable=False),
        sa.Column("disposition", sa.String(20), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("inquiries_by_time", "inquiries", ["created_at", "id"])
    op.create_table(
        "standard_answers",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("answer", sa.Text),
        sa.Column("answer_id", sa.String(40)),
        sa.Column("approved_by", sa.String(80), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.String(80)),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), index=True),
        sa.Column("withdrawn_why", sa.Text),
    )
    op.create_table(
        "standard_clauses",
        sa.Column("standard_id", sa.String(40), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )


def _access() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
    )


def _fill_in() -> None:
    connection = op.get_bind()
    answers = sa.table(
        "answers",
        *(
            sa.column(name)
            for name in ("id", "answer", "status", "engine", "elapsed_ms", "programme", "verdict")
        ),
    )
    policies = sa.table("answer_policies", sa.column("answer_id"), sa.column("policy_id"))
    last = ""
    while rows := connection.execute(
        sa.select(answers.c.id, answers.c.answer)
        .where(answers.c.id > last)
        .order_by(answers.c.id)
        .limit(_BATCH)
    ).all():
        last = rows[-1].id
        told = [(row.id, json.loads(row.answer)) for row in rows]
        for id, answer in told:
            connection.execute(sa.update(answers).where(answers.c.id == id).values(**_searched_by(answer)))
        cited = [
            {"answer_id": id, "policy_id": policy}
            for id, answer in told
            for policy in sorted({one["policy_id"] for one in answer["citations"]})
        ]
        if cited:
            connection.execute(sa.insert(policies), cited)


def _searched_by(answer: dict[str, object]) -> dict[str, object]:
    verdict = answer.get("verdict")
    return {
        "status": answer["status"],
        "engine": answer["engine"],
        "elapsed_ms": answer["elapsed_ms"],
        "programme": verdict["programme"] if isinstance(verdict, dict) else None,
        "verdict": verdict["status"] if isinstance(verdict, dict) else None,
    }
