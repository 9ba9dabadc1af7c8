"""How long work tells that it goes on; the interfaces show it, this floor only reports."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """One bar at a time: `start`, any number of `advance`, `finish`."""

    def start(self, label: str, total: int) -> None:
        """A step with this (Chinese) label and this many units of work begins."""

    def advance(self, n: int = 1) -> None:
        """`n` more units of the step are done."""

    def finish(self) -> None:
        """The step is over."""


class SilentProgress:
    """Shows nothing: for tests, and for callers that have nobody to tell."""

    def start(self, label: str, total: int) -> None:
        """Show nothing."""

    def advance(self, n: int = 1) -> None:
        """Show nothing."""

    def finish(self) -> None:
        """Show nothing."""
