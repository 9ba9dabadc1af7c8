from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from eval.metrics import MEASURES, judged_run, mean, meets, path_lineage, percentile, retrieval_values


def values(hits: Sequence[str], groups: Sequence[Sequence[str]]) -> dict[str, float]:
    return retrieval_values({"q": hits}, {"q": groups})["q"]


def test_one_gold_clause_at_rank_three() -> None:
    measured = values(["p#一", "p#二", "p#三"], [["p#三"]])
    assert measured == {
        "recall@5": 1,
        "nDCG@10": pytest.approx(1 / math.log2(4)),
        "MRR@10": pytest.approx(1 / 3),
        "gold@5": 1,
        "gold@1": 0,
    }


def test_a_gold_clause_at_rank_six_is_not_in_the_first_five() -> None:
    measured = values([f"p#{n}" for n in "一二三四五六"], [["p#六"]])
    assert measured["recall@5"] == 0
    assert measured["MRR@10"] == pytest.approx(1 / 6)


def test_a_clause_below_gold_counts_and_one_above_or_beside_does_not() -> None:
    assert meets("p#第八条/（二）", ["p#第八条"])
    assert not meets("p#第八条", ["p#第八条/（二）"])
    assert not meets("p#附件3/10", ["p#附件3/1"])
    assert not meets("q#第八条", ["p#第八条"])


def test_the_tree_may_know_more_ancestors_than_the_path() -> None:
    assert not meets("p#附件3/8", ["p#附件3/温室气体减排绩效"])
    assert meets("p#附件3/8", ["p#绩效"], lambda address: path_lineage(address) | {"p#绩效"})


def test_alternatives_are_one_thing_to_find_and_groups_are_several() -> None:
    assert values(["p#二"], [["p#一", "p#二"]])["recall@5"] == 1
    assert values(["p#二"], [["p#一"], ["p#二"]])["recall@5"] == 0.5


def test_the_same_gold_twice_gains_nothing_and_keeps_its_rank() -> None:
    run = judged_run(["p#一/1", "p#一/2", "p#二"], [["p#一"], ["p#二"]])
    assert run == {"gold-0": 3, "other-1": 2, "gold-1": 1}
    assert values(["p#一/1", "p#一/2", "p#二"], [["p#一"], ["p#二"]])["nDCG@10"] < 1


def test_a_question_without_hits_scores_nothing_and_one_without_gold_is_left_out() -> None:
    measured = retrieval_values({}, {"asked": [["p#一"]], "refused": []})
    assert measured == {"asked": dict.fromkeys(MEASURES, 0.0)}


def test_percentiles_are_values_that_were_measured() -> None:
    times = [float(n) for n in range(1, 101)]
    assert (percentile(times, 0.50), percentile(times, 0.95), percentile([7.0], 0.95)) == (50, 95, 7)
    assert percentile([], 0.95) is None
    assert mean([]) is None
