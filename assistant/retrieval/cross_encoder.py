"""Any sentence-transformers CrossEncoder as a reranker: a question and a text in, how well the text answers it out.

Imported and loaded on the first question, not before: it takes seconds and half a gigabyte.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_BATCH = 16


class CrossEncoderReranker:
    """A CrossEncoder with one score a pair, by folder or hub name, on the CPU."""

    def __init__(self, source: str) -> None:
        """`source` is a folder or a hub name. Raises EncoderError when it is a folder that does not exist."""
        self._source = source
        self._folder = Path(source) if Path(source).is_dir() else None
        if self._folder is None and (Path(source).is_absolute() or source.startswith(".")):
            raise EncoderError(f"重排模型文件夹 {source} 不存在；应为 CrossEncoder 格式的文件夹或模型名")
        self._lock = threading.Lock()
        self._loaded: CrossEncoder | None = None

    @property
    def name(self) -> str:
        """Folder name or hub name, for people."""
        return self._folder.name if self._folder else self._source

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """Shape (len(texts),), higher is better; how high is the model's own affair. Raises EncoderError.

        One question at a time: threads wait for each other.
        """
        if not texts:
            return np.zeros(0)
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            found = self._loaded.predict(
                [(question, text) for text in texts], batch_size=_BATCH, show_progress_bar=False
            )
        scores = np.asarray(found, dtype=np.float64)
        if scores.shape != (len(texts),):
            raise EncoderError(
                f"重排模型 {self._source} 对每条文本给出 {scores.shape[1:]} 个分数；应只有一个（num_labels 为 1）"
            )
        return scores

    def _load(self) -> CrossEncoder:
        from sentence_transformers import CrossEncoder

        try:
            model: CrossEncoder = CrossEncoder(self._source, device="cpu")
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise EncoderError(
                f"重排模型 {self._source} 无法加载：{reason}；应为 CrossEncoder 格式的文件夹或模型名"
            ) from error
        return model
