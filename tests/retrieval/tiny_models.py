"""Tiny transformers with random weights, in real folders: one layer, 32 wide, a token for each character."""

from __future__ import annotations

import json
from pathlib import Path

from tests.retrieval.made import BUS, TEA

_WIDTH, _LONGEST = 32, 64


def write_cross_encoder(folder: Path, seed: int = 7, scores: int = 1) -> Path:
    """What CrossEncoder reads: `scores` numbers for a question and a text."""
    import torch
    from transformers import BertForSequenceClassification

    torch.manual_seed(seed)
    BertForSequenceClassification(_config(num_labels=scores)).save_pretrained(folder)
    _write_tokenizer(folder)
    return folder


def write_transformer(folder: Path, seed: int = 7) -> Path:
    """What SentenceTransformer reads: a transformer, and the mean of its tokens."""
    import torch
    from transformers import BertModel

    torch.manual_seed(seed)
    BertModel(_config()).save_pretrained(folder)
    _write_tokenizer(folder)
    prefix = "sentence_transformers.sentence_transformer.modules"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{prefix}.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{prefix}.Pooling"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    (folder / "1_Pooling").mkdir(exist_ok=True)
    pooling = {"embedding_dimension": _WIDTH, "pooling_mode": "mean"}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
    return folder


def _config(**further: int) -> object:
    from transformers import BertConfig

    return BertConfig(
        vocab_size=len(_vocabulary()),
        hidden_size=_WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=_WIDTH,
        max_position_embeddings=_LONGEST,
        initializer_range=0.5,  # far enough from zero that texts differ
        **further,
    )


def _vocabulary() -> list[str]:
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(TEA + BUS) - set(" \n"))]


def _write_tokenizer(folder: Path) -> None:
    from transformers import BertTokenizerFast

    vocabulary = {sign: row for row, sign in enumerate(_vocabulary())}
    BertTokenizerFast(vocab=vocabulary, model_max_length=_LONGEST).save_pretrained(folder)
