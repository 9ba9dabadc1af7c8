"""One configuration measured in a process of its own, so that its time and memory are nobody else's.

`python -m eval.beir.measuring JOB.json` reads a job, searches every question and writes what it measured.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.documents.library import Library
from assistant.errors import InputError, TiaowenError
from assistant.interfaces.progress import PlainProgress
from assistant.retrieval.entries import IndexSource
from assistant.settings import load_settings
from eval.beir.folder import JudgedQuestions, Passage, read_beir
from eval.beir.keywords import Configuration
from eval.beir.product import ProductSearch
from eval.beir.registry import configurations
from eval.beir.workshop import Workshop, read_tuned
from eval.questions import load_split

_WARM_UP = "碳抵消比例"
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Job:
    """What to measure. `folder` is a BEIR folder, or None for the product's own questions."""

    name: str
    folder: str | None
    split: str
    encoders: tuple[str, ...]
    cache: str
    tuned: str
    depth: int


@dataclass(frozen=True)
class Measured:
    """One configuration's run and cost.

    `build_s` holds the work that was read from the cache. `base_mb` is the process with the corpus in memory before the
    build, `peak_mb` its highest resident memory (10^6 bytes) in the end.
    """

    name: str
    group: str
    run: Mapping[str, Sequence[str]]
    build_s: float
    query_ms: Sequence[float]
    base_mb: float
    peak_mb: float


def measure_apart(job: Job) -> Measured:
    """Run `job` in a child process. Raises InputError for what the child found wrong, TiaowenError when it broke."""
    with tempfile.TemporaryDirectory(prefix="tiaowen-eval-") as folder:
        path, out = Path(folder) / "job.json", Path(folder) / "measured.json"
        path.write_text(json.dumps(asdict(job) | {"out": str(out)}), encoding="utf-8")
        done = subprocess.run([sys.executable, "-m", "eval.beir.measuring", str(path)], check=False)
        if not out.is_file():
            raise TiaowenError(f"测量 {job.name} 的进程中途结束（退出码 {done.returncode}）")
        found = json.loads(out.read_text(encoding="utf-8"))
    if "error" in found:
        raise InputError(f"{job.name}：{found['error']}")
    return Measured(**found)


def available(tuned: Path, encoders: Sequence[str], product: bool) -> list[Configuration]:
    """Configurations by the names a job may have."""
    rows = configurations(dict(read_tuned(tuned)), encoders)
    return [ProductSearch(), *rows] if product else rows


def measure(job: Job) -> Measured:
    """Build and search in this process."""
    passages, questions = _asked(job)
    rows = {row.name: row for row in available(Path(job.tuned), job.encoders, job.folder is None)}
    configuration = rows[job.name]
    folder = None if job.folder is None else Path(job.folder)
    workshop = Workshop(
        passages, Path(job.cache), read_tuned(Path(job.tuned)), PlainProgress(sys.stderr), folder
    )
    base = _peak_mb()
    began = time.perf_counter()
    searcher = configuration.build(workshop)
    build_s = time.perf_counter() - began + workshop.borrowed_seconds
    searcher.search(_WARM_UP, job.depth)
    run, times = {}, []
    for question, text in questions.items():
        began = time.perf_counter()
        found = searcher.search(text, job.depth)
        times.append((time.perf_counter() - began) * 1000)
        run[question] = [passages[row].id for row, _ in found]
    return Measured(configuration.name, configuration.group, run, build_s, times, base, _peak_mb())


def _asked(job: Job) -> tuple[Sequence[Passage], Mapping[str, str]]:
    if job.folder is not None:
        judged: JudgedQuestions = read_beir(Path(job.folder), job.split)
        return judged.passages, judged.questions
    entries = IndexSource.of(Library.load(load_settings().corpus)).entries
    passages = [Passage(entry.address, entry.context, entry.text) for entry in entries]
    asked = (question for question in load_split(job.split) if question.expect.gold)
    return passages, {question.id: question.turns[-1] for question in asked}


def _peak_mb() -> float:
    """Highest resident memory of this process in 10^6 bytes.

    VmHWM and not ru_maxrss, which a process that was started by a larger one inherits.
    """
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = _PEAK.search(status)
    return int(found[1]) * 1024 / 1e6 if found else float("nan")


def main(path: str) -> None:
    """Do the job of a file, and write what was measured, or `{"error": …}`, where it says."""
    job = json.loads(Path(path).read_text(encoding="utf-8"))
    out = Path(job.pop("out"))
    try:
        found = asdict(measure(Job(**job | {"encoders": tuple(job["encoders"])})))
    except TiaowenError as error:
        found = {"error": str(error)}
    out.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
