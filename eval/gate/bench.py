"""The gate measured: what it catches of changed texts, by kind, what it alarms on of texts that hold, and what it takes."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assistant.agent.verification import Failure, verify
from assistant.retrieval.progress import Progress
from eval.gate.given import Given, Written
from eval.gate.mutants import SEED, Mutant, mutants
from eval.steps import step

ANSWERS, UNQUOTED, PARAPHRASES = BASES = ("answers", "quotation marks off", "paraphrases")
PER_KIND = 400  # mutants of one kind and base at most, drawn by seed


@dataclass(frozen=True)
class Miss:
    """A wrong text that passed, or a text that holds and did not pass (`failures` say why)."""

    kind: str
    id: str
    text: str
    change: str = ""
    failures: tuple[Failure, ...] = ()


@dataclass
class Tally:
    """How many of a kind were tried and caught."""

    tried: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    misses: list[Miss] = field(default_factory=list)

    def share(self, kind: str) -> float | None:
        """The caught share of a kind; None where nothing was tried."""
        return self.caught[kind] / self.tried[kind] if self.tried[kind] else None

    def add(self, kind: str, id: str, text: str, change: str, failures: Sequence[Failure]) -> None:
        """Count one wrong text."""
        self.tried[kind] += 1
        if failures:
            self.caught[kind] += 1
        else:
            self.misses.append(Miss(kind, id, text, change))


@dataclass(frozen=True)
class Held:
    """Texts that hold: how many, those that alarmed, and milliseconds of one core each took."""

    texts: int
    alarms: tuple[Miss, ...]
    times: tuple[float, ...]

    def percentile(self, share: float) -> float | None:
        """Milliseconds that this share of the texts stays within."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else None


def hold(texts: Sequence[Given]) -> tuple[Held, list[Given]]:
    """False alarms and time over texts that hold, and the texts that passed."""
    alarms, times, passed = [], [], []
    for given in texts:
        began = time.thread_time()
        failures = verify(given.text, given.grounds, given.warnings)
        times.append((time.thread_time() - began) * 1000)
        if failures or given.alarmed:
            alarms.append(Miss("alarm", given.id, given.text, "", failures))
        else:
            passed.append(given)
    return Held(len(texts), tuple(alarms), tuple(times)), passed


def change(texts: Sequence[Given], progress: Progress, limit: int = PER_KIND, seed: str = SEED) -> Tally:
    """Mutants of texts that passed, at most `limit` of a kind."""
    made: dict[str, list[Mutant]] = {}
    for given in texts:
        for mutant in mutants(given, seed):
            made.setdefault(mutant.kind, []).append(mutant)
    drawn = [one for kind, of_kind in made.items() for one in _drawn(of_kind, limit, f"{seed}/{kind}")]
    tally = Tally()
    with step(progress, "mutants", len(drawn)):
        for mutant in drawn:
            given = mutant.given
            failures = verify(mutant.text, given.grounds, given.warnings)
            tally.add(mutant.kind, given.id, mutant.text, mutant.change, failures)
            progress.advance(1)
    return tally


def _drawn(of_kind: list[Mutant], limit: int, seed: str) -> list[Mutant]:
    return of_kind if len(of_kind) <= limit else random.Random(seed).sample(of_kind, limit)


def judge(rows: Iterable[Written]) -> tuple[Held, Tally, list[Given]]:
    """Paraphrases: false alarms on the right ones, and the wrong versions of those that passed. Rows with a note do not count."""
    counted = [row for row in rows if not row.note]
    held, passed = hold([row.given for row in counted])
    kept, tally = {given.id for given in passed}, Tally()
    for row in counted:
        if row.given.id in kept:
            for kind, text in row.wrong:
                failures = verify(text, row.given.grounds, row.given.warnings)
                tally.add(kind, row.given.id, text, "", failures)
    return held, tally, passed
