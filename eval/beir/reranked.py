"""The product's whole search as configurations: both channels and the reranker, with what train teaches it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.retrieval.encoder import Vectors, load_encoder
from assistant.retrieval.progress import SilentProgress
from assistant.retrieval.reranker import Ranking
from eval.beir.folder import read_beir
from eval.beir.fusion import Ranked
from eval.beir.keywords import GROUPS, Searcher
from eval.beir.workshop import Workshop
from eval.ranking.command import WITHOUT_VECTORS
from eval.ranking.priors import policy_of, priors
from eval.ranking.public import open_over


@dataclass(frozen=True)
class Reranked:
    """`encoder` is a folder or hub name, or None for keywords alone (with weights fitted without vectors).

    The prior is learned from qrels/train.tsv where there is one.
    """

    encoder: str | None
    prior: bool = True
    group = GROUPS[4]

    @property
    def name(self) -> str:
        """What is reranked, and how."""
        channels = "keywords" if self.encoder is None else f"keywords + {Path(self.encoder).name}"
        return f"reranked {channels}" + ("" if self.prior else " · without the prior")

    def build(self, workshop: Workshop) -> Searcher:
        """The product's index in a folder that goes with the searcher."""
        return _RerankedSearcher(self, workshop)


class _RerankedSearcher:
    def __init__(self, wanted: Reranked, workshop: Workshop) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tiaowen-reranked-")
        self._rows = {passage.id: row for row, passage in enumerate(workshop.passages)}
        encoder = _NoEncoder() if wanted.encoder is None else load_encoder(wanted.encoder)
        weights = Ranking.shipped().weights
        if wanted.encoder is None:
            weights = json.loads(WITHOUT_VECTORS.read_text(encoding="utf-8"))["weights"]
        ranking = Ranking(weights, _priors(workshop) if wanted.prior else {})
        self._retriever = open_over(
            workshop.passages, encoder, Path(self._folder.name), SilentProgress(), ranking
        )

    def search(self, query: str, limit: int) -> Ranked:
        return [(self._rows[hit.address], hit.score) for hit in self._retriever.search(query, limit)]


class _NoEncoder:
    """Vectors of zeros, which find nothing: the vector channel is not there."""

    name = "none"
    fingerprint = "none"

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), 1), dtype=np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self.encode(texts)


def _priors(workshop: Workshop) -> dict[str, float]:
    if workshop.folder is None or not (workshop.folder / "qrels" / "train.tsv").is_file():
        return {}
    policies = {passage.id: policy_of(passage) for passage in workshop.passages}
    return priors(read_beir(workshop.folder, "train").gold.values(), policies)


def reranked(encoders: Sequence[str]) -> list[Reranked]:
    """Keywords alone, then each encoder beside them."""
    rows = [Reranked(None)]
    for encoder in encoders:
        rows += [Reranked(encoder), Reranked(encoder, prior=False)]
    return rows
