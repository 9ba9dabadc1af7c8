"""`python -m eval retrieval DIR` and `python -m eval retrieval --channels`: configurations compared on equal terms."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from assistant.documents.library import Library
from assistant.errors import InputError
from assistant.interfaces.progress import progress_for
from assistant.settings import PROJECT_ROOT, load_settings
from eval.beir.channels import channels_markdown, compared_channels
from eval.beir.folder import read_beir
from eval.beir.measures import DEPTH
from eval.beir.measuring import Job, Measured, available, measure_apart
from eval.beir.registry import chosen
from eval.beir.reporting import compared, markdown, read_reference, tuned_table, write_section
from eval.beir.tuning import Tuner
from eval.beir.workshop import TUNED_FILE, Workshop
from eval.metrics import DEPTH as PRODUCT_DEPTH
from eval.metrics import clause_lineage
from eval.questions import SPLITS, load_split
from eval.report import write_report
from eval.steps import step

DOCS = PROJECT_ROOT / "docs" / "retrieval.md"
CACHE = Path(tempfile.gettempdir()) / "tiaowen-eval-cache"


def add_options(command: argparse.ArgumentParser) -> None:
    """Options of `retrieval` beside those that it shares with `answers`."""
    command.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="DIR",
        help="BEIR folder; without it the product's own questions",
    )
    command.add_argument(
        "--channels", action="store_true", help="the product's own questions, a row for each configuration"
    )
    command.add_argument(
        "--only", action="append", default=[], metavar="TEXT", help="configurations whose name has TEXT"
    )
    command.add_argument("--encoder", action="append", default=[], metavar="FOLDER", help="one more encoder")
    command.add_argument("--list", action="store_true", help="names of the configurations, and nothing else")
    command.add_argument(
        "--tune", action="store_true", help="choose parameters on DIR's train split and keep them"
    )
    command.add_argument(
        "--against", metavar="REPORT[:NAME]", help="test against an earlier report's configurations"
    )
    command.add_argument("--docs", action="store_true", help=f"write the tables into docs/{DOCS.name}")
    command.add_argument(
        "--cache", type=Path, default=CACHE, metavar="FOLDER", help="cut texts and vectors; may be removed"
    )


def wanted(options: argparse.Namespace) -> bool:
    """Whether the options ask for a comparison, and not for the product's search alone."""
    return bool(options.folder or options.channels or options.list or options.tune)


def run(console: Console, options: argparse.Namespace) -> None:
    """Do what the options say. Raises InputError."""
    if options.folder is not None and options.channels:
        raise InputError("DIR 与 --channels 不能同用：--channels 用的是产品自己的问题")
    if options.tune:
        _tune(console, options)
    elif options.list:
        for row in available(TUNED_FILE, options.encoder, options.folder is None):
            console.print(f"{row.name}  [dim]{row.group}[/dim]", highlight=False)
    elif options.channels:
        for split in SPLITS if options.split in (None, "all") else (options.split,):
            _channels(console, options, split)
    else:
        _folder(console, options, options.split or "dev")


def _tune(console: Console, options: argparse.Namespace) -> None:
    if options.folder is None:
        raise InputError("--tune 需要 DIR：参数在它的 qrels/train.tsv 上选")
    train = read_beir(options.folder, "train")
    workshop = Workshop(train.passages, options.cache, {}, progress_for())
    tuned = Tuner(train, workshop, progress_for()).tune()
    TUNED_FILE.write_text(json.dumps(tuned, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _show(console, options, "tuned", tuned_table(tuned))
    console.print(f"parameters: {TUNED_FILE}")


def _folder(console: Console, options: argparse.Namespace, split: str) -> None:
    references = read_reference(options.against) if options.against else []
    judged = read_beir(options.folder, split)
    report = compared(judged, _measured(options, split, DEPTH), references)
    key = f"{options.folder.resolve().name}-{split}"
    _show(console, options, key, markdown(report))
    console.print(f"report: {write_report(f'retrieval-{key}', report, options.json)}")


def _channels(console: Console, options: argparse.Namespace, split: str) -> None:
    lineage = clause_lineage(Library.load(load_settings().corpus))
    report = compared_channels(_measured(options, split, PRODUCT_DEPTH), load_split(split), lineage)
    _show(console, options, f"channels-{split}", channels_markdown(report, split))
    console.print(f"report: {write_report(f'channels-{split}', {'split': split, **report}, options.json)}")


def _measured(options: argparse.Namespace, split: str, depth: int) -> list[Measured]:
    folder = None if options.folder is None else str(options.folder)
    rows = chosen(available(TUNED_FILE, options.encoder, folder is None), options.only)
    progress, found = progress_for(), []
    with step(progress, f"retrieval {split}", len(rows)):
        for row in rows:
            found.append(
                measure_apart(
                    Job(
                        row.name,
                        folder,
                        split,
                        tuple(options.encoder),
                        str(options.cache),
                        str(TUNED_FILE),
                        depth,
                    )
                )
            )
            progress.advance()
    return found


def _show(console: Console, options: argparse.Namespace, key: str, text: str) -> None:
    console.print(Markdown(text))
    if options.docs:
        write_section(DOCS, key, text)
        console.print(f"docs: {DOCS} ({key})")
