"""Many threads at once on both databases, and turns of one conversation after another."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from assistant.agent.conversation import Conversation
from assistant.records import Records
from assistant.records.order import TurnOrder
from tests.records.turns import saved

THREADS, TURNS = 16, 12


def test_no_turn_of_sixteen_threads_is_lost(store: Records) -> None:
    together = threading.Barrier(THREADS)

    def talk(number: int) -> str:
        together.wait(20)
        before: Conversation | None = None
        for turn in range(TURNS):
            made = saved(store, f"{number}-{turn}", before=before, owner=f"v_{number}", trace={"n": turn})
            before = store.conversations.owned(made.conversation.id, f"v_{number}")
            store.answers.page(limit=5)
        return made.conversation.id

    with ThreadPoolExecutor(THREADS) as pool:
        ids = list(pool.map(talk, range(THREADS)))
    for number, id in enumerate(ids):
        found = store.conversations.turns_of(id)
        assert [(past.turn, past.question) for past in found] == [
            (turn + 1, f"{number}-{turn}") for turn in range(TURNS)
        ]
    assert store.answers.count() == THREADS * TURNS


def test_turns_of_one_conversation_follow_one_another() -> None:
    order, running, most = TurnOrder(), [0], [0]

    def turn(_: int) -> None:
        with order.turn_of("c_1"):
            running[0] += 1
            most[0] = max(most[0], running[0])
            time.sleep(0.005)
            running[0] -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(turn, range(16)))
    assert most == [1]
    assert order._locks == {}


def test_other_conversations_do_not_wait() -> None:
    order = TurnOrder()
    with order.turn_of("c_1"), order.turn_of("c_2"), order.turn_of(None), order.turn_of(None):
        assert set(order._locks) == {"c_1", "c_2"}
