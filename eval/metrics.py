"""Measures of retrieval (through ir-measures, which wraps trec_eval), and of answer times.

ir-measures rather than ranx: trec_eval's own code computes the values, it needs one small package instead of numba and
pandas, and it starts in 0.2 s instead of 3.6 s.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import ir_measures
from ir_measures import RR, R, Success, nDCG

from assistant.errors import AddressError

if TYPE_CHECKING:
    from assistant.documents.library import Library

MEASURES = {
    "recall@5": R @ 5,
    "gold@5": Success @ 5,
    "gold@1": Success @ 1,
    "nDCG@10": nDCG @ 10,
    "MRR@10": RR @ 10,
}
DEPTH = 10

Groups = Sequence[Sequence[str]]
Lineage = Callable[[str], frozenset[str]]


def path_lineage(address: str) -> frozenset[str]:
    """An address and those above it by its path: `p#二/（三）/段1`, `p#二/（三）`, `p#二`."""
    policy, _, path = address.partition("#")
    parts = path.split("/")
    return frozenset(f"{policy}#{'/'.join(parts[:length])}" for length in range(1, len(parts) + 1))


def clause_lineage(library: Library) -> Lineage:
    """Lineage by the clause tree, where an article's chapter and a row's group stand above it too."""

    @cache
    def lineage(address: str) -> frozenset[str]:
        found = set(path_lineage(address))
        try:
            clause = library.clause(address)
            while clause.parent is not None:
                clause = library.clause(f"{clause.policy_id}#{clause.parent.split('#')[-1]}")
                found.add(clause.address)
        except AddressError:
            pass
        return frozenset(found)

    return lineage


def meets(address: str, group: Sequence[str], lineage: Lineage = path_lineage) -> bool:
    """Whether a clause is one of a gold group's members or lies below one in the tree."""
    return not lineage(address).isdisjoint(group)


def judged_run(hits: Sequence[str], groups: Groups, lineage: Lineage = path_lineage) -> dict[str, float]:
    """A ranking in trec terms: the first hit that meets a group is that group's document, other hits are strangers.

    Members of a group are alternatives, so one of them is all there is to find, and a second hit on the same group
    gains nothing while it keeps its rank. Scores fall by rank, so that no tie is broken by name.
    """
    run: dict[str, float] = {}
    for rank, address in enumerate(hits):
        met = (f"gold-{index}" for index, group in enumerate(groups) if meets(address, group, lineage))
        run[next((gold for gold in met if gold not in run), f"other-{rank}")] = float(len(hits) - rank)
    return run or {"none": 0.0}


def retrieval_values(
    rankings: Mapping[str, Sequence[str]], gold: Mapping[str, Groups], lineage: Lineage = path_lineage
) -> dict[str, dict[str, float]]:
    """Each measure of each question: `{question id: {"recall@5": …, "gold@5": …, …}}` by MEASURES.

    Questions without gold are left out; a question without a ranking scores nothing.
    """
    judged = {identity: groups for identity, groups in gold.items() if groups}
    qrels = {one: {f"gold-{index}": 1 for index in range(len(groups))} for one, groups in judged.items()}
    runs = {one: judged_run(rankings.get(one, ()), groups, lineage) for one, groups in judged.items()}
    names = {str(measure): name for name, measure in MEASURES.items()}
    values = {one: dict.fromkeys(MEASURES, 0.0) for one in judged}
    for result in ir_measures.iter_calc(list(MEASURES.values()), qrels, runs):
        values[result.query_id][names[str(result.measure)]] = float(result.value)
    return values


def mean(values: Iterable[float]) -> float | None:
    """Arithmetic mean, or None of nothing."""
    held = list(values)
    return math.fsum(held) / len(held) if held else None


def percentile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that at least `share` (0…1) of the values do not exceed (nearest rank), or None of nothing."""
    held = sorted(values)
    return held[max(0, math.ceil(share * len(held)) - 1)] if held else None
