"""Every configuration that is compared, by name. A new one is a class with `name`, `group` and `build`.

`build` is handed the workshop (passages and what is kept of them) and returns what searches; rows are positions in
`workshop.passages`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.errors import InputError
from assistant.settings import PROJECT_ROOT
from eval.beir import fusion
from eval.beir.fusion import Ranked
from eval.beir.keywords import (
    GROUPS,
    Bm25s,
    Configuration,
    FeedbackSearch,
    HeadingField,
    Searcher,
    Shipped,
    SynonymSearch,
)
from eval.beir.measures import DEPTH
from eval.beir.postings import best_rows
from eval.beir.reranked import reranked
from eval.beir.terms import TERM_SETS
from eval.beir.workshop import Workshop

SHIPPED_ENCODER = str(PROJECT_ROOT / "indexes" / "encoder")

_SHIPPED_CONSTANT = 10.0
_SHIPPED_WEIGHT = 0.3


def configurations(tuned: dict[str, Any], encoders: Sequence[str] = ()) -> list[Configuration]:
    """All configurations, the shipped encoder's and those of further `encoders` (folders or hub names)."""
    best = tuned["keyword"]
    rows: list[Configuration] = [Bm25s(terms) for terms in TERM_SETS]
    rows += [
        Bm25s(best, repeated=True),
        Bm25s(best, heading=0),
        Bm25s(best, text=2),
        HeadingField(best),
        FeedbackSearch(best),
        SynonymSearch(best),
        Shipped(),
    ]
    for encoder in dict.fromkeys((SHIPPED_ENCODER, *encoders)):
        vectors = Vectors(encoder)
        rows += [
            vectors,
            RankFusion(Shipped(), vectors, _SHIPPED_CONSTANT, _SHIPPED_WEIGHT),
            *(
                RankFusion(Bm25s(best), vectors, constant, weight)
                for constant, weight in ((10.0, 0.3), (10.0, 1.0), (60.0, 0.3), (60.0, 1.0))
            ),
            *(
                ScoreFusion(Bm25s(best), vectors, scale, weight)
                for scale in fusion.SCALES
                for weight in (0.3, 1.0, None)
            ),
            CalibratedFusion(Bm25s(best), vectors),
        ]
    return [*rows, *reranked((SHIPPED_ENCODER, *encoders))]


def chosen(rows: Sequence[Configuration], only: Sequence[str]) -> list[Configuration]:
    """Those whose name holds one of the texts in `only`; all when it is empty. Raises InputError for one that fits none."""
    for text in only:
        if not any(text in row.name for row in rows):
            raise InputError(f"没有名称含 {text!r} 的配置；现有：{'、'.join(row.name for row in rows)}")
    return [row for row in rows if not only or any(text in row.name for text in only)]


@dataclass(frozen=True)
class Vectors:
    """An encoder's vectors, searched exactly."""

    source: str

    @property
    def name(self) -> str:
        """The encoder's folder or hub name."""
        return f"encoder {encoder_name(self.source)}"

    group = GROUPS[2]

    def build(self, workshop: Workshop) -> Searcher:
        """Vectors of all passages in memory."""
        return _VectorSearcher(self.source, workshop)


class _VectorSearcher:
    def __init__(self, source: str, workshop: Workshop) -> None:
        self._encoder, self._vectors = workshop.encoded(source)

    def search(self, query: str, limit: int) -> Ranked:
        return best_rows(self._vectors @ self._encoder.encode_queries([query])[0], limit, least=None)


@dataclass(frozen=True)
class RankFusion:
    """Reciprocal ranks of a keyword channel and vectors."""

    keywords: Configuration
    vectors: Vectors
    constant: float
    weight: float

    @property
    def name(self) -> str:
        """Both channels, constant and weight."""
        return f"{_pair(self.keywords, self.vectors)} · ranks, constant {self.constant:g}, weight {self.weight:g}"

    group = GROUPS[3]

    def build(self, workshop: Workshop) -> Searcher:
        """Both channels."""
        return _Fused(self.keywords, self.vectors, workshop, self._fuse)

    def _fuse(self, first: Ranked, second: Ranked) -> Ranked:
        return fusion.by_rank(first, second, self.constant, self.weight)


@dataclass(frozen=True)
class ScoreFusion:
    """Scores of both channels on one scale; the vectors have `weight`, or the tuned weight when it is None."""

    keywords: Configuration
    vectors: Vectors
    scale: str
    weight: float | None

    @property
    def name(self) -> str:
        """Both channels, scale and weight."""
        weight = "from train" if self.weight is None else f"{self.weight:g}"
        return f"{_pair(self.keywords, self.vectors)} · {self.scale}, weight {weight}"

    group = GROUPS[3]

    def build(self, workshop: Workshop) -> Searcher:
        """Both channels."""
        weight = workshop.tuned["fusion"][self.scale]["weight"] if self.weight is None else self.weight

        def fuse(first: Ranked, second: Ranked) -> Ranked:
            return fusion.by_score(first, second, self.scale, weight)

        return _Fused(self.keywords, self.vectors, workshop, fuse)


@dataclass(frozen=True)
class CalibratedFusion:
    """Probability of relevance from both channels' scores, by logistic regression on the train split."""

    keywords: Configuration
    vectors: Vectors

    @property
    def name(self) -> str:
        """Both channels."""
        return f"{_pair(self.keywords, self.vectors)} · calibrated on train"

    group = GROUPS[3]

    def build(self, workshop: Workshop) -> Searcher:
        """Both channels."""
        fitted = workshop.tuned["fusion"]["calibrated"]
        calibration = fusion.Calibration(tuple(fitted["weights"]), fitted["intercept"])
        return _Fused(self.keywords, self.vectors, workshop, calibration.fused)


class _Fused:
    def __init__(self, keywords: Configuration, vectors: Vectors, workshop: Workshop, fuse: _Fuse) -> None:
        self._channels = (keywords.build(workshop), vectors.build(workshop))
        self._fuse = fuse

    def search(self, query: str, limit: int) -> Ranked:
        first, second = (channel.search(query, max(limit, DEPTH)) for channel in self._channels)
        return self._fuse(first, second)[:limit]


class _Fuse(Protocol):
    def __call__(self, first: Ranked, second: Ranked, /) -> Ranked: ...


def encoder_name(source: str) -> str:
    """`shipped`, or the last part of a folder or hub name."""
    return "shipped" if source == SHIPPED_ENCODER else source.rstrip("/").rsplit("/", 1)[-1]


def _pair(keywords: Configuration, vectors: Vectors) -> str:
    return f"{keywords.name} + {encoder_name(vectors.source)}"
