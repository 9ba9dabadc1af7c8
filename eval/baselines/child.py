"""One setup on one task in a process of its own: built, then every question searched; the result is a JSON file.

    python -m eval.baselines.child build|search SETUP TASK --data DIR --split dev --encoder E --folder F --out FILE

`build` makes what later processes open (only of a setup that lasts); `search` makes the setup ready in this process and asks.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.settings import load_settings
from eval.baselines.setups import SETUPS
from eval.baselines.task import Task, beir_task, product_task
from eval.memory import Memory

_WARM_UP = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one setup; 0."""
    parser = argparse.ArgumentParser(prog="python -m eval.baselines.child", description=__doc__)
    parser.add_argument("step", choices=("build", "search"))
    parser.add_argument("setup", choices=tuple(SETUPS))
    parser.add_argument("task", choices=("beir", "product"))
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--encoder", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    task = (
        beir_task(options.data, options.split)
        if options.task == "beir"
        else product_task(load_settings().corpus)
    )
    result = run_setup(options.setup, task, options.encoder, options.folder, options.step == "search")
    options.out.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")
    return 0


def run_setup(name: str, task: Task, encoder: str, folder: Path, search: bool) -> dict[str, Any]:
    """Seconds until the setup is ready, memory before, then and at the end (MB); of a search also times (ms) and rankings."""
    before = Memory.of()
    began = time.perf_counter()
    rank = SETUPS[name].build(task.passages, encoder, folder)
    ready = time.perf_counter() - began
    times, rankings = [], {}
    if search:
        for question in list(task.queries.values())[:_WARM_UP]:
            rank(question)
        for key, question in task.queries.items():
            began = time.perf_counter()
            rankings[key] = rank(question)
            times.append((time.perf_counter() - began) * 1000)
    after = Memory.of()
    return {
        "ready_s": ready,
        "memory_before_mb": before and before.resident_mb,
        "memory_mb": after and after.resident_mb,
        "peak_mb": after and after.peak_mb,
        "times_ms": times,
        "rankings": rankings,
    }


if __name__ == "__main__":
    raise SystemExit(main())
