"""Finding clauses without answering: addresses and 文号 are looked up, everything else is searched.

It opens in a fraction of the time of the whole assistant: what only a question with earlier ones needs (the rule books and
the reader) is opened with the first such question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.agent.understanding.lexicon import Lexicon
from assistant.documents.clause import Clause
from assistant.documents.library import Library
from assistant.errors import InputError
from assistant.plain_text import plain
from assistant.retrieval.asking import Ask, asks_of, content_words
from assistant.retrieval.entries import PolicyRecord
from assistant.retrieval.search import DEPTH, Pool, Retriever
from assistant.search.conditions import Conditions
from assistant.search.pointers import Pointers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.agent.understanding.follow_up import ClauseQuery, FollowUps
    from assistant.retrieval.filters import ClauseFilter
    from assistant.retrieval.progress import Progress
    from assistant.rules.books import RuleBooks
    from assistant.settings import Settings

MAX_RESULTS = 50
DOCUMENT_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,14}\s*[〔\[［（(【]\d{4}[〕\]］）)】]\s*第?\d+号"
)  # 闽环保综合〔2022〕12号
ANYWHERE = Conditions()
DEFINING = "本办法所称 是指"  # what stands where a text says what a word means
ALONE = 0.5  # weight of a follow-up's own words beside those of the question it carries on
RANKS = 10  # as in the fusion of the channels: a rank counts 1 / (10 + rank)
COMPARED = 2  # clauses of the earlier question that a comparison keeps in sight
LOOKED_AT = 5  # clauses found for an earlier question


@dataclass(frozen=True)
class SearchResult:
    """One hit of a search: the clause, its policy's title and status, and the score it was ranked by."""

    clause: Clause
    title: str
    policy_status: str
    score: float


@dataclass(frozen=True)
class Findings:
    """What a search found, best first, and the probability (0…1) that the corpus answers the question."""

    results: Sequence[SearchResult]
    answerable: float


@dataclass(frozen=True)
class _Ranked:
    """(address, score), best first, and what tells how likely they answer."""

    order: Sequence[tuple[str, float]]
    answerable: Callable[[], float]


