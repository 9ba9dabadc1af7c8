"""`python -m eval looking [--fit]`: which sentence answers and whether any does, cross-validated over authors, and fitted.

It learns from the product's dev questions, conversations among them, through the product's own turns: what the last turn
searched, with the features that the product ranks and answers by.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant.agent.tools import answering, passages
from assistant.editions import Edition
from assistant.interfaces.progress import progress_for
from assistant.settings import load_settings
from eval.looking import fitting
from eval.looking.collecting import collect
from eval.metrics import clause_lineage
from eval.questions import load_split

SENTENCES = Path(passages.__file__).resolve().parent / passages.WEIGHTS_FILE
ANSWERING = Path(answering.__file__).resolve().parent / answering.WEIGHTS_FILE
# What rests on lists of words, left out to see what the rest can tell.
LISTS = ("undecided", "money")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--fit", action="store_true", help=f"write {SENTENCES.name} and {ANSWERING.name}")


def run(console: Console, options: argparse.Namespace) -> None:
    """Cross-validate over authors; with --fit write the weights."""
    edition = Edition.open(load_settings(), date.today)
    try:
        searches = collect(edition, load_split("dev"), clause_lineage(edition.library), progress_for())
        weights = fitting.sentence_weights(searches)
        unseen = fitting.by_author(searches, weights)
        sharp = fitting.sharpness(searches, unseen)
        unseen = {author: replace(model, sharpness=sharp) for author, model in unseen.items()}
        rows = fitting.weighed(edition.desk, searches, unseen)
    finally:
        edition.close()
    first = fitting.sentence_figures(searches, unseen)
    table = Table(
        "figure", "unseen authors", title=f"sentences, {len(searches)} searches", title_justify="left"
    )
    for name, value in first.items():
        table.add_row(name, f"{value:.3f}")
    table.add_row(
        "clauses shown",
        f"{fitting.shown(searches, unseen)[0]:.3f} gold, {fitting.shown(searches, unseen)[1]:.2f} a question",
    )
    console.print(table)
    found = fitting.out_of_author(rows)
    threshold = fitting.operating_point(rows, found)
    table = Table(
        "features", "refused right", "answered right", title="answer or refuse", title_justify="left"
    )
    for name, left_out in (("all", ()), ("without lists of words", LISTS)):
        told = found if not left_out else fitting.out_of_author(rows, left_out)
        both = fitting.right_both_ways(rows, told, fitting.operating_point(rows, told))
        table.add_row(name, *(f"{value:.3f}" for value in both))
    console.print(table)
    if options.fit:
        fitted_on = {"searches": len(searches), "answered": sum(row.answered for row in rows)}
        fitted_on["refused"] = len(rows) - fitted_on["answered"]
        model = fitting.sentence_model(weights, sharp)
        _write(SENTENCES, {"weights": dict(model.weights), "sharpness": sharp, "fitted_on": fitted_on})
        answers = fitting.answering_model(rows)
        _write(
            ANSWERING,
            {
                "weights": dict(answers.weights),
                "intercept": answers.intercept,
                "answers_from": threshold,
                "fitted_on": fitted_on,
            },
        )
        console.print(f"weights: {SENTENCES.name}, {ANSWERING.name}")


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
