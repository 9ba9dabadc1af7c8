"""`python -m eval answerable`: the refusal signal on the product's questions and on public ones."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markdown import Markdown

from assistant.interfaces.progress import progress_for
from assistant.retrieval.answerable import FEATURES, WEIGHTS, AnswerableModel
from assistant.settings import load_settings
from eval import answerability
from eval.answerability import Case, Examined, Scored
from eval.beir.command import CACHE, DOCS
from eval.beir.folder import read_beir
from eval.beir.reporting import write_section
from eval.beir.workshop import Workshop
from eval.metrics import mean, percentile
from eval.questions import load_split
from eval.report import write_report

_POLICIES = "all over the policies"


def add_options(command: argparse.ArgumentParser) -> None:
    """Options of `answerable`."""
    command.add_argument("folder", type=Path, metavar="DIR", help="BEIR folder with train and dev (STARD)")
    command.add_argument("--fit", action="store_true", help=f"fit the weights again and write {WEIGHTS.name}")
    command.add_argument("--docs", action="store_true", help=f"write the tables into docs/{DOCS.name}")
    command.add_argument(
        "--cache", type=Path, default=CACHE, metavar="FOLDER", help="cut texts and vectors; may be removed"
    )
    command.add_argument("--json", type=Path, metavar="FILE", help="where the report goes")


def run(console: Console, options: argparse.Namespace) -> None:
    """Score all cases, fit when asked, print and write the figures. Raises InputError."""
    progress = progress_for()
    train, dev = (read_beir(options.folder, split) for split in ("train", "dev"))
    policies = answerability.policy_passages(load_settings().corpus)
    corpora = {"policies": Examined(Workshop(policies, options.cache, {}, progress))}
    product = {split: load_split(split) for split in ("dev", "test")}
    fitting = answerability.product_cases(product["dev"], "dev")
    fitting += answerability.foreign_cases(train, answerability.SAMPLE)
    held_out = answerability.product_cases(product["test"], "test")
    held_out += answerability.foreign_cases(dev) + answerability.statute_cases(dev)
    foreign = [
        Case(case.id, "product dev over the statutes", "statutes", case.query, None)
        for case in answerability.product_cases(product["dev"], "dev")
    ]
    rows = answerability.scored(fitting, corpora, progress)
    if options.fit:
        cells = {group: len(places) for group, places in answerability.by_group(rows).items()}
        answerability.fitted(rows).write(
            WEIGHTS, {"cases": cells, "what": "product dev, public train over the policies"}
        )
        console.print(f"weights: {WEIGHTS}")
    model = AnswerableModel.read(WEIGHTS)
    probabilities = answerability.out_of_fold(rows)
    report: dict[str, Any] = {"weights": dict(model.weights), "intercept": model.intercept}
    report["in folds"] = _figures(rows, probabilities)
    # Built after the fit: it takes a minute, and the fit asks nothing of it.
    corpora["statutes"] = Examined(Workshop(train.passages, options.cache, {}, progress))
    unseen = answerability.scored(held_out, corpora, progress)
    report["held out"] = _figures(unseen, [model.probability(row.values) for row in unseen])
    told = [model.probability(row.values) for row in answerability.scored(foreign, corpora, progress)]
    report["foreign"] = {
        "cases": len(told),
        "median": percentile(told, 0.5),
        "over half": mean(one >= 0.5 for one in told),
    }
    report["features"] = {name: _aucs(part) for name, part in (("in folds", rows), ("held out", unseen))}
    text = answerable_markdown(report)
    console.print(Markdown(text))
    if options.docs:
        write_section(DOCS, "answerable", text)
        console.print(f"docs: {DOCS} (answerable)")
    console.print(f"report: {write_report('answerable', report, options.json)}")


def _figures(rows: Sequence[Scored], probabilities: Sequence[float]) -> dict[str, Any]:
    policies = [place for place, row in enumerate(rows) if row.case.corpus == "policies"]
    groups = {"all": list(range(len(rows))), _POLICIES: policies} | answerability.by_group(rows)
    return {
        name: answerability.figures(
            [bool(rows[place].case.answerable) for place in places],
            [probabilities[place] for place in places],
        )
        for name, places in groups.items()
    }


def _aucs(rows: Sequence[Scored]) -> dict[str, dict[str, float]]:
    """AUC of each feature alone, in all and for each group that has both labels."""
    groups = {"all": list(range(len(rows)))} | answerability.by_group(rows)
    parts = {name: [rows[place] for place in places] for name, places in groups.items()}
    return {
        name: answerability.feature_aucs(part)
        for name, part in parts.items()
        if len({row.case.answerable for row in part}) > 1
    }


def answerable_markdown(report: Mapping[str, Any]) -> str:
    """Figures of both sides, bins of calibration, and each feature as a scorer of its own."""
    heads = (
        "cases",
        "n",
        "answerable",
        "AUC",
        "precision",
        "recall",
        "refusal precision",
        "refusal recall",
        "ECE",
    )
    shown = ("auc", "precision", "recall", "refusal_precision", "refusal_recall", "ece")
    lines = [f"| {' | '.join(heads)} |", f"|---|{'--:|' * (len(heads) - 1)}"]
    for side in ("in folds", "held out"):
        for name, row in report[side].items():
            cells = [
                f"{side}: {name}",
                str(row["cases"]),
                str(row["answerable"]),
                *(_share(row[one]) for one in shown),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    foreign = report["foreign"]
    lines += [
        "",
        f"Product dev questions over the statutes (no label claimed): {foreign['cases']}, median probability "
        f"{foreign['median']:.2f}, {foreign['over half']:.0%} over one half.",
        "",
        "| bin | in folds: cases | told | true | held out, over the policies: cases | told | true |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for pair in zip(
        report["in folds"][_POLICIES]["bins"], report["held out"][_POLICIES]["bins"], strict=True
    ):
        cells = [f"{pair[0]['from']:.1f}-"]
        for row in pair:
            cells += [str(row["cases"]), _share(row["told"]), _share(row["true"])]
        lines.append(f"| {' | '.join(cells)} |")
    groups = [(side, name) for side, parts in report["features"].items() for name in parts]
    lines += [
        "",
        f"| AUC of one sign alone | {' | '.join(f'{side}: {name}' for side, name in groups)} | weight |",
    ]
    lines.append(f"|---|{'--:|' * (len(groups) + 1)}")
    for sign in FEATURES:
        cells = [_share(report["features"][side][name][sign]) for side, name in groups]
        lines.append(f"| {sign} | {' | '.join(cells)} | {report['weights'][sign]:.2f} |")
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