class ClauseSearch:
    """Searches one library by one index; thread-safe."""

    def __init__(
        self, library: Library, lexicon: Lexicon, retriever: Retriever, books: Callable[[], RuleBooks]
    ) -> None:
        """`books` opens the rule books of the library when they are first needed."""
        self._library = library
        self._lexicon = lexicon
        self._retriever = retriever
        self._books = books

    @classmethod
    def open(cls, settings: Settings, progress: Progress | None = None) -> ClauseSearch:
        """Open corpus and index for searching alone. Raises CorpusError, SearchIndexError."""

        def books() -> RuleBooks:
            from assistant.rules.books import RuleBooks

            return RuleBooks.load(library, settings.corpus)

        library = Library.load(settings.corpus)
        lexicon = Lexicon.load(settings.corpus)
        return cls(library, lexicon, Retriever.open(settings, library, progress), books)

    def search(
        self, query: str, limit: int = 10, conditions: Conditions = ANYWHERE, before: Sequence[str] = ()
    ) -> list[SearchResult]:
        """Clauses nearest to a query, best first. An address or clause number in the query is resolved, not searched.

        `before` are the questions asked before it, oldest first, which say what a follow-up leaves out. Raises
        InputError: an empty query, a limit or a condition that is not legal.
        """
        return self._results(self._read(query, limit, conditions, before))

    def find(
        self, query: str, limit: int = 10, conditions: Conditions = ANYWHERE, before: Sequence[str] = ()
    ) -> Findings:
        """The same with how likely it answers: 1 for a clause that is looked up, 0 where nothing is found."""
        ranked = self._read(query, limit, conditions, before)
        return Findings(self._results(ranked), ranked.answerable() if ranked.order else 0.0)

    def _read(self, query: str, limit: int, conditions: Conditions, before: Sequence[str]) -> _Ranked:
        if not query.strip():
            raise InputError("检索词是空的；请写出要查的内容")
        if not 1 <= limit <= MAX_RESULTS:
            raise InputError(f"limit 的值 {limit} 不合法；应为 1 到 {MAX_RESULTS}")
        where = conditions.read(self._library)
        query = plain(query)
        earlier = [question.strip() for question in before if question.strip()]
        if earlier and "#" not in query:
            asked = self._follow_ups.read(query, earlier, self._addresses)
            return _Ranked(self._ranked(asked, limit, where), lambda: self._carried(asked, where))
        if (named := self._named(query.strip(), where)) is not None:
            return _Ranked([(clause.address, 1.0) for clause in named], lambda: 1.0)
        pool = self._pool(query, where, query)
        hits = self._retriever.ranked(pool, limit)
        return _Ranked([(hit.address, hit.score) for hit in hits], lambda: self._retriever.answered_by(pool))

    def close(self) -> None:
        """Release the index."""
        self._retriever.close()

    @cached_property
    def _follow_ups(self) -> FollowUps:
        from assistant.agent.understanding.follow_up import FollowUps
        from assistant.agent.understanding.reader import Reader
        from assistant.agent.understanding.scope import Scope
        from assistant.agent.understanding.spelling import Spelling

        books = self._books()
        spelling = Spelling.of(self._library, books, self._retriever.words)
        scope = Scope(self._library, self._lexicon)
        reader = Reader(self._library, books, self._lexicon, scope, spelling=spelling)
        return FollowUps(self._library, books, self._lexicon, reader)

    def _addresses(self, asked: ClauseQuery) -> list[str]:
        return [address for address, _ in self._ranked(asked, LOOKED_AT, None)]

    def _ranked(self, asked: ClauseQuery, limit: int, where: ClauseFilter | None) -> list[tuple[str, float]]:
        """(address, score) of a question that carries on earlier ones: what they point at, then what is found."""
        found = self._carrying(asked, where)
        inside = self._inside(asked.within)
        foremost = sorted(
            found,
            key=lambda address: (address not in inside, address.partition("#")[0] not in asked.policies),
        )
        order = [*asked.clauses, *foremost]
        order[1:1] = asked.beside[:COMPARED]
        named = [self._library.clause(address) for address in dict.fromkeys(order)]
        best = max(found.values(), default=1.0)
        return [(one.address, found.get(one.address, best)) for one in self._admitted(named, where)][:limit]

    def _carrying(self, asked: ClauseQuery, where: ClauseFilter | None) -> dict[str, float]:
        """{address: score}, best first, by the rank for the question with the one it carries on, and for itself alone."""
        whole = f"{asked.text} {asked.before}".strip()
        # 那近零碳呢 points at its own programme, not at the one of the question that it carries on.
        about = asked.text if self._pointers.names_programme(asked.text) else whole
        searches = [(whole, about, 1.0)]
        if asked.before and not asked.beside:  # what only compares says nothing by itself
            searches.append((asked.text, asked.text, ALONE))
        scores: dict[str, float] = {}
        for text, about, weight in searches:
            for rank, (address, _) in enumerate(self._nearest(text, MAX_RESULTS, where, about), 1):
                scores[address] = scores.get(address, 0.0) + weight / (RANKS + rank)
        return dict(sorted(scores.items(), key=lambda scored: -scored[1]))

    def _inside(self, address: str | None) -> frozenset[str]:
        """A clause and all below it."""
        if address is None:
            return frozenset()
        return frozenset(one.address for one in self._library.descend(self._library.clause(address)))

    def _carried(self, asked: ClauseQuery, where: ClauseFilter | None) -> float:
        """How likely a question that carries on earlier ones is answered."""
        if asked.clauses:
            return 1.0
        text = f"{asked.text} {asked.before}" if asked.before else asked.text
        return self._retriever.answered_by(self._pool(text, where, text))

    def _nearest(
        self, text: str, limit: int, where: ClauseFilter | None, about: str
    ) -> list[tuple[str, float]]:
        pool = self._pool(text, where, about)
        return [(hit.address, hit.score) for hit in self._retriever.ranked(pool, limit)]

    def pool(self, question: str) -> Pool | None:
        """What a question that stands alone is ranked over; for fitting the ranking."""
        return self._pool(question, None, question)

    def meanings(self, questions: Sequence[str]) -> NDArray[np.float32]:
        """The encoder's rows of length one for what is searched for each question."""
        return self._retriever.vectors([self._wording(self._lexicon.corrected(one)) for one in questions])

    def _pool(self, text: str, where: ClauseFilter | None, about: str) -> Pool | None:
        """What the words of `text` find, with what `about` points at."""
        corrected = self._lexicon.corrected(text)
        guide = self._pointers.read(self._lexicon.corrected(about))
        return self._retriever.pool(self._wording(corrected), DEPTH, where, guide)

    def _wording(self, question: str) -> str:
        """What is searched: the question without 文号, where it says more, and with the texts' words for its own."""
        rest = question
        for policy in self._library.policies.values():
            if policy.number:
                rest = rest.replace(policy.number, " ")
        expanded = self._lexicon.expand(rest if content_words(rest) else question)
        return f"{expanded} {DEFINING}" if Ask.MEANING in asks_of(question) else expanded

    @cached_property
    def _pointers(self) -> Pointers:
        return Pointers(self._library, self._books(), self._lexicon)

    def _named(self, query: str, where: ClauseFilter | None) -> list[Clause] | None:
        """The clause that the query names by address, number or 文号, where the conditions admit it; None when it names none."""
        only = (
            next(iter(where.policy_ids))
            if where and where.policy_ids and len(where.policy_ids) == 1
            else None
        )
        named = self._library.candidates(query, only) or self._number_clause(query)
        admitted = self._admitted(named, where)
        if len(named) > 1:  # more than one is ambiguous, unless the conditions leave one
            return admitted if len(admitted) == 1 else None
        return admitted if named else None

    def _number_clause(self, query: str) -> list[Clause]:
        """The clause that holds a 文号, when the query is one and nothing else."""
        found = self._library.find_policies(query) if DOCUMENT_NUMBER.fullmatch(query) else []
        if len(found) != 1:
            return []
        number = found[0].number
        clauses = self._library.clauses(found[0].id)
        return [one for one in clauses if number and number in one.text][:1]

    def _admitted(self, clauses: Sequence[Clause], where: ClauseFilter | None) -> list[Clause]:
        if where is None:
            return list(clauses)
        policies = self._library.policies
        return [one for one in clauses if where.admits(PolicyRecord.of(policies[one.policy_id]))]

    def _results(self, ranked: _Ranked) -> list[SearchResult]:
        found = []
        for address, score in ranked.order:
            clause = self._library.clause(address)
            policy = self._library.policies[clause.policy_id]
            found.append(SearchResult(clause, policy.title, policy.status, score))
        return found
