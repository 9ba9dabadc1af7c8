"""Fitting the reranker, on features made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from eval.ranking import fitting
from eval.ranking.fitting import NAMES, Judged, Matrix, cross_validated, figures, fit, ordered

COSINE, SENTENCE, PRIOR = (NAMES.index(name) for name in ("cosine", "sentence", "prior"))


def judged(
    rows: Sequence[dict[str, float]], gold: Sequence[Sequence[bool]], group: str = "a", weight: float = 1.0
) -> Judged:
    """A question whose candidates have these features, all others 0."""
    features = np.zeros((len(rows), len(NAMES)))
    for at, row in enumerate(rows):
        for name, value in row.items():
            features[at, NAMES.index(name)] = value
    return Judged("q", group, features, np.array(gold, dtype=bool), weight)


def separable(count: int = 30, seed: int = 1, group: str = "a") -> list[Judged]:
    """Gold is where sentence - cosine is greatest, by a tenth at least; neither alone tells."""
    random = np.random.default_rng(seed)
    questions: list[Judged] = []
    while len(questions) < count:
        values = random.uniform(size=(8, 2))
        gaps = values[:, 0] - values[:, 1]
        best = int(gaps.argmax())
        if gaps[best] - np.sort(gaps)[-2] < 0.1:
            continue
        rows = [{"sentence": float(one), "cosine": float(other)} for one, other in values]
        questions.append(judged(rows, [[at == best for at in range(8)]], group))
    return questions


def test_an_order_that_can_be_told_is_found() -> None:
    questions = separable()
    weights = fit(questions, l2=0.01)
    assert weights[SENTENCE] > 0 > weights[COSINE]
    assert weights[SENTENCE] == pytest.approx(-weights[COSINE], rel=0.2)
    for question in questions:
        assert question.gold[0, ordered(question, weights)[0]]
    assert figures(questions, [weights] * len(questions))["gold@1"] == 1.0


def test_a_feature_that_nobody_has_weighs_exactly_nothing() -> None:
    weights = fit(separable())
    assert set(np.flatnonzero(weights)) == {SENTENCE, COSINE}


def test_a_feature_that_is_the_same_for_all_weighs_nothing() -> None:
    questions = separable()
    for question in questions:
        question.features[:, PRIOR] = 0.7
    assert fit(questions)[PRIOR] == pytest.approx(0, abs=1e-3)


def test_l2_keeps_weights_small() -> None:
    sizes = [float(np.linalg.norm(fit(separable(), l2=l2))) for l2 in (0.01, 1.0, 100.0)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < 0.1 * sizes[0]


def test_what_is_left_out_weighs_nothing_and_the_others_go_on() -> None:
    weights = fit(separable(), left_out=["cosine"])
    assert weights[COSINE] == 0
    assert weights[SENTENCE] > 0
    assert weights.shape == (len(NAMES),)


def test_a_question_counts_by_its_weight() -> None:
    """Two that contradict each other: the heavier one has its way."""
    rows = [{"sentence": 1.0}, {"sentence": 0.0}]
    yes, no = [[True, False]], [[False, True]]
    assert fit([judged(rows, yes, weight=5.0), judged(rows, no)])[SENTENCE] > 0
    assert fit([judged(rows, yes), judged(rows, no, weight=5.0)])[SENTENCE] < 0


def test_any_gold_clause_may_come_first() -> None:
    """Two gold clauses of two groups: it is enough that one is told from the rest."""
    rows = [{"sentence": 1.0}, {"sentence": 0.0}, {"sentence": 0.0}]
    question = judged(rows, [[True, False, False], [False, True, False]])
    assert question.positive.tolist() == [True, True, False]
    assert fit([question])[SENTENCE] > 0


def test_questions_that_teach_nothing_are_passed_over() -> None:
    nothing = judged([{"sentence": 1.0}, {"sentence": 0.2}], [[False, False]])
    everything = judged([{"sentence": 1.0}, {"sentence": 0.2}], [[True, True]])
    assert np.array_equal(fit([*separable(), nothing, everything]), fit(separable()))


def test_the_fit_is_the_same_twice() -> None:
    assert np.array_equal(fit(separable()), fit(separable()))


def test_cross_validation_never_trains_on_its_own_group(monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[tuple[set[str], tuple[str, ...]]] = []

    def watched(questions: Sequence[Judged], left_out: Sequence[str] = (), l2: float = 1.0) -> Matrix:
        groups = {one.group for one in questions}
        trained.append((groups, tuple(left_out)))
        return np.full(len(NAMES), float(ord(min({"a", "b", "c"} - groups))))

    monkeypatch.setattr(fitting, "fit", watched)
    questions = [judged([{}], [[True]], group) for group in "abcab"]
    others = [judged([{}], [[True]], "public")]
    weights = cross_validated(questions, ["prior"], others)
    assert [chr(int(one[0])) for one in weights] == list("abcab")
    assert sorted((sorted(groups), left) for groups, left in trained) == [
        (["a", "b", "public"], ("prior",)),
        (["a", "c", "public"], ("prior",)),
        (["b", "c", "public"], ("prior",)),
    ]


def test_what_one_group_alone_teaches_does_not_help_it() -> None:
    """Group b wants the opposite: its own questions must not have been seen."""
    rows = [{"sentence": 1.0}, {"sentence": 0.0}]
    good = [judged(rows, [[True, False]], "a") for _ in range(5)]
    bad = [judged(rows, [[False, True]], "b") for _ in range(50)]
    weights = cross_validated([*good, *bad])
    assert figures(bad, weights[5:])["gold@1"] == 0.0
    assert figures(good, weights[:5])["gold@1"] == 0.0


def test_order_is_by_score_and_ties_stay() -> None:
    question = judged([{"sentence": value} for value in (0.2, 0.5, 0.2, 0.9)], [[False] * 4])
    weights = np.zeros(len(NAMES))
    weights[SENTENCE] = 1.0
    assert ordered(question, weights).tolist() == [3, 1, 0, 2]


def test_figures_by_hand() -> None:
    weights = np.zeros(len(NAMES))
    weights[SENTENCE] = 1.0
    rows = [{"sentence": 1 - at / 10} for at in range(8)]

    def gold(*ranks: int) -> list[bool]:
        return [at + 1 in ranks for at in range(8)]

    questions = [
        judged(rows, [gold(1), gold(6)]),  # first, one of two groups within five
        judged(rows, [gold(5, 8)]),  # fifth
        judged(rows, [gold(6)]),  # too late
        judged(rows, [gold(2), gold(3), gold(4), gold()]),  # three of four
    ]
    found = figures(questions, [weights] * 4)
    assert found == pytest.approx({"gold@5": 3 / 4, "gold@1": 1 / 4, "recall@5": (0.5 + 1 + 0 + 0.75) / 4})
