"""`python -m eval gate`: the mutation bench of the verification gate, printed and reported."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.editions import Edition
from assistant.interfaces.progress import progress_for
from assistant.settings import load_settings
from eval import tables
from eval.gate import bench
from eval.gate.bench import ANSWERS, BASES, PARAPHRASES, UNQUOTED, Held, Miss, Tally
from eval.gate.given import answered, unquoted, written
from eval.questions import SPLITS, load_split
from eval.report import write_report

EXACT = ("digit", "unit", "quote", "markers swapped", "marker unknown", "article number")
TURNED = ("relation", "connective", "negation")
EXACT_LIMIT, TURNED_LIMIT, ALARM_LIMIT, COST_LIMIT_MS = 0.99, 0.95, 0.02, 20.0
SHOWN = 3  # misses of one kind that are listed


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--questions", type=int, metavar="N", help="only the first N questions of dev")
    parser.add_argument("--mutants", type=int, default=bench.PER_KIND, help="of a kind and base at most")
    parser.add_argument("--split", choices=SPLITS, default="dev", help="which half of the paraphrases")
    parser.add_argument("--paraphrases", action="store_true", help="the paraphrases alone")
    parser.add_argument(
        "--failures", action="store_true", help="list what passed wrongly and what alarmed (dev)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="where the report goes")


def run(console: Console, options: argparse.Namespace) -> None:
    """Measure, print, write the report."""
    edition = Edition.open(load_settings(), date.today, progress_for())
    try:
        _run(console, options, edition)
    finally:
        edition.close()


def _run(console: Console, options: argparse.Namespace, edition: Edition) -> None:
    progress = progress_for()
    rows = written(edition, options.split)
    held, authored, right = bench.judge(rows)
    helds, tallies = {PARAPHRASES: held}, {}
    if not options.paraphrases:
        questions = load_split("dev")[: options.questions]
        answers = answered(edition, questions, progress)
        helds[ANSWERS], passed = bench.hold(answers)
        plain = [one for given in passed if (one := unquoted(given)).text != given.text]
        helds[UNQUOTED], loose = bench.hold(plain)
        bases = zip((ANSWERS, UNQUOTED, PARAPHRASES), (passed, loose, right), strict=True)
        tallies = {name: bench.change(texts, progress, options.mutants) for name, texts in bases}
        console.print(mutants_table(tallies))
    console.print(authored_table(authored, options.split))
    console.print(tables.thresholds_table(thresholds(helds, tallies), "limits · gate"))
    if options.failures and options.split != "test":
        for miss in _listed([*authored.misses, *(miss for one in tallies.values() for miss in one.misses)]):
            _print_miss(console, miss)
        for held in helds.values():
            for alarm in held.alarms:
                _print_miss(console, alarm)
    console.print(f"report: {write_report('gate', report(helds, tallies, authored), options.json)}")


def mutants_table(tallies: Mapping[str, Tally]) -> Table:
    """Caught of tried by kind, in all and by what was changed."""
    table = Table(title="one change each: caught by the gate", title_justify="left")
    table.add_column("kind", no_wrap=True)
    for name in ("n", "caught", *(column for base in BASES for column in (base, ""))):
        table.add_column(name, justify="right")
    kinds = list(dict.fromkeys(kind for tally in tallies.values() for kind in tally.tried))
    for number, kind in enumerate((*kinds, None)):
        parts = [tallies[base] for base in BASES]
        cells = [_counts(part, kind) for part in parts]
        tried, caught = (sum(cell[at] for cell in cells) for at in (0, 1))
        row = [part for cell in cells for part in (str(cell[0]), _ratio(cell[1], cell[0]))]
        table.add_row(
            kind or "all", str(tried), _ratio(caught, tried), *row, end_section=number == len(kinds) - 1
        )
    return table


def _counts(tally: Tally, kind: str | None) -> tuple[int, int]:
    if kind is None:
        return tally.tried.total(), tally.caught.total()
    return tally.tried[kind], tally.caught[kind]


def _ratio(part: int, whole: int) -> str:
    return tables.share(part / whole if whole else None)


def authored_table(tally: Tally, split: str) -> Table:
    """Wrong paraphrases that somebody wrote, caught by kind."""
    table = Table(title=f"wrong paraphrases by a blind author · {split}", title_justify="left")
    table.add_column("kind", no_wrap=True)
    for name in ("n", "caught"):
        table.add_column(name, justify="right")
    for kind in sorted(tally.tried):
        table.add_row(kind, str(tally.tried[kind]), tables.share(tally.share(kind)))
    table.add_section()
    table.add_row("all", str(tally.tried.total()), _ratio(tally.caught.total(), tally.tried.total()))
    return table


def thresholds(helds: Mapping[str, Held], tallies: Mapping[str, Tally]) -> list[dict[str, Any]]:
    """The issue's limits: caught by kind over all bases, false alarms, cost."""
    rows = []
    if tallies:
        tried = sum(tally.tried.total() for tally in tallies.values())
        rows.append({"name": "mutants", "limit": "≥ 3000", "measured": str(tried), "met": tried >= 3000})
    for kinds, limit in ((EXACT, EXACT_LIMIT), (TURNED, TURNED_LIMIT)):
        for kind in kinds if tallies else ():
            tried = sum(tally.tried[kind] for tally in tallies.values())
            caught = sum(tally.caught[kind] for tally in tallies.values())
            met = caught / tried >= limit if tried else None
            rows.append(
                {
                    "name": f"caught: {kind}",
                    "limit": f"≥ {limit}",
                    "measured": _ratio(caught, tried),
                    "met": met,
                }
            )
    for name, held in helds.items():
        share = len(held.alarms) / held.texts if held.texts else None
        told = f"{len(held.alarms)}/{held.texts} = {tables.share(share)}"
        met = None if share is None else share <= ALARM_LIMIT
        rows.append(
            {"name": f"false alarms: {name}", "limit": f"≤ {ALARM_LIMIT}", "measured": told, "met": met}
        )
    times = helds.get(ANSWERS, helds[PARAPHRASES])
    middle, high = times.percentile(0.5), times.percentile(0.95)
    shown = ["-" if value is None else f"{value:.1f} ms" for value in (middle, high)]
    rows.append({"name": "an answer, p50", "limit": "-", "measured": shown[0], "met": None})
    met = None if high is None else high <= COST_LIMIT_MS
    limit_shown = f"≤ {COST_LIMIT_MS:g} ms"
    rows.append({"name": "an answer, p95", "limit": limit_shown, "measured": shown[1], "met": met})
    return rows


