"""Robustness: questions with a verdict or computed figures, each asked in twenty other ways; nothing may come out otherwise.

`same`: verdict and every computed value are those of the original. `asked`: the assistant asks instead, and says nothing that
contradicts. `lost`: it neither asks nor says just that, without contradiction. `changed`: another verdict or another figure.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.agent.answer import Answer, AnswerStatus
from assistant.retrieval.progress import Progress
from eval.answers import Ask, converse
from eval.questions import Question
from eval.robustness.variants import variants
from eval.steps import step

QUESTIONS, VARIANTS = 50, 20
SAME, ASKED, LOST, CHANGED = OUTCOMES = ("same", "asked", "lost", "changed")
OPEN = "待补充"


@dataclass(frozen=True)
class Said:
    """What an answer decides: the verdict (programme, status; None without one) and (figure, exact value) of each computation."""

    verdict: tuple[str, str] | None
    figures: frozenset[tuple[str, str]]

    @classmethod
    def by(cls, answer: Answer | None) -> Said:
        """What an answer says; nothing where a turn raised."""
        if answer is None:
            return cls(None, frozenset())
        verdict = (answer.verdict.programme, answer.verdict.status) if answer.verdict else None
        return cls(verdict, frozenset((one.metric, one.value) for one in answer.calculations if one.value))

    def __bool__(self) -> bool:
        return self.verdict is not None or bool(self.figures)


@dataclass(frozen=True)
class VariantOutcome:
    """One variant asked: its rules and turns, what came of it, and both answers' decisions."""

    question: Question
    rules: str
    turns: tuple[str, ...]
    result: str
    original: Said
    said: Said
    text: str


def compared(original: Said, answer: Answer | None) -> str:
    """Which of OUTCOMES an answer to a variant is."""
    said = Said.by(answer)
    if said == original:
        return SAME
    if _counts_otherwise(original, said) or _decides_otherwise(original.verdict, said.verdict):
        return CHANGED
    return ASKED if answer is not None and answer.status == AnswerStatus.NEEDS_FACTS else LOST


def _counts_otherwise(original: Said, said: Said) -> bool:
    """Whether a figure has another value, or none of the original's figures is there and others are."""
    before, now = dict(original.figures), dict(said.figures)
    return any(before[name] != now[name] for name in before.keys() & now) or bool(
        before and now and not before.keys() & now
    )


def _decides_otherwise(original: tuple[str, str] | None, given: tuple[str, str] | None) -> bool:
    return given is not None and given[1] != OPEN and given != original


def spread(questions: Sequence[Question]) -> Iterator[Question]:
    """Questions that expect a verdict or a figure, kind by kind in turn, within a kind by the sha256 of the id."""
    kinds: dict[str, list[Question]] = defaultdict(list)
    for question in sorted(questions, key=lambda one: hashlib.sha256(one.id.encode()).hexdigest()):
        if question.expect.verdict or question.expect.numbers:
            kinds[question.kind].append(question)
    while any(kinds.values()):
        for kind in sorted(kinds):
            if kinds[kind]:
                yield kinds[kind].pop(0)


def run_robustness(
    ask: Ask,
    questions: Sequence[Question],
    progress: Progress,
    count: int = QUESTIONS,
    each: int = VARIANTS,
) -> list[VariantOutcome]:
    """Ask `count` questions that the assistant decides or computes, and `each` variants of every one."""
    found: list[VariantOutcome] = []
    with step(progress, "robustness", count):
        chosen = 0
        for question in spread(questions):
            if chosen == count:
                break
            original = Said.by(converse(ask, question.turns)[-1].answer)
            if not original:
                continue
            chosen += 1
            found += _asked(ask, question, original, each)
            progress.advance()
    return found


def _asked(ask: Ask, question: Question, original: Said, each: int) -> Iterator[VariantOutcome]:
    for names, turns in variants(question.turns, question.id, each):
        last = converse(ask, turns)[-1]
        text = last.answer.answer if last.answer else last.error or ""
        yield VariantOutcome(
            question, names, turns, compared(original, last.answer), original, Said.by(last.answer), text
        )


def counted(
    outcomes: Sequence[VariantOutcome], by: Callable[[VariantOutcome], str]
) -> dict[str, Counter[str]]:
    """How many of each outcome, by a name of the variant."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in outcomes:
        found[by(outcome)][outcome.result] += 1
    return dict(sorted(found.items()))
