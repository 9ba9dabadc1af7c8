"""Assistant: the one entry that every interface calls."""

from __future__ import annotations

import queue
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant.agent.answer import Answer, MissingFact, ProgressEvent
from assistant.agent.conversation import Conversation
from assistant.agent.evidence import EvidenceLedger
from assistant.documents.clause import Clause
from assistant.documents.clause_hash import clause_hash
from assistant.documents.library import Library
from assistant.editions import CurrentEdition, Edition
from assistant.errors import InputError
from assistant.kept_dialogue import KeptDialogue
from assistant.reading.quotations import QuoteCheck, QuoteChecker
from assistant.reading.reader import ClauseReader
from assistant.records import Records, new_id
from assistant.records.answers import StoredAnswer, unknown_answer
from assistant.records.asking_again import Clock, asked_again, record_of
from assistant.records.comparing import changed_versions
from assistant.records.conversations import ConversationSummary, PastTurn, unknown
from assistant.records.feedback import Feedback
from assistant.records.order import TurnOrder
from assistant.records.paging import Page
from assistant.retelling import Retelling
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.progress import Progress
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks
from assistant.rules.origins import Origin
from assistant.rules.replay import Replay, replay
from assistant.search.clause_search import ANYWHERE, Findings, SearchResult
from assistant.search.conditions import Conditions
from assistant.settings import Settings
from assistant.telemetry import TurnReport, log_turn, set_up, span, stages

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.agent.assessment import AssessedApplicant
    from assistant.agent.tools.single_use import ToolAnswer
    from assistant.agent.understood import FactField, UnderstoodFact
    from assistant.agent.verification.reviewing import Review

READING = ProgressEvent("reading", "正在读题…")  # told at once: reading may take longer than a person waits
NEAREST = 20  # clauses that a quotation is held against when it stands nowhere to the letter


