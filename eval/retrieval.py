"""Retrieval alone: the clauses that the product's search puts first, against the gold clauses.

A question of several turns is searched by its last turn with the turns before it given, and once more by its last turn
alone, which often says too little: both are shown apart from questions that stand alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.errors import TiaowenError
from assistant.retrieval.progress import Progress
from eval.metrics import DEPTH, MEASURES, Lineage, mean, path_lineage, percentile, retrieval_values
from eval.questions import Question
from eval.steps import step

WARM_UP = "碳抵消比例"
LAST_ALONE = "last turn alone"

# query, limit, the questions asked before it -> addresses, best first
Search = Callable[[str, int, Sequence[str]], Sequence[str]]


@dataclass(frozen=True)
class Ranking:
    """One question searched: the addresses found, the seconds it took, and the measures of the ranking.

    `alone`: the last of several turns was searched without those before it.
    """

    question: Question
    split: str
    hits: tuple[str, ...]
    error: str | None
    seconds: float
    values: dict[str, float]
    alone: bool = False

    @property
    def missed(self) -> bool:
        """Whether a gold group is not met within the first five."""
        return self.values["recall@5"] < 1


def run_retrieval(
    search: Search,
    questions: Sequence[Question],
    split: str,
    progress: Progress,
    lineage: Lineage = path_lineage,
) -> list[Ranking]:
    """Search every question that has gold clauses, of several turns twice; an expected error leaves the ranking empty."""
    judged = [question for question in questions if question.expect.gold]
    found: list[Ranking] = []
    with step(progress, f"retrieval {split}", len(judged)):
        for question in judged:
            found.append(_search_one(search, question, split, False))
            if len(question.turns) > 1:
                found.append(_search_one(search, question, split, True))
            progress.advance()
    return [
        ranking
        for alone in (False, True)
        for ranking in _valued([one for one in found if one.alone is alone], lineage)
    ]


def _search_one(search: Search, question: Question, split: str, alone: bool) -> Ranking:
    hits: tuple[str, ...] = ()
    problem = None
    *before, last = question.turns
    began = time.perf_counter()
    try:
        hits = tuple(search(last, DEPTH, () if alone else before))
    except TiaowenError as error:
        problem = f"{type(error).__name__}: {error}"
    return Ranking(question, split, hits, problem, time.perf_counter() - began, {}, alone)


def _valued(rankings: Sequence[Ranking], lineage: Lineage) -> list[Ranking]:
    """The rankings with their measures; one ranking a question."""
    values = retrieval_values(
        {one.question.id: one.hits for one in rankings},
        {one.question.id: one.question.expect.gold for one in rankings},
        lineage,
    )
    return [replace(one, values=values[one.question.id]) for one in rankings]


def summarise(rankings: Sequence[Ranking]) -> dict[str, Any]:
    """Mean of each measure, the number of questions, and the search times in ms."""
    times = [ranking.seconds * 1000 for ranking in rankings]
    return {
        "questions": len(rankings),
        **{name: mean(ranking.values[name] for ranking in rankings) for name in MEASURES},
        "p50_ms": percentile(times, 0.50),
        "p95_ms": percentile(times, 0.95),
    }


def sections(rankings: Sequence[Ranking]) -> dict[str, list[Ranking]]:
    """Rankings in all, of questions that stand alone, of those in several turns with and without the turns before the
    last, and of each kind. Only the section for it holds the last turns searched alone."""
    asked = [ranking for ranking in rankings if not ranking.alone]
    single = [ranking for ranking in asked if len(ranking.question.turns) == 1]
    several = [ranking for ranking in asked if len(ranking.question.turns) > 1]
    kinds = sorted({ranking.question.kind for ranking in asked})
    parts = {
        "all": asked,
        "one turn": single,
        "several turns": several,
        LAST_ALONE: [ranking for ranking in rankings if ranking.alone],
    }
    return parts | {kind: [one for one in asked if one.question.kind == kind] for kind in kinds}
