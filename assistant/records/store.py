"""Records: the store of what was said, shown and handled, by subject."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from assistant.agent.conversation import Conversation
from assistant.errors import RecordsError
from assistant.records.access import Accounts, ApiKeys
from assistant.records.answers import Answers
from assistant.records.conversations import Conversations
from assistant.records.database import Database
from assistant.records.feedback import FeedbackBook
from assistant.records.inquiries import Inquiries
from assistant.records.standard_answers import StandardAnswers
from assistant.records.statistics import Statistics
from assistant.records.tables import now
from assistant.settings import Settings

LOG = logging.getLogger(__name__)
SWEEP_SECONDS = 24 * 3600.0


class Records:
    """The store; safe to use from several threads."""

    def __init__(self, database: Database, retention_days: int | None = None) -> None:
        self.database = database
        self.retention_days = retention_days
        self.conversations = Conversations(database)
        self.answers = Answers(database)
        self.feedback = FeedbackBook(database)
        self.inquiries = Inquiries(database)
        self.standard_answers = StandardAnswers(database)
        self.statistics = Statistics(database)
        self.accounts = Accounts(database)
        self.keys = ApiKeys(database)
        self._closing = threading.Event()
        self._sweeper: threading.Thread | None = None

    @classmethod
    def open(cls, settings: Settings) -> Records:
        """Open the database of the settings, bring its tables up to date, and delete what is past its time, now and daily.

        Raises RecordsError when it cannot be opened, or is newer than the program.
        """
        url = settings.database_url.get_secret_value() if settings.database_url else None
        records = cls(Database.open(settings.data, url), settings.retention_days)
        if records.retention_days is not None:
            records._sweeper = threading.Thread(
                target=records._keep_sweeping, name="tiaowen-retention", daemon=True
            )
            records._sweeper.start()
        return records

    def conversation(self, conversation_id: str, owner: str | None = None) -> Conversation:
        """The state of a conversation that `owner` may continue; see Conversations.owned."""
        return self.conversations.owned(conversation_id, owner)

    def sweep(self) -> int:
        """Delete the conversations that were not continued within the retention; how many. Nothing without a retention.

        Standard answers are copies of their own and stay.
        """
        if self.retention_days is None:
            return 0
        return self.conversations.sweep(now() - timedelta(days=self.retention_days))

    def close(self) -> None:
        """Release the database, after a sweep that is running."""
        self._closing.set()
        if self._sweeper is not None:
            self._sweeper.join()
        self.database.close()

    def _keep_sweeping(self) -> None:
        while not self._closing.is_set():
            try:
                swept = self.sweep()
            except RecordsError as error:
                LOG.warning("the sweep of old conversations failed, it is tried again tomorrow: %s", error)
            else:
                LOG.info("%d conversations past their retention were deleted", swept)
            self._closing.wait(SWEEP_SECONDS)
