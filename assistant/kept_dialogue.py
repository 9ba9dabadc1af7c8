"""A dialogue that its client keeps and sends whole with each message, and how it is known again as a stored conversation.

It is known by a digest over whose it is and what was said and answered so far. Who sends other words, or answers that were
not given, has another dialogue.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.agent.answer import Answer


@dataclass(frozen=True)
class Exchange:
    """What the user said, and what the client says was answered; empty for nothing."""

    said: str
    heard: str


@dataclass(frozen=True)
class KeptDialogue:
    """The dialogue before the message that is to be answered.

    `whose` tells this client's dialogues from those of all others; without it a dialogue is never known again. `shown` gives
    the text that the client sees of an answer and sends back.
    """

    exchanges: tuple[Exchange, ...]
    whose: str | None
    shown: Callable[[Answer], str]

    @property
    def said(self) -> tuple[str, ...]:
        """What the user said, oldest first."""
        return tuple(exchange.said for exchange in self.exchanges)

    @property
    def digest(self) -> str | None:
        """What the dialogue so far is known by; None at its beginning, and when it is not to be known again."""
        return self._digest(self.exchanges) if self.exchanges else None

    def digest_after(self, message: str, answer: Answer) -> str | None:
        """What it is known by once this message is answered."""
        return self._digest((*self.exchanges, Exchange(message, self.shown(answer))))

    def without(self, illegal: Callable[[str], bool]) -> KeptDialogue:
        """Without the messages that were refused in their time, and what was answered to them."""
        kept = tuple(exchange for exchange in self.exchanges if not illegal(exchange.said))
        return replace(self, exchanges=kept)

    def _digest(self, exchanges: Sequence[Exchange]) -> str | None:
        if self.whose is None:
            return None
        running = hashlib.sha256()
        for text in (self.whose, *(words for one in exchanges for words in (one.said, one.heard))):
            # Clients trim and break lines as they like: white space is no difference.
            bare = "".join(text.split())
            running.update(f"{len(bare)} {bare}".encode("utf-8", "surrogatepass"))
        return running.hexdigest()
