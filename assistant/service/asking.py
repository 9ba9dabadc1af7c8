"""Asking: a message becomes an answer that is stored, in the order of its conversation."""

from __future__ import annotations

import queue
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextvars import copy_context
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.agent.answer import Answer, ProgressEvent
from assistant.agent.conversation import Conversation
from assistant.errors import InputError
from assistant.kept_dialogue import KeptDialogue
from assistant.records import new_id
from assistant.records.asking_again import record_of
from assistant.service.opened import Opened
from assistant.telemetry import log_turn, span, stages

if TYPE_CHECKING:
    from assistant.agent.tools.single_use import ToolAnswer

READING = ProgressEvent("reading", "正在读题…")  # told at once: reading may take longer than a person waits


class Asking(Opened):
    """Questions and the agent's single tools."""

    def ask(
        self,
        message: str,
        conversation_id: str | None = None,
        owner: str | None = None,
        dialogue: KeptDialogue | None = None,
    ) -> Answer:
        """Answer one message of `owner`, to whom a new conversation then belongs (None: to whoever knows its id).

        `dialogue` is for clients that keep it themselves, in place of a conversation's id: the stored conversation of this owner
        that it tells goes on; where there is none, what the user said before is read again (retelling.py) into a new one.
        Messages in it that are not legal are left out, as they were refused in their time.
        Raises InputError (empty, too long, only punctuation), UnknownConversationError (also for somebody else's),
        ConversationMovedError when another process answered in the same conversation meanwhile.
        """
        return self._turn(message, conversation_id, owner, None, dialogue)

    def stream(
        self,
        message: str,
        conversation_id: str | None = None,
        owner: str | None = None,
        dialogue: KeptDialogue | None = None,
    ) -> Iterator[ProgressEvent | Answer]:
        """The same, with progress first and the Answer last."""
        self._check_message(message)
        events: queue.SimpleQueue[ProgressEvent | None] = queue.SimpleQueue()
        context = copy_context()  # the id of the request, and its span
        work = self._workers.submit(
            context.run, self._turn, message, conversation_id, owner, events.put, dialogue
        )
        work.add_done_callback(lambda _done: events.put(None))
        while (event := events.get()) is not None:
            yield event
        yield work.result()

    def _turn(
        self,
        message: str,
        conversation_id: str | None,
        owner: str | None,
        on_progress: Callable[[ProgressEvent], None] | None,
        dialogue: KeptDialogue | None = None,
    ) -> Answer:
        text = self._check_message(message)
        told = dialogue.without(self._is_illegal) if dialogue else None
        known = told.digest if told else None
        if known is not None:
            conversation_id = self._records.conversations.of_dialogue(known, owner)
        with stages() as spent, self._order.turn_of(conversation_id):
            begun, today = self._begun(conversation_id, owner, known), self._today()
            if on_progress:
                on_progress(READING)
            with self._current.in_use() as edition, span("turn"):
                afresh = told is not None and not begun.turns
                if told and afresh:
                    begun = self._retelling.after(told.said, edition, begun.id, today, on_progress)
                turn = edition.runner.run(text, begun, new_id("a"), today, on_progress)
                if told and afresh:
                    self._retelling.keep((*told.said, text), turn.conversation, edition, today)
                versions = edition.versions
            with span("store", stage="store"):
                after = told.digest_after(text, turn.answer) if told else None
                record = record_of(turn, text, begun, today, owner, versions, after)
                self._records.conversations.save_turn(record)
        report = replace(turn.report, stages=tuple(spent.items()))
        log_turn(report, text if self._settings.log_text else None)
        if self._on_turn:
            self._on_turn(report)
        return turn.answer

    def _begun(self, conversation_id: str | None, owner: str | None, dialogue: str | None) -> Conversation:
        conversations = self._records.conversations
        if conversation_id is None:
            return conversations.begin()
        if dialogue is None:
            return conversations.owned(conversation_id, owner)
        return conversations.still_at(conversation_id, dialogue) or conversations.begin()

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

    def _is_illegal(self, message: str) -> bool:
        try:
            self._check_message(message)
        except InputError:
            return True
        return False

    def use_tool(
        self,
        name: str,
        arguments: Mapping[str, Any],
        on_progress: Callable[[ProgressEvent], None] | None = None,
    ) -> ToolAnswer:
        """One of the agent's tools by itself; nothing is remembered or stored.

        Raises InputError for an unknown tool or argument, pydantic's ValidationError for a wrong value.
        """
        from assistant.agent.tools.single_use import use_tool

        with self._current.in_use() as edition:
            return use_tool(edition.desk, name, arguments, self._today(), on_progress)

    def catalogue(self) -> str:
        """Policies, programmes, metrics and facts by the names that the tools take, as text."""
        from assistant.agent.models.briefing import catalogue

        with self._current.in_use() as edition:
            return catalogue(edition.library, edition.books.books)
