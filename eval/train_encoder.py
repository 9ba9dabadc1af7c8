"""Train the shipped encoder: `python -m eval.train_encoder DATA --out indexes/encoder` (`make encoder DATA=...`).

A sentence-transformers StaticEmbedding: every token has a vector, a text is their mean. It learns from statutes and the
policies of the corpus first, then from public questions and their gold articles (train split only). Two CPU cores need
a quarter of an hour. Every number of the recipe is an option.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from assistant.errors import TiaowenError
from assistant.interfaces.progress import progress_for
from assistant.retrieval.encoder import load_encoder
from assistant.retrieval.progress import Progress
from assistant.settings import PROJECT_ROOT
from eval.encoder.data import TrainingData, read_data
from eval.encoder.folds import cross_fitted
from eval.encoder.recipe import Recipe
from eval.encoder.report import dev_figures, figures_table, model_card, unseen_questions
from eval.encoder.training import Base, prepare, save_half, static_model, train_base, train_on_questions
from eval.encoder.transformer import train_transformer


def build_encoder(data: TrainingData, out: Path, recipe: Recipe, progress: Progress) -> tuple[Base, str]:
    """Train, save to `out` in sentence-transformers format with half-precision weights.

    Returns what stage 1 left and the table of figures.
    """
    started = time.monotonic()
    base = train_base(prepare(data, recipe, progress), recipe, progress)
    unseen = unseen_questions(data.dev, data.train)
    # Measured through the product's own reader, on the files as they would ship.
    save_half(static_model(base.prepared.tokenizer, base.weights), out)
    before = dev_figures(load_encoder(str(out)).encode, data.dev, unseen)
    save_half(train_on_questions(data, base, recipe, progress), out)
    after = dev_figures(load_encoder(str(out)).encode, data.dev, unseen)
    table = figures_table({"stage 1": before, "shipped": after})
    facts = {**asdict(recipe), "minutes": f"{(time.monotonic() - started) / 60:.1f}"}
    (out / "README.md").write_text(model_card(data, facts, table), encoding="utf-8")
    return base, table


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m eval.train_encoder", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with stard/ and statutes/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the encoder, overwritten")
    parser.add_argument("--corpus", type=Path, default=PROJECT_ROOT / "corpus", help="folder of the policies")
    parser.add_argument(
        "--folds", type=int, default=0, help="also train copies that have not seen a fold each"
    )
    parser.add_argument("--folds-out", type=Path, help="folder of these copies (default: OUT-folds)")
    parser.add_argument("--transformer", action="store_true", help="a small transformer, for comparison")
    for field in fields(Recipe):
        name = f"--{field.name.replace('_', '-')}"
        parser.add_argument(name, type=type(field.default), default=field.default)
    chosen = parser.parse_args(arguments)
    recipe = Recipe(**{field.name: getattr(chosen, field.name) for field in fields(Recipe)})
    progress = progress_for()
    try:
        data = read_data(chosen.data, chosen.corpus)
        if chosen.transformer:
            print(train_transformer(data, chosen.out, recipe, progress))
            return 0
        base, table = build_encoder(data, chosen.out, recipe, progress)
        if chosen.folds:
            folder = chosen.folds_out or chosen.out.with_name(f"{chosen.out.name}-folds")
            cross_fitted(data, base, recipe, chosen.folds, progress, folder)
    except TiaowenError as error:
        print(error, file=sys.stderr)
        return 2
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
