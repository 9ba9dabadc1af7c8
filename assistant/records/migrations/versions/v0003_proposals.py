"""Standard answers that are proposed first, calls that read one out, what the gate found, and an index for counting."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Widen three tables; the index holds what the day's numbers need, so that counting reads no answer."""
    op.add_column("answers", sa.Column("failures", sa.Text))
    op.create_index(
        "answers_counted",
        "answers",
        ["created_at", "status", "engine", "elapsed_ms", "conversation_id", "id"],
    )
    op.add_column("inquiries", sa.Column("standard_id", sa.String(40)))
    with op.batch_alter_table("standard_answers") as batch:
        batch.alter_column("approved_by", existing_type=sa.String(80), nullable=True)
        batch.alter_column("approved_at", existing_type=sa.DateTime(timezone=True), nullable=True)
        batch.add_column(sa.Column("proposed_by", sa.String(80)))
        batch.add_column(sa.Column("proposed_at", sa.DateTime(timezone=True)))
