"""Assistant: the one entry that every interface calls."""

from __future__ import annotations

import queue
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant.agent.answer import Answer, ProgressEvent
from assistant.agent.evidence import EvidenceLedger
from assistant.agent.tools.passages import PassageRanker
from assistant.agent.turn import TurnRunner
from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.reader import Reader
from assistant.agent.understanding.scope import Scope
from assistant.documents.clause import Clause
from assistant.documents.library import Library
from assistant.errors import AddressError, InputError
from assistant.records import Records, new_id
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.progress import Progress
from assistant.retrieval.search import Retriever
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks
from assistant.rules.origins import Origin
from assistant.rules.replay import replay
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.agent.assessment import AssessedApplicant

MAX_RESULTS = 50
DOCUMENT_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,14}\s*[〔\[［（(【]\d{4}[〕\]］）)】]\s*第?\d+号"
)  # 闽环保综合〔2022〕12号


@dataclass(frozen=True)
class SearchResult:
    """One hit of a search: the clause, its policy's title and status, and the score it was ranked by."""

    clause: Clause
    title: str
    policy_status: str
    score: float


class Assistant:
    """Answers questions, finds clauses and assesses applicants; thread-safe, opened once a process."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        retriever: Retriever,
        books: RuleBooks,
        records: Records,
        today: Callable[[], date] = date.today,
    ) -> None:
        from assistant.agent.desk import PolicyDesk
        from assistant.agent.graph import build_graph
        from assistant.agent.model import choose_model
        from assistant.agent.planner import Planner

        self._settings = settings
        self._library = library
        self._retriever = retriever
        self._books = books
        self._records = records
        self._today = today
        lexicon = Lexicon.load(settings.corpus)
        scope = Scope(library, lexicon)
        self._desk = PolicyDesk(library, retriever, books, lexicon, PassageRanker(library, lexicon), scope)
        planner = Planner(Reader(library, books, lexicon, scope, today), books)
        graph = build_graph(choose_model(settings.model, planner))
        self._workers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="tiaowen-turn")
        self._runner = TurnRunner(graph, self._desk, planner, settings.model)

    @classmethod
    def open(
        cls, settings: Settings, progress: Progress | None = None, today: Callable[[], date] = date.today
    ) -> Assistant:
        """Load corpus, index, rule books and records. Raises CorpusError, SearchIndexError, RecordsError."""
        library = Library.load(settings.corpus)
        books = RuleBooks.load(library, settings.corpus)
        records = Records.open(settings.data)
        retriever = Retriever.open(settings, library, progress)
        return cls(settings, library, retriever, books, records, today)

    def ask(self, message: str, conversation_id: str | None = None) -> Answer:
        """Answer one message. Raises InputError (empty, too long, only punctuation), UnknownConversationError."""
        return self._turn(message, conversation_id, None)

    def stream(self, message: str, conversation_id: str | None = None) -> Iterator[ProgressEvent | Answer]:
        """The same, with progress first and the Answer last."""
        self._check_message(message)
        events: queue.SimpleQueue[ProgressEvent | None] = queue.SimpleQueue()
        work = self._workers.submit(self._turn, message, conversation_id, events.put)
        work.add_done_callback(lambda _done: events.put(None))
        while (event := events.get()) is not None:
            yield event
        yield work.result()

    def _turn(
        self,
        message: str,
        conversation_id: str | None,
        on_progress: Callable[[ProgressEvent], None] | None,
    ) -> Answer:
        text = self._check_message(message)
        conversation = (
            self._records.conversation(conversation_id) if conversation_id else self._records.begin()
        )
        turn = self._runner.run(text, conversation, new_id("a"), self._today(), on_progress)
        self._records.save_turn(turn.conversation, text, turn.answer, turn.trace)
        return turn.answer

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

    def search(self, query: str, limit: int = 10, policy_id: str | None = None) -> list[SearchResult]:
        """Clauses nearest to a query, best first. An address or clause number in the query is resolved, not searched."""
        if not query.strip():
            raise InputError("检索词是空的；请写出要查的内容")
        if not 1 <= limit <= MAX_RESULTS:
            raise InputError(f"limit 的值 {limit} 不合法；应为 1 到 {MAX_RESULTS}")
        if policy_id is not None and policy_id not in self._library.policies:
            raise InputError(f"没有编号为「{policy_id}」的政策；现有：{'、'.join(self._library.policies)}")
        try:
            resolved = self._library.resolve(query.strip(), policy_id)
        except AddressError:
            named = self._number_clause(query, policy_id)
            if named:
                return [self._result(named, 1.0)]
        else:
            return [self._result(resolved, 1.0)]
        corrected = self._desk.lexicon.expand(self._desk.lexicon.corrected(query))
        where = ClauseFilter(policy_ids=frozenset({policy_id})) if policy_id else None
        hits = self._retriever.search(corrected, limit=limit, where=where)
        return [self._result(self._library.clause(hit.address), hit.score) for hit in hits]

    def _number_clause(self, query: str, policy_id: str | None) -> Clause | None:
        """The clause that holds a 文号, when the query is one and nothing else."""
        found = self._library.find_policies(query) if DOCUMENT_NUMBER.fullmatch(query.strip()) else []
        if len(found) != 1 or policy_id not in (None, found[0].id):
            return None
        number = found[0].number
        return next(
            (one for one in self._library.clauses(found[0].id) if number and number in one.text), None
        )

    def _result(self, clause: Clause, score: float) -> SearchResult:
        policy = self._library.policies[clause.policy_id]
        return SearchResult(clause, policy.title, policy.status, score)

    def clause_view(self, address: str) -> dict[str, Any]:
        """JSON view of a clause; accepts canonical addresses and what people write (第8条, 管理办法第八条第二项)."""
        clause = self._library.resolve(address)
        policy = self._library.policies[clause.policy_id]
        around = [item.address for item in self._library.clauses(clause.policy_id)]
        at = around.index(clause.address)
        return {
            "address": clause.address,
            "label": clause.label,
            "kind": str(clause.kind),
            "heading_path": list(clause.heading_path),
            "text": self._library.full_text(clause),
            "own_text": clause.text,
            "attributes": dict(clause.attributes),
            "standings": [
                {"spans": [asdict(span) for span in standing.spans]} for standing in clause.standings
            ],
            "policy": {
                "id": policy.id,
                "title": policy.title,
                "number": policy.number,
                "status": policy.status,
                "sha256": policy.sha256,
            },
            "parent": f"{policy.id}#{clause.parent}" if clause.parent else None,
            "children": [child.address for child in self._library.children(clause)],
            "previous": around[at - 1] if at else None,
            "next": around[at + 1] if at + 1 < len(around) else None,
        }

    def policies(self) -> list[dict[str, Any]]:
        """JSON catalogue of the policies with their status, dates and number of clauses."""
        return [
            {
                "id": policy.id,
                "title": policy.title,
                "number": policy.number,
                "issuer": policy.issuer,
                "published": policy.published.isoformat() if policy.published else None,
                "status": policy.status,
                "valid_from": policy.valid_from.isoformat() if policy.valid_from else None,
                "valid_to": policy.valid_to.isoformat() if policy.valid_to else None,
                "region": policy.region,
                "level": policy.level,
                "sha256": policy.sha256,
                "clauses": sum(1 for _ in self._library.clauses(policy.id)),
                "rule_book": policy.id in self._books.books,
            }
            for policy in self._library.policies.values()
        ]

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

        return assess_request(self._desk, request, self._today(), EvidenceLedger(self._library), origins)

    def explore(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What each criterion would still take (还差多少), of the same request as `assess`.

        Returns criteria with ranges, proofs, plans and score tables, citations and warnings. Raises what `assess` raises.
        """
        from assistant.agent.outlook import explore_request

        return explore_request(self._desk, request, self._today(), EvidenceLedger(self._library))

    def compare(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Two scenarios side by side: {"policy"?, "programme", "on"?, "stage"?, "facts_a": {...}, "facts_b": {...}}.

        Returns differing facts, figures, findings and scores, citations and warnings. Raises what `assess` raises.
        """
        from assistant.agent.outlook import compare_request

        return compare_request(self._desk, request, self._today(), EvidenceLedger(self._library))

    def rule_book(self, policy: str | None = None) -> RuleBook:
        """The rule book of a policy; the only one when none is named. Raises InputError, RuleBookError."""
        from assistant.agent.assessment import chosen_book

        return chosen_book(self._desk, policy)

    @property
    def library(self) -> Library:
        """The policies and their clauses."""
        return self._library

    def answer_record(self, answer_id: str) -> dict[str, Any]:
        """A stored answer's JSON. Raises InputError when there is none."""
        return self._records.answer(answer_id)

    def replay(self, answer_id: str) -> dict[str, Any]:
        """Run a stored answer's trace again with the rules of today: {"same", "differences", "trace"}.

        Raises InputError when there is no such answer or it has no trace, RuleBookError when its book is broken.
        """
        stored = self._records.answer(answer_id)["trace"]
        if stored is None:
            raise InputError(f"回答「{answer_id}」没有判定也没有测算，所以没有推导")
        return asdict(replay(stored, self._books.book(stored["policy"]["id"])))

    def health(self) -> dict[str, Any]:
        """What /readyz tells."""
        return {
            "ready": True,
            "policies": len(self._library.policies),
            "clauses": sum(1 for _ in self._library.clauses()),
            "rule_books": {
                **dict.fromkeys(self._books.books, "ok"),
                **{policy: f"changed: {why}" for policy, why in self._books.changed.items()},
                **{policy: f"broken: {why}" for policy, why in self._books.broken.items()},
            },
            "index": self._retriever.state(),
            "model": self._settings.model,
        }

    def close(self) -> None:
        """Finish running turns, then release index and records."""
        self._workers.shutdown()
        self._retriever.close()
        self._records.close()
