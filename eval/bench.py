"""`make bench`: times and memory of the whole product against its limits, on the dev questions.

Everything runs on an index and records of its own in a temporary folder, given to each process by its environment
(TIAOWEN_INDEX_DIR, TIAOWEN_DATA_DIR), so that no file of a user is touched.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from assistant.documents.library import Library
from assistant.retrieval.progress import Progress
from assistant.rules.books import RuleBooks
from assistant.settings import Settings
from eval.answers import WARM_UP, converse
from eval.long_conversation import FIRST, LAST, talk
from eval.metrics import percentile
from eval.questions import Question, QuestionError
from eval.rules.interviews import POLICY
from eval.rules.timing import GROWTH_LIMIT, assessing_time, growth
from eval.server import ask_server, running_server
from eval.steps import step

COMMAND = Path(sys.executable).parent / "tiaowen"
ASSESSMENTS_LIMIT_S = 10.0  # for 10,000
COLD_SEARCH_LIMIT_S = 1.0
BUILD_LIMIT_S, COLD_LIMIT_S, WARM_LIMIT_MS, MEMORY_LIMIT_MB = 10.0, 3.0, 150.0, 600.0
COLD_SEARCH_LIMIT_S, WARM_SEARCH_LIMIT_MS = 1.0, 5.0
PROCESS_TIMEOUT_S = 120.0


class BenchError(RuntimeError):
    """A process of the bench failed; the message holds what it said."""


@dataclass(frozen=True)
class BenchPlan:
    """How often each thing is done."""

    passes: int = 3
    runs: int = 7
    searches: int = 9
    requests: int = 1000
    assessments: int = 10_000
    talks: int = 5


def run_bench(
    questions: Sequence[Question], settings: Settings, plan: BenchPlan, progress: Progress
) -> list[dict[str, Any]]:
    """Rows of the table: name, limit, measured, met. Raises BenchError when a process fails."""
    if not COMMAND.is_file():
        raise BenchError(f"{COMMAND} does not exist; install the project into this environment first")
    if not questions:
        raise QuestionError("dev.jsonl holds no question: nothing to measure with")
    with tempfile.TemporaryDirectory(prefix="tiaowen-bench-") as folder:
        own = settings.model_copy(
            update={"index_dir": Path(folder) / "index", "data_dir": Path(folder) / "data"}
        )
        environment = process_environment(own)
        return [
            *_build(environment, progress),
            *_cold(questions, plan.runs, environment, progress),
            *_cold_search(questions, plan.searches, environment, progress),
            *_warm(questions, plan.passes, own, progress),
            *_long(plan.talks, own, progress),
            *_warm_search(questions, plan.passes, own, progress),
            *_server(questions, plan.requests, environment, Path(folder) / "server.log", progress),
            *_rules(settings, plan.assessments, progress),
        ]


def run_search_bench(
    questions: Sequence[Question], settings: Settings, runs: int, passes: int, progress: Progress
) -> list[dict[str, Any]]:
    """Only the rows of search over the product's own texts, on an index of its own. Raises as `run_bench`."""
    if not COMMAND.is_file():
        raise BenchError(f"{COMMAND} does not exist; install the project into this environment first")
    if not questions:
        raise QuestionError("dev.jsonl holds no question: nothing to measure with")
    with tempfile.TemporaryDirectory(prefix="tiaowen-bench-") as folder:
        own = settings.model_copy(
            update={"index_dir": Path(folder) / "index", "data_dir": Path(folder) / "data"}
        )
        environment = process_environment(own)
        _build(environment, progress)
        return [
            *_cold_search(questions, runs, environment, progress),
            *_warm_search(questions, passes, own, progress),
        ]


def process_environment(settings: Settings) -> dict[str, str]:
    """This process's environment with the settings' folders in it."""
    folders = {
        "TIAOWEN_HOME": settings.home,
        "TIAOWEN_CORPUS_DIR": settings.corpus,
        "TIAOWEN_INDEX_DIR": settings.indexes,
        "TIAOWEN_DATA_DIR": settings.data,
    }
    return {**os.environ, **{name: str(Path(path).resolve()) for name, path in folders.items()}}


def _build(environment: Mapping[str, str], progress: Progress) -> list[dict[str, Any]]:
    """`tiaowen index` as a whole process, on a folder that does not exist yet."""
    with step(progress, "index from nothing", 1):
        seconds = _timed_process(["index"], environment)
        progress.advance()
    return [row("index build from nothing (whole process)", BUILD_LIMIT_S, seconds, "s")]


