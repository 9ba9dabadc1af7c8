"""Any sentence-transformers model: imported and loaded on the first text, not before."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EncoderError
from assistant.retrieval.static_encoder import unit_rows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_PROBE = "条款地址与政策文本"


class SentenceTransformerEncoder:
    """A model that sentence-transformers loads, by folder or hub name."""

    def __init__(self, source: str, name: str, fingerprint: str | None) -> None:
        """`fingerprint` is None for a hub name, whose files are unknown before it is loaded."""
        self.name = name
        self._source = source
        self._given_fingerprint = fingerprint
        self._lock = threading.Lock()
        self._loaded: SentenceTransformer | None = None

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the folder's files; for a hub name, of the name and the vector of a fixed text."""
        if self._given_fingerprint is not None:
            return self._given_fingerprint
        probe = np.round(self.encode([_PROBE])[0], 2) + 0.0
        return hashlib.sha256(self.name.encode() + probe.tobytes()).hexdigest()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Passages as float32 of shape (len(texts), dimension), rows of length one."""
        model = self._model()
        return unit_rows(
            np.asarray(model.encode_document(list(texts), show_progress_bar=False), dtype=np.float32)
        )

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Questions, with the model's query prompt where it has one."""
        model = self._model()
        return unit_rows(
            np.asarray(model.encode_query(list(texts), show_progress_bar=False), dtype=np.float32)
        )

    def _model(self) -> SentenceTransformer:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(self._source, device="cpu")
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise EncoderError(
                f"编码器 {self._source} 无法加载：{reason}；应为 sentence-transformers 格式的文件夹或模型名"
            ) from error
