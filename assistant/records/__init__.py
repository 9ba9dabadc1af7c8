"""Records: what was asked, answered and handled, and who may sign in; in SQLite or PostgreSQL."""

from assistant.records.store import Records
from assistant.records.tables import new_id

__all__ = ["Records", "new_id"]
