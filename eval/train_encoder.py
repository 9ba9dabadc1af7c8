"""Train the shipped encoder: `python -m eval.train_encoder DATA --out indexes/encoder` (`make encoder DATA=...`).

A sentence-transformers StaticEmbedding: every token has a vector, a text is their mean. It learns from public questions
and their gold articles (train split only), from statutes and from the policies of the corpus (heading -> text,
sentence -> rest), with all other passages of a batch as negatives. Two CPU cores need a few minutes.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import TiaowenError
from assistant.interfaces.progress import progress_for
from assistant.retrieval.encoder import load_encoder
from assistant.retrieval.progress import Progress
from assistant.retrieval.tokenizer import fold
from assistant.settings import PROJECT_ROOT
from eval.encoder_data import PairSampler, TrainingData, read_data
from eval.encoder_report import dev_figures, figures_table, model_card, unseen_questions

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

_LONGEST_TOKEN = 4  # characters
# Rare texts count more when the vocabulary is learnt, or statutes would drown the policies' words.
_POLICY_WEIGHT, _QUESTION_WEIGHT = 20, 5
_WARM_UP = 50
_COUNTED = 5  # every fifth article is enough to count tokens


@dataclass(frozen=True)
class Recipe:
    """All that decides the result, besides the data."""

    seed: int = 20261
    steps: int = 1000
    batch: int = 512
    vocabulary: int = 12000
    dimension: int = 256
    learning_rate: float = 0.02
    scale: float = 20.0
    loosening: float = 0.1


def learn_vocabulary(data: TrainingData, recipe: Recipe) -> Tokenizer:
    """Byte-pair merges over Chinese characters: frequent words become tokens, everything else stays characters."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Whitespace(),
            pre_tokenizers.Punctuation(),
            pre_tokenizers.Split(Regex("[0-9.]+|[a-z]+"), "isolated"),
        ]
    )
    texts = [article.text for article in data.articles]
    texts += [f"{context} {text}" for context, text in data.policies] * _POLICY_WEIGHT
    texts += list(data.train.questions.values()) * _QUESTION_WEIGHT
    alphabet = _frequent_signs(texts, recipe.vocabulary // 3)
    trainer = trainers.BpeTrainer(
        vocab_size=recipe.vocabulary,
        special_tokens=["<unk>"],
        max_token_length=_LONGEST_TOKEN,
        # Given and not left to the trainer, which breaks ties differently each time.
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def _frequent_signs(texts: Sequence[str], limit: int) -> list[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(fold(text))
    counts = Counter({sign: count for sign, count in counts.items() if not sign.isspace()})
    return sorted(sorted(counts, key=lambda sign: (-counts[sign], sign))[:limit])


def new_model(tokenizer: Tokenizer, texts: Sequence[str], recipe: Recipe) -> SentenceTransformer:
    """A random model whose frequent tokens are short vectors (smooth inverse frequency, Arora et al. 2017)."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    counts = np.zeros(tokenizer.get_vocab_size())
    for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False):
        np.add.at(counts, encoding.ids, 1)
    weights = np.sqrt(1e-3 / (1e-3 + counts / max(counts.sum(), 1)))
    torch.manual_seed(recipe.seed)
    start = torch.randn(len(counts), recipe.dimension) / recipe.dimension**0.5
    start *= torch.from_numpy(weights).to(torch.float32)[:, None]
    module = StaticEmbedding(tokenizer, embedding_weights=start)
    return SentenceTransformer(modules=[module, Normalize()], device="cpu")


def train(model: SentenceTransformer, sampler: PairSampler, recipe: Recipe, progress: Progress) -> None:
    """Adam over batches of pairs; the learning rate warms up and falls to zero."""
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    loss_of = MultipleNegativesRankingLoss(
        model, scale=recipe.scale, directions=("query_to_doc", "doc_to_query"), partition_mode="per_direction"
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / _WARM_UP) * (1 - step / recipe.steps)
    )
    model.train()
    progress.start("训练编码器", recipe.steps)
    for _ in range(recipe.steps):
        pairs = sampler.batch(recipe.batch)
        features = [model.preprocess([pair[side] for pair in pairs]) for side in (0, 1)]
        loss = loss_of(features, torch.arange(len(pairs)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        progress.advance()
    progress.finish()
    model.eval()


def build_encoder(data: TrainingData, out: Path, recipe: Recipe, progress: Progress) -> str:
    """Train, save to `out` in sentence-transformers format with half-precision weights; returns the figures' table."""
    import torch

    started = time.monotonic()
    progress.start("学习词表", 1)
    tokenizer = learn_vocabulary(data, recipe)
    progress.advance()
    progress.finish()
    model = new_model(tokenizer, [article.text for article in data.articles[::_COUNTED]], recipe)
    unseen = unseen_questions(data.dev, data.train)
    before = dev_figures(lambda texts: np.asarray(model.encode(list(texts))), data.dev, unseen)
    train(model, PairSampler(data, recipe.seed, recipe.loosening), recipe, progress)
    model.half().save_pretrained(str(out), create_model_card=False)
    # Measured through the product's own reader, on the files that ship.
    table = figures_table(before, dev_figures(load_encoder(str(out)).encode, data.dev, unseen))
    minutes = (time.monotonic() - started) / 60
    facts = {**asdict(recipe), "torch threads": torch.get_num_threads(), "minutes": f"{minutes:.1f}"}
    (out / "README.md").write_text(model_card(data, facts, table), encoding="utf-8")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m eval.train_encoder", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with stard/ and statutes/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the encoder, overwritten")
    parser.add_argument("--corpus", type=Path, default=PROJECT_ROOT / "corpus", help="folder of the policies")
    for name, kind in (
        ("seed", int),
        ("steps", int),
        ("batch", int),
        ("vocabulary", int),
        ("dimension", int),
    ):
        parser.add_argument(f"--{name}", type=kind, default=getattr(Recipe, name))
    chosen = parser.parse_args(arguments)
    recipe = Recipe(chosen.seed, chosen.steps, chosen.batch, chosen.vocabulary, chosen.dimension)
    try:
        data = read_data(chosen.data, chosen.corpus)
        table = build_encoder(data, chosen.out, recipe, progress_for())
    except TiaowenError as error:
        print(error, file=sys.stderr)
        return 2
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
