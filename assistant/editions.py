"""An edition: everything that depends on the corpus, opened from one generation of the index and replaced as a whole.

A running process follows the index: when another process has put a new generation in service (`tiaowen index`), the next
edition is opened beside the one that answers, and takes its place between two uses. What is in progress ends with the
edition it began with.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from assistant.agent.desk import PolicyDesk
from assistant.agent.graph import build_graph
from assistant.agent.models.builtin import BuiltinChatModel
from assistant.agent.models.external import ExternalModel
from assistant.agent.planner import Planner
from assistant.agent.tools.answering import AnsweringModel
from assistant.agent.tools.passages import PassageRanker
from assistant.agent.turn import TurnRunner
from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.reader import Reader
from assistant.agent.understanding.scope import Scope
from assistant.agent.understanding.spelling import Spelling
from assistant.agent.values.index import StatedValues
from assistant.documents.library import Library
from assistant.errors import TiaowenError
from assistant.reading.reader import ClauseReader
from assistant.retrieval.progress import Progress
from assistant.retrieval.search import Retriever
from assistant.rules.books import RuleBooks
from assistant.search.clause_search import ClauseSearch
from assistant.search.pointers import Pointers
from assistant.settings import Settings

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.25  # the retriever reads the pointer at most every half second
# A new generation that cannot be opened is tried again after this long, or ten times what the try took.
RETRY_SECONDS = 1.0
_RETRY_FACTOR = 10
_DEFECT = "程序内部出错，详情在日志里"


class Edition:
    """Library, rule books, retriever, search, desk and graph over one state of the corpus; never changed."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        books: RuleBooks,
        retriever: Retriever,
        today: Callable[[], date],
    ) -> None:
        lexicon = Lexicon.load(settings.corpus)
        scope = Scope(library, lexicon)
        values = StatedValues.of(library, books.books, lexicon)
        self._settings = settings
        self._today = today
        self.library = library
        self.books = books
        self.retriever = retriever
        self.reader = ClauseReader(library, books, today)
        self.search = ClauseSearch(library, lexicon, retriever, lambda: books)
        self.desk = PolicyDesk(
            library,
            retriever,
            books,
            lexicon,
            PassageRanker(library, lexicon, retriever.vectors),
            scope,
            Pointers(library, books, lexicon).read,
            AnsweringModel.shipped(),
            values,
        )
        spelling = Spelling.of(library, books, retriever.words)
        planner = Planner(Reader(library, books, lexicon, scope, today, spelling, values), books)
        graph = build_graph(BuiltinChatModel(planner=planner))
        self.runner = TurnRunner(graph, self.desk, planner, _external(settings))

    @classmethod
    def open(cls, settings: Settings, today: Callable[[], date], progress: Progress | None = None) -> Edition:
        """Read the corpus and open its index, building it where need be. Raises CorpusError, SearchIndexError."""
        library = Library.load(settings.corpus)
        books = RuleBooks.load(library, settings.corpus)
        return cls(settings, library, books, Retriever.open(settings, library, progress), today)

    def renewed(self) -> Edition:
        """The edition of the generation now in service and the corpus as it now is; nothing is built.

        Raises CorpusError when the corpus is broken, SearchIndexError when the index is not of this corpus.
        """
        library = self.library.reloaded(self._settings.corpus)
        books = RuleBooks.load(library, self._settings.corpus)
        retriever = self.retriever.renewed(library)
        try:
            return Edition(self._settings, library, books, retriever, self._today)
        except BaseException:
            retriever.close()
            raise

    @cached_property
    def versions(self) -> dict[str, Any]:
        """What answers are made from: {"program", "corpus", "encoder", "reranker", "rule_books": {policy: sha256}}."""
        state = self.retriever.state()
        return {
            "program": _program_version(),
            "corpus": state["corpus_hash"],
            "encoder": state["encoder"],
            "reranker": state["reranker"],
            "rule_books": {policy: book.sha256 for policy, book in sorted(self.books.books.items())},
        }

    def close(self) -> None:
        """Release the index."""
        self.retriever.close()


def _program_version() -> str:
    try:
        return version("tiaowen")
    except PackageNotFoundError:
        return "0"


def _external(settings: Settings) -> ExternalModel | None:
    """The model beside the built-in one, where a setting names one. Raises SettingsError."""
    if not settings.external_model:
        return None
    from assistant.agent.models.choosing import external_model

    return ExternalModel(build_graph(external_model(settings), guarded=True), settings)


@dataclass
class _Shelf:
    """An edition and how many are using it; closed by the last of them once it is retired."""

    edition: Edition
    users: int = 0
    retired: bool = False


@dataclass
class CurrentEdition:
    """The edition in service; thread-safe."""

    first: Edition
    problem: str | None = None  # why the edition in service is not the newest, in Chinese
    on_new: Callable[[Edition], None] | None = None  # hears of each edition that is put in service
    _stop: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _refreshing: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self._shelf = _Shelf(self.first)

    @contextmanager
    def in_use(self) -> Iterator[Edition]:
        """The edition in service, which stays open until the block ends, whatever takes its place."""
        with self._lock:
            shelf = self._shelf
            shelf.users += 1
        try:
            yield shelf.edition
        finally:
            with self._lock:
                shelf.users -= 1
                over = shelf.retired and not shelf.users
            if over:
                shelf.edition.close()

    def refresh(self) -> bool:
        """Put the newest edition in service if there is one; whether it did. A newest one that cannot be opened is told."""
        with self._refreshing:
            if self._stop.is_set():
                return False
            old = self._shelf.edition
            if not old.retriever.superseded():
                self.problem = None
                return False
            try:
                new = old.renewed()
            except TiaowenError as error:
                self._tell(f"索引已更新，但新的内容未能载入，仍在使用更新前的政策：{error}")
                return False
            except Exception as error:
                if self._tell(f"索引已更新，但新的内容未能载入，仍在使用更新前的政策：{_DEFECT}"):
                    logger.error("the new edition could not be opened", exc_info=error)
                return False
            self.problem = None
            self._retire(_Shelf(new))
            self._announce()
            return True

    def _announce(self) -> None:
        if self.on_new is None:
            return
        try:
            with self.in_use() as edition:
                self.on_new(edition)
        except Exception as error:
            logger.error("what follows from a new edition could not be done", exc_info=error)

    def follow(self) -> None:
        """Look for a newer generation from now on, in a thread of its own that ends with `close`."""
        self._thread = threading.Thread(target=self._watch, name="follow-index", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop following and close the edition after its last use."""
        self._stop.set()
        with (
            self._refreshing
        ):  # an edition that is being opened is put in service first, then closed with the rest
            self._retire(None)

    def _watch(self) -> None:
        wait = LOOK_SECONDS
        while not self._stop.wait(wait):
            began = time.monotonic()
            self.refresh()
            took = time.monotonic() - began
            wait = LOOK_SECONDS if self.problem is None else max(RETRY_SECONDS, _RETRY_FACTOR * took)

    def _retire(self, successor: _Shelf | None) -> None:
        with self._lock:
            shelf = self._shelf
            over = not shelf.users and not shelf.retired
            shelf.retired = True
            if successor is not None:
                self._shelf = successor
        if over:
            shelf.edition.close()

    def _tell(self, problem: str) -> bool:
        """Remember why the newest edition is not in service; logged when it is another reason than before."""
        if problem == self.problem:
            return False
        self.problem = problem
        logger.warning("%s", problem)
        return True
