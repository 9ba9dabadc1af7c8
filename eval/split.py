"""`python -m eval split`: the authors' questions into dev.jsonl and test.jsonl, half and half within each kind.

A question's side depends on its kind and the sha256 of its id, on nothing else of it. Questions that stand in dev or
test already stay on their side (their rows are renewed from the author's file); new ones are dealt out in the order of
their hashes, half and half among themselves within each kind. Running it twice changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from eval.questions import QUESTIONS_DIR, SPLITS, Question, QuestionError, load_file


def deal(questions: Iterable[Question], held: Mapping[str, str]) -> dict[str, str]:
    """Side (dev or test) of every question: as in `held` where the id stands there, else dealt out within the kind.

    Of the new ones: the side that has fewer of the kind is served first, then the one that has fewer in all, then dev.
    """
    sides: dict[str, str] = {}
    of_kind: Counter[tuple[str, str]] = Counter()
    in_all: Counter[str] = Counter()
    for question in sorted(questions, key=lambda one: (one.kind, _digest(one.id))):
        if question.id in held:
            sides[question.id] = held[question.id]
            continue
        side = min(SPLITS, key=lambda side: (of_kind[side, question.kind], in_all[side]))
        sides[question.id] = side
        of_kind[side, question.kind] += 1
        in_all[side] += 1
    return sides


def split_folder(folder: Path = QUESTIONS_DIR) -> dict[str, list[Question]]:
    """Rewrite dev.jsonl and test.jsonl of `folder` from its author_*.jsonl; the questions of each side, by id.

    Raises QuestionError, and writes nothing, when a row is not legal or two files hold one id.
    """
    standing = {
        side: load_file(folder / f"{side}.jsonl") for side in SPLITS if (folder / f"{side}.jsonl").exists()
    }
    held = _sides(standing)
    questions = {question.id: question for rows in standing.values() for question in rows}
    written: dict[str, str] = {}
    for path in sorted(folder.glob("author_*.jsonl")):
        for question in load_file(path):
            if question.id in written:
                raise QuestionError(
                    f"{path.name}: id {question.id!r} already stands in {written[question.id]}"
                )
            written[question.id] = path.name
            questions[question.id] = question
    sides = deal(questions.values(), held)
    result = {
        side: sorted(
            (questions[one] for one in sides if sides[one] == side), key=lambda question: question.id
        )
        for side in SPLITS
    }
    for side, rows in result.items():
        lines = "".join(json.dumps(question.row, ensure_ascii=False) + "\n" for question in rows)
        (folder / f"{side}.jsonl").write_text(lines, encoding="utf-8")
    return result


def _sides(standing: Mapping[str, list[Question]]) -> dict[str, str]:
    held: dict[str, str] = {}
    for side, rows in standing.items():
        for question in rows:
            if question.id in held:
                raise QuestionError(
                    f"{side}.jsonl: id {question.id!r} already stands in {held[question.id]}.jsonl"
                )
            held[question.id] = side
    return held


def _digest(identity: str) -> str:
    return hashlib.sha256(identity.encode("utf-8")).hexdigest()
