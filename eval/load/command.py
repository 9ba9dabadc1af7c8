"""`make load`: so many chats at once against a real server on loopback; errors, times, memory as they go.

Everything runs on an index and records of its own in a temporary folder. Limits are those of docs/load.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from assistant.errors import InputError
from eval import tables
from eval.questions import load_split
from eval.report import write_report
from eval.server import Server, running_server

COMMAND = Path(sys.executable).parent / "tiaowen"
USERS = Path(__file__).with_name("chats.py")
P95_LIMIT_MS = 2000.0
GROWTH_LIMIT = 1.15  # resident memory at the end against a quarter of the way in
EVERY_S = 5.0


@dataclass
class Watch:
    """Resident memory of the server over time, MB."""

    server: Server
    samples: list[float] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Watch:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(2 * EVERY_S)

    def _watch(self) -> None:
        while not self._over.wait(EVERY_S):
            held = self.server.memory_mb()
            if held is not None:
                self.samples.append(round(held, 1))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--chats", type=int, default=100, help="people at once")
    parser.add_argument("--seconds", type=int, default=300, help="how long")
    parser.add_argument(
        "--pause", nargs=2, type=float, default=(4.0, 12.0), metavar=("LEAST", "MOST"),
        help="seconds that a person reads and types between two messages; 0 0: as fast as answers come",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the report goes")


def run(console: Console, options: argparse.Namespace) -> None:
    """Measure, print, write the report. Raises ServerError, InputError."""
    with tempfile.TemporaryDirectory(prefix="tiaowen-load-") as folder:
        rows = measured(Path(folder), options.chats, options.seconds, tuple(options.pause))
    cores, load = os.cpu_count(), round(os.getloadavg()[0], 1)
    title = (
        f"{options.chats} chats at once, {options.seconds} s, pause {options.pause[0]:g} to {options.pause[1]:g} s · "
        f"{cores} cores, load {load} at the end"
    )
    console.print(tables.thresholds_table(rows, title))
    report = {"rows": rows, "chats": options.chats, "seconds": options.seconds, "pause": options.pause}
    console.print(f"report: {write_report('load', report, options.json)}")


def measured(folder: Path, chats: int, seconds: int, pause: tuple[float, ...]) -> list[dict[str, Any]]:
    """Rows of the table: name, limit, measured, met."""
    turns = folder / "turns.json"
    turns.write_text(
        json.dumps([list(question.turns) for question in load_split("dev")], ensure_ascii=False),
        encoding="utf-8",
    )
    environment = os.environ | {
        "TIAOWEN_INDEX_DIR": str(folder / "index"),
        "TIAOWEN_DATA_DIR": str(folder / "data"),
        "TIAOWEN_LOAD_TURNS": str(turns),
        "TIAOWEN_LOAD_PAUSE": ",".join(str(one) for one in pause),
    }
    log = folder / "server.log"
    with running_server([str(COMMAND), "serve"], environment, log) as server, Watch(server) as watch:
        _drive(server, folder, environment, chats, seconds)
    return [
        *_rows(folder / "locust_stats.csv", watch.samples, seconds),
        *_failures(folder / "locust_failures.csv"),
    ]


def _drive(server: Server, folder: Path, environment: dict[str, str], chats: int, seconds: int) -> None:
    """Run locust for so long, bounded; its exit code tells of failed requests, which its table tells better."""
    command = [sys.executable, "-m", "locust", "-f", str(USERS), "--headless", "--host", server.url]
    command += ["-u", str(chats), "-r", str(max(1, chats // 10)), "-t", f"{seconds}s", "--stop-timeout", "30"]
    command += ["--csv", str(folder / "locust"), "--only-summary", "--exit-code-on-error", "0"]
    log = folder / "locust.log"
    with log.open("wb") as output:
        try:
            done = subprocess.run(
                command,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=seconds + 120,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise InputError(f"locust did not end within {seconds + 120} s") from error
    if done.returncode or not (folder / "locust_stats.csv").exists():
        raise InputError(f"locust ended with {done.returncode}: {log.read_text('utf-8', 'replace')[-1500:]}")


def _rows(stats: Path, memory: list[float], seconds: int) -> list[dict[str, Any]]:
    with stats.open(encoding="utf-8", newline="") as file:
        by_name = {row["Name"]: row for row in csv.DictReader(file)}
    whole = by_name["Aggregated"]
    count, failed = int(whole["Request Count"]), int(whole["Failure Count"])
    rows = [
        _row("answers", "-", str(count), None),
        _row("answers a second", "-", f"{count / seconds:.1f}", None),
        _row("errors", "none", str(failed), failed == 0),
    ]
    for name, row in by_name.items():
        told = "all" if name == "Aggregated" else name
        slow = float(row["95%"])
        rows.append(_row(f"{told}, p50", "-", f"{row['50%']} ms", None))
        limit = f"≤ {P95_LIMIT_MS:g} ms"
        rows.append(_row(f"{told}, p95", limit, f"{row['95%']} ms", slow <= P95_LIMIT_MS))
    if len(memory) >= 4:
        early, late = memory[len(memory) // 4], memory[-1]
        told = f"{early:g} → {late:g} MB ({late / early:.2f})"
        rows.append(
            _row("memory, a quarter in → end", f"≤ {GROWTH_LIMIT:g} ×", told, late / early <= GROWTH_LIMIT)
        )
    return rows


def _failures(told: Path) -> list[dict[str, Any]]:
    """What failed and how often."""
    with told.open(encoding="utf-8", newline="") as file:
        return [_row(row["Error"][:120], "none", row["Occurrences"], False) for row in csv.DictReader(file)]


def _row(name: str, limit: str, measured: str, met: bool | None) -> dict[str, Any]:
    return {"name": name, "limit": limit, "measured": measured, "met": met}
