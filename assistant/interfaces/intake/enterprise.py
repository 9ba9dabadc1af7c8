"""One enterprise of a file: where it stands, what is asked for it, or why it cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Enterprise:
    """`place` is the row or entry of the file; `request` is for `Assistant.assess`; a row with `problems` is not assessed."""

    name: str
    place: str
    request: Mapping[str, Any]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Enterprises:
    """All enterprises of a file in order, and remarks on how the file was read."""

    entries: tuple[Enterprise, ...]
    remarks: tuple[str, ...] = ()
