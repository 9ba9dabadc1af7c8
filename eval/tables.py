"""What the evaluation prints: tables for a person, failures (of test by id alone), thresholds met or missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.answers import Outcome, Tally, groups, tally
from eval.metrics import MEASURES
from eval.retrieval import LAST_ALONE, Ranking, sections, summarise
from eval.rules.agreement import Agreement
from eval.rules.interviews import FEW
from eval.rules.mutants import KILLERS, MutationReport, survivors_told

TURN_LIMIT_MS = 150.0
_SHARES = {
    "gold": "gold cited",
    "right": "answer right",
    "status": "status",
    "numbers": "numbers",
    "verdict": "verdict",
    "refused": "refusals",
    "not_refused": "non-refusals",
}


def share(value: float | None) -> str:
    """A share as 0.953; a dash where nothing was asked for."""
    return "-" if value is None else f"{value:.3f}"


def milliseconds(value: float | None) -> str:
    """Milliseconds with one decimal."""
    return "-" if value is None else f"{value:.1f}"


def answers_table(outcomes: Sequence[Outcome], split: str) -> Table:
    """End to end: a row in all, of one turn and of conversations, of each author, of each kind."""
    table = Table(title=f"answers · {split}", title_justify="left")
    table.add_column("kind", no_wrap=True)
    for name in ("n", *_SHARES.values(), "wrong", "asked", "bad citations", "unsourced", "p50 ms", "p95 ms"):
        table.add_column(name, justify="right")
    for group in groups(outcomes):
        for name, part in group.items():
            table.add_row(name, *_answer_cells(tally(part)))
        table.add_section()
    return table


def _answer_cells(row: Tally) -> list[str]:
    shares = [share(getattr(row, name)) for name in _SHARES]
    wrong = str(row.wrong_verdicts + row.wrong_numbers)
    promises = [wrong, str(row.asked), f"{row.bad_citations}/{row.citations}", str(row.unsourced)]
    return [str(row.questions), *shares, *promises, milliseconds(row.p50_ms), milliseconds(row.p95_ms)]


def retrieval_table(rankings: Sequence[Ranking], split: str) -> Table:
    """Retrieval alone: in all, questions of one turn and of several, and each kind."""
    table = Table(title=f"retrieval · {split}", title_justify="left")
    table.add_column("kind", no_wrap=True)
    for name in ("n", *MEASURES, "p50 ms", "p95 ms"):
        table.add_column(name, justify="right")
    for name, part in sections(rankings).items():
        row = summarise(part)
        shares = [share(row[measure]) for measure in MEASURES]
        times = [milliseconds(row["p50_ms"]), milliseconds(row["p95_ms"])]
        table.add_row(name, str(row["questions"]), *shares, *times, end_section=name == LAST_ALONE)
    return table


def thresholds_table(rows: Sequence[dict[str, Any]], title: str) -> Table:
    """Each limit, what was measured, met or missed. Rows: name, limit, measured (texts) and met."""
    table = Table(title=title, title_justify="left")
    table.add_column("what", no_wrap=True)
    for name in ("limit", "measured", ""):
        table.add_column(name, justify="right")
    for row in rows:
        verdict = "-" if row["met"] is None else "[green]met[/green]" if row["met"] else "[red]missed[/red]"
        table.add_row(row["name"], row["limit"], row["measured"], verdict)
    return table


def answer_thresholds(row: Tally) -> list[dict[str, Any]]:
    """The limits of the project on a split's outcomes."""
    return [
        _share_row("gold clause among the cited", row.gold, 0.98),
        _share_row("answer right", row.right, 0.95),
        _none_row("wrong verdicts", row.wrong_verdicts),
        _none_row("wrong numbers", row.wrong_numbers),
        _share_row("refused what must be", row.refused, 0.95),
        _share_row("not refused what must not be", row.not_refused, 0.95),
        {
            "name": "citations that verify",
            "limit": "all",
            "measured": f"{row.citations - row.bad_citations}/{row.citations}",
            "met": row.bad_citations == 0,
        },
        _none_row("figures without a source", row.unsourced),
        {
            "name": "a turn, p95",
            "limit": f"≤ {TURN_LIMIT_MS:g} ms",
            "measured": milliseconds(row.p95_ms),
            "met": None if row.p95_ms is None else row.p95_ms <= TURN_LIMIT_MS,
        },
    ]


