"""Fitting the reranker: a linear model by listwise softmax over judged questions, and its cross-validation.

The loss of a question is minus the log of the share of the softmax that its gold clauses hold together: any of them may come
first. L2 keeps the weights small; the optimiser is SciPy's L-BFGS, which is deterministic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.reranker import FEATURES
from assistant.search.pointers import SIGNALS

NAMES = (*FEATURES, *SIGNALS)
L2 = 1.0

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """One question: features (candidates, len(NAMES)), and for each gold group which candidates meet it.

    `group` is what is left out together in cross-validation; `weight` is how much the question counts.
    """

    identity: str
    group: str
    features: Matrix
    gold: NDArray[np.bool_]
    weight: float = 1.0

    @property
    def positive(self) -> NDArray[np.bool_]:
        """Candidates that meet any gold group."""
        return np.asarray(self.gold.any(axis=0), dtype=np.bool_)


def fit(
    questions: Sequence[Judged],
    left_out: Sequence[str] = (),
    l2: float = L2,
    names: Sequence[str] = NAMES,
    start: Matrix | None = None,
) -> Matrix:
    """Weights (len(names),); features named in `left_out` weigh nothing. `start` is a guess near by, for speed."""
    from scipy.optimize import minimize

    kept = np.array([name not in left_out for name in names])
    used = [one for one in questions if one.positive.any() and not one.positive.all()]
    rows = np.concatenate([one.features[:, kept] for one in used])
    positive = np.concatenate([one.positive for one in used])
    sizes = [len(one.features) for one in used]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    question = np.repeat(np.arange(len(used)), sizes)
    counts = np.array([one.weight for one in used])

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        scores = rows @ weights
        scores -= np.maximum.reduceat(scores, starts)[question]
        powers = np.exp(scores)
        shares = powers / np.add.reduceat(powers, starts)[question]
        held = np.add.reduceat(np.where(positive, shares, 0.0), starts) + 1e-12
        pull = counts[question] * (shares - np.where(positive, shares / held[question], 0.0))
        value = -float(counts @ np.log(held)) + l2 * float(weights @ weights) / 2
        return value, rows.T @ pull + l2 * weights

    first = np.zeros(int(kept.sum())) if start is None else start[kept]
    found = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    weights = np.zeros(len(names))
    weights[kept] = found.x
    return weights


def cross_validated(
    questions: Sequence[Judged], left_out: Sequence[str] = (), others: Sequence[Judged] = ()
) -> list[Matrix]:
    """For each question the weights fitted without its group, and with all of `others`."""
    by_group = {
        group: fit([*(one for one in questions if one.group != group), *others], left_out)
        for group in sorted({one.group for one in questions})
    }
    return [by_group[one.group] for one in questions]


def ordered(question: Judged, weights: Matrix) -> NDArray[np.int64]:
    """Candidates, best first; ties keep their order."""
    order: NDArray[np.int64] = np.argsort(-(question.features @ weights), kind="stable")
    return order


def figures(questions: Sequence[Judged], weights: Sequence[Matrix]) -> dict[str, float]:
    """gold@5 and gold@1 (any gold clause) and recall@5 (gold groups), means over the questions."""
    values = []
    for question, fitted in zip(questions, weights, strict=True):
        gold = question.gold[:, ordered(question, fitted)]
        values.append((gold[:, :5].any(), gold[:, 0].any(), gold[:, :5].any(axis=1).mean()))
    means = np.mean(values, axis=0)
    return dict(zip(("gold@5", "gold@1", "recall@5"), map(float, means), strict=True))
