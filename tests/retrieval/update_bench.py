"""Time of an update of one policy beside a full build: `python -m tests.retrieval.update_bench --policies 10000`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from assistant.retrieval.entries import IndexSource
from tests.retrieval.made import CountingEncoder, made_policies, opened


def seconds(root: Path, source: IndexSource) -> tuple[float, str]:
    """Wall time of bringing the index to `source`, and what it took."""
    source.fingerprint  # noqa: B018 - read before the clock starts, as an update of a library has it
    began = time.perf_counter()
    index = opened(root, source, CountingEncoder())
    took = time.perf_counter() - began
    index.close()
    return took, str(index.manifest.last_update)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policies", type=int, default=10_000)
    parser.add_argument("--clauses", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tiaowen-update-") as folder:
        root = Path(folder)
        built, _ = seconds(root, made_policies(options.policies, options.clauses))
        changed = made_policies(options.policies, options.clauses, {options.policies // 2: "改"})
        updated, what = seconds(root, changed)
        sys.stdout.write(
            f"build {built:.2f} s, update {updated:.2f} s, ratio {built / updated:.0f}\n{what}\n"
        )


if __name__ == "__main__":
    main()
