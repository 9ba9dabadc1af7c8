"""`python -m eval ranking DATA --folds FOLDER [--fit]`: the reranker cross-validated, and fitted.

It learns from the product's dev questions of one turn and from the train questions of DATA/stard together, so that one set of
weights serves both. FOLDER holds the cross-fitted encoders that `python -m eval.train_encoder … --folds N` leaves.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from assistant.documents.library import Library
from assistant.interfaces.progress import progress_for
from assistant.retrieval import reranker
from assistant.search.clause_search import ClauseSearch
from assistant.settings import Settings, load_settings
from eval.encoder.folds import read_folds
from eval.metrics import clause_lineage
from eval.questions import load_split
from eval.ranking.fitting import NAMES, Judged, Matrix, cross_validated, figures, fit
from eval.ranking.product import judged_questions
from eval.ranking.public import judged_public

VECTOR_FEATURES = ("vector_rank", "cosine")
WITHOUT_VECTORS = Path(__file__).resolve().parent / "without_vectors.json"
SHIPPED = Path(reranker.__file__).resolve().parent / reranker.WEIGHTS_FILE


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("data", type=Path, metavar="DATA", help="folder with stard/")
    parser.add_argument(
        "--folds", type=Path, required=True, metavar="FOLDER", help="cross-fitted encoders (fold-0, …)"
    )
    parser.add_argument("--fit", action="store_true", help="write the weights, the shipped ones too")


def run(console: Console, options: argparse.Namespace) -> None:
    """Cross-validate over authors and folds; with --fit write the weights. Raises InputError, EncoderError."""
    progress = progress_for()
    public = judged_public(options.data / "stard", read_folds(options.folds), progress)
    product = _product(load_settings())
    table = Table(title="reranker, cross-validated", title_justify="left")
    for name in ("questions", "features", "n", "gold@5", "gold@1", "recall@5"):
        table.add_column(name, justify="left" if name in ("questions", "features") else "right")
    for label, left_out in (("all", ()), ("without vectors", VECTOR_FEATURES)):
        for name, value in _cross_validated(product, public, left_out).items():
            table.add_row(name, label, *value)
    console.print(table)
    if options.fit:
        both = [*product, *public]
        facts = {"product questions": len(product), "public questions": len(public)}
        _write(SHIPPED, fit(both), facts)
        _write(WITHOUT_VECTORS, fit(both, VECTOR_FEATURES), facts)
        console.print(f"weights: {SHIPPED.name}, {WITHOUT_VECTORS.name}")


def _product(settings: Settings) -> list[Judged]:
    lineage = clause_lineage(Library.load(settings.corpus))
    search = ClauseSearch.open(settings)
    try:
        return judged_questions(search, load_split("dev"), lineage, progress_for())
    finally:
        search.close()


def _cross_validated(
    product: Sequence[Judged], public: Sequence[Judged], left_out: Sequence[str]
) -> dict[str, list[str]]:
    """Figures of each set's questions by weights fitted without their group, and with all of the other set."""
    rows = {}
    for name, own, other in (("product dev", product, public), ("public train", public, product)):
        measured = figures(own, cross_validated(own, left_out, other))
        rows[name] = [str(len(own)), *(f"{value:.3f}" for value in measured.values())]
    return rows


def _write(path: Path, weights: Matrix, fitted_on: dict[str, int]) -> None:
    named = {name: round(float(weight), 3) for name, weight in zip(NAMES, weights, strict=True) if weight}
    content: dict[str, Any] = {"weights": named, "fitted_on": fitted_on}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
