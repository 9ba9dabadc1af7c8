"""What assessing, exporting and screening need of an assistant: the shipped corpus and rules, no index and no records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assistant.agent.assessment import AssessedApplicant, assess_request, chosen_book
from assistant.agent.evidence import EvidenceLedger
from assistant.agent.outlook import compare_request, explore_request
from assistant.documents.library import Library
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks
from assistant.rules.origins import Origin

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
TODAY = date(2026, 11, 21)


class AssessingAssistant:
    """Assesses on a fixed day; `corpus` is the shipped one, or a folder of the test's own."""

    def __init__(self, corpus: Path = CORPUS) -> None:
        self.library = Library.load(corpus)
        self._desk: Any = SimpleNamespace(library=self.library, books=RuleBooks.load(self.library, corpus))

    def assess(
        self, request: Mapping[str, Any], origins: Mapping[str, Origin] | None = None
    ) -> dict[str, Any]:
        return self.assess_applicant(request, origins).data

    def assess_applicant(
        self, request: Mapping[str, Any], origins: Mapping[str, Origin] | None = None
    ) -> AssessedApplicant:
        return assess_request(self._desk, request, TODAY, EvidenceLedger(self.library), origins)

    def explore(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return explore_request(self._desk, request, TODAY, EvidenceLedger(self.library))

    def compare(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return compare_request(self._desk, request, TODAY, EvidenceLedger(self.library))

    def rule_books(self) -> RuleBooks:
        books: RuleBooks = self._desk.books
        return books

    def rule_book(self, policy: str | None = None) -> RuleBook:
        return chosen_book(self._desk, policy)

    def health(self) -> dict[str, Any]:
        return {"ready": True}

    def warm(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to release."""
