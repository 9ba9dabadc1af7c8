"""How many questions a verdict takes: simulated interviews in our order and in the order of the text.

An interview asks one question at a time, gets the applicant's true answer and stops as soon as the engine gives a
verdict. A question for several facts at once counts as one; who cannot say yes to all names the first that fails.
The order of the text asks for what is still undecided, clause by clause; once fact by fact, once with those questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean, median
from typing import Any

from assistant.documents.library import Library
from assistant.retrieval.progress import Progress
from assistant.rules.assessment import Assessment, Status
from assistant.rules.book import FactValue, RuleBook
from assistant.rules.engine import assess
from eval.metrics import percentile
from eval.rules.interviewees import interviewees
from eval.steps import step

POLICY = "fujian-zero-carbon-factory"
COUNT, SEED = 500, 20261121
ON = date(2026, 11, 21)
FEW = 3

Order = Callable[[Assessment], str]


@dataclass(frozen=True)
class Interview:
    """How one ended: questions asked, and the verdict."""

    questions: int
    status: Status


class Orders:
    """The orders compared, each a choice of the next fact to ask for."""

    def __init__(self, book: RuleBook, library: Library) -> None:
        self._book = book
        self._places = {clause.address: place for place, clause in enumerate(library.clauses(book.policy_id))}

    def ours(self, result: Assessment) -> str:
        """What the engine puts first."""
        return result.missing[0].fact_id

    def text(self, result: Assessment) -> str:
        """The first open fact of the first open item, items in the order of their clauses."""
        items = sorted(result.findings, key=lambda finding: self._places[finding.address])
        return next(fact for finding in items for fact in finding.missing)

    def text_with_groups(self, result: Assessment) -> str:
        """The same; the engine's question for several facts stands for the first of them."""
        fact = self.text(result)
        offered = [item.fact_id for item in result.missing if fact in self._book.facts[item.fact_id].implies]
        return offered[0] if offered else fact


def interview(book: RuleBook, programme: str, applicant: Mapping[str, FactValue], order: Order) -> Interview:
    """Ask until there is a verdict."""
    known: dict[str, FactValue] = {}
    questions = 0
    while True:
        result = assess(book, programme, known, ON)
        if result.status is not Status.OPEN:
            return Interview(questions, result.status)
        fact = order(result)
        questions += 1
        known[fact] = applicant[fact]
        if applicant[fact] is False:
            failing = [part for part in book.facts[fact].implies if applicant[part] is False]
            known.update(dict.fromkeys(failing[:1], False))


def run_interviews(
    book: RuleBook, library: Library, progress: Progress, count: int = COUNT, seed: int = SEED
) -> list[dict[str, Any]]:
    """One row for each programme and order, and one for each order over all programmes."""
    people = list(interviewees(book, count, seed))
    orders = Orders(book, library)
    named = {
        "our order": orders.ours,
        "order of the text": orders.text,
        "order of the text, with group questions": orders.text_with_groups,
    }
    done: dict[tuple[str, str], list[Interview]] = {}
    with step(progress, "interviews", len(named) * len(book.programmes) * count):
        for name, order in named.items():
            for programme in book.programmes.values():
                done[programme.label, name] = list(
                    _each(progress, (interview(book, programme.id, one, order) for one in people))
                )
    for name in named:
        done["all", name] = [
            one for programme in book.programmes.values() for one in done[programme.label, name]
        ]
    return [
        row(programme, name, interviews, done[programme, "our order"])
        for (programme, name), interviews in done.items()
    ]


def _each(progress: Progress, interviews: Iterable[Interview]) -> Iterable[Interview]:
    for one in interviews:
        progress.advance()
        yield one


def row(
    programme: str, order: str, interviews: Sequence[Interview], ours: Sequence[Interview]
) -> dict[str, Any]:
    """The figures of one order; `few` the share of at most FEW questions, `ratio` its mean over ours."""
    counts = [float(one.questions) for one in interviews]
    return {
        "programme": programme,
        "order": order,
        "interviews": len(counts),
        "met": sum(one.status is Status.MET for one in interviews),
        "mean": mean(counts),
        "median": median(counts),
        "p90": percentile(counts, 0.90),
        "few": sum(count <= FEW for count in counts) / len(counts),
        "ratio": mean(counts) / mean(one.questions for one in ours),
    }
