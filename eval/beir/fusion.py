"""Two channels made one: by rank, by scaled score, by the calibrated probability that a passage answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Ranked = Sequence[tuple[int, float]]  # (row, score), best first

SCALES = ("z-score", "min-max")


def by_rank(first: Ranked, second: Ranked, constant: float, weight: float) -> list[tuple[int, float]]:
    """Reciprocal ranks (Cormack, Clarke, Büttcher, SIGIR 2009); `weight` is the second channel's."""
    scores: dict[int, float] = {}
    for channel, share in ((first, 1.0), (second, weight)):
        for rank, (row, _) in enumerate(channel, start=1):
            scores[row] = scores.get(row, 0.0) + share / (constant + rank)
    return _ordered(scores)


def by_score(first: Ranked, second: Ranked, scale: str, weight: float) -> list[tuple[int, float]]:
    """Sum of scores on one scale; a row that a channel lacks has that channel's last score. `scale` is one of SCALES."""
    scores: dict[int, float] = {}
    rows = [row for row, _ in first] + [row for row, _ in second]
    for channel, share in ((first, 1.0), (second, weight)):
        scaled = _scaled(channel, scale)
        missing = min(scaled.values(), default=0.0)
        for row in dict.fromkeys(rows):
            scores[row] = scores.get(row, 0.0) + share * scaled.get(row, missing)
    return _ordered(scores)


@dataclass(frozen=True)
class Calibration:
    """Logistic regression of a passage's relevance: weights of its features, see `calibration_features`."""

    weights: tuple[float, ...]
    intercept: float

    def fused(self, first: Ranked, second: Ranked) -> list[tuple[int, float]]:
        """Rows of both channels by the probability that they answer."""
        features = calibration_features(first, second)
        return _ordered({row: self._probability(values) for row, values in features.items()})

    def _probability(self, values: Sequence[float]) -> float:
        total = self.intercept + sum(
            weight * value for weight, value in zip(self.weights, values, strict=True)
        )
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


def calibration_features(first: Ranked, second: Ranked) -> dict[int, tuple[float, ...]]:
    """Row -> (score over the channel's best, score, log of the rank) in each channel, six values.

    A row that a channel lacks has that channel's lowest score and the rank after its last.
    """
    rows = dict.fromkeys(row for row, _ in (*first, *second))
    features: dict[int, tuple[float, ...]] = dict.fromkeys(rows, ())
    for channel in (first, second):
        best, lowest = (channel[0][1], channel[-1][1]) if channel else (1.0, 0.0)
        places = {row: (score, rank) for rank, (row, score) in enumerate(channel, start=1)}
        for row in rows:
            score, rank = places.get(row, (lowest, len(channel) + 1))
            features[row] += (score / (best or 1.0), score, math.log(rank))
    return features


def _scaled(channel: Ranked, scale: str) -> dict[int, float]:
    values = [score for _, score in channel]
    if not values:
        return {}
    if scale == "z-score":
        mean = math.fsum(values) / len(values)
        width = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values)) or 1.0
        return {row: (score - mean) / width for row, score in channel}
    low, high = min(values), max(values)
    return {row: (score - low) / ((high - low) or 1.0) for row, score in channel}


def _ordered(scores: Mapping[int, float]) -> list[tuple[int, float]]:
    return sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