def _cold(
    questions: Sequence[Question], runs: int, environment: Mapping[str, str], progress: Progress
) -> list[dict[str, Any]]:
    """`tiaowen ask` and `tiaowen search` as whole processes, a first turn each, spread over the questions."""
    rows = []
    for command, limit in (("ask", COLD_LIMIT_S), ("search", COLD_SEARCH_LIMIT_S)):
        times = []
        with step(progress, f"cold tiaowen {command}", runs):
            for number in range(runs):
                question = questions[number * len(questions) // runs]
                times.append(_timed_process([command, question.turns[0]], environment))
                progress.advance()
        rows += [
            row(f"cold tiaowen {command}, median", limit, median(times), "s"),
            row(f"cold tiaowen {command}, fastest", None, min(times), "s"),
            row(f"cold tiaowen {command}, slowest", None, max(times), "s"),
        ]
    return rows


def _cold_search(
    questions: Sequence[Question], runs: int, environment: Mapping[str, str], progress: Progress
) -> list[dict[str, Any]]:
    """`tiaowen search` as a whole process from its start to its end, spread over the questions."""
    times = []
    with step(progress, "cold tiaowen search", runs):
        for number in range(runs):
            words = questions[number * len(questions) // runs].turns[0]
            times.append(_timed_process(["search", words], environment))
            progress.advance()
    return [
        row(f"cold tiaowen search, median of {runs}", COLD_SEARCH_LIMIT_S, median(times), "s"),
        row("cold tiaowen search, fastest", None, min(times), "s"),
        row("cold tiaowen search, slowest", None, max(times), "s"),
    ]


def _warm_search(
    questions: Sequence[Question], passes: int, settings: Settings, progress: Progress
) -> list[dict[str, Any]]:
    """`Retriever.search` alone, the last turn of every question, in a process that has searched before."""
    from assistant.retrieval.search import Retriever

    retriever = Retriever.open(settings, Library.load(settings.corpus))
    try:
        asked = [question.turns[-1] for question in questions]
        for words in (WARM_UP, *asked[:20]):
            retriever.search(words)
        times: list[float] = []
        with step(progress, "warm search", passes * len(asked)):
            for words in asked * passes:
                began = time.perf_counter()
                retriever.search(words)
                times.append((time.perf_counter() - began) * 1000)
                progress.advance()
    finally:
        retriever.close()
    name = f"warm search over the five texts, p95 of {len(times)}"
    return [
        row(name, WARM_SEARCH_LIMIT_MS, percentile(times, 0.95), "ms"),
        row("warm search over the five texts, p50", None, percentile(times, 0.50), "ms"),
    ]


def _timed_process(arguments: Sequence[str], environment: Mapping[str, str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        [str(COMMAND), *arguments],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=PROCESS_TIMEOUT_S,
    )
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        raise BenchError(
            f"tiaowen {arguments[0]} ended with {done.returncode}: {done.stderr.strip()[-2000:]}"
        )
    return seconds


def _warm(
    questions: Sequence[Question], passes: int, settings: Settings, progress: Progress
) -> list[dict[str, Any]]:
    """Every turn of every question, in one process that has answered one question before."""
    from assistant.service import Assistant

    assistant = Assistant.open(settings)
    try:
        assistant.ask(WARM_UP)
        times: list[float] = []
        with step(progress, "warm answers", passes * len(questions)):
            for question in [question for _ in range(passes) for question in questions]:
                times += [turn.seconds * 1000 for turn in converse(assistant.ask, question.turns)]
                progress.advance()
    finally:
        assistant.close()
    return [
        row(f"warm answer, p95 of {len(times)}", WARM_LIMIT_MS, percentile(times, 0.95), "ms"),
        row("warm answer, p50", None, percentile(times, 0.50), "ms"),
        row("warm answer, slowest", None, max(times), "ms"),
    ]


def _long(talks: int, settings: Settings, progress: Progress) -> list[dict[str, Any]]:
    """Turns far into a long mixed conversation, and what is stored of it."""
    from assistant.service import Assistant

    assistant = Assistant.open(settings)
    try:
        assistant.ask(WARM_UP)
        found = talk(assistant.ask, settings.data / "records.sqlite3", talks, progress)
    finally:
        assistant.close()
    turns = f"turns {FIRST} to {LAST} of a conversation"
    return [
        row(f"{turns}, p95 of {len(found.times)}", WARM_LIMIT_MS, percentile(found.times, 0.95), "ms"),
        row(f"{turns}, p50", None, percentile(found.times, 0.50), "ms"),
        row(f"state of a conversation after turn {LAST}", None, found.state_bytes / 1000, "kB"),
        row(f"answers and traces of {LAST} turns", None, found.record_bytes / 1000, "kB"),
    ]


def _server(
    questions: Sequence[Question],
    requests: int,
    environment: Mapping[str, str],
    log: Path,
    progress: Progress,
) -> list[dict[str, Any]]:
    """A real server process: its resident memory after so many questions over HTTP, and their times."""
    with (
        running_server([str(COMMAND), "serve"], environment, log) as server,
        step(progress, "questions to the server", requests),
    ):
        first = server.memory_mb()
        times = ask_server(server, questions, requests, progress)
        last = server.memory_mb()
    return [
        row(f"server memory after {requests} questions", MEMORY_LIMIT_MB, last, "MB"),
        row("server memory before the first", None, first, "MB"),
        row("answer over HTTP, p50", None, percentile(times, 0.50), "ms"),
        row("answer over HTTP, p95", None, percentile(times, 0.95), "ms"),
    ]


def _rules(settings: Settings, assessments: int, progress: Progress) -> list[dict[str, Any]]:
    """The rule engine alone, on one core: time for so many assessments, and how it grows with the criteria."""
    library = Library.load(settings.corpus)
    book = RuleBooks.load(library, settings.corpus).book(POLICY)
    seconds = assessing_time(book, assessments, progress)
    per_criterion = growth(book.policy, progress)
    few, many = min(per_criterion), max(per_criterion)
    name = f"{assessments:,} full assessments, one core"
    return [
        row(name, ASSESSMENTS_LIMIT_S * assessments / 10_000, seconds, "s"),
        *(
            row(f"a criterion of {count}, microseconds", None, microseconds, "µs")
            for count, microseconds in per_criterion.items()
        ),
        row(
            f"growth: a criterion of {many} beside one of {few}",
            GROWTH_LIMIT,
            per_criterion[many] / per_criterion[few],
            "×",
        ),
    ]


def row(name: str, limit: float | None, measured: float | None, unit: str) -> dict[str, Any]:
    """One row; `met` is None where there is no limit or nothing could be measured."""
    return {
        "name": name,
        "limit": "" if limit is None else f"≤ {limit:g} {unit}",
        "measured": "not measured here" if measured is None else f"{measured:.2f} {unit}",
        "met": None if limit is None or measured is None else measured <= limit,
        "value": measured,
        "unit": unit,
    }
