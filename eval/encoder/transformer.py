"""A small transformer on the same pairs, for the comparison only: `python -m eval.train_encoder … --transformer`.

A BERT of two layers, made from its configuration and trained from nothing, with the static encoder's vocabulary.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from assistant.retrieval.encoder import load_encoder
from assistant.retrieval.progress import Progress
from eval.encoder.batches import Bags, QuestionBatches, TextBatches
from eval.encoder.data import TrainingData
from eval.encoder.recipe import Recipe
from eval.encoder.report import dev_figures, figures_table, unseen_questions
from eval.encoder.training import fit, prepare

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

_LAYERS, _WIDTH, _HEADS = 2, 128, 4
_LONGEST = 160  # tokens
_RATE, _QUESTION_RATE = 1e-3, 3e-4
_PAD = 0  # the unknown sign's row; padded places are masked


def train_transformer(data: TrainingData, out: Path, recipe: Recipe, progress: Progress) -> str:
    """Train by the steps and batch of `recipe`, save to `out`, return the table of dev figures and speeds.

    One to two seconds a step of 128 pairs on two cores: choose --steps, --batch and the lengths accordingly.
    """
    prepared = prepare(data, recipe, progress)
    model = new_transformer(prepared.tokenizer, recipe.seed)
    for label, batches, steps, rate in (
        ("法条", TextBatches(prepared.readings, recipe, recipe.seed), recipe.steps, _RATE),
        (
            "问句",
            QuestionBatches(data.train, prepared.negatives, prepared.readings, recipe),
            recipe.question_steps,
            _QUESTION_RATE,
        ),
    ):
        progress.start(f"训练变换器：{label}", steps)
        fit(model, batches.draw, padded_features, recipe, steps, rate, progress)
    model.save_pretrained(str(out), create_model_card=False)
    encoder = load_encoder(str(out))
    figures = dev_figures(encoder.encode, data.dev, unseen_questions(data.dev, data.train))
    clauses = list(data.dev.passages.values())[:1000]
    questions = list(data.dev.questions.values())[:100]
    started = time.perf_counter()
    encoder.encode(clauses)
    encoded = time.perf_counter()
    for question in questions:
        encoder.encode_queries([question])
    asked = time.perf_counter()
    speeds = {
        "seconds for 1,000 clauses": (encoded - started) * 1000 / len(clauses),
        "milliseconds a question": (asked - encoded) * 1000 / len(questions),
    }
    return figures_table({"transformer": {**figures, **speeds}})


def new_transformer(tokenizer: Tokenizer, seed: int) -> SentenceTransformer:
    """Random weights; mean of the last layer, length one."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=_WIDTH,
        num_hidden_layers=_LAYERS,
        num_attention_heads=_HEADS,
        intermediate_size=4 * _WIDTH,
        max_position_embeddings=_LONGEST,
        pad_token_id=_PAD,
    )
    with TemporaryDirectory(prefix="tiaowen-transformer-") as folder:
        BertModel(config).save_pretrained(folder)
        PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
            tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<unk>", model_max_length=_LONGEST
        ).save_pretrained(folder)
        transformer = Transformer(folder, max_seq_length=_LONGEST)
    return SentenceTransformer(modules=[transformer, Pooling(_WIDTH), Normalize()], device="cpu")


def padded_features(bags: Bags) -> dict[str, torch.Tensor]:
    """What Transformer takes: ids and mask of shape (texts, longest text)."""
    import torch

    texts = np.split(bags.tokens, bags.offsets[1:])
    longest = min(_LONGEST, max(map(len, texts)))
    ids = np.full((len(texts), longest), _PAD, dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, text in enumerate(texts):
        length = min(len(text), longest)
        ids[row, :length] = text[:length]
        mask[row, :length] = 1
    return {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
