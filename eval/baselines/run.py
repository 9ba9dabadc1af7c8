"""`python -m eval baselines`: the setups beside each other, each in processes of its own, on the same questions, one after the other."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assistant.retrieval.progress import Progress
from assistant.settings import Settings
from eval.baselines.setups import SETUPS
from eval.baselines.task import beir_task, product_task, quality
from eval.child import run_child
from eval.memory import folder_mb
from eval.metrics import percentile
from eval.steps import step

_VERSIONS = (
    "langchain-classic", "langchain-community", "langchain-chroma", "rank-bm25", "haystack-ai", "chromadb", "tantivy", "jieba",
)  # fmt: skip


def run_baselines(
    data: Path, split: str, settings: Settings, names: Sequence[str], progress: Progress
) -> dict[str, Any]:
    """The report: of each task each setup's quality, times, memory, or why it did not run.

    Raises InputError for a folder that is not BEIR's, ChildError when a setup fails.
    """
    tasks = {"beir": beir_task(data, split), "product": product_task(settings.corpus)}
    report: dict[str, Any] = {"cores": os.cpu_count(), "versions": _versions(), "tasks": {}}
    with step(progress, "setups", sum(len(SETUPS[name].tasks) for name in names)):
        for kind, task in tasks.items():
            rows: dict[str, Any] = {}
            for name in (one for one in names if kind in SETUPS[one].tasks):
                missing = SETUPS[name].missing()
                if missing:
                    rows[name] = {"skipped": f"not installed: {', '.join(missing)} (the extra `baselines`)"}
                else:
                    options = ["--data", str(data), "--split", split, "--encoder", settings.encoder_source]
                    found = _measured(name, kind, options)
                    rows[name] = found | {"quality": quality(task, found.pop("rankings"))}
                progress.advance()
            sizes = {"passages": len(task.passages), "questions": len(task.queries)}
            report["tasks"][task.name] = {**sizes, "setups": rows}
    return report


def _measured(name: str, kind: str, options: Sequence[str]) -> dict[str, Any]:
    """Times, memory and rankings of one setup; a setup that lasts is built in a process before the one that searches."""
    load = round(os.getloadavg()[0], 2)
    with tempfile.TemporaryDirectory(prefix="tiaowen-baseline-") as folder:
        arguments = [name, kind, *options, "--folder", folder]
        module = "eval.baselines.child"
        built = run_child(module, ["build", *arguments]) if SETUPS[name].lasting else None
        found = run_child(module, ["search", *arguments])
        disk = folder_mb(Path(folder))
    times = found.pop("times_ms")
    return {
        "load": load,
        "build_s": (built or found)["ready_s"],
        "ready_s": found["ready_s"],
        "disk_mb": disk,
        "memory_mb": found["memory_mb"],
        "added_mb": _less(found["memory_mb"], found["memory_before_mb"]),
        "peak_mb": max(one["peak_mb"] or 0.0 for one in (built, found) if one) or None,
        "p50_ms": percentile(times, 0.50),
        "p95_ms": percentile(times, 0.95),
        "rankings": found["rankings"],
    }


def _less(value: float | None, before: float | None) -> float | None:
    return None if value is None or before is None else value - before


def _versions() -> Mapping[str, str]:
    found = {}
    for name in _VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
