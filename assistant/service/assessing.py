"""Assessing: facts held against the rule books, and what the rule books ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assistant.agent.answer import MissingFact
from assistant.agent.evidence import EvidenceLedger
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks
from assistant.rules.origins import Origin
from assistant.service.opened import Opened

if TYPE_CHECKING:
    from assistant.agent.assessment import AssessedApplicant
    from assistant.agent.understood import FactField


class Assessing(Opened):
    """Applicants without a conversation."""

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

    def rule_book(self, policy: str | None = None) -> RuleBook:
        """The rule book of a policy; the only one when none is named. Raises InputError, RuleBookError."""
        from assistant.agent.assessment import chosen_book

        with self._current.in_use() as edition:
            return chosen_book(edition.desk, policy)

    def rule_books(self) -> RuleBooks:
        """All rule books: those that may be applied, and why a broken one may not."""
        with self._current.in_use() as edition:
            return edition.books

    def programmes_of(self, policies: Collection[str]) -> tuple[str, ...]:
        """Names of the programmes that the rule books of these policies (ids) decide."""
        with self._current.in_use() as edition:
            return tuple(
                programme.label
                for policy, book in edition.books.books.items()
                if policy in policies
                for programme in book.programmes.values()
            )

    def fields_of(self, missing: Sequence[MissingFact]) -> tuple[FactField | None, ...]:
        """How each missing fact of an answer is put in; None for one that no rule book asks for any more."""
        from assistant.agent.understood import missing_fields

        with self._current.in_use() as edition:
            return missing_fields(missing, edition.books)
