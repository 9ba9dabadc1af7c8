"""One logistic regression an act over the features of `assistant.agent.understanding.acts`, and how well they hold for unseen authors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from assistant.agent.understanding.acts import Act, Masks, Weights, features
from eval.acts.utterances import Utterance

LEAST_SEEN = 2  # utterances that a feature must stand in
STRENGTH = 80.0  # inverse of the L2 penalty
_STEPS = 127  # of a weight as it is stored


def featured(utterances: Sequence[Utterance], masks: Masks) -> list[set[str]]:
    """The features of each utterance."""
    return [features(one.message, masks.masked(one.message), one.situation) for one in utterances]


def fit(found: Sequence[set[str]], utterances: Sequence[Utterance], strength: float = STRENGTH) -> Weights:
    """Weights from utterances and their features."""
    seen = Counter(feature for features_ in found for feature in features_)
    words = sorted(word for word, count in seen.items() if count >= LEAST_SEEN and "\n" not in word)
    vocabulary = {word: row for row, word in enumerate(words)}
    matrix = _matrix(found, vocabulary)
    columns, bias = [], []
    for act in Act:
        wanted = np.array([act in one.acts for one in utterances])
        model = LogisticRegression(C=strength, solver="liblinear", random_state=0).fit(matrix, wanted)
        columns.append(model.coef_[0])
        bias.append(float(model.intercept_[0]))
    weights = np.stack(columns, axis=1).astype(np.float32)
    return Weights(vocabulary, weights, np.array(bias, dtype=np.float32), tuple(Act))


def _matrix(found: Sequence[set[str]], vocabulary: dict[str, int]) -> Any:
    rows, columns, values = [], [], []
    for row, features_ in enumerate(found):
        known = [vocabulary[feature] for feature in features_ if feature in vocabulary]
        rows += [row] * len(known)
        columns += known
        values += [1.0 / max(len(known), 1) ** 0.5] * len(known)
    return csr_matrix((values, (rows, columns)), shape=(len(found), len(vocabulary)))


@dataclass(frozen=True)
class Figures:
    """Of one act over utterances of unseen authors: how many have it, precision and recall at ½, average precision."""

    count: int
    precision: float
    recall: float
    average_precision: float


def cross_validated(
    utterances: Sequence[Utterance], masks: Masks, strength: float = STRENGTH
) -> tuple[dict[Act, Figures], float]:
    """Figures of each act, an author left out at a time, and the share of utterances whose likeliest act is one of theirs."""
    found = featured(utterances, masks)
    authors = sorted({one.author for one in utterances})
    chances: dict[int, dict[Act, float]] = {}
    for author in authors:
        kept = [at for at, one in enumerate(utterances) if one.author != author]
        weights = fit([found[at] for at in kept], [utterances[at] for at in kept], strength)
        for at, one in enumerate(utterances):
            if one.author == author:
                chances[at] = weights.probabilities(found[at])
    first = [
        max(chances[at], key=lambda act: chances[at][act]) in one.acts for at, one in enumerate(utterances)
    ]
    return {act: _figures(act, utterances, chances) for act in Act}, sum(first) / len(first)


def _figures(act: Act, utterances: Sequence[Utterance], chances: dict[int, dict[Act, float]]) -> Figures:
    truth = [act in one.acts for one in utterances]
    given = [chances[at][act] for at in range(len(utterances))]
    hits = sum(has and chance >= 0.5 for has, chance in zip(truth, given, strict=True))
    said = sum(chance >= 0.5 for chance in given)
    ranked = [has for _, has in sorted(zip(given, truth, strict=True), key=lambda pair: -pair[0])]
    precisions = [sum(ranked[: at + 1]) / (at + 1) for at, has in enumerate(ranked) if has]
    count = sum(truth)
    return Figures(count, hits / max(said, 1), hits / max(count, 1), sum(precisions) / max(count, 1))


def write(weights: Weights, path: Path) -> None:
    """Store weights in bytes of one scale an act; the same weights give the same bytes."""
    scale = np.abs(weights.matrix).max(axis=0) / _STEPS
    scale[scale == 0] = 1.0
    kept = np.round(weights.matrix / scale).astype(np.int8)
    used = np.flatnonzero(kept.any(axis=1))
    words = sorted(weights.vocabulary, key=lambda word: weights.vocabulary[word])
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            features=np.array("\n".join(words[row] for row in used)),
            acts=np.array("\n".join(weights.acts)),
            matrix=kept[used],
            scale=scale.astype(np.float32),
            bias=weights.bias,
        )
