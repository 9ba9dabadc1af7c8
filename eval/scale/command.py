"""`python -m eval scale DATA`: the report, the page and its plot in docs/, the limits on the terminal."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from rich.console import Console

from assistant.interfaces.progress import progress_for
from assistant.settings import PROJECT_ROOT, load_settings
from eval import tables
from eval.report import write_report
from eval.scale.plot import can_plot, draw
from eval.scale.run import ScalePlan, run_scale
from eval.scale.writing import scale_page

PAGE = PROJECT_ROOT / "docs" / "retrieval-scale.md"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    plan = ScalePlan()
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with statutes/ and stard/")
    parser.add_argument("--sizes", type=sizes, default=plan.sizes, help="clauses, with commas between")
    parser.add_argument("--questions", type=int, default=plan.questions, help="questions a size")
    parser.add_argument("--cold", type=int, default=plan.cold, help="cold processes a size")
    parser.add_argument("--no-updates", action="store_true", help="leave out the updates of the largest size")
    parser.add_argument(
        "--out", type=Path, default=PAGE, metavar="FILE", help="the page; the plot goes beside it"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the report goes")


def sizes(text: str) -> tuple[int, ...]:
    """Numbers of clauses. Raises ArgumentTypeError."""
    try:
        found = tuple(int(part) for part in text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r}; legal: 250,1000,…") from error
    if min(found) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}; legal: 1 or more")
    return found


def run(console: Console, options: argparse.Namespace) -> None:
    """Measure, and write report, page and plot."""
    plan = ScalePlan(options.sizes, options.questions, options.cold, updates=not options.no_updates)
    path: Path | None = options.json

    def keep(report: dict[str, Any]) -> None:
        nonlocal path
        path = write_report("scale", report, path)

    keep(run_scale(options.data, load_settings(), plan, progress_for(), keep))
    assert path is not None  # keep has named it
    report = json.loads(path.read_text(encoding="utf-8"))
    title = f"scale · {report['cores']} cores, load {report['load_at_start']} at the start"
    console.print(tables.thresholds_table(report["limits"], title))
    plot = options.out.with_suffix(".svg") if can_plot() else None
    if plot is None:
        console.print("no plot: matplotlib is not installed (the extra `docs`)")
    else:
        draw(report, plot)
    options.out.write_text(scale_page(report, plot.name if plot else None), encoding="utf-8")
    console.print(f"report: {path}, page: {options.out}")
