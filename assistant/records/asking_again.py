"""From a turn to what is stored of it, and from there to the same turn once more, over the texts and rules of today."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from assistant.agent.conversation import Conversation
from assistant.agent.turn import Turn, TurnRunner
from assistant.records.answers import StoredAnswer
from assistant.records.comparing import answer_differences, same_as_shown
from assistant.records.conversations import TurnRecord
from assistant.settings import BUILTIN

_DAY: ContextVar[date | None] = ContextVar("tiaowen_day", default=None)


class Clock:
    """Today, which is another day while a turn of that day is run again."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today

    def __call__(self) -> date:
        """The day that a turn takes for today."""
        return _DAY.get() or self._today()


@contextmanager
def _on(day: date) -> Iterator[None]:
    token = _DAY.set(day)
    try:
        yield
    finally:
        _DAY.reset(token)


@dataclass(frozen=True)
class AskedAgain:
    """The answer object of today; `same`: it shows what the stored one showed, `differences` say what it does not."""

    same: bool
    differences: tuple[str, ...]
    answer: dict[str, Any]


def record_of(
    turn: Turn,
    question: str,
    before: Conversation,
    asked_on: date,
    owner: str | None,
    versions: Mapping[str, Any],
    dialogue: str | None = None,
) -> TurnRecord:
    """What is stored of a turn."""
    return TurnRecord(
        question=question,
        answer=turn.answer,
        conversation=turn.conversation,
        before=before,
        asked_on=asked_on,
        owner=owner,
        trace=turn.trace,
        calls=[asdict(call) for call in turn.calls],
        versions=versions,
        fault=turn.fault.kind if turn.fault else None,
        failures=[asdict(failure) for failure in turn.failures],
        dialogue=dialogue,
    )


def asked_again(runner: TurnRunner, stored: StoredAnswer) -> AskedAgain | None:
    """Ask the stored question in the state and on the day of then; None where that would not be the same question.

    That is so of answers that a model made or failed to make, which are another every time, and of those that were stored
    without the state before them.
    """
    if stored.before is None or stored.asked_on is None or stored.fault is not None:
        return None
    if stored.answer["engine"] != BUILTIN:
        return None
    before = Conversation.from_json(stored.before)
    with _on(stored.asked_on):
        turn = replace(runner, external=None).run(stored.question, before, stored.id, stored.asked_on)
    now = json.loads(json.dumps(turn.answer.to_json()))
    return AskedAgain(same_as_shown(stored.answer, now), answer_differences(stored.answer, now), now)
