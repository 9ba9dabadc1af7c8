"""Stage 1 and stage 2 of training a sentence-transformers StaticEmbedding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.progress import Progress
from eval.encoder.batches import Bags, Batch, QuestionBatches, TextBatches
from eval.encoder.data import TrainingData
from eval.encoder.negatives import mine_negatives
from eval.encoder.readings import Readings, read_texts
from eval.encoder.recipe import Recipe
from eval.encoder.vocabulary import learn_vocabulary

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

Features = Callable[[Bags], "dict[str, torch.Tensor]"]

_WARM_UP = 0.04  # of the steps
_LONGEST_WARM_UP = 100  # steps


@dataclass(frozen=True)
class Prepared:
    """The data as the training steps want it: made once, used by both stages and by every fold."""

    tokenizer: Tokenizer
    readings: Readings
    negatives: dict[str, list[str]]


@dataclass(frozen=True)
class Base:
    """What stage 1 leaves: no question has been seen. `weights` is float32 of shape (vocabulary, dimension)."""

    prepared: Prepared
    weights: NDArray[np.float32]


def prepare(data: TrainingData, recipe: Recipe, progress: Progress) -> Prepared:
    """Learn the vocabulary, mine hard negatives, cut every text into tokens."""
    progress.start("学习词表、切分文本", 3)
    tokenizer = learn_vocabulary(data, recipe)
    progress.advance()
    negatives = mine_negatives(data.train, recipe.negative_depth)
    progress.advance()
    readings = read_texts(data, negatives, tokenizer, recipe)
    progress.advance()
    progress.finish()
    return Prepared(tokenizer, readings, negatives)


def train_base(prepared: Prepared, recipe: Recipe, progress: Progress) -> Base:
    """Stage 1: statutes and policies alone."""
    model = static_model(prepared.tokenizer, starting_weights(prepared, recipe))
    batches = TextBatches(prepared.readings, recipe, recipe.seed)
    progress.start("训练编码器：法条", recipe.steps)
    fit(model, batches.draw, bag_features, recipe, recipe.steps, recipe.learning_rate, progress)
    return Base(prepared, weights_of(model))


def train_on_questions(
    data: TrainingData, base: Base, recipe: Recipe, progress: Progress, only: frozenset[str] | None = None
) -> SentenceTransformer:
    """Stage 2 from `base`, on all train questions or on those of `only`."""
    prepared = base.prepared
    model = static_model(prepared.tokenizer, base.weights)
    batches = QuestionBatches(data.train, prepared.negatives, prepared.readings, recipe, only)
    progress.start("训练编码器：问句", recipe.question_steps)
    fit(model, batches.draw, bag_features, recipe, recipe.question_steps, recipe.question_rate, progress)
    return model


def starting_weights(prepared: Prepared, recipe: Recipe) -> NDArray[np.float32]:
    """Random vectors, shorter for frequent tokens (smooth inverse frequency, Arora et al. 2017)."""
    import torch

    tokens = prepared.readings.statutes.sentences[0].tokens
    counts = np.bincount(tokens, minlength=prepared.tokenizer.get_vocab_size())
    lengths = np.sqrt(1e-3 / (1e-3 + counts / max(counts.sum(), 1)))
    torch.manual_seed(recipe.seed)
    start = torch.randn(len(counts), recipe.dimension) / recipe.dimension**0.5
    weights: NDArray[np.float32] = (start.numpy() * lengths[:, None]).astype(np.float32)
    return weights


def static_model(tokenizer: Tokenizer, weights: NDArray[np.float32]) -> SentenceTransformer:
    """A model of its own copy of `weights`."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    module = StaticEmbedding(tokenizer, embedding_weights=weights.copy())
    return SentenceTransformer(modules=[module, Normalize()], device="cpu")


def weights_of(model: SentenceTransformer) -> NDArray[np.float32]:
    """The token vectors, float32 of shape (vocabulary, dimension)."""
    weights: NDArray[np.float32] = model.state_dict()["0.embedding.weight"].float().numpy().copy()
    return weights


def save_half(model: SentenceTransformer, out: Path) -> None:
    """Write the folder in sentence-transformers format, in half precision."""
    model.half().save_pretrained(str(out), create_model_card=False)


def bag_features(bags: Bags) -> dict[str, torch.Tensor]:
    """What StaticEmbedding takes."""
    import torch

    return {"input_ids": torch.from_numpy(bags.tokens), "offsets": torch.from_numpy(bags.offsets)}


def fit(
    model: SentenceTransformer,
    draw: Callable[[], Batch],
    features: Features,
    recipe: Recipe,
    steps: int,
    learning_rate: float,
    progress: Progress,
) -> None:
    """Adam over `steps` batches, the rate warming up and falling to zero; `progress` is advanced and finished."""
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    loss_of = MultipleNegativesRankingLoss(
        model, scale=recipe.scale, directions=("query_to_doc", "doc_to_query"), partition_mode="per_direction"
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    warm_up = min(_LONGEST_WARM_UP, int(steps * _WARM_UP)) + 1
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm_up) * (1 - step / steps)
    )
    model.train()
    for _ in range(steps):
        batch = draw()
        columns = [batch.questions, batch.passages, *batch.negatives]
        loss = loss_of([features(column) for column in columns], torch.arange(len(batch.questions)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        progress.advance()
    progress.finish()
    model.eval()
