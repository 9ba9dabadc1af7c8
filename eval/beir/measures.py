"""Measures of rankings on judged questions through ir-measures, their intervals, and paired tests.

Intervals: percentile bootstrap over questions. Tests: paired randomisation (Smucker, Allan, Carterette, CIKM 2007): the
sign of each question's difference is turned at random, and the p-value is the share of turnings whose mean is at least as
far from zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG
from numpy.typing import NDArray

from eval.beir.folder import Gold

MEASURES = {
    "R@1": R @ 1,
    "R@5": R @ 5,
    "R@10": R @ 10,
    "R@100": R @ 100,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
}
DEPTH = 100
RESAMPLES = 10_000
_SEED = 20_261_121

Values = Mapping[str, Mapping[str, float]]  # question id -> measure -> value
Run = Mapping[str, Sequence[str]]  # question id -> passage ids, best first


def question_values(run: Run, gold: Gold) -> dict[str, dict[str, float]]:
    """Each measure of each question of `gold`; a question without a ranking scores nothing.

    Passages count by their rank alone: scores fall by one a rank, so that no tie is broken by id.
    """
    scored = {
        one: {passage: float(len(run[one]) - rank) for rank, passage in enumerate(run[one])} for one in run
    }
    names = {str(measure): name for name, measure in MEASURES.items()}
    values = {one: dict.fromkeys(MEASURES, 0.0) for one in gold}
    qrels = {one: dict(row) for one, row in gold.items()}
    for result in ir_measures.iter_calc(list(MEASURES.values()), qrels, scored):
        values[result.query_id][names[str(result.measure)]] = float(result.value)
    return values


def intervals(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bootstrap 95 % intervals of the mean of each column: (questions, measures) -> (measures, 2)."""
    counts = _generator().multinomial(len(values), np.full(len(values), 1 / len(values)), size=RESAMPLES)
    means = counts @ values / len(values)
    limits: NDArray[np.float64] = np.percentile(means, (2.5, 97.5), axis=0).T
    return limits


def paired_p(first: Sequence[float], second: Sequence[float]) -> float:
    """Two-sided p-value of a paired randomisation test on per-question values; 1 for equal runs."""
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    if not differences.any():
        return 1.0
    signs = _generator().integers(0, 2, size=(RESAMPLES, len(differences)), dtype=np.int8) * 2 - 1
    turned = np.abs(signs @ differences)
    # A hair below the observed sum, so that sums equal but for rounding count as equal.
    reached = int((turned >= abs(differences.sum()) - 1e-9).sum())
    return (reached + 1) / (RESAMPLES + 1)


def summary(values: Values, chosen: Sequence[str]) -> dict[str, dict[str, float]]:
    """`{measure: {"mean", "low", "high"}}` over the chosen questions; nothing when none is chosen."""
    if not chosen:
        return {}
    table = np.array([[values[one][measure] for measure in MEASURES] for one in chosen])
    rows = zip(MEASURES, table.mean(axis=0), intervals(table), strict=True)
    return {
        name: {"mean": float(mean), "low": float(low), "high": float(high)}
        for name, mean, (low, high) in rows
    }


def p_values(first: Values, second: Values, chosen: Sequence[str]) -> dict[str, float]:
    """The p-value of each measure between two configurations over the chosen questions; nothing when none is chosen."""
    if not chosen:
        return {}
    return {
        name: paired_p([first[one][name] for one in chosen], [second[one][name] for one in chosen])
        for name in MEASURES
    }


def _generator() -> np.random.Generator:
    return np.random.default_rng(_SEED)
