"""End to end: every question asked of the assistant, every turn's answer checked, and what adds up from that."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.agent.answer import Answer
from assistant.errors import TiaowenError
from assistant.retrieval.progress import Progress
from eval.checks import Checks, check_answer, unsourced_figures
from eval.citations import StoredTexts, citation_faults
from eval.metrics import Lineage, mean, path_lineage, percentile
from eval.questions import Question
from eval.steps import step

if TYPE_CHECKING:
    from assistant.documents.library import Library

WARM_UP = "零碳工厂的碳抵消比例最高是多少？"

Ask = Callable[[str, str | None], Answer]


@dataclass(frozen=True)
class Turn:
    """One turn: what was said, the answer or the error instead, and the seconds it took."""

    message: str
    answer: Answer | None
    error: str | None
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """One question asked and checked; citation faults and figures without a source are those of all its turns."""

    question: Question
    split: str
    turns: tuple[Turn, ...]
    checks: Checks
    citations: int
    citation_faults: tuple[str, ...]
    figures: tuple[str, ...]

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of what failed."""
        promises = {"citations": bool(self.citation_faults), "sources": bool(self.figures)}
        return self.checks.failed + tuple(name for name, broken in promises.items() if broken)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it failed, a line each."""
        return (
            self.checks.reasons
            + tuple(f"citations: {fault}" for fault in self.citation_faults)
            + tuple(f"sources: {figure} stands in no source" for figure in self.figures)
        )


@dataclass(frozen=True)
class Judge:
    """Asks questions and checks the answers against the stored texts and the clause tree."""

    ask: Ask
    stored: StoredTexts
    library: Library | None = None
    lineage: Lineage = path_lineage

    def run(self, questions: Sequence[Question], split: str, progress: Progress) -> list[Outcome]:
        """Outcomes of the questions, in their order."""
        outcomes = []
        with step(progress, f"answers {split}", len(questions)):
            for question in questions:
                outcomes.append(self.judge(question, split))
                progress.advance()
        return outcomes

    def judge(self, question: Question, split: str) -> Outcome:
        """Hold one conversation and check it; an unexpected error names the question and goes on up."""
        try:
            turns = converse(self.ask, question.turns)
        except Exception as error:
            error.add_note(f"while asking question {question.id} ({split})")
            raise
        faults, figures, citations = [], [], 0
        for number, turn in enumerate(turns, start=1):
            if turn.answer is None:
                continue
            citations += len(turn.answer.citations)
            for citation in turn.answer.citations:
                for fault in citation_faults(citation, self.stored, self.library):
                    faults.append(f"turn {number} [{citation.marker}] {citation.address}: {fault}")
            figures += unsourced_figures(turn.answer, question.turns[:number])
        last = turns[-1]
        checks = check_answer(question, last.answer, last.error, self.lineage)
        return Outcome(question, split, turns, checks, citations, tuple(faults), tuple(figures))


def converse(ask: Ask, messages: Sequence[str]) -> tuple[Turn, ...]:
    """One conversation; a turn that raises an expected error is kept with its message, and the next turn goes on."""
    turns: list[Turn] = []
    conversation: str | None = None
    for message in messages:
        began = time.perf_counter()
        answer, problem = None, None
        try:
            answer = ask(message, conversation)
        except TiaowenError as error:
            problem = f"{type(error).__name__}: {error}"
        turns.append(Turn(message, answer, problem, time.perf_counter() - began))
        conversation = answer.conversation_id if answer else conversation
    return tuple(turns)


@dataclass(frozen=True)
class Tally:
    """What a set of outcomes adds up to; shares are None where no question asks for the thing."""

    questions: int
    gold: float | None
    right: float | None
    status: float | None
    numbers: float | None
    verdict: float | None
    refused: float | None  # of those that must be refused, how many were
    not_refused: float | None  # of those that must not be, how many were not
    wrong_verdicts: int
    wrong_numbers: int
    asked: int  # neither there nor wrong: what is missing was asked for
    citations: int
    bad_citations: int
    unsourced: int
    p50_ms: float | None
    p95_ms: float | None

    def to_json(self) -> dict[str, Any]:
        """Plain values for a report."""
        return dict(vars(self))


def tally(outcomes: Sequence[Outcome]) -> Tally:
    """Shares over outcomes; `bad_citations` and `unsourced` count single citations' faults and single figures."""
    checks = [outcome.checks for outcome in outcomes]
    times = [turn.seconds * 1000 for outcome in outcomes for turn in outcome.turns]
    return Tally(
        questions=len(outcomes),
        gold=_share(check.gold for check in checks),
        right=_share(check.right for check in checks),
        status=_share(check.status for check in checks),
        numbers=_share(check.numbers for check in checks),
        verdict=_share(check.verdict for check in checks),
        refused=_share(one.checks.refused for one in outcomes if one.question.expect.must_refuse),
        not_refused=_share(
            one.turns[-1].answer is not None and not one.checks.refused
            for one in outcomes
            if one.question.expect.must_answer
        ),
        wrong_verdicts=sum("verdict" in check.wrong for check in checks),
        wrong_numbers=sum("number" in check.wrong for check in checks),
        asked=sum(check.asked for check in checks),
        citations=sum(outcome.citations for outcome in outcomes),
        bad_citations=len({(o.question.id, f.split(": ")[0]) for o in outcomes for f in o.citation_faults}),
        unsourced=sum(len(outcome.figures) for outcome in outcomes),
        p50_ms=percentile(times, 0.50),
        p95_ms=percentile(times, 0.95),
    )


def groups(outcomes: Sequence[Outcome]) -> list[dict[str, list[Outcome]]]:
    """Outcomes in all; of one turn and of several; by author (the first letter of the id); by kind."""
    alone = [one for one in outcomes if len(one.question.turns) == 1]
    several = [one for one in outcomes if len(one.question.turns) > 1]
    authors = sorted({one.question.id[0] for one in outcomes})
    return [
        {"all": list(outcomes)},
        {name: part for name, part in {"one turn": alone, "conversations": several}.items() if part},
        {f"author {name}": [one for one in outcomes if one.question.id[0] == name] for name in authors},
        by_kind(outcomes),
    ]


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """Outcomes of each kind of question, kinds in order of name."""
    kinds = sorted({outcome.question.kind for outcome in outcomes})
    return {kind: [outcome for outcome in outcomes if outcome.question.kind == kind] for kind in kinds}


def _share(values: Iterable[bool | None]) -> float | None:
    return mean(float(value) for value in values if value is not None)