def _listed(misses: Sequence[Miss]) -> list[Miss]:
    """The first few of each kind."""
    kinds = dict.fromkeys(miss.kind for miss in misses)
    return [miss for kind in kinds for miss in [one for one in misses if one.kind == kind][:SHOWN]]


def _print_miss(console: Console, miss: Miss) -> None:
    console.print(f"[bold]{escape(miss.kind)}[/bold] {escape(miss.id)} {escape(miss.change)}", soft_wrap=True)
    for failure in miss.failures[:2]:
        told = f"{failure.type}: {failure.words} | {failure.against}"
        console.print(f"  [red]✗[/red] {escape(told)}", soft_wrap=True)
    console.print(f"  {escape(miss.text[:400])}", soft_wrap=True)


def report(helds: Mapping[str, Held], tallies: Mapping[str, Tally], authored: Tally) -> dict[str, Any]:
    """Counts as JSON."""
    return {
        "mutants": {
            base: {kind: [tally.caught[kind], tally.tried[kind]] for kind in tally.tried}
            for base, tally in tallies.items()
        },
        "authored": {kind: [authored.caught[kind], authored.tried[kind]] for kind in authored.tried},
        "alarms": {name: [len(held.alarms), held.texts] for name, held in helds.items()},
        "ms": {name: [held.percentile(0.5), held.percentile(0.95)] for name, held in helds.items()},
    }
