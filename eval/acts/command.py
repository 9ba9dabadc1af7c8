"""`python -m eval acts [--fit]`: what messages do, cross-validated by author; with --fit the shipped weights are written."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table

from assistant.agent.understanding.acts import WEIGHTS, Masks
from assistant.documents.library import Library
from assistant.rules.books import RuleBooks
from assistant.settings import load_settings
from eval.acts.fitting import cross_validated, featured, fit, write
from eval.acts.utterances import load_utterances


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--fit", action="store_true", help="write the shipped weights")


def run(console: Console, options: argparse.Namespace) -> None:
    """Cross-validate by author; with --fit write the weights. Raises QuestionError."""
    settings = load_settings()
    library = Library.load(settings.corpus)
    masks = Masks(library, RuleBooks.load(library, settings.corpus))
    utterances = load_utterances()
    figures, first = cross_validated(utterances, masks)
    authors = len({one.author for one in utterances})
    title = f"acts · {len(utterances)} utterances, {authors} authors, each left out in turn · likeliest act right {first:.3f}"
    table = Table(title=title, title_justify="left")
    for name in ("act", "n", "precision", "recall", "average precision"):
        table.add_column(name, justify="left" if name == "act" else "right")
    for act, one in figures.items():
        values = (one.precision, one.recall, one.average_precision)
        table.add_row(act, str(one.count), *(f"{value:.3f}" for value in values))
    console.print(table)
    if options.fit:
        write(fit(featured(utterances, masks), utterances), WEIGHTS)
        console.print(f"written: {WEIGHTS}")
