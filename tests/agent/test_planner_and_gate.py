"""What the gate's findings do to the planner's answers: exact ones stop them, likeness is counted only (decision 0012)."""

from __future__ import annotations

import pytest

from assistant.agent import turn
from assistant.agent.answer import AnswerStatus
from assistant.agent.verification import Failure
from assistant.service import Assistant

QUESTION = "碳抵消能不能超过一半？"


@pytest.mark.parametrize("kind", ["attribution", "measure", "relation", "locator", "unsupported"])
def test_likeness_does_not_stop_the_planner(
    real_assistant: Assistant, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(turn, "verify", lambda *_: (Failure(kind, "半", "整"),))
    assert real_assistant.ask(QUESTION).status is AnswerStatus.ANSWERED


@pytest.mark.parametrize(
    "kind", ["marker", "unmarked", "quote", "span", "number", "equation", "verdict", "standing"]
)
def test_what_is_found_exactly_stops_the_planner(
    real_assistant: Assistant, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(turn, "verify", lambda *_: (Failure(kind, "半", "整"),))
    answer = real_assistant.ask(QUESTION)
    assert answer.status is AnswerStatus.FAILED
    assert not answer.citations


def test_a_criterion_that_two_clauses_name_is_answered(real_assistant: Assistant) -> None:
    question = "offset 刚好做到2021年排放的一半，算不算超？还有这样子表里碳抵消那项还能拿几分"
    assert real_assistant.ask(question).status is not AnswerStatus.FAILED
