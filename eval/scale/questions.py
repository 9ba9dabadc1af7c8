"""Questions for measuring times: real ones of STARD's train split, and made ones from the clauses. Never those of dev."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import InputError
from eval.scale.clauses import SEED, MadePolicy

DROPPED = 0.15  # share of a sentence's characters that a made question lacks
_LONGEST = 60  # characters of a sentence that are asked


def train_questions(folder: Path) -> list[str]:
    """Texts of the questions that qrels/train.tsv names, each once, in its order. Raises InputError."""
    try:
        with (folder / "queries.jsonl").open(encoding="utf-8") as stream:
            texts = {row["_id"]: str(row["text"]) for row in map(json.loads, stream)}
        with (folder / "qrels" / "train.tsv").open(encoding="utf-8", newline="") as stream:
            asked = dict.fromkeys(row["query-id"] for row in csv.DictReader(stream, delimiter="\t"))
        return [texts[key] for key in asked]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{folder} 不是可读的 BEIR 文件夹（queries.jsonl、qrels/train.tsv）：{error!r}"
        ) from error


def made_questions(policies: Sequence[MadePolicy], count: int, seed: int = SEED) -> list[str]:
    """`count` sentences of clauses drawn at random, each without about 15 % of its characters."""
    drawn = random.Random(seed)
    questions = []
    for _ in range(count):
        words = drawn.choice(drawn.choice(policies).clauses).text[:_LONGEST]
        kept = "".join(character for character in words if drawn.random() >= DROPPED)
        questions.append(kept or words)
    return questions


def mixed_questions(folder: Path, policies: Sequence[MadePolicy], count: int, seed: int = SEED) -> list[str]:
    """`count` questions in an order drawn by the seed: half of the train split (fewer when it has fewer), the rest made."""
    drawn = random.Random(seed)
    real = train_questions(folder)
    chosen = drawn.sample(real, min(count // 2, len(real)))
    chosen += made_questions(policies, count - len(chosen), seed)
    drawn.shuffle(chosen)
    return chosen
