"""What an assistant is opened from and what all it does rests on: settings, the edition in service, the records."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, Self

from assistant.documents.clause_hash import clause_hash
from assistant.documents.library import Library
from assistant.editions import CurrentEdition, Edition
from assistant.reading.reader import ClauseReader
from assistant.records import Records
from assistant.records.asking_again import Clock
from assistant.records.order import TurnOrder
from assistant.retelling import Retelling
from assistant.retrieval.progress import Progress
from assistant.settings import Settings
from assistant.telemetry import TurnReport, set_up


class Opened:
    """An edition and records, opened and closed together."""

    def __init__(
        self,
        settings: Settings,
        edition: Edition,
        records: Records,
        today: Callable[[], date] = date.today,
        on_turn: Callable[[TurnReport], None] | None = None,
    ) -> None:
        self._settings = settings
        self._on_turn = on_turn
        self._current = CurrentEdition(edition, on_new=self._check_standards)
        self._records = records
        self._order = TurnOrder()
        self._today = today
        self._retelling = Retelling()
        self._workers = ThreadPoolExecutor(settings.answers_at_once, thread_name_prefix="tiaowen-turn")

    @classmethod
    def open(
        cls,
        settings: Settings,
        progress: Progress | None = None,
        today: Callable[[], date] = date.today,
        on_turn: Callable[[TurnReport], None] | None = None,
    ) -> Self:
        """Load corpus, index, rule books and records, and follow the index from then on; `on_turn` hears of each turn.

        Raises CorpusError, SearchIndexError, RecordsError, SettingsError.
        """
        set_up(settings)
        today = Clock(today)
        records = Records.open(settings)
        try:
            assistant = cls(settings, Edition.open(settings, today, progress), records, today, on_turn)
        except BaseException:
            records.close()
            raise
        assistant._check_standards(assistant._current.first)
        assistant._current.follow()
        return assistant

    def _check_standards(self, edition: Edition) -> None:
        """Standard answers that rest on a clause which this edition has otherwise are given no more."""
        self._records.standard_answers.withdraw_changed(lambda address: clause_hash(edition.library, address))

    @property
    def records(self) -> Records:
        """The store of conversations, answers, feedback, calls, standard answers, accounts and keys."""
        return self._records

    @property
    def library(self) -> Library:
        """The policies and their clauses, as they are now; a library itself never changes."""
        with self._current.in_use() as edition:
            return edition.library

    @property
    def reader(self) -> ClauseReader:
        """Reads the policies and what rests on their clauses, as they are now; a reader itself never changes."""
        with self._current.in_use() as edition:
            return edition.reader

    def current_versions(self) -> dict[str, Any]:
        """What answers are made from now, as it is stored with each: see Edition.versions."""
        with self._current.in_use() as edition:
            return dict(edition.versions)

    def health(self) -> dict[str, Any]:
        """What /readyz tells; `problem` says why a newer index is not in use, None when it is the newest."""
        with self._current.in_use() as edition:
            library, books = edition.library, edition.books
            return {
                "ready": True,
                "problem": self._current.problem,
                "policies": len(library.policies),
                "clauses": sum(1 for _ in library.clauses()),
                "rule_books": {
                    **dict.fromkeys(books.books, "ok"),
                    **{policy: f"changed: {why}" for policy, why in books.changed.items()},
                    **{policy: f"broken: {why}" for policy, why in books.broken.items()},
                },
                "index": edition.retriever.state(),
                "model": self._settings.model,
            }

    def warm(self) -> None:
        """Begin to open, in the background, what makes searching a large index faster; for processes that stay."""
        with self._current.in_use() as edition:
            edition.retriever.warm()

    def close(self) -> None:
        """Finish running turns, then release index and records."""
        self._workers.shutdown()
        self._current.close()
        self._records.close()
