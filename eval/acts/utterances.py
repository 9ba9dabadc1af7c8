"""Labelled utterances: `eval/utterances/*.jsonl`, a file an author, one message a row.

A row is `{"t": message, "f": 0|1, "q": 0|1, "p": act before or "", "a": [acts]}`: `f` tells that figures of the enterprise are known,
`q` that the assistant has just asked for a fact.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.agent.understanding.acts import Act, Situation
from eval.questions import QuestionError

FOLDER = Path(__file__).resolve().parents[1] / "utterances"
_KEYS = {"t", "f", "q", "p", "a"}


@dataclass(frozen=True)
class Utterance:
    """A message in its situation, with what it does; `author` is its file."""

    message: str
    situation: Situation
    acts: frozenset[Act]
    author: str


def load_utterances(folder: Path = FOLDER) -> list[Utterance]:
    """All rows, files in order of name. Raises QuestionError with file, line and the legal form."""
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                found.append(_utterance(line, f"{path.name}:{number}", path.stem))
    return found


def _utterance(line: str, where: str, author: str) -> Utterance:
    try:
        row: dict[str, Any] = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionError(f"{where}: not JSON ({error.msg} at column {error.colno})") from error
    if not isinstance(row, dict) or set(row) != _KEYS:
        raise QuestionError(f"{where}: legal: an object with {', '.join(sorted(_KEYS))}")
    if not isinstance(row["t"], str) or not row["t"].strip():
        raise QuestionError(f"{where}: t is {row['t']!r}; legal: a text that is not empty")
    unknown = [act for act in row["a"] if act not in set(Act)]
    if unknown or not row["a"]:
        raise QuestionError(f"{where}: a is {row['a']!r}; legal: one or more of {', '.join(Act)}")
    situation = Situation(bool(row["f"]), bool(row["q"]), bool(row["p"] or row["f"] or row["q"]))
    return Utterance(row["t"], situation, frozenset(map(Act, row["a"])), author)
