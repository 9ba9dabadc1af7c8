"""An index that holds what the day's numbers need, so that counting reads no answer."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        "answers_counted",
        "answers",
        ["created_at", "status", "engine", "elapsed_ms", "conversation_id", "id"],
    )
