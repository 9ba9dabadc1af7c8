"""Finding: clauses by what they say, and whether words stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.documents.clause import Clause
from assistant.reading.quotations import QuoteCheck, QuoteChecker
from assistant.retrieval.filters import ClauseFilter
from assistant.search.clause_search import ANYWHERE, Findings, SearchResult
from assistant.search.conditions import Conditions
from assistant.service.opened import Opened

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.agent.verification.reviewing import Review

NEAREST = 20  # clauses that a quotation is held against when it stands nowhere to the letter


class Finding(Opened):
    """Search, clauses, quotations and the review of a text."""

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

    def verify(self, text: str) -> Review:
        """Any text, sentence by sentence: supported by which clause, contradicted by which words, or not found.

        Raises InputError when the text is empty or too long.
        """
        from assistant.agent.verification.reviewing import verify_text

        with self._current.in_use() as edition:
            return verify_text(edition.library, edition.retriever, text)
