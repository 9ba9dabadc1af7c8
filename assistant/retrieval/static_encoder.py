"""A sentence-transformers StaticEmbedding read with tokenizers and NumPy: no torch, milliseconds to open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EncoderError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BATCH = 1024


class StaticEncoder:
    """The mean of a text's token vectors, scaled to length one."""

    def __init__(self, folder: Path, name: str, fingerprint: str) -> None:
        """Open tokenizer.json and model.safetensors of `folder`. Raises EncoderError."""
        self.name = name
        self.fingerprint = fingerprint
        self._tokenizer = _open_tokenizer(folder / "tokenizer.json")
        self._weights = _open_weights(folder / "model.safetensors")
        needed = self._tokenizer.get_vocab_size()
        if self._weights.shape[0] < needed:
            raise EncoderError(
                f"编码器 {folder} 的词表有 {needed} 项，权重只有 {self._weights.shape[0]} 行；两个文件不是一套"
            )

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._weights.shape[1])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Float32 of shape (len(texts), dimension), rows of length one; zeros for a text without tokens."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            encodings = self._tokenizer.encode_batch(batch, add_special_tokens=False)
            for row, encoding in enumerate(encodings, start):
                if encoding.ids:
                    # Summed row by row, as torch.nn.EmbeddingBag does: the same bits.
                    vectors[row] = self._weights[encoding.ids].sum(axis=0) / np.float32(len(encoding.ids))
        return unit_rows(vectors)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The same as `encode`: one space, no prompt."""
        return self.encode(texts)


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each row scaled to length one; a row of zeros stays."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    norms[norms == 0] = 1
    scaled: NDArray[np.float32] = vectors / norms
    return scaled


def _open_tokenizer(path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_buffer(path.read_bytes())
    except FileNotFoundError as error:
        raise EncoderError(f"编码器文件夹缺少 {path.name}：{path.parent}") from error
    except (OSError, ValueError) as error:
        raise EncoderError(f"{path} 不是可读的分词器文件：{error}") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _open_weights(path: Path) -> NDArray[np.float32]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        tensors = load_file(path)
    except FileNotFoundError as error:
        raise EncoderError(f"编码器文件夹缺少 {path.name}：{path.parent}") from error
    except (SafetensorError, OSError) as error:
        raise EncoderError(f"{path} 不是可读的权重文件：{error}") from error
    weights = tensors.get("embedding.weight")
    if weights is None or weights.ndim != 2:
        raise EncoderError(f"{path} 里没有二维的 embedding.weight；只有 {'、'.join(sorted(tensors)) or '空'}")
    return np.ascontiguousarray(weights, dtype=np.float32)
