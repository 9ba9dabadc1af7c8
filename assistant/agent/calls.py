"""The tools of a turn as they were called: with their arguments and the markers that each handed out, for the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_CHARACTERS = 2000


@dataclass(frozen=True)
class HandedOut:
    """A marker that a tool handed out: `shown` is the number it has in the answer, None when the answer does not use it."""

    marker: int
    shown: int | None
    address: str


@dataclass(frozen=True)
class ToolCall:
    """One call of a tool."""

    tool: str
    arguments: dict[str, Any]
    markers: tuple[HandedOut, ...]


def clipped(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as they are kept: what is None is left out, a text that no tool can use the length of is cut."""
    return {
        name: value[:MOST_CHARACTERS] if isinstance(value, str) else value
        for name, value in arguments.items()
        if value is not None
    }
