"""What one person does under load, for locust: a conversation of dev, message by message, with a pause to read and type.

Run by eval/load/command.py in a process of its own, since locust patches the standard library.
"""

from __future__ import annotations

import itertools
import json
import os
import random
from pathlib import Path

from locust import FastHttpUser, between, task

_CONVERSATIONS: list[list[str]] = json.loads(
    Path(os.environ["TIAOWEN_LOAD_TURNS"]).read_text(encoding="utf-8")
)
_PAUSE = tuple(float(one) for one in os.environ["TIAOWEN_LOAD_PAUSE"].split(","))
_NEXT = itertools.count()


class Person(FastHttpUser):
    """Somebody who asks, reads and asks on; every second one reads the answer as a stream."""

    wait_time = between(_PAUSE[0], _PAUSE[1])
    network_timeout = 60.0
    connection_timeout = 30.0

    def on_start(self) -> None:
        """Each person is another one, and begins somewhere else."""
        self.number = next(_NEXT)
        self.random = random.Random(self.number)
        self.turns: list[str] = []
        self.conversation: str | None = None

    @task
    def say(self) -> None:
        """One message; a new conversation when the last one is over."""
        if not self.turns:
            self.turns, self.conversation = list(self.random.choice(_CONVERSATIONS)), None
        body = {"message": self.turns.pop(0), "conversation_id": self.conversation}
        streamed = self.number % 2 == 1
        name = "chat, streamed" if streamed else "chat"
        headers = {"Accept": "text/event-stream" if streamed else "application/json"}
        with self.client.post(
            "/api/chat", json=body, headers=headers, name=name, catch_response=True
        ) as response:
            if response.status_code != 200:
                response.failure(f"{response.status_code}: {(response.text or '')[:200]}")
                return
            try:
                self.conversation = str(_answer(response.text or "", streamed)["conversation_id"])
            except (KeyError, ValueError):
                response.failure(f"no answer in {(response.text or '')[-200:]!r}")


def _answer(text: str, streamed: bool) -> dict[str, object]:
    """The answer object of a response; the last event of a stream."""
    if streamed:
        event = text.rsplit("event: answer\n", 1)[1]
        text = event.split("data: ", 1)[1].split("\n", 1)[0]
    found: dict[str, object] = json.loads(text)
    return found
