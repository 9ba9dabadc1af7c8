"""Judged pools of a BEIR folder's train questions, each ranked with an encoder and priors that have not seen it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.retrieval.encoder import Encoder
from assistant.retrieval.entries import Entry, IndexSource
from assistant.retrieval.index import ensure_index
from assistant.retrieval.progress import Progress
from assistant.retrieval.reranker import Ranking
from assistant.retrieval.search import LOCK_WAIT_SECONDS, Retriever
from eval.beir.folder import JudgedQuestions, Passage, read_beir
from eval.encoder.folds import Fold
from eval.ranking.fitting import Judged
from eval.ranking.priors import policy_of, priors
from eval.ranking.product import features_of
from eval.steps import step

DEPTH = 100
# A question whose gold another one shares is easy for an encoder that has seen it: it counts less than one whose gold is new.
SEEN_WEIGHT = 0.3


def judged_public(folder: Path, folds: Sequence[Fold], progress: Progress) -> list[Judged]:
    """Pools of the train questions of a BEIR folder; the group is the fold. Raises InputError."""
    train = read_beir(folder, "train")
    policies = {passage.id: policy_of(passage) for passage in train.passages}
    found: list[Judged] = []
    for number, fold in enumerate(folds):
        held_out = [one for one in fold.held_out if one in train.gold]
        seen = {one: gold for one, gold in train.gold.items() if one not in set(held_out)}
        known = {passage for gold in seen.values() for passage in gold}
        ranking = Ranking({}, priors(seen.values(), policies))
        with tempfile.TemporaryDirectory(prefix="tiaowen-ranking-") as temporary:
            retriever = open_over(train.passages, fold.encoder, Path(temporary), progress, ranking)
            try:
                with step(progress, f"pools {number + 1}/{len(folds)}", len(held_out)):
                    for one in held_out:
                        found += _judged(retriever, ranking, train, one, f"fold {number}", known)
                        progress.advance()
            finally:
                retriever.close()
    return found


def open_over(
    passages: Sequence[Passage], encoder: Encoder, folder: Path, progress: Progress, ranking: Ranking
) -> Retriever:
    """The product's retriever over passages, its index written into `folder`."""
    entries = (Entry(one.id, policy_of(one), one.heading, one.text) for one in passages)
    source = IndexSource.of_entries(entries)
    return Retriever(ensure_index(folder, source, encoder, progress, LOCK_WAIT_SECONDS), encoder, ranking)


def _judged(
    retriever: Retriever,
    ranking: Ranking,
    train: JudgedQuestions,
    question: str,
    group: str,
    known: set[str],
) -> list[Judged]:
    pool = retriever.pool(train.questions[question], DEPTH)
    if pool is None:
        return []
    gold = train.gold[question]
    met = np.array([[entry.address in gold for entry in pool.entries]])
    weight = SEEN_WEIGHT if gold.keys() & known else 1.0
    return [Judged(question, group, features_of(pool, ranking), met, weight)]
