"""`python -m eval pages`: the chat page and the desk in a real Chromium against a real server.

Of the chat page first byte, weight, first step and answer; of the desk the time from a key to the offers (desk_times.py). Everything runs on an index and records of its own in a temporary folder. Each round is a visitor who has never been here.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from rich.console import Console

from assistant.errors import InputError
from assistant.interfaces.progress import progress_for
from assistant.settings import load_settings
from eval import tables
from eval.bench import COMMAND, process_environment, row
from eval.desk_times import Typing, desk_rows, make_calls, type_at_the_desk
from eval.metrics import percentile
from eval.report import write_report
from eval.server import running_server
from eval.steps import step

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FIRST_BYTE_MS, WEIGHT_KB, FIRST_STEP_MS, ANSWER_MS = 50.0, 100.0, 300.0, 500.0
QUESTION = "2021年排放10万吨，去年4万吨，抵消4万吨，零碳工厂够不够申报？"
# Runs in the page before its own scripts. The page shows 正在读题… itself before the server has said a word, so the
# first progress event is taken from the stream's bytes, and the answer from the tree of the page, one frame drawn.
_OBSERVER = """
window.seen = {};
addEventListener('keydown', (event) => { if (event.key === 'Enter') window.seen.enter ??= performance.now(); }, true);
const read = ReadableStreamDefaultReader.prototype.read;
ReadableStreamDefaultReader.prototype.read = async function (...given) {
  const chunk = await read.apply(this, given);
  if (chunk.value && new TextDecoder().decode(chunk.value).includes('event: progress')) window.seen.step ??= performance.now();
  return chunk;
};
new MutationObserver(() => {
  if (!window.seen.shown && document.querySelector('.answer .prose')) {
    window.seen.shown = true;
    requestAnimationFrame(() => setTimeout(() => {
      window.seen.answer = performance.now();
      document.documentElement.dataset.answered = '';
    }));
  }
}).observe(document, { childList: true, subtree: true });
"""


@dataclass
class Measured:
    """A value of each round: milliseconds, of `weight` kB (10^3 bytes)."""

    first_byte: list[float] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    first_step: list[float] = field(default_factory=list)
    answer: list[float] = field(default_factory=list)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--rounds", type=int, default=20, help="visitors, one after the other")
    parser.add_argument(
        "--calls", type=int, default=3000, help="calls among which the desk finds earlier ones"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the report goes")


def run(console: Console, options: argparse.Namespace) -> None:
    """Measure, print, write the report. Raises ServerError, InputError."""
    for name in ("rounds", "calls"):
        if (value := getattr(options, name)) < 1:
            raise InputError(f"--{name} 的值 {value} 不合法；应为不小于 1 的整数")
    if not CHROMIUM.exists():
        raise InputError(f"没有 {CHROMIUM}；请先安装 chromium（apt-get install chromium）")
    visits, typing = measured(options.rounds, options.calls)
    rows = [*page_rows(visits), *desk_rows(typing, options.calls)]
    cores, load = os.cpu_count(), round(os.getloadavg()[0], 1)
    title = f"pages · {options.rounds} visitors · {cores} cores, load {load} at the end"
    console.print(tables.thresholds_table(rows, title))
    report = {"rows": rows, "rounds": options.rounds, "calls": options.calls, "load": load}
    console.print(f"report: {write_report('pages', report, options.json)}")


def measured(rounds: int, calls: int) -> tuple[Measured, Typing]:
    """So many visitors of a real server, after one who is not counted, and an operator of a desk with so many calls."""
    from playwright.sync_api import sync_playwright

    found, typing, progress = Measured(), Typing(), progress_for()
    with tempfile.TemporaryDirectory(prefix="tiaowen-pages-") as name:
        folder = Path(name)
        own = load_settings().model_copy(update={"index_dir": folder / "index", "data_dir": folder / "data"})
        make_calls(own, calls, progress)
        with (
            running_server([str(COMMAND), "serve"], process_environment(own), folder / "log") as server,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
            visit(browser, server.url, Measured())
            with step(progress, "visits of the chat page", rounds):
                for _ in range(rounds):
                    visit(browser, server.url, found)
                    progress.advance()
            with step(progress, "keys at the desk", rounds // 4 + 1):
                for _ in range(rounds // 4 + 1):
                    type_at_the_desk(browser, server.url, own, typing)
                    progress.advance()
            browser.close()
    return found, typing


def visit(browser: Browser, url: str, into: Measured) -> None:
    """One visitor: opens the page with nothing kept, types a question, presses Enter, waits for the answer."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(_OBSERVER)
    page.goto(url)
    opened = page.evaluate(
        """() => {
          const [page] = performance.getEntriesByType('navigation');
          const parts = [page, ...performance.getEntriesByType('resource')].filter((part) => part.initiatorType !== 'fetch');
          return { wait: page.responseStart - page.requestStart, bytes: parts.reduce((sum, part) => sum + part.transferSize, 0) };
        }"""
    )
    page.fill("#message", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-answered]")
    seen = page.evaluate("window.seen")
    context.close()
    into.first_byte.append(opened["wait"])
    into.weight.append(opened["bytes"] / 1000)
    into.first_step.append(seen["step"] - seen["enter"])
    into.answer.append(seen["answer"] - seen["enter"])


def page_rows(found: Measured) -> list[dict[str, Any]]:
    """Rows of the table: the p95 held to the limit, the median beside it."""
    rows = []
    for name, values, limit, unit in (
        ("first byte of /", found.first_byte, FIRST_BYTE_MS, "ms"),
        ("transferred for the page", found.weight, WEIGHT_KB, "kB"),
        ("first progress event after Enter", found.first_step, FIRST_STEP_MS, "ms"),
        ("answer shown after Enter", found.answer, ANSWER_MS, "ms"),
    ):
        rows.append(row(f"{name}, p95", limit, percentile(values, 0.95), unit))
        rows.append(row(f"{name}, median", None, median(values), unit))
    return rows
