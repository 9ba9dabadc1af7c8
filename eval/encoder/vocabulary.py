"""The vocabulary of the encoder, learnt from the texts that it is trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.retrieval.tokenizer import fold
from eval.encoder.data import TrainingData
from eval.encoder.recipe import Recipe

if TYPE_CHECKING:
    from tokenizers import Tokenizer


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
    texts = [article.text for article in data.articles[:: recipe.counted]]
    texts += [f"{clause.heading} {clause.text}" for clause in data.policies] * recipe.policy_weight
    texts += list(data.train.questions.values()) * recipe.question_weight
    alphabet = _frequent_signs(texts, recipe.vocabulary // 3)
    trainer = trainers.BpeTrainer(
        vocab_size=recipe.vocabulary,
        special_tokens=["<unk>"],
        max_token_length=recipe.longest_token,
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
