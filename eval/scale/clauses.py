"""Clauses for measuring at size, made from real statutes: the same seed and size always give the same clauses.

`DATA/statutes/*.jsonl.gz` holds articles (law, chapter, article, text, current). Each article is cut into its sentences (at
。 and ；), and a sentence is a clause: its words are real, its context is the law, chapter and article it comes from. The laws
are put in an order drawn by the seed and cut into policies of at most 60 clauses, so that half a million clauses are about
ten thousand policies. When the real sentences are used up (407,457 of them in the project's data), clauses are
recombined: one sentence each of two articles drawn at random, under the heading of the first. A smaller size is a beginning of
every larger one. What a policy says of itself (region, level, status) follows from its law, so that filters have something to choose.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from assistant.errors import InputError

SEED = 4
POLICY_CLAUSES = 60
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_SHORTEST = 8
_PLACE = re.compile(r"^(.{1,6}?(?:省|市|自治区|自治州))")
_NATIONAL_FILE = "articles.jsonl.gz"


@dataclass(frozen=True)
class Article:
    """An article of a statute; `national` tells a national one from a local one, `current` one in force from an older."""

    law: str
    heading: str
    text: str
    national: bool
    current: bool


@dataclass(frozen=True)
class MadeClause:
    """A clause: `heading` says where it stands, `text` are its words."""

    heading: str
    text: str


@dataclass(frozen=True)
class MadePolicy:
    """A policy of made clauses, with the metadata that filters choose by."""

    id: str
    title: str
    region: str
    level: str
    status: str
    clauses: tuple[MadeClause, ...]


def read_articles(folder: Path) -> list[Article]:
    """All articles of the folder's *.jsonl.gz files. Raises InputError when there are none or one is broken."""
    files = sorted(folder.glob("*.jsonl.gz"))
    if not files:
        raise InputError(
            f"{folder} 里没有 *.jsonl.gz；应有法条文件，每行含 law、chapter、article、text、current"
        )
    return [article for path in files for article in _articles(path)]


def _articles(path: Path) -> Iterator[Article]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            for line in stream:
                row = json.loads(line)
                heading = " ".join(part for part in (row["law"], row["chapter"], row["article"]) if part)
                yield Article(
                    row["law"], heading, row["text"], path.name == _NATIONAL_FILE, bool(row["current"])
                )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} 无法读取：{error}") from error


def sentences(text: str) -> list[str]:
    """Sentences of a text that are long enough to be a clause (8 characters)."""
    found = (sentence.strip() for sentence in _SENTENCE.findall(text))
    return [sentence for sentence in found if len(sentence) >= _SHORTEST]


def make_policies(articles: Sequence[Article], size: int, seed: int = SEED) -> list[MadePolicy]:
    """Policies with `size` clauses in all. Raises InputError when the articles hold no sentence to make one of."""
    if size < 1:
        raise InputError(f"条款数 {size} 不合法，应为正整数")
    drawn = random.Random(seed)
    laws: dict[tuple[str, bool], list[Article]] = {}
    for article in articles:
        laws.setdefault((article.law, article.national), []).append(article)
    order = list(laws)
    drawn.shuffle(order)
    made: list[MadePolicy] = []
    left = size
    for key in order:
        rows = [MadeClause(one.heading, words) for one in laws[key] for words in sentences(one.text)]
        for policy in _cut(key[0], laws[key][0], rows[:left], len(made)):
            made.append(policy)
            left -= len(policy.clauses)
        if not left:
            return made
    sources = [article for article in articles if sentences(article.text)]
    if not sources:
        raise InputError("法条里没有一句够长的话（8 个字），造不出条款")
    recombined = _recombined(sources, drawn)
    while left:
        first = drawn.choice(sources)
        rows = list(islice(recombined, min(left, POLICY_CLAUSES)))
        made += _cut(f"{first.law}（汇编{len(made)}）", first, rows, len(made))
        left -= len(rows)
    return made


def _cut(title: str, source: Article, rows: Sequence[MadeClause], number: int) -> Iterator[MadePolicy]:
    """`rows` as policies of at most 60 clauses; the metadata are those of the law that `source` stands in."""
    place = _PLACE.match(source.law)
    region = "全国" if source.national else place[1] if place else "地方"
    level = "国家" if source.national else "省级" if region.endswith(("省", "自治区")) else "市级"
    status = "现行" if source.current else "已废止"
    for part, start in enumerate(range(0, len(rows), POLICY_CLAUSES)):
        name = title if len(rows) <= POLICY_CLAUSES else f"{title}（{part + 1}）"
        clauses = tuple(rows[start : start + POLICY_CLAUSES])
        yield MadePolicy(f"law-{number + part:05d}", name, region, level, status, clauses)


def _recombined(sources: Sequence[Article], drawn: random.Random) -> Iterator[MadeClause]:
    while True:
        first, second = drawn.choice(sources), drawn.choice(sources)
        words = drawn.choice(sentences(first.text)) + drawn.choice(sentences(second.text))
        yield MadeClause(first.heading, words)
