"""Parts of the train questions, and encoders that have not seen one of them.

What is fitted on the train questions after the encoder (a reranker's weights) must not trust it more than it will
deserve: a question's vector has to come from an encoder that was not trained on it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.errors import InputError
from assistant.retrieval.encoder import Encoder, load_encoder
from assistant.retrieval.progress import Progress
from eval.encoder.data import QuestionSet, TrainingData
from eval.encoder.recipe import Recipe
from eval.encoder.training import Base, save_half, train_on_questions

_HELD_OUT = "held-out.json"


@dataclass(frozen=True)
class Fold:
    """An encoder and the ids of the train questions that it has not seen; it has seen all others."""

    held_out: Sequence[str]
    encoder: Encoder


def question_folds(asked: QuestionSet, count: int, seed: int, apart: bool = False) -> list[list[str]]:
    """The questions in `count` parts of about the same size, in the order of `asked`.

    With `apart`, questions that share a gold passage (also by way of others) are in the same part, so that the gold of
    one part is unseen in the others.
    """
    groups = _sharing_gold(asked) if apart else [[question] for question in asked.questions]
    random.Random(seed).shuffle(groups)
    groups.sort(key=len, reverse=True)
    parts: list[set[str]] = [set() for _ in range(count)]
    for group in groups:
        min(parts, key=len).update(group)
    return [[question for question in asked.questions if question in part] for part in parts]


def cross_fitted(
    data: TrainingData,
    base: Base,
    recipe: Recipe,
    folds: int,
    progress: Progress,
    out: Path | None = None,
    apart: bool = False,
) -> list[Fold]:
    """Stage 2 once for each fold, without its questions. With `out`, the encoders stay there as fold-0, fold-1, …"""
    with TemporaryDirectory(prefix="tiaowen-folds-") as temporary:
        root = out or Path(temporary)
        for number, held_out in enumerate(question_folds(data.train, folds, recipe.seed, apart)):
            model = train_on_questions(
                data, base, recipe, progress, frozenset(data.train.questions) - frozenset(held_out)
            )
            folder = root / f"fold-{number}"
            save_half(model, folder)
            (folder / _HELD_OUT).write_text(json.dumps(held_out), encoding="utf-8")
        return read_folds(root)


def read_folds(root: Path) -> list[Fold]:
    """The folds that `cross_fitted` left in `root`. Raises InputError when there are none, or EncoderError."""
    folders = sorted(root.glob("fold-*"), key=lambda folder: int(folder.name.removeprefix("fold-")))
    if not folders:
        raise InputError(f"{root} 里没有 fold-0、fold-1…；先运行 python -m eval.train_encoder … --folds 5")
    return [
        Fold(json.loads((folder / _HELD_OUT).read_text(encoding="utf-8")), load_encoder(str(folder)))
        for folder in folders
    ]


def _sharing_gold(asked: QuestionSet) -> list[list[str]]:
    """Questions that share a gold passage, directly or by way of others, together."""
    leader: dict[str, str] = {}

    def of(key: str) -> str:
        while leader.setdefault(key, key) != key:
            leader[key] = key = leader[leader[key]]
        return key

    def together(keys: Iterable[str]) -> None:
        first, *others = keys
        for other in others:
            leader[of(other)] = of(first)

    for question in asked.questions:
        together([f"question {question}", *(f"passage {key}" for key in sorted(asked.gold[question]))])
    groups: dict[str, list[str]] = {}
    for question in asked.questions:
        groups.setdefault(of(f"question {question}"), []).append(question)
    return list(groups.values())
