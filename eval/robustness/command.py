"""`python -m eval robustness`: what is printed and reported of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.robustness.run import ASKED, CHANGED, LOST, OUTCOMES, SAME, Said, VariantOutcome, counted


def print_robustness(console: Console, outcomes: Sequence[VariantOutcome]) -> None:
    """Counts by rule, the variants that were lost or changed with their words, and the limit."""
    table = Table(
        title=f"robustness · {len({one.question.id for one in outcomes})} questions", title_justify="left"
    )
    table.add_column("rule", no_wrap=True)
    for name in ("n", *OUTCOMES):
        table.add_column(name, justify="right")
    rows = {"all": Counter(one.result for one in outcomes)}
    rows |= counted(outcomes, lambda one: "two rules" if " + " in one.rules else one.rules)
    for name, row in rows.items():
        counts = [str(row[outcome]) for outcome in OUTCOMES]
        table.add_row(name, str(row.total()), *counts, end_section=name == "all")
    console.print(table)
    for outcome in outcomes:
        if outcome.result in (LOST, CHANGED):
            _print_failure(console, outcome)
    changed = rows["all"][CHANGED]
    met = "[green]met[/green]" if not changed else "[red]missed[/red]"
    console.print(f"variants that change a verdict or a number: {changed}, limit none: {met}")


def _print_failure(console: Console, outcome: VariantOutcome) -> None:
    console.print(
        f"[red]{outcome.result}[/red] {outcome.question.id} · {escape(outcome.rules)}", soft_wrap=True
    )
    console.print(f"  问 {escape(' / '.join(outcome.question.turns))}", soft_wrap=True)
    console.print(f"  变 {escape(' / '.join(outcome.turns))}", soft_wrap=True)
    console.print(f"  {escape(_told(outcome.original))} -> {escape(_told(outcome.said))}", soft_wrap=True)
    first = outcome.text.splitlines()[0] if outcome.text else ""
    console.print(f"  答 {escape(first[:200])}", soft_wrap=True)


def _told(said: Said) -> str:
    verdict = " ".join(said.verdict) if said.verdict else "no verdict"
    return ", ".join([verdict, *(f"{metric} {value}" for metric, value in sorted(said.figures))])


def robustness_report(outcomes: Sequence[VariantOutcome]) -> dict[str, Any]:
    """Counts, and the variants that were not the same; the questions are those of dev."""
    return {
        "all": dict(Counter(one.result for one in outcomes)),
        "rules": {rule: dict(row) for rule, row in counted(outcomes, lambda one: one.rules).items()},
        "questions": sorted({one.question.id for one in outcomes}),
        "different": [
            {
                "id": one.question.id,
                "rules": one.rules,
                "turns": list(one.turns),
                "result": one.result,
                "original": _told(one.original),
                "said": _told(one.said),
            }
            for one in outcomes
            if one.result != SAME
        ],
        "asked": sum(one.result == ASKED for one in outcomes),
    }
