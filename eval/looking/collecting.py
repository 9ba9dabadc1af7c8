"""The searches behind the last turns of judged questions, with all that the product ranks and answers by."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from assistant.agent.conversation import Conversation
from assistant.agent.desk import PolicyDesk
from assistant.agent.tools import searching
from assistant.agent.tools.passages import Examined
from assistant.agent.tools.searching import Searched
from assistant.agent.turn import TurnRunner
from assistant.editions import Edition
from assistant.retrieval.progress import Progress
from eval.figures import holds
from eval.metrics import Lineage, meets
from eval.questions import Expectation, Question
from eval.steps import step

DAY = date(2026, 1, 15)
LEFT = 0.4  # share of its words that a question finds beyond its thread when it has left it


@dataclass(frozen=True)
class Collected:
    """One search of a question's last turn: what was found, with the features of each sentence.

    `positive` says which sentences answer (all False where none does), `groups` which clauses meet each gold group.
    `answered` is True for a question that must be answered, False for one that must be refused, None where both will do.
    """

    identity: str
    kind: str
    searched: Searched
    examined: Examined
    positive: NDArray[np.bool_]
    groups: NDArray[np.bool_]
    answered: bool | None

    @property
    def gold(self) -> NDArray[np.bool_]:
        """Which sentences stand in a gold clause."""
        return np.asarray(self.groups.any(axis=0), dtype=np.bool_)

    @property
    def author(self) -> str:
        """Who wrote it: what its id begins with, left out together in cross-validation."""
        found = re.match(r"[a-z]+", self.identity)
        return found.group() if found else ""


def collect(
    edition: Edition, questions: Sequence[Question], lineage: Lineage, progress: Progress
) -> list[Collected]:
    """Searches of the last turns, in the order of the questions; turns that search nothing have none."""
    collected = []
    with step(progress, "searches", len(questions)):
        for question in questions:
            for searched in _searches(edition, question):
                collected.append(judged(edition.desk, question, searched, lineage))
            progress.advance()
    return collected


def judged(desk: PolicyDesk, question: Question, searched: Searched, lineage: Lineage) -> Collected:
    """A search with what was expected of it."""
    examined = desk.ranker.examine(searched.question, searched.found)
    gold = question.expect.gold
    clauses = [parts.clause.address for _, parts, _ in examined.sentences]
    groups = np.array([[meets(one, group, lineage) for one in clauses] for group in gold], dtype=bool)
    groups = groups.reshape(len(gold), len(clauses))
    return Collected(
        question.id,
        question.kind,
        searched,
        examined,
        _positive(question.expect, examined, groups),
        groups,
        True if question.expect.must_answer and gold else False if question.expect.must_refuse else None,
    )


def _positive(expect: Expectation, examined: Examined, groups: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Sentences of gold clauses that hold an expected figure or words, those that hold most of them; else all of them."""
    inside: NDArray[np.bool_] = np.asarray(groups.any(axis=0), dtype=np.bool_)
    wanted = (*expect.numbers, *expect.contains)
    held = np.array(
        [
            sum(any(holds(parts.sentences[at].text, words) for words in group) for group in wanted)
            if within
            else 0
            for within, (_, parts, at) in zip(inside, examined.sentences, strict=True)
        ]
    )
    best = held.max(initial=0)
    return np.asarray(inside & (held == best), dtype=np.bool_) if best else inside


def _searches(edition: Edition, question: Question) -> list[Searched]:
    """What the last turn searched; a question of one turn that must be refused is searched in any case."""
    found: list[Searched] = []

    def recording(find: Callable[..., Searched]) -> Callable[..., Searched]:
        def recorded(*arguments: object) -> Searched:
            found.append(find(*arguments))
            return found[-1]

        return recorded

    original = searching.find
    searching.find = recording(original)
    try:
        _converse(edition.runner, question.turns, found)
    finally:
        searching.find = original
    if len(found) == 2 and found[0].question.text == found[1].question.text:
        return [_kept(edition.desk, *found)]
    if not found and question.expect.must_refuse and len(question.turns) == 1:
        found.append(original(edition.desk, question.turns[0], ()))
    return found


def _kept(desk: PolicyDesk, carried: Searched, alone: Searched) -> Searched:
    """Of a question searched in its thread and alone, the one that it is answered from, as near as the searches tell."""
    words = desk.ranker.weights(alone.question.text)
    met = [
        max((desk.ranker.share(x.clause, words) for x in one.found[:1]), default=0.0)
        for one in (carried, alone)
    ]
    return alone if met[1] - met[0] >= LEFT else carried


def _converse(runner: TurnRunner, turns: Sequence[str], found: list[Searched]) -> None:
    conversation = Conversation(id="fitting")
    for number, message in enumerate(turns):
        found.clear()
        conversation = runner.run(message, conversation, f"fitting-{number}", DAY).conversation
