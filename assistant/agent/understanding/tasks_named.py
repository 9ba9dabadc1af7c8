"""Tasks named by a word of their heading: 农业那节谁牵头, 工业、城乡建设两节的责任单位."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from assistant.documents.clause import Clause
from assistant.documents.library import Library

RUN_IN = re.compile(r"(?:（[一二三四五六七八九十]+）|\d{1,2}\.)(?P<head>[^。，；]{2,30})。")
_PIECE = r"(?:节|块|段|条|项|部分|领域|摊)"
_ONE = re.compile(
    rf"(?:^|[里中的，。？?\s]|那|讲|关于)(?P<what>[一-鿿]{{2,6}}?)(?:领域|方面)?(?:的?[这那]一?|一){_PIECE}"
)
_MANY = re.compile(
    rf"(?:^|[里中的，。？?\s])(?P<list>[一-鿿]{{2,6}}(?:[、和与跟][一-鿿]{{2,6}})+?)(?:领域)?的?[这那]?[两三]个?{_PIECE}"
)
_AND = re.compile(r"[、和与跟]")


class TasksNamed:
    """Finds tasks, which announce themselves at the head of their own text."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def addresses(self, message: str, policies: Sequence[str]) -> tuple[str, ...]:
        """The tasks that a message names, all of them or none; one word must name one task alone."""
        many, one = _MANY.search(message), _ONE.search(message)
        words = _AND.split(many["list"]) if many else [one["what"]] if one else []
        found = [self._headed(word, policies) for word in words]
        return tuple(address for address in found if address) if all(found) else ()

    def _headed(self, word: str, policies: Sequence[str]) -> str | None:
        """The one task whose heading has the word, or the one whose field it is (农业领域)."""
        headed = [
            (head, clause)
            for head, clause in self._heads
            if word in head and (not policies or clause.policy_id in policies)
        ]
        field = [clause for head, clause in headed if f"{word}领域" in head]
        named = field if len(headed) > 1 else [clause for _, clause in headed]
        return named[0].address if len(named) == 1 else None

    @cached_property
    def _heads(self) -> list[tuple[str, Clause]]:
        found = [(RUN_IN.match(clause.text), clause) for clause in self._library.clauses()]
        return [(head["head"], clause) for head, clause in found if head]
