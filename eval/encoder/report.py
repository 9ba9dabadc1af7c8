"""How good an encoder is on the dev questions, and the model card that says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.encoder.data import QuestionSet, TrainingData

Encode = Callable[[Sequence[str]], NDArray[np.float32]]

_DEPTH = 100
_BATCH = 2048


def unseen_questions(dev: QuestionSet, train: QuestionSet) -> frozenset[str]:
    """Dev questions that share no gold passage with a train question."""
    trained = frozenset().union(*train.gold.values())
    return frozenset(question for question, passages in dev.gold.items() if not passages & trained)


def dev_figures(encode: Encode, dev: QuestionSet, unseen: frozenset[str]) -> dict[str, float]:
    """R@10, R@100, MRR@10 and nDCG@10 over all dev questions and over the unseen ones, whole corpus, exact search."""
    import ir_measures
    from ir_measures import RR, R, nDCG

    ids, texts = list(dev.passages), list(dev.passages.values())
    asked = list(dev.gold)
    questions = encode([dev.questions[question] for question in asked])
    passages = np.concatenate([encode(texts[i : i + _BATCH]) for i in range(0, len(texts), _BATCH)])
    run: dict[str, dict[str, float]] = {}
    for question, similarities in zip(asked, questions @ passages.T, strict=True):
        best = np.argsort(-similarities, kind="stable")[:_DEPTH]
        run[question] = {ids[row]: float(similarities[row]) for row in best}
    gold = {question: dict.fromkeys(passages_, 1) for question, passages_ in dev.gold.items()}
    figures: dict[str, float] = {}
    for label, chosen in (("all", frozenset(asked)), ("unseen", unseen)):
        part = {question: gold[question] for question in asked if question in chosen}
        wanted = (R @ 10, R @ 100, RR @ 10, nDCG @ 10)
        values = ir_measures.calc_aggregate(wanted, part, run)
        figures |= {f"{label} {measure}": float(values[measure]) for measure in wanted}
    return figures


def figures_table(columns: Mapping[str, Mapping[str, float]]) -> str:
    """A Markdown table, one row a figure, one column for each of `columns`."""
    names = list(next(iter(columns.values())))
    head = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    rows = [
        f"| {name} | " + " | ".join(f"{figures[name]:.3f}" for figures in columns.values()) + " |"
        for name in names
    ]
    return "\n".join(head + rows)


def model_card(data: TrainingData, facts: Mapping[str, object], table: str) -> str:
    """README.md of the encoder's folder: data, licence, recipe, time, figures."""
    pairs = len(data.train.pairs())
    recipe = "\n".join(f"| {name} | {value} |" for name, value in facts.items())
    return f"""---
language: zh
license: apache-2.0
library_name: sentence-transformers
pipeline_tag: sentence-similarity
tags: [sentence-transformers, static-embedding]
---
# 条问 static encoder

A `StaticEmbedding` with `Normalize`: a text's vector is the mean of its tokens' vectors, scaled to length one. Weights are
half precision. sentence-transformers reads the folder; the product reads it with tokenizers and NumPy alone.

Made by `make encoder DATA=folder` (`python -m eval.train_encoder`).

## Data

| what | how much | terms |
|---|---|---|
| STARD questions with gold articles, train split only | {len(data.train.questions)} questions, {pairs} pairs | MIT |
| articles of national and local statutes | {len(data.articles)} | official texts, outside copyright (Copyright Law of the PRC, art. 5) |
| clauses of the policies in corpus/ | {len(data.policies)} | official texts, as above |

Stage 1, statutes and policies: heading -> text, sentence -> the rest of its text, question made from a sentence by
templates -> text. Stage 2, among batches of stage 1: question -> gold article, with hard negatives mined by BM25. The
other passages of a batch are negatives too. The dev split is measured on and never trained on.

## Recipe

| | |
|---|---|
{recipe}

The same seed on the same versions and thread count gives the same files.

## Figures

STARD dev, {len(data.dev.questions)} questions over {len(data.dev.passages)} articles, exact search; `unseen` are the questions that share no gold
article with a train question.

{table}

Whether search with this encoder beats search by keywords alone, on these questions and on the product's own, is in
docs/decisions/0007-encoder-training.md.

Limits: trained on statutes and five policies, it knows the words of Chinese law and of carbon policy and little else.
"""
