"""`python -m eval baselines DIR`: the report and its page in docs/."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console

from assistant.interfaces.progress import progress_for
from assistant.settings import PROJECT_ROOT, load_settings
from eval.baselines.run import run_baselines
from eval.baselines.setups import SETUPS
from eval.baselines.writing import baselines_page
from eval.report import write_report

PAGE = PROJECT_ROOT / "docs" / "retrieval-baselines.md"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "data", type=Path, metavar="DIR", help="BEIR folder: corpus.jsonl, queries.jsonl, qrels/"
    )
    parser.add_argument("--split", default="dev", help="which qrels")
    parser.add_argument(
        "--setups", nargs="+", choices=tuple(SETUPS), default=list(SETUPS), help="which setups"
    )
    parser.add_argument("--out", type=Path, default=PAGE, metavar="FILE", help="the page")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the report goes")


def run(console: Console, options: argparse.Namespace) -> None:
    """Measure, and write report and page."""
    report = run_baselines(options.data, options.split, load_settings(), options.setups, progress_for())
    path = write_report("baselines", report, options.json)
    page = baselines_page(json.loads(path.read_text(encoding="utf-8")))
    options.out.write_text(page, encoding="utf-8")
    console.print(page, markup=False, soft_wrap=True)
    console.print(f"report: {path}, page: {options.out}")