class Assistant:
    """Answers questions, finds clauses and assesses applicants; thread-safe, opened once a process."""

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
    ) -> Assistant:
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

    def ask(
        self,
        message: str,
        conversation_id: str | None = None,
        owner: str | None = None,
        dialogue: KeptDialogue | None = None,
    ) -> Answer:
        """Answer one message of `owner`, to whom a new conversation then belongs (None: to whoever knows its id).

        `dialogue` is for clients that keep it themselves, in place of a conversation's id: the stored conversation of this owner
        that it tells goes on; where there is none, what the user said before is read again (retelling.py) into a new one.
        Messages in it that are not legal are left out, as they were refused in their time.
        Raises InputError (empty, too long, only punctuation), UnknownConversationError (also for somebody else's),
        ConversationMovedError when another process answered in the same conversation meanwhile.
        """
        return self._turn(message, conversation_id, owner, None, dialogue)

    def stream(
        self,
        message: str,
        conversation_id: str | None = None,
        owner: str | None = None,
        dialogue: KeptDialogue | None = None,
    ) -> Iterator[ProgressEvent | Answer]:
        """The same, with progress first and the Answer last."""
        self._check_message(message)
        events: queue.SimpleQueue[ProgressEvent | None] = queue.SimpleQueue()
        context = copy_context()  # the id of the request, and its span
        work = self._workers.submit(
            context.run, self._turn, message, conversation_id, owner, events.put, dialogue
        )
        work.add_done_callback(lambda _done: events.put(None))
        while (event := events.get()) is not None:
            yield event
        yield work.result()

    def _turn(
        self,
        message: str,
        conversation_id: str | None,
        owner: str | None,
        on_progress: Callable[[ProgressEvent], None] | None,
        dialogue: KeptDialogue | None = None,
    ) -> Answer:
        text = self._check_message(message)
        told = dialogue.without(self._is_illegal) if dialogue else None
        known = told.digest if told else None
        if known is not None:
            conversation_id = self._records.conversations.of_dialogue(known, owner)
        with stages() as spent, self._order.turn_of(conversation_id):
            begun, today = self._begun(conversation_id, owner, known), self._today()
            if on_progress:
                on_progress(READING)
            with self._current.in_use() as edition, span("turn"):
                afresh = told is not None and not begun.turns
                if told and afresh:
                    begun = self._retelling.after(told.said, edition, begun.id, today, on_progress)
                turn = edition.runner.run(text, begun, new_id("a"), today, on_progress)
                if told and afresh:
                    self._retelling.keep((*told.said, text), turn.conversation, edition, today)
                versions = edition.versions
            with span("store", stage="store"):
                after = told.digest_after(text, turn.answer) if told else None
                record = record_of(turn, text, begun, today, owner, versions, after)
                self._records.conversations.save_turn(record)
        report = replace(turn.report, stages=tuple(spent.items()))
        log_turn(report, text if self._settings.log_text else None)
        if self._on_turn:
            self._on_turn(report)
        return turn.answer

    def _begun(self, conversation_id: str | None, owner: str | None, dialogue: str | None) -> Conversation:
        conversations = self._records.conversations
        if conversation_id is None:
            return conversations.begin()
        if dialogue is None:
            return conversations.owned(conversation_id, owner)
        return conversations.still_at(conversation_id, dialogue) or conversations.begin()

    def _check_message(self, message: str) -> str:
        text = message.strip()
        if not text:
            raise InputError("问题是空的；请写出要问的内容")
        if len(text) > self._settings.message_limit:
            raise InputError(
                f"问题太长：{len(text)} 个字符，最多 {self._settings.message_limit} 个；请精简或分几次问"
            )
        if not any(unicodedata.category(char)[0] in "LN" for char in text):
            raise InputError(f"问题「{text[:20]}」里没有文字；请用文字写出要问的内容")
        return text

    def _is_illegal(self, message: str) -> bool:
        try:
            self._check_message(message)
        except InputError:
            return True
        return False

    def search(
        self, query: str, limit: int = 10, conditions: Conditions = ANYWHERE, before: Sequence[str] = ()
    ) -> list[SearchResult]:
        """Clauses nearest to a query, best first, within the conditions; see ClauseSearch.search."""
        with self._current.in_use() as edition:
            return edition.search.search(query, limit, conditions, before)

    def find(
        self, query: str, limit: int = 10, conditions: Conditions = ANYWHERE, before: Sequence[str] = ()
    ) -> Findings:
        """The same with how likely it answers; see ClauseSearch.find."""
        with self._current.in_use() as edition:
            return edition.search.find(query, limit, conditions, before)

    def meanings(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """A vector of length one for each question: those that ask for the same lie near each other."""
        with self._current.in_use() as edition:
            return edition.search.meanings(questions)

    def clause_view(self, address: str) -> dict[str, Any]:
        """JSON view of a clause; accepts canonical addresses and what people write (第8条, 管理办法第八条第二项)."""
        return self.reader.clause_view(address)

    def policies(self) -> list[dict[str, Any]]:
        """JSON catalogue of the policies with their status, dates and number of clauses."""
        return self.reader.catalogue()

    def assess(
        self, request: Mapping[str, Any], origins: Mapping[str, Origin] | None = None
    ) -> dict[str, Any]:
        """Assess raw facts: {"policy"?, "programme", "on"?, "stage"?, "keep_asking"?, "facts": {...}, "applicant"?: {...}, "trace"?}.

        Returns verdict, citations, calculations, missing, notes and warnings in the shapes of an answer, and the trace
        when it is asked for; `origins` says where each fact was read (a form's field when None). Raises FactError,
        InputError, RuleBookError.
        """
        return self.assess_applicant(request, origins).data

    def assess_applicant(
        self, request: Mapping[str, Any], origins: Mapping[str, Origin] | None = None
    ) -> AssessedApplicant:
        """The same with the rule book's own assessment beside the JSON, as exports need it."""
        from assistant.agent.assessment import assess_request

        with self._current.in_use() as edition:
            ledger = EvidenceLedger(edition.library)
            return assess_request(edition.desk, request, self._today(), ledger, origins)

    def explore(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What each criterion would still take (还差多少), of the same request as `assess`.

        Returns criteria with ranges, proofs, plans and score tables, citations and warnings. Raises what `assess` raises.
        """
        from assistant.agent.outlook import explore_request

        with self._current.in_use() as edition:
            ledger = EvidenceLedger(edition.library)
            return explore_request(edition.desk, request, self._today(), ledger)

    def compare(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Two scenarios side by side: {"policy"?, "programme", "on"?, "stage"?, "facts_a": {...}, "facts_b": {...}}.

        Returns differing facts, figures, findings and scores, citations and warnings. Raises what `assess` raises.
        """
        from assistant.agent.outlook import compare_request

        with self._current.in_use() as edition:
            ledger = EvidenceLedger(edition.library)
            return compare_request(edition.desk, request, self._today(), ledger)

    def verify(self, text: str) -> Review:
        """Any text, sentence by sentence: supported by which clause, contradicted by which words, or not found.

        Raises InputError when the text is empty or too long.
        """
        from assistant.agent.verification.reviewing import verify_text

        with self._current.in_use() as edition:
            return verify_text(edition.library, edition.retriever, text)

    def use_tool(
        self,
        name: str,
        arguments: Mapping[str, Any],
        on_progress: Callable[[ProgressEvent], None] | None = None,
    ) -> ToolAnswer:
        """One of the agent's tools by itself; nothing is remembered or stored.

        Raises InputError for an unknown tool or argument, pydantic's ValidationError for a wrong value.
        """
        from assistant.agent.tools.single_use import use_tool

        with self._current.in_use() as edition:
            return use_tool(edition.desk, name, arguments, self._today(), on_progress)

    def catalogue(self) -> str:
        """Policies, programmes, metrics and facts by the names that the tools take, as text."""
        from assistant.agent.models.briefing import catalogue

        with self._current.in_use() as edition:
            return catalogue(edition.library, edition.books.books)

    def verify_quote(self, quote: str, policy: str | None = None, address: str | None = None) -> QuoteCheck:
        """Whether words stand in the policies to the letter, with differences, or not at all.

        `policy` (id, title or 文号) or `address` is where they are said to stand. Raises InputError, AddressError.
        """
        with self._current.in_use() as edition:
            within: Clause | str | None = None
            if address is not None:
                within = edition.reader.resolve(address)
            elif policy is not None:
                within = edition.reader.named_policy(policy).id

            def near(words: str, inside: str | None) -> list[str]:
                where = ClauseFilter(policy_ids=frozenset((inside,))) if inside else None
                return [hit.address for hit in edition.retriever.search(words, NEAREST, where)]

            return QuoteChecker(edition.reader.texts, near).check(quote, within)

    def self_assessment(
        self, answer_id: str, owner: str | None = None, anyones: bool = False
    ) -> AssessedApplicant:
        """What an answer judged, with the facts, the day and the stage of its verdict, as exports need it.

        Raises UnknownAnswerError, InputError when it has no verdict, RuleBookError when its book is broken.
        """
        from assistant.agent.assessment import assess_trace

        stored = self._stored(answer_id, owner, anyones).trace
        if stored is None or "programme" not in stored:
            raise InputError(f"回答「{answer_id[:60]}」没有对申报类别作出判定，所以没有自评价可以下载")
        with self._current.in_use() as edition:
            return assess_trace(edition.desk, stored, EvidenceLedger(edition.library))

    def facts_of(self, conversation_id: str, owner: str | None = None) -> tuple[UnderstoodFact, ...]:
        """The facts that a conversation holds, each with how to change it. Raises UnknownConversationError."""
        from assistant.agent.understood import understood_facts

        conversation = self._records.conversations.owned(conversation_id, owner)
        with self._current.in_use() as edition:
            return understood_facts(conversation, edition.books)

    def fields_of(self, missing: Sequence[MissingFact]) -> tuple[FactField | None, ...]:
        """How each missing fact of an answer is put in; None for one that no rule book asks for any more."""
        from assistant.agent.understood import missing_fields

        with self._current.in_use() as edition:
            return missing_fields(missing, edition.books)

    def programmes_of(self, policies: Collection[str]) -> tuple[str, ...]:
        """Names of the programmes that the rule books of these policies (ids) decide."""
        with self._current.in_use() as edition:
            return tuple(
                programme.label
                for policy, book in edition.books.books.items()
                if policy in policies
                for programme in book.programmes.values()
            )

    def rule_book(self, policy: str | None = None) -> RuleBook:
        """The rule book of a policy; the only one when none is named. Raises InputError, RuleBookError."""
        from assistant.agent.assessment import chosen_book

        with self._current.in_use() as edition:
            return chosen_book(edition.desk, policy)

    def rule_books(self) -> RuleBooks:
        """All rule books: those that may be applied, and why a broken one may not."""
        with self._current.in_use() as edition:
            return edition.books

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

    def history(
        self, owner: str | None, cursor: str | None = None, limit: int = 20
    ) -> Page[ConversationSummary]:
        """Somebody's conversations, the one continued last first; nobody (None) has none. Raises InputError (cursor, limit)."""
        if owner is None:
            return Page((), None)
        return self._records.conversations.of(owner, cursor, limit)

    def conversation_turns(
        self, conversation_id: str, owner: str | None = None, anyones: bool = False
    ) -> tuple[PastTurn, ...]:
        """The turns of a conversation that is the owner's or nobody's, or `anyones`. Raises UnknownConversationError."""
        self._check_owner(conversation_id, owner, anyones)
        return self._records.conversations.turns_of(conversation_id)

    def forget(self, conversation_id: str, owner: str | None = None, anyones: bool = False) -> int:
        """Delete all text of such a conversation for good, after a turn of it that is running; how many answers it had.

        Raises UnknownConversationError.
        """
        with self._order.turn_of(conversation_id):
            self._check_owner(conversation_id, owner, anyones)
            return self._records.conversations.delete(conversation_id)

    def _check_owner(self, conversation_id: str, owner: str | None, anyones: bool) -> None:
        if self._records.conversations.owner_of(conversation_id) not in (None, owner) and not anyones:
            raise unknown(conversation_id)

    def answer_record(
        self, answer_id: str, owner: str | None = None, anyones: bool = False
    ) -> dict[str, Any]:
        """A stored answer's JSON, of one that is the owner's or nobody's, or `anyones`. Raises UnknownAnswerError."""
        return self._stored(answer_id, owner, anyones).to_json()

    def replay(self, answer_id: str, owner: str | None = None, anyones: bool = False) -> dict[str, Any]:
        """Make a stored answer again with the texts and rules of today, as on its day; nothing is stored.

        {"same", "differences": Chinese sentences, "versions": what it is made from that has changed, "trace": the trace of
        today, None without one, "answer": the answer object of today, None when it cannot be asked again (a model
        made it, or it is older than what is needed for it)}. Raises UnknownAnswerError, InputError when there is
        nothing to run again, RuleBookError when its book is broken.
        """
        stored = self._stored(answer_id, owner, anyones)
        with self._current.in_use() as edition:
            traced = _retraced(stored.trace, edition)
            again = asked_again(edition.runner, stored)
            versions = changed_versions(stored.versions, edition.versions) if stored.versions else []
        if traced is None and again is None:
            raise InputError(f"回答「{answer_id}」没有推导，也不能照当时的情形再问一次，所以不能重算")
        differences = (*(traced.differences if traced else ()), *(again.differences if again else ()))
        return {
            "same": (traced is None or traced.same) and (again is None or again.same),
            "differences": differences,
            "versions": versions,
            "trace": traced.trace if traced else None,
            "answer": again.answer if again else None,
        }

    def give_feedback(
        self, answer_id: str, kind: str, words: str = "", owner: str | None = None, anyones: bool = False
    ) -> Feedback:
        """Keep what a reader says of such an answer; `kind` is 有用, 有误 or 其他. Raises UnknownAnswerError, InputError."""
        self._stored(answer_id, owner, anyones)
        return self._records.feedback.add(answer_id, kind, words, owner)

    def _stored(self, answer_id: str, owner: str | None, anyones: bool) -> StoredAnswer:
        found = self._records.answers.get(answer_id)
        if found.owner not in (None, owner) and not anyones:
            raise unknown_answer(answer_id)
        return found

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


def _retraced(trace: Mapping[str, Any] | None, edition: Edition) -> Replay | None:
    return None if trace is None else replay(trace, edition.books.book(trace["policy"]["id"]))
