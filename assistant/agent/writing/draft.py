"""A draft: what the built-in planner writes before verification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.agent.answer import AnswerStatus


@dataclass(frozen=True)
class ToolCall:
    """A tool to run, by name, with plain arguments."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class ToolResult:
    """What a tool gave back, as plain data."""

    name: str
    artifact: dict[str, Any]

    @property
    def error(self) -> str | None:
        """The Chinese message of an expected failure, or None."""
        return str(self.artifact["message"]) if "error" in self.artifact else None


@dataclass(frozen=True)
class Draft:
    """Text with handed-out markers, how the turn ended and what is still to be asked."""

    text: str
    status: AnswerStatus
    missing: tuple[tuple[str, str], ...] = ()
    pending: str | None = None
    warnings: tuple[str, ...] = ()

    def outcome(self) -> dict[str, Any]:
        """Everything but the text, as plain data for the message's side channel."""
        return {
            "status": str(self.status),
            "missing": [list(pair) for pair in self.missing],
            "pending": self.pending,
            "warnings": list(self.warnings),
        }
