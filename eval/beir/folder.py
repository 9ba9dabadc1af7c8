"""A BEIR folder (corpus.jsonl, queries.jsonl, qrels/<split>.tsv), read strictly.

A row of corpus.jsonl is `{"_id", "title", "text"}`, one of queries.jsonl `{"_id", "text"}`, one of a qrels file
`query-id<TAB>corpus-id<TAB>score` under that heading. What is not legal is an InputError that names file, line and the
legal form.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import InputError

Gold = Mapping[str, Mapping[str, int]]  # question id -> passage id -> relevance, above 0 only

_CORPUS = "corpus.jsonl"
_QUERIES = "queries.jsonl"
_HEADING = ("query-id", "corpus-id", "score")
_LAYOUT = "BEIR 文件夹应有 corpus.jsonl、queries.jsonl 和 qrels/<split>.tsv"


@dataclass(frozen=True)
class Passage:
    """What is searched: `heading` says where it stands, `text` are its own words."""

    id: str
    heading: str
    text: str


@dataclass(frozen=True)
class JudgedQuestions:
    """Questions of one split over a corpus; `gold` has at least one passage for every question."""

    split: str
    passages: Sequence[Passage]
    questions: Mapping[str, str]
    gold: Gold
    trained: frozenset[str] = frozenset()  # passages that are gold for a question of the train split

    @property
    def unseen(self) -> tuple[str, ...]:
        """Questions that share no gold passage with a train question; nothing without a train split beside this one."""
        if not self.trained:
            return ()
        return tuple(
            question for question, passages in self.gold.items() if not passages.keys() & self.trained
        )


def read_beir(folder: Path, split: str) -> JudgedQuestions:
    """Read one split of a folder, and qrels/train.tsv beside it. Raises InputError."""
    if not folder.is_dir():
        raise InputError(f"文件夹 {folder} 不存在；{_LAYOUT}")
    passages = _passages(folder / _CORPUS)
    questions = _questions(folder / _QUERIES)
    known = frozenset(passage.id for passage in passages)
    gold = _qrels(folder / "qrels" / f"{split}.tsv", known, questions)
    train = folder / "qrels" / "train.tsv"
    trained: frozenset[str] = frozenset()
    if split != "train" and train.is_file():
        trained = frozenset(one for row in _qrels(train, known, questions).values() for one in row)
    return JudgedQuestions(split, passages, {one: questions[one] for one in gold}, gold, trained)


def _passages(path: Path) -> list[Passage]:
    rows = _rows(path, {"_id": True, "title": False, "text": True})
    passages = [Passage(row["_id"], row.get("title", ""), row["text"]) for row in rows]
    if not passages:
        raise InputError(f'{path} 是空的；应每行一个 {{"_id", "title", "text"}}')
    return passages


def _questions(path: Path) -> dict[str, str]:
    return {row["_id"]: row["text"] for row in _rows(path, {"_id": True, "text": True})}


def _rows(path: Path, keys: Mapping[str, bool]) -> Iterator[dict[str, str]]:
    """Rows of a JSONL file whose `keys` (true: required) are texts; no `_id` stands twice."""
    legal = "{" + "、".join(f'"{key}"' for key in keys) + "}，值都是字符串"
    seen: dict[str, int] = {}
    for number, line in _lines(path):
        where = f"{path} 第 {number} 行"
        try:
            row: Any = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{where}不是 JSON（第 {error.colno} 列：{error.msg}）；应为 {legal}") from error
        if not isinstance(row, dict):
            raise InputError(f"{where}是 {line[:40]!r}；应为 {legal}")
        for key, required in keys.items():
            if (required or key in row) and not isinstance(row.get(key), str):
                raise InputError(f"{where}的 {key} 是 {row.get(key)!r}；应为 {legal}")
        if not row["_id"].strip():
            raise InputError(f"{where}的 _id 是空的；应为不重复的编号")
        if row["_id"] in seen:
            raise InputError(f"{where}的 _id {row['_id']!r} 与第 {seen[row['_id']]} 行重复；编号不能重复")
        seen[row["_id"]] = number
        yield row


def _qrels(path: Path, passages: frozenset[str], questions: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Judgements above 0 by question. A question without one is an error: no measure is defined for it."""
    legal = "应为 query-id、corpus-id、score 三列，以制表符分隔，score 为整数"
    lines = _lines(path)
    number, heading = next(lines, (1, ""))
    if tuple(heading.split("\t")) != _HEADING:
        raise InputError(f"{path} 第 {number} 行是 {heading[:60]!r}；首行{legal}")
    judged: dict[str, dict[str, int]] = {}
    first: dict[str, int] = {}
    for number, line in lines:
        where = f"{path} 第 {number} 行"
        cells = line.split("\t")
        if len(cells) != len(_HEADING) or not cells[2].strip().lstrip("-").isdecimal():
            raise InputError(f"{where}是 {line[:60]!r}；{legal}")
        question, passage, score = cells[0], cells[1], int(cells[2])
        if question not in questions:
            raise InputError(f"{where}的 query-id {question!r} 不在 {_QUERIES} 里；应为其中的 _id")
        if passage not in passages:
            raise InputError(f"{where}的 corpus-id {passage!r} 不在 {_CORPUS} 里；应为其中的 _id")
        if passage in judged.setdefault(question, {}):
            raise InputError(f"{where}重复评判了 {question!r} 和 {passage!r}；每一对应只有一行")
        judged[question][passage] = score
        first.setdefault(question, number)
    if not judged:
        raise InputError(f"{path} 没有一条评判；{legal}")
    gold = {one: {key: score for key, score in row.items() if score > 0} for one, row in judged.items()}
    for question, row in gold.items():
        if not row:
            where = f"{path} 第 {first[question]} 行"
            raise InputError(f"{where}的问题 {question!r} 没有正的评判；每个问题至少要有一行 score 大于 0")
    return gold


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """(line number, line) of the lines that are not blank."""
    try:
        with path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except FileNotFoundError as error:
        raise InputError(f"缺少 {path}；{_LAYOUT}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} 无法读取：{error}；应为 UTF-8 文本") from error
