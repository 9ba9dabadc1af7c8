"""Batches of (question, passage) as tokens, drawn by seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.encoder.data import QuestionSet
from eval.encoder.readings import Articles, Readings, Tokens
from eval.encoder.recipe import Recipe

_SHORTEST_PIECE, _LONGEST_PIECE = 4, 16  # tokens


@dataclass(frozen=True)
class Bags:
    """Texts as tokens, one after the other: text i starts at offsets[i]. Both of torch's index type."""

    tokens: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets)


@dataclass(frozen=True)
class Batch:
    """As many passages as questions, the i-th answering the i-th; each of `negatives` answers none of them, and has as
    many texts again. Everything but a question's own passage is a negative to it."""

    questions: Bags
    passages: Bags
    negatives: Sequence[Bags] = ()


class TextBatches:
    """Stage 1: headings, made questions and sentences, each with its article."""

    def __init__(self, readings: Readings, recipe: Recipe, seed: int) -> None:
        self._readings, self._recipe = readings, recipe
        self._random = np.random.default_rng(seed)

    def draw(self) -> Batch:
        """`recipe.batch` pairs; no article twice, so that no negative is a positive."""
        recipe = self._recipe
        questions: list[Tokens] = []
        passages: list[Tokens] = []
        used: set[tuple[bool, int]] = set()
        while len(questions) < recipe.batch:
            of_policy = self._random.random() < recipe.policy_share
            articles = self._readings.policies if of_policy else self._readings.statutes
            row, question, passage = self._pair(articles)
            # A small corpus may hold fewer articles than a batch asks for.
            again = (of_policy, row) in used and len(used) < len(self._readings.statutes)
            if again or not len(question) or not len(passage):
                continue
            used.add((of_policy, row))
            questions.append(question[: recipe.longest_question])
            passages.append(passage[: recipe.longest_passage])
        return Batch(
            _thinned(questions, recipe.question_drop, self._random),
            _thinned(passages, recipe.passage_drop, self._random),
        )

    def _pair(self, articles: Articles) -> tuple[int, Tokens, Tokens]:
        """(article's row, question, passage); an empty question or passage where the article is too short."""
        recipe, draw = self._recipe, self._random
        reading = int(draw.integers(recipe.readings))
        share = draw.random()
        if share < recipe.made_share and len(articles.made_from):
            made = int(draw.integers(len(articles.made_from)))
            row = int(articles.made_from[made])
            return row, articles.made[reading][made], self._whole(articles, row, reading)
        row = int(draw.integers(len(articles)))
        first, last = int(articles.first[row]), int(articles.first[row + 1])
        rows = articles.sentences[reading]
        if recipe.made_share <= share < recipe.made_share + recipe.heading_share:
            return row, articles.headings[reading][row], rows.span(first, last)
        if last - first > 1:
            chosen = int(draw.integers(first, last))
            sentence = rows[chosen]
            rest = np.concatenate([rows.span(first, chosen), rows.span(chosen + 1, last)])
        else:
            whole = rows.span(first, last)
            if len(whole) < 2 * _SHORTEST_PIECE:
                return row, whole[:0], whole
            cut = int(draw.integers(_SHORTEST_PIECE, len(whole) - _SHORTEST_PIECE + 1))
            sentence, rest = whole[:cut], whole[cut:]
        return row, self._piece(sentence), self._named(articles, row, reading, rest)

    def _whole(self, articles: Articles, row: int, reading: int) -> Tokens:
        text = articles.sentences[reading].span(int(articles.first[row]), int(articles.first[row + 1]))
        return self._named(articles, row, reading, text)

    def _named(self, articles: Articles, row: int, reading: int, text: Tokens) -> Tokens:
        if self._random.random() >= self._recipe.name_share:
            return text
        return np.concatenate([articles.names[reading][row], text])

    def _piece(self, sentence: Tokens) -> Tokens:
        """Now and then a piece only: as short as a question."""
        draw = self._random
        if len(sentence) <= 2 * _SHORTEST_PIECE or draw.random() >= self._recipe.piece_share:
            return sentence
        length = int(draw.integers(_SHORTEST_PIECE, min(_LONGEST_PIECE, len(sentence))))
        start = int(draw.integers(len(sentence) - length + 1))
        return sentence[start : start + length]


