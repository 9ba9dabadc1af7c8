"""How long work shows: a rich bar on a terminal, plain lines elsewhere; both on stderr, stdout stays for results."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichBars
    from rich.progress import TaskID

    from assistant.retrieval.progress import Progress

_QUARTERS = 4


class PlainProgress:
    """One line when a step begins, one at each quarter of a long step, one when it is over."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._label = ""
        self._total = 0
        self._done = 0
        self._told = 0

    def start(self, label: str, total: int) -> None:
        """Begin a step; `total` 0 means that the amount of work is not known."""
        self._label, self._total, self._done, self._told = label, total, 0, 0
        self._line(f"{label}（共 {total}）…" if total > 0 else f"{label}…")

    def advance(self, n: int = 1) -> None:
        """Count `n` units; tell only when another quarter is done."""
        self._done += n
        if self._total <= 0:
            return
        quarter = min(_QUARTERS, self._done * _QUARTERS // self._total)
        if self._told < quarter < _QUARTERS:
            self._told = quarter
            self._line(f"{self._label} {self._done}/{self._total}")

    def finish(self) -> None:
        """The step is over."""
        self._line(f"{self._label} 完成")

    def _line(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


class BarProgress:
    """A rich bar; nothing is drawn until a step begins, so a command with nothing to build stays quiet."""

    def __init__(self) -> None:
        self._bars: RichBars | None = None
        self._task: TaskID | None = None

    def start(self, label: str, total: int) -> None:
        """Draw a bar; `total` 0 draws a pulse."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._stop()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Progress(*columns, console=Console(stderr=True))
        self._bars.start()
        self._task = self._bars.add_task(label, total=total or None)

    def advance(self, n: int = 1) -> None:
        """Move the bar."""
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task, n)

    def finish(self) -> None:
        """Leave the finished bar on the screen."""
        self._stop()

    def _stop(self) -> None:
        if self._bars is not None:
            self._bars.stop()
        self._bars, self._task = None, None


class SharedProgress:
    """Tells several listeners the same: `serve` shows a bar and `/readyz` reads the numbers."""

    def __init__(self, *listeners: Progress) -> None:
        self._listeners = listeners

    def start(self, label: str, total: int) -> None:
        """Begin a step for all."""
        for listener in self._listeners:
            listener.start(label, total)

    def advance(self, n: int = 1) -> None:
        """Advance for all."""
        for listener in self._listeners:
            listener.advance(n)

    def finish(self) -> None:
        """Finish for all."""
        for listener in self._listeners:
            listener.finish()


def progress_for(stream: TextIO | None = None) -> PlainProgress | BarProgress:
    """A bar when `stream` (default: stderr) is a terminal, plain lines otherwise."""
    chosen = stream or sys.stderr
    return BarProgress() if chosen.isatty() else PlainProgress(chosen)
