"""Writers killed with SIGKILL at random moments of a build and of an update, while a reader looks on.

`python -m tests.retrieval.killing --kills 100` kills a hundred; the test suite kills ten.
"""

from __future__ import annotations

import argparse
import itertools
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.retrieval.entries import IndexSource
from assistant.retrieval.generation import PointerWatch, open_index
from assistant.retrieval.index import ensure_index
from assistant.retrieval.live import LiveRetriever
from assistant.retrieval.progress import SilentProgress
from tests.retrieval.holding import holds
from tests.retrieval.made import CountingEncoder, made_policies, opened, without

SEED = 20261121
ROOT = Path(__file__).parents[2]
POLICIES = 300
GOLD = "p3#第1条"


def states() -> dict[str, IndexSource]:
    """The two states between which the writers go: one policy more, one changed, two gone."""
    later = made_policies(POLICIES + 1, marks={3: "鲸鱼搁浅"})
    return {"old": made_policies(POLICIES), "new": without(later, "p5", f"p{POLICIES - 1}")}


def tell(line: str) -> None:
    """Write a line to standard output at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write(root: Path, rebuild: bool) -> None:
    """Go from one state to the other and back until killed, a line for each."""
    sources = states()
    tell("ready")
    while True:
        for name in ("new", "old"):
            index = ensure_index(root, sources[name], CountingEncoder(), SilentProgress(), 30, rebuild)
            index.close()
            tell(name)


@contextmanager
def writer(root: Path, rebuild: bool) -> Iterator[subprocess.Popen[str]]:
    """A writer that is ready to begin; killed at the end."""
    command = [sys.executable, "-m", "tests.retrieval.killing", "--write", str(root)]
    if rebuild:
        command.append("--rebuild")
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def seconds_of_two(root: Path, rebuild: bool) -> float:
    """How long a writer takes from one state to the other and back."""
    with writer(root, rebuild) as process:
        began = time.monotonic()
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == ["new\n", "old\n"]
        return time.monotonic() - began


def _always_looking(root: Path) -> PointerWatch:
    ticks = itertools.count()
    return PointerWatch(root, lambda: float(next(ticks)))


class Onlooker:
    """A reader in this process: each of its searches must be of one state, whole."""

    def __init__(self, root: Path) -> None:
        self._live = LiveRetriever(root, CountingEncoder(), _always_looking)
        self._whole = {name: {entry.address for entry in source.entries} for name, source in states().items()}
        self.looks = 0

    def look(self) -> None:
        """Search for everything there is."""
        hits = self._live.search("鲸鱼搁浅办法", 10 * POLICIES)
        name = "new" if hits[0].address == GOLD else "old"
        assert {hit.address for hit in hits} == self._whole[name]
        assert len(hits) == len(self._whole[name])
        self.looks += 1

    def close(self) -> None:
        self._live.close()


def kill_many(root: Path, kills: int, seed: int = SEED) -> dict[str, int]:
    """Kill `kills` writers, half of them at builds; how often which state was left, how often a generation half
    written, and how many searches looked on."""
    draw = random.Random(seed)
    sources = states()
    opened(root, sources["old"]).close()
    spans = {rebuild: seconds_of_two(root, rebuild) for rebuild in (False, True)}
    left = {"old": 0, "new": 0, "unfinished": 0, "looks": 0}
    onlooker = Onlooker(root)
    for kill in range(kills):
        rebuild = kill % 2 == 1
        with writer(root, rebuild):
            end = time.monotonic() + draw.uniform(0, spans[rebuild])
            while time.monotonic() < end:
                onlooker.look()
        onlooker.look()
        index = open_index(root, lambda _identity: None)
        name = "new" if index.manifest.identity.entries_hash == sources["new"].fingerprint else "old"
        holds(index, sources[name])
        left[name] += 1
        left["unfinished"] += any(not (path / "manifest.json").exists() for path in root.glob("g-*"))
        index.close()
    onlooker.close()
    # The next writer clears what the killed ones left.
    last = opened(root, made_policies(POLICIES, marks={1: "改"}))
    named = {one.name for one in last.manifest.segments}
    last.close()
    assert [path.name for path in root.glob("g-*")] == [last.folder.name]
    assert {path.name for path in (root / "segments").iterdir()} == named
    assert list(root.glob("CURRENT.*")) == []
    left["looks"] = onlooker.looks
    return left


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--write", type=Path, help="be the writer")
    parser.add_argument("--rebuild", action="store_true", help="the writer builds anew each time")
    options = parser.parse_args()
    if options.write:
        write(options.write, options.rebuild)
        return
    with tempfile.TemporaryDirectory(prefix="tiaowen-kills-") as folder:
        tell(str(kill_many(Path(folder), options.kills, options.seed)))


if __name__ == "__main__":
    main()
