"""Where time goes: the steps of a build as they are told to its progress, and the parts of a search as they are called."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any


class StepClock:
    """A progress that keeps the seconds of each step by its label."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {}
        self._clock = clock
        self._running: tuple[str, float] | None = None

    def start(self, label: str, total: int) -> None:
        """A step begins; one that was not finished ends here."""
        self.finish()
        self._running = (label, self._clock())

    def advance(self, n: int = 1) -> None:
        """Nothing to note."""

    def finish(self) -> None:
        """The step is over; a label that comes again is added up."""
        if self._running is not None:
            label, began = self._running
            self.seconds[label] = self.seconds.get(label, 0.0) + self._clock() - began
            self._running = None


@contextmanager
def timed_calls(parts: Mapping[str, tuple[Any, str]]) -> Iterator[dict[str, list[float]]]:
    """Milliseconds of every call of each part while the block runs; a part is (the class or module, the attribute's name)."""
    times: dict[str, list[float]] = {name: [] for name in parts}
    with ExitStack() as undo:
        for name, (owner, attribute) in parts.items():
            undo.enter_context(replaced(owner, attribute, _timed(getattr(owner, attribute), times[name])))
        yield times


@contextmanager
def replaced(owner: Any, attribute: str, value: Any) -> Iterator[None]:
    """The attribute of a class or module is another one while the block runs."""
    before = getattr(owner, attribute)
    setattr(owner, attribute, value)
    try:
        yield
    finally:
        setattr(owner, attribute, before)


def _timed(call: Callable[..., Any], times: list[float]) -> Callable[..., Any]:
    def timed(*arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return call(*arguments, **options)
        finally:
            times.append((time.perf_counter() - began) * 1000)

    return timed


def spread(times: list[float]) -> dict[str, float | None]:
    """p50, p95, p99 and the slowest, in the unit of `times`."""
    from eval.metrics import percentile  # with ir-measures, which a cold search should not pay for

    shares = {"p50": 0.50, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: percentile(times, share) for name, share in shares.items()}
