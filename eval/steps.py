"""A step of long work, told to whoever listens and ended also when it breaks off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from assistant.retrieval.progress import Progress


@contextmanager
def step(progress: Progress, label: str, total: int) -> Iterator[None]:
    """Start a step of `total` units; finish it on the way out."""
    progress.start(label, total)
    try:
        yield
    finally:
        progress.finish()
