"""The training texts as tokens, cut once: a training step then only picks and joins."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from eval.encoder.data import Article, TrainingData
from eval.encoder.made_questions import made_questions
from eval.encoder.recipe import Recipe

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Tokens = NDArray[np.int32]

_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_SHORTEST = 6  # characters of a sentence
_MOST_SENTENCES = 12  # of an article
_MOST_ASKED = 4  # sentences of an article that questions are made from
_BATCH = 8192


@dataclass(frozen=True)
class TokenRows:
    """Texts as tokens, one after the other: row i is tokens[starts[i]:starts[i + 1]]."""

    tokens: Tokens
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, row: int) -> Tokens:
        return self.tokens[self.starts[row] : self.starts[row + 1]]

    def span(self, first: int, last: int) -> Tokens:
        """Rows first to last - 1, joined."""
        return self.tokens[self.starts[first] : self.starts[last]]


@dataclass(frozen=True)
class Articles:
    """Articles (or clauses) as tokens, in `len(sentences)` readings.

    Sentences of article i are the rows first[i] to first[i + 1] - 1. Question k of `made` was made from article
    made_from[k].
    """

    sentences: Sequence[TokenRows]
    first: NDArray[np.int64]
    headings: Sequence[TokenRows]
    names: Sequence[TokenRows]
    made: Sequence[TokenRows]
    made_from: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first) - 1


@dataclass(frozen=True)
class Readings:
    """All that batches are made of. `questions` has a row for each train question, `passages` one for each passage that
    is the gold or a hard negative of one; `passage_rows` maps passage ids to those rows."""

    statutes: Articles
    policies: Articles
    questions: Sequence[TokenRows]
    passages: Sequence[TokenRows]
    passage_rows: dict[str, int]


class Reader:
    """Cuts texts into tokens, once as they stand and then loosened; the same seed gives the same tokens."""

    def __init__(self, tokenizer: Tokenizer, recipe: Recipe) -> None:
        self._tokenizer, self._recipe = tokenizer, recipe
        self._random = np.random.default_rng(recipe.seed)

    def read(self, texts: Sequence[str]) -> list[TokenRows]:
        """`texts` in every reading."""
        plain = [" ".join(text.split()) for text in texts]
        loose = [
            loosened(plain, self._recipe.loosening, self._random) for _ in range(self._recipe.readings - 1)
        ]
        return [self._rows(reading) for reading in (plain, *loose)]

    def read_articles(self, articles: Sequence[Article]) -> Articles:
        """`articles` in every reading, and the questions that templates make of their sentences."""
        sentences = [sentences_of(article.text) for article in articles]
        draw = random.Random(self._recipe.seed)
        made = [
            (question, row)
            for row, own in enumerate(sentences)
            for sentence in own[:_MOST_ASKED]
            for question in made_questions(sentence, draw)
        ]
        return Articles(
            sentences=self.read([sentence for own in sentences for sentence in own]),
            first=_starts([len(own) for own in sentences]),
            headings=self.read([article.heading for article in articles]),
            names=self.read([article.name for article in articles]),
            made=self.read([question for question, _ in made]),
            made_from=np.array([row for _, row in made], dtype=np.int64),
        )

    def _rows(self, texts: Sequence[str]) -> TokenRows:
        parts: list[Tokens] = [np.zeros(0, dtype=np.int32)]
        lengths: list[int] = []
        for start in range(0, len(texts), _BATCH):
            encodings = self._tokenizer.encode_batch_fast(
                list(texts[start : start + _BATCH]), add_special_tokens=False
            )
            rows = [encoding.ids for encoding in encodings]
            lengths.extend(map(len, rows))
            parts.append(np.fromiter(chain.from_iterable(rows), dtype=np.int32))
        return TokenRows(np.concatenate(parts), _starts(lengths))


def read_texts(
    data: TrainingData, mined: dict[str, list[str]], tokenizer: Tokenizer, recipe: Recipe
) -> Readings:
    """Cut everything that is trained on; `mined` maps question ids to the passages that are their hard negatives."""
    reader = Reader(tokenizer, recipe)
    golds = frozenset().union(*data.train.gold.values())
    needed = sorted(golds.union(*mined.values()))
    return Readings(
        statutes=reader.read_articles(data.articles),
        policies=reader.read_articles(data.policies),
        questions=reader.read(list(data.train.questions.values())),
        passages=reader.read([data.train.passages[key] for key in needed]),
        passage_rows={key: row for row, key in enumerate(needed)},
    )


def sentences_of(text: str) -> list[str]:
    """Sentences of six characters or more, the first twelve."""
    return [found for found in _SENTENCE.findall(text) if len(found) >= _SHORTEST][:_MOST_SENTENCES]


def loosened(texts: Sequence[str], share: float, draw: np.random.Generator) -> list[str]:
    """`texts` (without line breaks) with a blank at `share` of the places between two Chinese characters."""
    signs = np.frombuffer("\n".join(texts).encode("utf-32-le"), dtype=np.uint32)
    chinese = (signs >= 0x3400) & (signs <= 0x9FFF)
    places = np.flatnonzero(chinese[:-1] & chinese[1:]) + 1
    chosen = places[draw.random(len(places)) < share]
    return np.insert(signs, chosen, ord(" ")).tobytes().decode("utf-32-le").split("\n")


def _starts(lengths: Sequence[int]) -> NDArray[np.int64]:
    starts = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts
