"""Remembering: conversations and answers as they were stored, made again, remarked on and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assistant.agent.evidence import EvidenceLedger
from assistant.editions import Edition
from assistant.errors import InputError
from assistant.records.answers import StoredAnswer, unknown_answer
from assistant.records.asking_again import asked_again
from assistant.records.comparing import changed_versions
from assistant.records.conversations import ConversationSummary, PastTurn, unknown
from assistant.records.feedback import Feedback
from assistant.records.paging import Page
from assistant.rules.replay import Replay, replay
from assistant.service.opened import Opened

if TYPE_CHECKING:
    from assistant.agent.assessment import AssessedApplicant
    from assistant.agent.understood import UnderstoodFact


class Remembering(Opened):
    """What was asked and answered before, to whom it belongs."""

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

    def facts_of(self, conversation_id: str, owner: str | None = None) -> tuple[UnderstoodFact, ...]:
        """The facts that a conversation holds, each with how to change it. Raises UnknownConversationError."""
        from assistant.agent.understood import understood_facts

        conversation = self._records.conversations.owned(conversation_id, owner)
        with self._current.in_use() as edition:
            return understood_facts(conversation, edition.books)

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


def _retraced(trace: Mapping[str, Any] | None, edition: Edition) -> Replay | None:
    return None if trace is None else replay(trace, edition.books.book(trace["policy"]["id"]))
