"""Retrieval alone: the clauses that the product's search puts first, against the gold clauses.

A question of several turns is searched by its last turn, which often needs the turns before it: its values are shown
apart from those of questions that stand alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.errors import TiaowenError
from assistant.retrieval.progress import Progress
from eval.metrics import DEPTH, MEASURES, Lineage, mean, path_lineage, percentile, retrieval_values
from eval.questions import Question
from eval.steps import step

WARM_UP = "碳抵消比例"

Search = Callable[[str, int], Sequence[str]]  # query, limit -> addresses, best first


@dataclass(frozen=True)
class Ranking:
    """One question searched: the addresses found, the seconds it took, and the measures of the ranking."""

    question: Question
    split: str
    hits: tuple[str, ...]
    error: str | None
    seconds: float
    values: dict[str, float]

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
    """Search every question that has gold clauses; an expected error leaves the ranking empty."""
    judged = [question for question in questions if question.expect.gold]
    found: list[_Found] = []
    with step(progress, f"retrieval {split}", len(judged)):
        for question in judged:
            found.append(_search_one(search, question))
            progress.advance()
    values = retrieval_values(
        {one.question.id: one.hits for one in found},
        {one.question.id: one.question.expect.gold for one in found},
        lineage,
    )
    return [
        Ranking(one.question, split, one.hits, one.error, one.seconds, values[one.question.id])
        for one in found
    ]


@dataclass(frozen=True)
class _Found:
    question: Question
    hits: tuple[str, ...]
    error: str | None
    seconds: float


def _search_one(search: Search, question: Question) -> _Found:
    hits: tuple[str, ...] = ()
    problem = None
    began = time.perf_counter()
    try:
        hits = tuple(search(question.turns[-1], DEPTH))
    except TiaowenError as error:
        problem = f"{type(error).__name__}: {error}"
    return _Found(question, hits, problem, time.perf_counter() - began)


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
    """Rankings in all, of questions that stand alone, of those in several turns, and of each kind."""
    single = [ranking for ranking in rankings if len(ranking.question.turns) == 1]
    several = [ranking for ranking in rankings if len(ranking.question.turns) > 1]
    kinds = sorted({ranking.question.kind for ranking in rankings})
    parts = {"all": list(rankings), "one turn": single, "several turns": several}
    return parts | {kind: [one for one in rankings if one.question.kind == kind] for kind in kinds}