class QuestionBatches:
    """Stage 2: public questions with a gold article each, and hard negatives; among them batches of stage 1."""

    def __init__(
        self,
        asked: QuestionSet,
        negatives: dict[str, list[str]],
        readings: Readings,
        recipe: Recipe,
        only: frozenset[str] | None = None,
    ) -> None:
        """`only` names the questions to train on (None: all); the rows of `readings` are those of all questions."""
        self._readings, self._recipe, self._gold = readings, recipe, asked.gold
        self._negatives = negatives
        self._rows = {question: row for row, question in enumerate(asked.questions)}
        self._pairs = [
            (question, passage)
            for question in asked.questions
            if only is None or question in only
            for passage in sorted(asked.gold[question])
        ]
        self._random = np.random.default_rng(recipe.seed + 1)
        self._texts = TextBatches(readings, recipe, recipe.seed + 2)

    def draw(self) -> Batch:
        """A batch of questions (no more than `recipe.batch`) or, at 1 - `question_share`, one of stage 1."""
        if not self._pairs or self._random.random() >= self._recipe.question_share:
            return self._texts.draw()
        recipe, rows = self._recipe, self._readings.passage_rows
        chosen = self._apart()
        golds = frozenset().union(*(self._gold[question] for question, _ in chosen))
        mined = [self._hard(question, golds) for question, _ in chosen]
        deep = min(map(len, mined))
        return Batch(
            _thinned(
                [self._question(question)[: recipe.longest_question] for question, _ in chosen],
                recipe.question_drop,
                self._random,
            ),
            self._passages([rows[passage] for _, passage in chosen]),
            [self._passages([own[place] for own in mined]) for place in range(deep)],
        )

    def _apart(self) -> list[tuple[str, str]]:
        """Pairs of which no question has another's passage among its gold."""
        chosen: list[tuple[str, str]] = []
        taken: set[str] = set()  # passages that are drawn
        closed: set[str] = set()  # golds of the questions that are drawn
        for place in self._random.permutation(len(self._pairs)):
            question, passage = self._pairs[place]
            if passage in closed or self._gold[question] & taken:
                continue
            chosen.append((question, passage))
            taken.add(passage)
            closed |= self._gold[question]
            if len(chosen) == self._recipe.batch:
                break
        return chosen

    def _hard(self, question: str, golds: frozenset[str]) -> list[int]:
        """Rows of a few of the question's mined passages that answer nobody in the batch."""
        found: list[int] = []
        mined = self._negatives.get(question, [])
        for place in self._random.permutation(len(mined)):
            if len(found) == self._recipe.negatives:
                break
            if mined[place] not in golds:
                found.append(self._readings.passage_rows[mined[place]])
        return found

    def _question(self, question: str) -> Tokens:
        return self._readings.questions[self._reading()][self._rows[question]]

    def _passages(self, rows: Sequence[int]) -> Bags:
        texts = [self._readings.passages[self._reading()][row] for row in rows]
        texts = [text[: self._recipe.longest_passage] for text in texts]
        return _thinned(texts, self._recipe.passage_drop, self._random)

    def _reading(self) -> int:
        return int(self._random.integers(self._recipe.readings))


def _thinned(texts: Sequence[Tokens], share: float, draw: np.random.Generator) -> Bags:
    """`texts` joined, without `share` of their tokens; each keeps one at least."""
    lengths = np.array([len(text) for text in texts])
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    tokens = np.concatenate(texts)
    kept = draw.random(len(tokens)) >= share
    kept[offsets] |= ~np.logical_or.reduceat(kept, offsets)
    left = np.add.reduceat(kept.astype(np.int64), offsets)
    return Bags(tokens[kept].astype(np.int64), np.concatenate([[0], np.cumsum(left)[:-1]]).astype(np.int64))