def _share_row(name: str, value: float | None, limit: float) -> dict[str, Any]:
    met = None if value is None else value >= limit
    return {"name": name, "limit": f"≥ {limit:.2f}", "measured": share(value), "met": met}


def _none_row(name: str, count: int) -> dict[str, Any]:
    return {"name": name, "limit": "none", "measured": str(count), "met": count == 0}


def print_agreement(console: Console, run: Agreement) -> None:
    """How many applicants were compared, what they were, where they stood at a limit, and the first disagreements."""
    table = Table(title="rule engine against the oracle", title_justify="left", show_header=False)
    table.add_column("what", no_wrap=True)
    table.add_column("count")
    table.add_row("applicants", str(run.applicants))
    table.add_row("agree", str(run.applicants - run.disagreeing))
    disagree = "[red]" if run.disagreeing else "[green]"
    table.add_row("disagree", f"{disagree}{run.disagreeing}[/]")
    for name, counts in {
        "verdicts": run.verdicts,
        "findings": run.findings,
        "left open though decided": run.weaker,
        "within 1 of a limit": run.sides,
    }.items():
        table.add_row(name, ", ".join(f"{what} {count}" for what, count in sorted(counts.items())))
    console.print(table)
    for told in run.disagreements:
        console.print(f"[red]✗[/red] {escape(told)}", soft_wrap=True)


def print_mutants(console: Console, report: MutationReport, file: str) -> None:
    """Mutants tried and killed, by what; the survivors as an editor finds them."""
    table = Table(title="numbers of the rule book changed one at a time", title_justify="left")
    for name in ("tried", *(f"killed by {killer}" for killer in KILLERS), "survived", "numbers in wording"):
        table.add_column(name, justify="right")
    kills = [str(report.killed[killer]) for killer in KILLERS]
    table.add_row(str(report.tried), *kills, str(len(report.survivors)), str(report.wording))
    console.print(table)
    for line in survivors_told(report.survivors, file):
        console.print(f"[red]✗[/red] {escape(line)}", soft_wrap=True)


def print_answer_failures(console: Console, outcomes: Sequence[Outcome]) -> None:
    """Failing questions: of dev with the words, what was expected and what came; of test only id, kind and checks."""
    for outcome in (one for one in outcomes if one.failed):
        question = outcome.question
        console.print(
            f"[bold]{question.id}[/bold] {question.kind} · {outcome.split} · {', '.join(outcome.failed)}"
            + "".join(f" · [red]wrong {what}[/red]" for what in outcome.checks.wrong)
        )
        if outcome.split == "test":
            continue
        for turn in outcome.turns:
            console.print(f"  问 {escape(turn.message)}")
        for reason in outcome.reasons:
            console.print(f"  [red]✗[/red] {escape(reason)}")
        last = outcome.turns[-1]
        console.print(f"  答 {escape(last.answer.answer if last.answer else last.error or '')}")
        console.print()


def print_retrieval_failures(console: Console, rankings: Sequence[Ranking]) -> None:
    """Questions whose gold is not within the first five: of dev with words and hits, of test only id and kind.

    Last turns searched alone are measured, but no failures.
    """
    for ranking in (one for one in rankings if one.missed and not one.alone):
        question = ranking.question
        recall = ranking.values["recall@5"]
        console.print(f"[bold]{question.id}[/bold] {question.kind} · {ranking.split} · recall@5 {recall:.2f}")
        if ranking.split == "test":
            continue
        console.print(f"  问 {escape(' / '.join(question.turns))}")
        for group in question.expect.gold:
            console.print(f"  gold {escape(' | '.join(group))}")
        console.print(f"  hits {escape(', '.join(ranking.hits[:5]) or ranking.error or 'nothing')}")
        console.print()


def interviews_table(rows: Sequence[dict[str, Any]]) -> Table:
    """Questions that a verdict takes, a row for each programme and order."""
    table = Table(title="questions until the verdict", title_justify="left")
    table.add_column("programme", no_wrap=True)
    table.add_column("order", no_wrap=True)
    for name in ("n", "met", "mean", "median", "p90", f"≤ {FEW}", "× ours"):
        table.add_column(name, justify="right")
    for row in rows:
        counts = [f"{row['mean']:.2f}", f"{row['median']:g}", f"{row['p90']:g}"]
        shares = [share(row["few"]), f"{row['ratio']:.2f}"]
        table.add_row(
            row["programme"], row["order"], str(row["interviews"]), str(row["met"]), *counts, *shares
        )
    return table
