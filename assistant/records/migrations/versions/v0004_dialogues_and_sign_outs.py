"""Conversations that are known by the dialogue which their client keeps, and sessions that were ended."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Widen conversations by a digest; the sign-outs, which a process alone used to remember, get a table."""
    op.add_column("conversations", sa.Column("dialogue", sa.String(64)))
    op.create_index("conversations_by_dialogue", "conversations", ["dialogue"])
    op.create_table(
        "ended_sessions",
        sa.Column("session_sha256", sa.String(64), primary_key=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
    )
