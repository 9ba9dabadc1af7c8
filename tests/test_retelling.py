"""States of dialogues that a caller keeps: each message is run once, and only by the built-in planner."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from assistant.agent.conversation import Conversation
from assistant.retelling import KEPT_SECONDS, MOST_KEPT, Retelling
from tests.conftest import TODAY


@dataclass(frozen=True)
class CountingRunner:
    """Remembers what it ran, and for which model."""

    ran: list[tuple[str, Any]] = field(default_factory=list)
    external: Any = None

    def run(self, message: str, conversation: Conversation, answer_id: str, today: date) -> Any:
        self.ran.append((message, self.external))
        return SimpleNamespace(conversation=conversation.with_turn(message))


def edition(runner: CountingRunner, generation: str = "g1") -> Any:
    return SimpleNamespace(runner=runner, retriever=SimpleNamespace(generation=generation))


def test_a_dialogue_of_n_messages_costs_n_turns() -> None:
    retelling, runner = Retelling(), CountingRunner()
    said = [f"第{number}句" for number in range(8)]
    for upto in range(1, len(said) + 1):
        state = retelling.after(said[:upto], edition(runner), f"c_{upto}", TODAY)
        assert (state.id, state.turns, state.said) == (f"c_{upto}", upto, tuple(said[:upto]))
    assert [message for message, _ in runner.ran] == said


def test_what_was_answered_is_kept_unless_a_model_answered() -> None:
    for external, runs in ((None, []), ("a model", [("甲", None)])):
        retelling, runner = Retelling(), CountingRunner(external=external)
        retelling.keep(["甲"], Conversation("c").with_turn("甲"), edition(runner), TODAY)
        assert retelling.after(["甲"], edition(runner), "c_2", TODAY).said == ("甲",)
        assert runner.ran == runs


def test_another_day_corpus_or_cut_of_the_words_is_another_state() -> None:
    retelling, runner = Retelling(), CountingRunner()
    retelling.after(["甲乙", "丙"], edition(runner), "c", TODAY)
    retelling.after(["甲", "乙丙"], edition(runner), "c", TODAY)
    retelling.after(["甲乙"], edition(runner, "g2"), "c", TODAY)
    retelling.after(["甲乙"], edition(runner), "c", TODAY + timedelta(days=1))
    assert [message for message, _ in runner.ran] == ["甲乙", "丙", "甲", "乙丙", "甲乙", "甲乙"]


def test_states_are_kept_for_a_while_and_so_many() -> None:
    now = [0.0]
    retelling, runner = Retelling(lambda: now[0]), CountingRunner()
    retelling.after(["甲"], edition(runner), "c", TODAY)
    now[0] = KEPT_SECONDS + 1
    retelling.after(["甲"], edition(runner), "c", TODAY)
    assert len(runner.ran) == 2
    for number in range(MOST_KEPT):
        retelling.after([str(number)], edition(runner), "c", TODAY)
    retelling.after(["甲"], edition(runner), "c", TODAY)
    assert len(runner.ran) == 2 + MOST_KEPT + 1
