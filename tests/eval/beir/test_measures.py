from __future__ import annotations

import math
import random

import numpy as np
import pytest

from eval.beir.measures import intervals, p_values, paired_p, question_values, summary

GOLD = {"one": {"a": 1}, "two": {"a": 1, "b": 1}}


def test_values_checked_by_hand() -> None:
    values = question_values({"one": ["x", "y", "a"], "two": ["b", "x", "y", "z", "w", "v", "a"]}, GOLD)
    assert values["one"] == pytest.approx(
        {"R@1": 0, "R@5": 1, "R@10": 1, "R@100": 1, "MRR@10": 1 / 3, "nDCG@10": 1 / math.log2(4)}
    )
    ideal = 1 + 1 / math.log2(3)
    assert values["two"] == pytest.approx(
        {
            "R@1": 0.5,
            "R@5": 0.5,
            "R@10": 1,
            "R@100": 1,
            "MRR@10": 1,
            "nDCG@10": (1 + 1 / math.log2(8)) / ideal,
        }
    )


def test_a_question_without_a_ranking_scores_nothing_and_counts() -> None:
    values = question_values({"one": ["a"], "two": []}, GOLD)
    assert values["two"] == dict.fromkeys(values["one"], 0.0)
    assert summary(values, ["one", "two"])["R@1"]["mean"] == 0.5


def test_the_hundredth_counts_and_the_next_does_not() -> None:
    fillers = [f"x{place}" for place in range(100)]
    assert question_values({"one": [*fillers[:99], "a"]}, {"one": {"a": 1}})["one"]["R@100"] == 1
    assert question_values({"one": [*fillers, "a"]}, {"one": {"a": 1}})["one"]["R@100"] == 0


def test_ranks_are_kept_whatever_the_ids_are() -> None:
    values = question_values({"one": ["z", "a", "b"]}, {"one": {"z": 1}})
    assert values["one"]["R@1"] == 1


def test_an_interval_holds_the_mean_and_is_as_wide_as_theory_says() -> None:
    column = np.array([[float(place < 30)] for place in range(100)])
    ((low, high),) = intervals(column)
    assert low < 0.3 < high
    # Normal approximation: 0.3 ± 1.96 · sqrt(0.3 · 0.7 / 100).
    assert (low, high) == pytest.approx((0.21, 0.39), abs=0.015)
    ((low, high),) = intervals(np.ones((20, 1)))
    assert (low, high) == (1, 1)


def test_equal_runs_have_p_1_and_clearly_different_ones_a_small_p() -> None:
    chance = random.Random(1)
    first = [chance.random() for _ in range(80)]
    assert paired_p(first, list(first)) == 1
    assert paired_p([value + 0.2 + chance.random() / 10 for value in first], first) < 0.001


def test_p_is_that_of_all_sign_changes() -> None:
    # Five differences of one sign: of 32 sign changes two are as far from zero, so p = 1/16.
    assert paired_p([1, 2, 3, 4, 5], [0, 0, 0, 0, 0]) == pytest.approx(1 / 16, abs=0.01)
    assert paired_p([0, 0, 0, 0, 0], [1, 2, 3, 4, 5]) == pytest.approx(1 / 16, abs=0.01)
    assert paired_p([1, 0], [0, 1]) == 1


def test_a_difference_by_chance_is_seldom_significant() -> None:
    chance = np.random.default_rng(3)
    found = [paired_p(list(pair[0]), list(pair[1])) < 0.05 for pair in chance.normal(size=(60, 2, 30))]
    assert sum(found) <= 9


def test_nothing_is_said_of_no_questions() -> None:
    values = question_values({"one": ["a"]}, {"one": {"a": 1}})
    assert summary(values, []) == {}
    assert p_values(values, values, []) == {}
    assert p_values(values, values, ["one"])["nDCG@10"] == 1
