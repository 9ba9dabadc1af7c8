"""Dialogues that a caller keeps: what a conversation knows after the messages told so far, without a stored conversation.

A caller of the OpenAI-compatible endpoint sends the whole dialogue with each message. The state before the last message
is made by running the earlier ones again, by the built-in planner alone; what was made is kept for a while under a
digest of the messages, so that a dialogue of n messages costs n turns and not n².
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.agent.answer import ProgressEvent
from assistant.agent.conversation import Conversation
from assistant.editions import Edition

MOST_KEPT = 256  # states, of a few KB each (64 KB at most)
KEPT_SECONDS = 3600.0

Progress = Callable[[ProgressEvent], None] | None


@dataclass
class Retelling:
    """The states of dialogues told lately; thread-safe. What a state is depends on the messages, the day and the corpus only."""

    clock: Callable[[], float] = time.monotonic
    _kept: OrderedDict[str, tuple[float, str]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def after(
        self, said: Sequence[str], edition: Edition, id: str, today: date, on_progress: Progress = None
    ) -> Conversation:
        """The conversation `id` as it is after the messages `said`, oldest first; each must be a legal message."""
        digests = _digests(said, edition, today)
        found = ((count, self._take(digests[count - 1])) for count in range(len(said), 0, -1))
        known, state = next((one for one in found if one[1]), (0, None))
        conversation = Conversation.from_json({**json.loads(state or "{}"), "id": id})
        runner = replace(edition.runner, external=None)
        for number, message in enumerate(said[known:], known + 1):
            if on_progress:
                on_progress(ProgressEvent("retelling", f"重读前面的对话（{number}/{len(said)}）…"))
            conversation = runner.run(message, conversation, "", today).conversation
            self._put(digests[number - 1], conversation)
        return conversation

    def keep(self, said: Sequence[str], conversation: Conversation, edition: Edition, today: date) -> None:
        """Keep the state after the messages `said`, which the built-in planner answered."""
        if edition.runner.external is None:
            self._put(_digests(said, edition, today)[-1], conversation)

    def _take(self, digest: str) -> str | None:
        with self._lock:
            kept = self._kept.get(digest)
            if kept is None or self.clock() - kept[0] > KEPT_SECONDS:
                self._kept.pop(digest, None)
                return None
            self._kept.move_to_end(digest)
            return kept[1]

    def _put(self, digest: str, conversation: Conversation) -> None:
        with self._lock:
            self._kept[digest] = (self.clock(), conversation.dumps())
            self._kept.move_to_end(digest)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)


def _digests(said: Sequence[str], edition: Edition, today: date) -> list[str]:
    """One digest for the messages up to each."""
    running = hashlib.sha256(f"{edition.retriever.generation} {today}".encode())
    found = []
    for message in said:
        running.update(f"{len(message)} {message}".encode())
        found.append(running.hexdigest())
    return found
