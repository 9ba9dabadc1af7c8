"""`python -m eval scale`: from 250 clauses to half a million, each measurement in a fresh process, one after the other."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from assistant.retrieval.progress import Progress
from assistant.settings import Settings
from eval.bench import row, run_search_bench
from eval.child import run_child
from eval.questions import load_split
from eval.scale.clauses import SEED
from eval.scale.measuring import questions_for
from eval.steps import step

SIZES = (250, 1000, 5000, 20_000, 57_000, 145_000, 500_000)
# Limits of the project: warm search p95 (ms) by clauses; memory, build and cold search of the largest.
P95_LIMITS_MS = {57_000: 12.0, 500_000: 30.0}
MEMORY_LIMIT_MB, BUILD_LIMIT_S, LARGEST = 1500.0, 360.0, 500_000
_STEPS = 5  # of one size
_CACHE_WAIT_S = 1800.0
_CHILD = "eval.scale.child"


@dataclass(frozen=True)
class ScalePlan:
    """How much is measured: sizes in clauses, questions a size, cold runs a size, cold runs and passes over the five texts."""

    sizes: Sequence[int] = SIZES
    questions: int = 600
    cold: int = 5
    searches: int = 9
    passes: int = 3
    updates: bool = True


def run_scale(
    data: Path,
    settings: Settings,
    plan: ScalePlan,
    progress: Progress,
    keep: Callable[[dict[str, Any]], None],
) -> dict[str, Any]:
    """The report; `keep` gets what there is of it after each size, so that a failure loses only what comes after.

    Raises InputError for data that cannot be read, BenchError and ChildError when a process fails.
    """
    report: dict[str, Any] = {
        "seed": SEED,
        "cores": os.cpu_count(),
        "load_at_start": round(os.getloadavg()[0], 2),
        "plan": {"sizes": list(plan.sizes), "questions": plan.questions, "cold": plan.cold},
        "five_texts": run_search_bench(load_split("dev"), settings, plan.searches, plan.passes, progress),
        "sizes": [],
    }
    with step(progress, "scale", _STEPS * len(plan.sizes) + plan.updates):
        for size in sorted(plan.sizes):
            with tempfile.TemporaryDirectory(prefix="tiaowen-scale-") as name:
                measured = _measured(data, size, Path(name), settings.encoder_source, plan, progress)
                report["sizes"].append(measured)
                report["limits"] = limits(report)
                keep(report)
                if plan.updates and size == max(plan.sizes):
                    report["updates"] = _updates(data, size, Path(name), settings.encoder_source)
                    progress.advance()
    report["limits"] = limits(report)
    return report


def _measured(
    data: Path, size: int, folder: Path, encoder: str, plan: ScalePlan, progress: Progress
) -> dict[str, Any]:
    asked = folder / "questions.json"
    asked.write_text(
        json.dumps(questions_for(data, size, plan.questions), ensure_ascii=False), encoding="utf-8"
    )
    base = ["--folder", str(folder / "index"), "--encoder", encoder]
    result: dict[str, Any] = {"clauses": size}
    result["build"] = run_child(_CHILD, ["build", *base, "--data", str(data), "--size", str(size)])
    progress.advance()
    ask = [*base, "--questions", str(asked)]
    result["first"] = _cold([run_child(_CHILD, ["first", *ask]) for _ in range(plan.cold)])
    progress.advance()
    result["exact"] = run_child(_CHILD, ["search", *ask])
    progress.advance()
    result["cache"] = run_child(_CHILD, ["cache", *base, "--wait", str(_CACHE_WAIT_S)])
    # The search that the product's server does: with the cache, where there is one.
    result["search"] = (
        run_child(_CHILD, ["search", *ask, "--wait", str(_CACHE_WAIT_S)])
        if result["cache"]["ready"]
        else result["exact"]
    )
    progress.advance()
    result["anchors"] = run_child(_CHILD, ["anchors", *ask])
    progress.advance()
    return result


def _cold(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Medians of whole processes that open the index and search once."""
    names = ("process_s", "import_s", "open_s", "search_s", "load")
    return {"runs": len(runs)} | {name: median(run[name] for run in runs) for name in names}


def _updates(data: Path, size: int, folder: Path, encoder: str) -> dict[str, Any]:
    base = ["--folder", str(folder / "index"), "--encoder", encoder]
    return run_child(_CHILD, ["update", *base, "--data", str(data), "--size", str(size)])


def build_seconds(measured: Mapping[str, Any]) -> float:
    """Until everything is written, the vectors' cache included."""
    seconds: float = measured["build"]["seconds"]
    return seconds + (measured["cache"]["seconds"] if measured["cache"]["ready"] else 0.0)


def limits(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Each limit, what was measured, met or not; sizes that were not measured are left out."""
    sizes = {one["clauses"]: one for one in report["sizes"]}
    rows = list(report["five_texts"])
    for size, limit in P95_LIMITS_MS.items():
        if size in sizes:
            rows.append(
                row(
                    f"warm search over {size:,} clauses, p95",
                    limit,
                    sizes[size]["search"]["whole_ms"]["p95"],
                    "ms",
                )
            )
    if LARGEST in sizes:
        largest = sizes[LARGEST]
        memory = largest["search"]["memory"]["searched"]
        held = memory and memory["resident_mb"]
        rows += [
            row(f"memory of the search process at {LARGEST:,} clauses", MEMORY_LIMIT_MB, held, "MB"),
            row(
                f"index build at {LARGEST:,} clauses, cache of the vectors included",
                BUILD_LIMIT_S,
                build_seconds(largest),
                "s",
            ),
        ]
    updates = report.get("updates")
    if updates:
        slowest = max(one["visible_s"] for one in updates["steps"].values())
        rows += [
            row(
                f"update of one policy of {updates['policies']:,} seen by another process, slowest",
                2.0,
                slowest,
                "s",
            ),
            row("clauses of a withdrawn policy found", 0.0, updates["withdrawn_found"], "clauses"),
        ]
    return rows
