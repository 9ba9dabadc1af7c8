"""The rule books of a corpus: those that may be applied, and those whose text has moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from assistant.documents.library import Library
from assistant.errors import RuleBookError
from assistant.rules.binding import bound_to, broken_bindings
from assistant.rules.book import RuleBook
from assistant.rules.loading import load_book
from assistant.rules.locking import unlooked

RULES_FILE = "rules.yaml"


@dataclass(frozen=True)
class RuleBooks:
    """Books by policy id.

    `broken` says what is wrong with a book that is not legal or disagrees with its text; it is never applied. `changed`
    says what somebody should look at in a book that is applied: its quotes stand, but their clauses are no longer those
    of the lock file.
    """

    books: Mapping[str, RuleBook]
    broken: Mapping[str, str]
    changed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def load(cls, library: Library, corpus_dir: Path) -> RuleBooks:
        """Read every rules.yaml of the corpus; one that is not legal or disagrees with its text goes to `broken`."""
        books: dict[str, RuleBook] = {}
        broken: dict[str, str] = {}
        changed: dict[str, str] = {}
        for policy_id, policy in library.policies.items():
            file = corpus_dir / policy_id / RULES_FILE
            if not file.is_file():
                continue
            try:
                book = load_book(file, policy)
            except RuleBookError as error:
                broken[policy_id] = str(error)
                continue
            problems = broken_bindings(book, library)
            if problems:
                broken[policy_id] = f"{file}与政策文本不一致：" + "；".join(problems)
                continue
            books[policy_id] = bound_to(book, library)
            moved = unlooked(books[policy_id], file)
            if moved:
                changed[policy_id] = moved
        return cls(MappingProxyType(books), MappingProxyType(broken), MappingProxyType(changed))

    def book(self, policy_id: str) -> RuleBook:
        """The book of a policy; RuleBookError when it has none or when it is broken."""
        if policy_id in self.broken:
            raise RuleBookError(self.broken[policy_id])
        if policy_id not in self.books:
            known = "、".join(book.policy.title for book in self.books.values()) or "（无）"
            raise RuleBookError(f"政策“{policy_id}”没有规则册；有规则册的是：{known}")
        return self.books[policy_id]
