"""Fitting what is shown: which sentence answers (listwise softmax), how sure that is, and whether any does (logistic regression).

Each is cross-validated by leaving one author's questions out; the second looks at the sentences as a model ranks them that has not
seen the author either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.agent.desk import PolicyDesk
from assistant.agent.tools import answering, sentence_features
from assistant.agent.tools.answering import AnsweringModel
from assistant.agent.tools.passages import Passage, SentenceModel, clauses_shown, passages_of
from assistant.agent.tools.searching import PASSAGES, weigh
from eval.looking.collecting import Collected
from eval.ranking.fitting import Judged, fit

L2 = 0.3
SHARPNESS = tuple(round(0.2 * step, 1) for step in range(1, 11))
_ANSWER_L2 = 0.3

Matrix = NDArray[np.float64]


def sentence_weights(
    searches: Sequence[Collected], left_out: Sequence[str] = (), start: Matrix | None = None
) -> Matrix:
    """Weights of sentence_features.FEATURES; those named in `left_out` weigh nothing."""
    judged = [
        Judged(one.identity, one.author, one.examined.table, one.positive[None, :])
        for one in _only(searches)
        if one.answered and one.positive.any()
    ]
    return fit(judged, left_out, L2, sentence_features.FEATURES, start)


def _only(searches: Sequence[Collected]) -> list[Collected]:
    """Those that are their question's only search: of several each has an answer of its own, and gold does not say which."""
    counts = Counter(one.identity for one in searches)
    return [one for one in searches if counts[one.identity] == 1]


def sentence_model(weights: Matrix, sharp: float = 1.0) -> SentenceModel:
    """The model of these weights."""
    named = zip(sentence_features.FEATURES, weights, strict=True)
    return SentenceModel({name: round(float(weight), 4) for name, weight in named if weight}, sharp)


def by_author(
    searches: Sequence[Collected], start: Matrix, left_out: Sequence[str] = ()
) -> dict[str, SentenceModel]:
    """For each author the model fitted without that author's questions, its chances uncalibrated."""
    return {
        author: sentence_model(
            sentence_weights([one for one in searches if one.author != author], left_out, start)
        )
        for author in sorted({one.author for one in searches})
    }


def sharpness(searches: Sequence[Collected], models: Mapping[str, SentenceModel]) -> float:
    """What makes the chances of gold clauses most likely, by models that have not seen the questions."""

    def loss(value: float) -> float:
        found = []
        for one in searches:
            if one.answered and one.groups.any():
                model = replace(models[one.author], sharpness=value)
                held = {}
                for passage, gold in _with_gold(one, model):
                    if gold:
                        held[passage.clause.address] = passage.chance
                found.append(-np.log(sum(held.values()) + 1e-9))
        return float(np.mean(found))

    return min(SHARPNESS, key=loss)


def _with_gold(one: Collected, model: SentenceModel) -> list[tuple[Passage, bool]]:
    gold = {
        parts.clause.address
        for (_, parts, _), inside in zip(one.examined.sentences, one.gold, strict=True)
        if inside
    }
    return [
        (passage, passage.clause.address in gold)
        for passage in passages_of(one.examined, model, len(one.examined.sentences))
    ]


def sentence_figures(searches: Sequence[Collected], models: Mapping[str, SentenceModel]) -> dict[str, float]:
    """How often the first sentence answers, one of three does, and a gold clause is first, among two, among three."""
    rows = []
    for one in _only(searches):
        if not (one.answered and one.positive.any()):
            continue
        scores = models[one.author].scores(one.examined.table)
        order = np.argsort(-np.round(scores, 9), kind="stable")
        gold = one.gold
        clauses: dict[int, bool] = {}
        for at in order:
            clauses.setdefault(one.examined.sentences[at][0], bool(gold[at]))
        first = list(clauses.values())
        rows.append(
            (
                bool(one.positive[order[0]]),
                bool(one.positive[order[:3]].any()),
                first[0],
                any(first[:2]),
                any(first[:3]),
            )
        )
    names = ("sentence@1", "sentence@3", "clause@1", "clause@2", "clause@3")
    return dict(zip(names, map(float, np.mean(rows, axis=0)), strict=True))


def shown(searches: Sequence[Collected], models: Mapping[str, SentenceModel]) -> tuple[float, float]:
    """(how often a gold clause is among those shown, how many are shown), means over the questions."""
    rows = []
    for one in _only(searches):
        if one.answered and one.groups.any():
            best: dict[str, tuple[float, bool]] = {}
            for passage, gold in _with_gold(one, models[one.author]):
                best.setdefault(passage.clause.address, (passage.chance, gold))
            count = clauses_shown([chance for chance, _ in best.values()])
            rows.append((any(gold for _, gold in list(best.values())[:count]), count))
    gold, count = np.mean(rows, axis=0)
    return float(gold), float(count)


@dataclass(frozen=True)
class Weighed:
    """A search that must be answered or refused, with the features of its being answered."""

    one: Collected
    values: Mapping[str, float]

    @property
    def answered(self) -> bool:
        """What is right."""
        return bool(self.one.answered)


def weighed(
    desk: PolicyDesk, searches: Sequence[Collected], models: Mapping[str, SentenceModel]
) -> list[Weighed]:
    """The only searches of their questions whose outcome is beyond doubt, as ranked by each author's model."""
    rows = []
    for one in _only(searches):
        if one.answered is None:
            continue
        passages = passages_of(one.examined, models[one.author], PASSAGES)
        rows.append(Weighed(one, weigh(desk, one.searched, passages)[1]))
    return rows


def answering_model(rows: Sequence[Weighed], left_out: Sequence[str] = ()) -> AnsweringModel:
    """Logistic regression in which both outcomes weigh the same; the operating point is 0.5."""
    from sklearn.linear_model import LogisticRegression

    names = [name for name in answering.FEATURES if name not in left_out]
    table = np.array([[row.values[name] for name in names] for row in rows])
    labels = np.array([row.answered for row in rows])
    width = table.std(axis=0) + 1e-9
    model = LogisticRegression(C=_ANSWER_L2, max_iter=2000, class_weight="balanced").fit(
        table / width, labels
    )
    weights = {name: round(float(w), 4) for name, w in zip(names, model.coef_[0] / width, strict=True)}
    return AnsweringModel(weights, round(float(model.intercept_[0]), 4))


def out_of_author(rows: Sequence[Weighed], left_out: Sequence[str] = ()) -> list[float]:
    """Each search's probability of being answered, by a model that has not seen its author."""
    models = {
        author: answering_model([row for row in rows if row.one.author != author], left_out)
        for author in sorted({row.one.author for row in rows})
    }
    return [models[row.one.author].probability(row.values) for row in rows]


def operating_point(rows: Sequence[Weighed], probabilities: Sequence[float]) -> float:
    """The threshold with the greatest smaller share of what is right either way."""
    steps = [step / 100 for step in range(5, 96)]
    return max(steps, key=lambda at: (min(right_both_ways(rows, probabilities, at)), -abs(at - 0.5)))


def right_both_ways(
    rows: Sequence[Weighed], probabilities: Sequence[float], threshold: float
) -> tuple[float, float]:
    """(share of those that must be refused that are, share of those that must be answered that are)."""
    said = np.array(probabilities) >= threshold
    truth = np.array([row.answered for row in rows])
    return float((~said[~truth]).mean()), float(said[truth].mean())
