"""Judged pools of the product's own questions, as its search ranks them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.retrieval.progress import Progress
from assistant.retrieval.reranker import Ranking
from assistant.retrieval.search import Pool
from assistant.search.clause_search import ClauseSearch
from assistant.search.pointers import SIGNALS
from eval.metrics import Lineage, meets
from eval.questions import Question
from eval.ranking.fitting import Judged, Matrix
from eval.steps import step


def judged_questions(
    search: ClauseSearch, questions: Sequence[Question], lineage: Lineage, progress: Progress
) -> list[Judged]:
    """Pools of the questions of one turn that have gold clauses; the group is the author, the first letter of the id."""
    judged = [one for one in questions if one.expect.gold and len(one.turns) == 1]
    found = []
    with step(progress, "pools", len(judged)):
        for one in judged:
            pool = search.pool(one.turns[0])
            progress.advance()
            if pool is not None:
                gold = [
                    [meets(entry.address, group, lineage) for entry in pool.entries]
                    for group in one.expect.gold
                ]
                found.append(Judged(one.id, one.id[0], features_of(pool, Ranking({})), np.array(gold)))
    return found


def features_of(pool: Pool, ranking: Ranking) -> Matrix:
    """Shape (candidates, len(fitting.NAMES)); of the ranking only the priors count."""
    own = ranking.features(pool.question, pool.found)
    told = pool.signals or [{}] * len(pool.found)
    return np.hstack([own, np.array([[one.get(name, 0.0) for name in SIGNALS] for one in told])])
