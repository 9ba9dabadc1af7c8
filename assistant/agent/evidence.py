"""The ledger of evidence: a model may cite only the markers handed out here, each a clause with a verbatim quote."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from assistant.agent.answer import Citation
from assistant.documents.clause import Clause
from assistant.documents.library import Library

MARKER = re.compile(r"\[(\d{1,4})\]")


_HEARD: ContextVar[list[int] | None] = ContextVar("tiaowen_markers", default=None)


@dataclass(frozen=True)
class Evidence:
    """One marker: the clause, the quote in it and the quote's place in the stored file."""

    marker: int
    clause: Clause
    quote: str
    start: int
    end: int


class EvidenceLedger:
    """Hands out markers within one turn; the same words of the same clause get the same marker.

    The tools of one step run in threads of their own, so a marker is chosen and taken under a lock.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._entries: dict[tuple[str, str], Evidence] = {}
        self._by_marker: dict[int, Evidence] = {}
        self._lock = threading.Lock()

    def hand_out(self, address: str, quote: str) -> int:
        """Marker for `quote` in the clause at `address`; raises UnknownClauseError when it does not stand there."""
        marker = self._marker(address, quote)
        heard = _HEARD.get()
        if heard is not None and marker not in heard:
            heard.append(marker)
        return marker

    def _marker(self, address: str, quote: str) -> int:
        with self._lock:
            known = self._entries.get((address, quote))
            if known:
                return known.marker
            clause, span, exact = self._library.cite(address, quote)
            known = self._entries.get((clause.address, exact))  # the same words, written otherwise
            entry = known or Evidence(len(self._by_marker) + 1, clause, exact, span.start, span.end)
            self._entries[(clause.address, exact)] = self._entries[(address, quote)] = entry
            self._by_marker[entry.marker] = entry
            return entry.marker

    @contextmanager
    def listening(self) -> Iterator[list[int]]:
        """The markers that are handed out while the block runs, to whoever runs it: known ones are handed out again."""
        heard: list[int] = []
        token = _HEARD.set(heard)
        try:
            yield heard
        finally:
            _HEARD.reset(token)

    def label(self, address: str) -> str:
        """How people write a clause's address: 第八条（二）, 附件3第10项."""
        return self._library.clause(address).label

    def get(self, marker: int) -> Evidence | None:
        """The evidence behind a marker, or None when nobody handed it out."""
        return self._by_marker.get(marker)

    def citation(self, marker: int, shown_as: int) -> Citation:
        """The citation of the answer; `text` is the clause whole, with its items."""
        entry = self._by_marker[marker]
        policy = self._library.policies[entry.clause.policy_id]
        return Citation(
            marker=shown_as,
            policy_id=policy.id,
            title=policy.title,
            address=entry.clause.address,
            label=entry.clause.label,
            text=self._library.full_text(entry.clause),
            quote=entry.quote,
            start=entry.start,
            end=entry.end,
            source_sha256=policy.sha256,
            policy_status=policy.status,
        )


def markers_in(text: str) -> list[int]:
    """Markers in order of first appearance."""
    return list(dict.fromkeys(int(found) for found in MARKER.findall(text)))


def renumber(text: str, order: dict[int, int]) -> str:
    """Replace handed-out markers by the numbers a person sees; markers that nobody handed out are dropped."""

    def shown(found: re.Match[str]) -> str:
        number = order.get(int(found.group(1)))
        return f"[{number}]" if number is not None else ""

    return MARKER.sub(shown, text)
