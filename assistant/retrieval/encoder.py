"""The encoder: texts to unit vectors. A sentence-transformers model, by folder or hub name.

A model that is a StaticEmbedding (alone, or followed by Normalize) is read with tokenizers and NumPy alone; every
other model goes through sentence-transformers, which takes seconds and half a gigabyte to import. Both give the
vectors that sentence-transformers gives.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.errors import EncoderError
from assistant.retrieval.static_encoder import StaticEncoder
from assistant.retrieval.transformer_encoder import SentenceTransformerEncoder

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors of length one (all zeros for a text without a known token)."""

    @property
    def name(self) -> str:
        """Folder name or hub name, for people."""

    @property
    def fingerprint(self) -> str:
        """Changes when the vectors may change; goes into the index manifest."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Passages as float32 of shape (len(texts), dimension)."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions, in the same space as the passages."""


def load_encoder(source: str) -> Encoder:
    """Encoder of a folder in sentence-transformers format, or of a hub name. Raises EncoderError."""
    folder = Path(source)
    if not folder.is_dir():
        if folder.is_absolute() or source.startswith("."):
            raise EncoderError(
                f"编码器文件夹 {source} 不存在；应为 sentence-transformers 格式的文件夹或模型名"
            )
        return SentenceTransformerEncoder(source, name=source, fingerprint=None)
    fingerprint = folder_fingerprint(folder)
    static_folder = static_module(folder)
    if static_folder is not None:
        return StaticEncoder(static_folder, name=folder.name, fingerprint=fingerprint)
    return SentenceTransformerEncoder(source, name=folder.name, fingerprint=fingerprint)


def static_module(folder: Path) -> Path | None:
    """Where the StaticEmbedding lies when modules.json names nothing that changes its vectors, else None.

    Prompts in config_sentence_transformers.json would change them: such a model is not read here.
    """
    modules = _read_json(folder / "modules.json")
    if not isinstance(modules, list) or not all(isinstance(module, dict) for module in modules):
        raise EncoderError(f"{folder / 'modules.json'} 应为模块列表")
    kinds = [str(module.get("type", "")).rsplit(".", 1)[-1] for module in modules]
    if kinds not in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]):
        return None
    config = folder / "config_sentence_transformers.json"
    if config.exists():
        values = _read_json(config)
        if isinstance(values, dict) and any((values.get("prompts") or {}).values()):
            return None
    return folder / str(modules[0].get("path", ""))


def folder_fingerprint(folder: Path) -> str:
    """Hash of every file of the folder that can change a vector (the model card cannot)."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        relative = path.relative_to(folder)
        if any(part.startswith(".") for part in relative.parts) or path.suffix == ".md":
            continue
        digest.update(f"{relative.as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise EncoderError(f"编码器文件夹缺少 {path.name}：{path.parent}") from error
    except (OSError, ValueError) as error:
        raise EncoderError(f"{path} 无法读取：{error}") from error
