"""Standard answers over the texts of today: bound to their clauses, given for the same and like questions, withdrawn with a change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.documents.clause_hash import clause_hash
from assistant.documents.library import Library
from assistant.errors import AddressError, InputError
from assistant.hotline.likeness import QuestionIndex, asks_the_same, bare
from assistant.records.standard_answers import BoundClause, StandardAnswer, StandardAnswers

FRESH_SECONDS = 2.0  # another process's approvals are offered after this long at most
ALIKE = 0.6  # from here on a question is like another one


@dataclass(frozen=True)
class Offered:
    """A standard answer for a question; `first` when it is given before any other answer."""

    standard: StandardAnswer
    alike: float
    first: bool = False


@dataclass(frozen=True)
class _Kept:
    items: tuple[StandardAnswer, ...]
    index: QuestionIndex
    until: float


class Standards:
    """The standard answers of a service; thread-safe."""

    def __init__(
        self,
        kept: StandardAnswers,
        library: Callable[[], Library],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept = kept
        self._library = library
        self._clock = clock
        self._lock = threading.Lock()
        self._read: _Kept | None = None

    def offered(self, typed: str, limit: int) -> list[Offered]:
        """Those whose question is near to what was typed, each checked against the texts of today."""
        for _ in range(2):
            read = self._current()
            near = [(read.items[one.index], one.alike) for one in read.index.near(typed, limit)]
            if all(self._holds(item) for item, _ in near):
                return [Offered(item, alike) for item, alike in near]
            self.check()
        return []

    def given(self, question: str, answer: Mapping[str, Any]) -> list[Offered]:
        """Those for an asked question beside its answer of today; the first one may be given first.

        It is when its question is the same, or when it is alike, turns nothing and the answer cites a clause of it first.
        """
        self.check()
        offered = self.offered(question, 4)
        cited = [item["address"] for item in answer["citations"][:1]]
        for at, one in enumerate(offered):
            if self._answers(one, question, cited):
                chosen = Offered(one.standard, one.alike, first=True)
                return [chosen, *offered[:at], *offered[at + 1 :]]
        return offered

    def get(self, standard_id: str) -> StandardAnswer:
        """One that is in force and holds today. Raises InputError, also when it was withdrawn just now."""
        self.check()
        found = self._kept.get(standard_id)
        if found.withdrawn_at is not None or found.approved_at is None:
            why = f"：{found.withdrawn_why}" if found.withdrawn_why else "，还没有审核"
            raise InputError(f"这条标准答复现在不能用{why}")
        return found

    def propose(
        self, answer: Mapping[str, Any], question: str, proposed_by: str, text: str | None
    ) -> StandardAnswer:
        """Propose a stored answer, or other words with its citations. Raises InputError when it cites nothing."""
        return self._kept.propose(question, proposed_by, self.bound(answer), text, answer["id"])

    def approve(
        self, standard_id: str, approved_by: str, question: str | None = None, text: str | None = None
    ) -> StandardAnswer:
        """Give a proposal from now on; one that was withdrawn is approved anew as another one beside it.

        Raises InputError: unknown, already approved, or its quotations no longer stand in today's texts.
        """
        found = self._kept.get(standard_id)
        clauses = self.bound(found.answer or {"citations": []})
        if found.withdrawn_at is None:
            done = self._kept.approve_proposal(standard_id, approved_by, clauses, question, text)
        else:
            asked, said = question or found.question, text or found.text
            if not found.answer_id:
                raise InputError("这条标准答复没有所依据的回答，不能重新审核；请在坐席页重新提议")
            done = self._kept.approve(asked, approved_by, clauses, said, found.answer_id)
        self.forget()
        return done

    def withdraw(self, standard_id: str, why: str, by: str) -> StandardAnswer:
        """Give it no more. Raises InputError (unknown, no reason)."""
        done = self._kept.withdraw(standard_id, why, by)
        self.forget()
        return done

    def all(self) -> tuple[StandardAnswer, ...]:
        """Every one, those that no longer hold withdrawn, newest first."""
        self.check()
        return self._kept.all()

    def bound(self, answer: Mapping[str, Any]) -> tuple[BoundClause, ...]:
        """The cited clauses with their hashes of today. Raises InputError when a quotation does not stand there any more."""
        library = self._library()
        bound: dict[str, BoundClause] = {}
        for item in answer["citations"]:
            address = item["address"]
            sha256 = clause_hash(library, address)
            if sha256 is None:
                raise InputError(f"现在的政策里没有「{address}」这一条；请重新提问，用新的回答提议")
            if not self._stands(library, address, item["quote"]):
                raise InputError(
                    f"「{address}」的文字已经改了，引用的那句话不在里面；请重新提问，用新的回答提议"
                )
            bound[address] = BoundClause(address, sha256)
        if not bound:
            raise InputError("这个回答没有引用条款，不能作为标准答复")
        return tuple(bound.values())

    def check(self) -> tuple[StandardAnswer, ...]:
        """Withdraw what no longer holds; those withdrawn now."""
        library = self._library()
        changed = self._kept.withdraw_changed(lambda address: clause_hash(library, address))
        if changed:
            self.forget()
        return changed

    def forget(self) -> None:
        """Read anew the next time."""
        with self._lock:
            self._read = None

    def _current(self) -> _Kept:
        with self._lock:
            if self._read is None or self._clock() >= self._read.until:
                items = self._kept.in_force()
                index = QuestionIndex.of([item.question for item in items])
                self._read = _Kept(items, index, self._clock() + FRESH_SECONDS)
            return self._read

    def _holds(self, item: StandardAnswer) -> bool:
        library = self._library()
        return all(clause_hash(library, one.address) == one.sha256 for one in item.clauses)

    @staticmethod
    def _answers(one: Offered, question: str, cited: Sequence[str]) -> bool:
        standard = one.standard
        if bare(question) == bare(standard.question):
            return True
        known = {clause.address for clause in standard.clauses}
        return (
            one.alike >= ALIKE
            and asks_the_same(question, standard.question)
            and any(a in known for a in cited)
        )

    @staticmethod
    def _stands(library: Library, address: str, quote: str) -> bool:
        try:
            library.cite(address, quote)
        except AddressError:
            return False
        return True
