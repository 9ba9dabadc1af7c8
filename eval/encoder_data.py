"""What the encoder is trained and measured on: public questions, statutes, and the policies of the corpus.

The folder holds `stard/` (BEIR layout) and `statutes/*.jsonl.gz` (rows with law, chapter, article, text); see the
README beside them. Questions of the dev split are read for measuring only.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from assistant.documents.library import Library
from assistant.errors import InputError
from assistant.retrieval.entries import IndexSource

Pair = tuple[str, str]

_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])(?=[\u3400-\u9fff])")
_SHORTEST = 6
_LONGEST = 200  # characters of a passage that are trained on: a third of the time for the same figures
# Shares of a mixed batch; the rest are sentences of statutes with what stands around them.
_POLICY_SHARE = 0.1
_HEADING_SHARE = 0.25
# Every fourth batch holds questions and their gold articles alone.
_QUESTION_BATCHES = 0.25


@dataclass(frozen=True)
class Article:
    """An article of a statute: `heading` is the law and chapter, `name` the law and article number."""

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
    """Read once from the folders on the command line; `policies` are (heading, clause)."""

    train: QuestionSet
    dev: QuestionSet
    articles: Sequence[Article]
    policies: Sequence[Pair]


def read_data(data: Path, corpus: Path) -> TrainingData:
    """Read `data` and `corpus`. Raises InputError or CorpusError."""
    return TrainingData(
        train=read_questions(data / "stard", "train"),
        dev=read_questions(data / "stard", "dev"),
        articles=read_statutes(data / "statutes"),
        policies=policy_pairs(corpus),
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


def policy_pairs(corpus: Path) -> list[Pair]:
    """Where a clause stands -> what it says, for the corpus's policies; clauses of a few characters are left out."""
    entries = IndexSource.of(Library.load(corpus)).entries
    return [(entry.context, entry.text) for entry in entries if len(entry.text) > _SHORTEST]


class PairSampler:
    """Draws training batches; the same seed gives the same batches."""

    def __init__(self, data: TrainingData, seed: int, loosening: float = 0.0) -> None:
        """`loosening` is the share of places between two Chinese characters where a blank keeps words from merging, so
        that 碳抵消 and 抵消 learn from each other."""
        self._questions, self._articles, self._policies = data.train.pairs(), data.articles, data.policies
        self._random = random.Random(seed)
        self._loosening = loosening

    def batch(self, size: int) -> list[Pair]:
        """`size` pairs (fewer when the questions are fewer); no passage twice, so that no negative is a positive."""
        wanted: dict[str, str] = {}
        if self._questions and self._random.random() < _QUESTION_BATCHES:
            drawn = self._random.sample(self._questions, min(size, len(self._questions)))
            wanted = {passage: question for question, passage in drawn}
        else:
            while len(wanted) < size:
                question, passage = self._mixed()
                if question and passage:
                    wanted[passage] = question
        return [
            (self._loosen(question), self._loosen(passage[:_LONGEST])) for passage, question in wanted.items()
        ]

    def _loosen(self, text: str) -> str:
        if not self._loosening:
            return text
        return _BETWEEN.sub(lambda _: " " if self._random.random() < self._loosening else "", text)

    def _mixed(self) -> Pair:
        draw = self._random.random()
        if draw < _POLICY_SHARE:
            context, text = self._random.choice(self._policies)
            if self._random.random() < 0.5:
                return context, text
            sentence, rest = self._cut(text)
            return sentence, f"{context} {rest}"
        article = self._random.choice(self._articles)
        if draw < _POLICY_SHARE + _HEADING_SHARE:
            return article.heading, article.text
        sentence, rest = self._cut(article.text)
        return sentence, f"{article.name} {rest}" if self._random.random() < 0.5 else rest

    def _cut(self, text: str) -> Pair:
        """One sentence and the rest of its text; a text of one sentence is cut at any place; "" when too short."""
        sentences = [sentence for sentence in _SENTENCE.findall(text) if len(sentence) >= _SHORTEST]
        if len(sentences) > 1:
            chosen = self._random.randrange(len(sentences))
            return sentences[chosen], "".join(sentences[:chosen] + sentences[chosen + 1 :])
        if len(text) < 3 * _SHORTEST:
            return "", ""
        place = self._random.randint(_SHORTEST, len(text) - _SHORTEST)
        return text[:place], text[place:]


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
