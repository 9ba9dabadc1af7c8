"""What the encoder is trained and measured on: public questions, statutes, and the policies of the corpus.

The folder holds `stard/` (BEIR layout) and `statutes/*.jsonl.gz` (rows with law, chapter, article, text); see the
README beside them. Questions of the dev split are read for measuring only.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from assistant.documents.library import Library
from assistant.errors import InputError
from assistant.retrieval.entries import IndexSource

Pair = tuple[str, str]

_SHORTEST = 6  # characters of a clause that says anything


@dataclass(frozen=True)
class Article:
    """An article of a statute, or a clause of a policy.

    `heading` is the law and chapter, `name` the law and article number; both are a clause's place in its policy.
    """

    heading: str
    name: str
    text: str


@dataclass(frozen=True)
class QuestionSet:
    """Questions of one split with the passages they are asked over. `gold` maps question id to passage ids."""

    passages: Mapping[str, str]
    questions: Mapping[str, str]
    gold: Mapping[str, frozenset[str]]

    def pairs(self) -> list[Pair]:
        """(question, gold passage), each once."""
        return [
            (self.questions[question], self.passages[passage])
            for question, passages in self.gold.items()
            for passage in sorted(passages)
        ]


@dataclass(frozen=True)
class TrainingData:
    """Read once from the folders on the command line."""

    train: QuestionSet
    dev: QuestionSet
    articles: Sequence[Article]
    policies: Sequence[Article]


def read_data(data: Path, corpus: Path) -> TrainingData:
    """Read `data` and `corpus`. Raises InputError or CorpusError."""
    return TrainingData(
        train=read_questions(data / "stard", "train"),
        dev=read_questions(data / "stard", "dev"),
        articles=read_statutes(data / "statutes"),
        policies=policy_clauses(corpus),
    )


def read_questions(folder: Path, split: str) -> QuestionSet:
    """Read one split of a BEIR folder. Raises InputError when a file is missing or broken."""
    passages = {row["_id"]: f"{row['title']} {row['text']}" for row in _json_lines(folder / "corpus.jsonl")}
    questions = {row["_id"]: row["text"] for row in _json_lines(folder / "queries.jsonl")}
    gold: dict[str, set[str]] = {}
    path = folder / "qrels" / f"{split}.tsv"
    if not path.is_file():
        raise InputError(f"缺少 {path}；应为 BEIR 格式的文件夹（corpus.jsonl、queries.jsonl、qrels/）")
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            if int(row["score"]) > 0:
                gold.setdefault(row["query-id"], set()).add(row["corpus-id"])
    asked = {key: questions[key] for key in gold}
    return QuestionSet(passages, asked, {key: frozenset(ids) for key, ids in gold.items()})


def read_statutes(folder: Path) -> list[Article]:
    """All articles of the folder's *.jsonl.gz files. Raises InputError when there are none."""
    files = sorted(folder.glob("*.jsonl.gz"))
    if not files:
        raise InputError(f"{folder} 里没有 *.jsonl.gz；应有法条文件，每行含 law、chapter、article、text")
    return [
        Article(f"{row['law']} {row['chapter'] or ''}".strip(), row["article"], row["text"])
        for path in files
        for row in _json_lines(path)
    ]


def policy_clauses(corpus: Path) -> list[Article]:
    """The clauses of the corpus's policies; those of a few characters are left out."""
    entries = IndexSource.of(Library.load(corpus)).entries
    return [
        Article(entry.context, entry.context, entry.text) for entry in entries if len(entry.text) > _SHORTEST
    ]


def _json_lines(path: Path) -> Iterator[dict[str, str]]:
    try:
        with _text(path) as stream:
            for line in stream:
                yield json.loads(line)
    except FileNotFoundError as error:
        raise InputError(f"缺少 {path}") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path} 无法读取：{error}") from error


def _text(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")
