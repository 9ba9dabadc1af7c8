"""What the bench holds against the gate: answers as the assistant gives them, and sentences that people wrote, each with its grounds."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from assistant.agent.answer import Calculation, Citation, ScoreBounds, Verdict, VerdictFinding
from assistant.agent.assembly import calculation_of
from assistant.agent.assessment import assess_request
from assistant.agent.conversation import Conversation
from assistant.agent.evidence import EvidenceLedger
from assistant.agent.tools.measure import metric_data
from assistant.agent.verification import Grounds
from assistant.agent.verification.catalogue import bound_clauses, catalogue_of
from assistant.agent.verification.evidence_index import Evidence
from assistant.agent.verification.figures import figures
from assistant.agent.verification.statements import MARKER
from assistant.editions import Edition
from assistant.retrieval.progress import Progress
from assistant.rules.book import RuleBook
from assistant.rules.engine import compute_metric
from assistant.rules.facts import parse_facts
from eval.questions import Question
from eval.steps import step

FOLDER = Path(__file__).resolve().parent
IN_FORCE = "现行"
_SCALES = tuple(Fraction(10) ** power for power in (-4, -2, 0, 2, 4))


@dataclass(frozen=True)
class Given:
    """A text that holds, what it rests on, and the warnings shown beside it; `alarmed` when the turn itself dropped words of it."""

    id: str
    text: str
    grounds: Grounds
    warnings: tuple[str, ...] = ()
    alarmed: bool = False


@dataclass(frozen=True)
class Written:
    """A paraphrase that somebody wrote without seeing the gate, and versions of it with one change that makes them wrong."""

    given: Given
    wrong: tuple[tuple[str, str], ...]
    note: str = ""


class _Warned(logging.Handler):
    """Counts what the turn's log says of answers that did not pass as they were."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


@contextmanager
def _listening() -> Iterator[_Warned]:
    handler, log = _Warned(), logging.getLogger("assistant.agent.turn")
    propagate, log.propagate = log.propagate, False
    log.addHandler(handler)
    try:
        yield handler
    finally:
        log.removeHandler(handler)
        log.propagate = propagate


def answered(edition: Edition, questions: Sequence[Question], progress: Progress) -> list[Given]:
    """The answers to every turn of the questions, each text once."""
    found: dict[str, Given] = {}
    today = date.today()
    with step(progress, "answers", len(questions)), _listening() as warned:
        for question in questions:
            conversation = Conversation(id=question.id)
            for number, message in enumerate(question.turns):
                before = warned.count
                turn = edition.runner.run(message, conversation, f"{question.id}-{number}", today)
                conversation = turn.conversation
                answer = turn.answer
                given = Given(answer.id, answer.answer, turn.grounds, tuple(answer.warnings))
                found.setdefault(answer.answer, replace(given, alarmed=warned.count > before))
            progress.advance(1)
    return list(found.values())


def unquoted(given: Given) -> Given:
    """The same answer with the quotation marks taken away: its clauses told as the answer's own words.

    What it tells of somebody else's words (您说的是“30%”) stays as it is: only quotations right before their marker change.
    """
    plain = re.sub(r"“((?:[^“”]|“[^“”]*”)*)”(?=\[\d)", r"\1", given.text)
    return replace(given, id=f"{given.id}/unquoted", text=plain)


def written(edition: Edition, split: str) -> list[Written]:
    """The paraphrases of one half, each with the citations, computations and verdict that it tells."""
    lines = (FOLDER / f"paraphrases_{split}.jsonl").read_text("utf-8").splitlines()
    return [_written(edition, json.loads(line)) for line in lines if line.strip()]


def _written(edition: Edition, row: dict[str, Any]) -> Written:
    ledger = EvidenceLedger(edition.library)
    citations = tuple(_cited(edition, ledger, row["cites"]))
    grounds = Grounds(
        citations,
        {one.policy_id: edition.library.source(one.policy_id) for one in citations},
        (row["question"],),
        catalogue=catalogue_of(edition.library, edition.books.books),
        bound=bound_clauses(edition.books.books.values()),
    )
    if row.get("programme"):
        grounds = _computed(edition, {"facts": {}, **row}, grounds)
    warnings = tuple(
        f"《{one.title}》目前是{one.policy_status}" for one in citations if one.policy_status != IN_FORCE
    )
    wrong = tuple((one["kind"], one["text"]) for one in row["wrong"])
    note = row.get("note", "")
    if row.get("programme") and not note:
        note = "、".join(own_figures(row["text"], grounds))
    return Written(Given(row["id"], row["text"], grounds, warnings), wrong, note)


def own_figures(text: str, grounds: Grounds) -> list[str]:
    """Amounts in digits that neither the cited clauses nor the user nor the engine have, at any scale: arithmetic of the writer's own."""
    evidence = Evidence(grounds)
    pools = (evidence.cited_figures(grounds.citations), evidence.engine_figures, evidence.said_pool)
    known = {value * scale for pool in pools for value in pool.values for scale in _SCALES}
    return [
        one.text
        for one in figures(MARKER.sub("", text))
        if isinstance(one.value, tuple) and re.search(r"\d", one.text) and one.value[0] not in known
    ]


def _cited(edition: Edition, ledger: EvidenceLedger, addresses: Iterable[str]) -> Iterator[Citation]:
    for number, address in enumerate(addresses, start=1):
        clause = edition.library.clause(address)
        words = max((clause.text or edition.library.full_text(clause)).split("\n"), key=len)
        yield ledger.citation(ledger.hand_out(clause.address, words), number)


def _computed(edition: Edition, row: dict[str, Any], grounds: Grounds) -> Grounds:
    """The grounds with what the engine finds for the row's facts."""
    ledger, today = EvidenceLedger(edition.library), date.today()
    request = {"programme": row["programme"], "facts": row["facts"]}
    assessed = assess_request(edition.desk, request, today, ledger)
    data, book = assessed.data, assessed.book
    at = {one.address: one.marker for one in grounds.citations}
    shown = {one["marker"]: at.get(one["address"]) for one in data["citations"]}
    calculations = [
        replace(Calculation(**one), citation=shown.get(one["citation"])) for one in data["calculations"]
    ]
    calculations += _further(book, row["facts"], {one.metric for one in calculations}, ledger)
    verdict = data["verdict"]
    findings = tuple(
        replace(VerdictFinding(**one), citation=shown.get(one["citation"])) for one in verdict["findings"]
    )
    score = ScoreBounds(**verdict["score"]) if verdict["score"] else None
    engine = [part for one in findings for part in (one.reason, one.criterion)]
    engine += [*data["warnings"], *(note["text"] for note in data["notes"])]
    return replace(
        grounds,
        engine=tuple(engine),
        calculations=tuple(calculations),
        verdicts=(Verdict(verdict["programme"], verdict["status"], findings, score),),
        facts=tuple((book.facts[id].label, str(value)) for id, value in row["facts"].items()),
    )


def _further(
    book: RuleBook, facts: dict[str, Any], known: set[str], ledger: EvidenceLedger
) -> list[Calculation]:
    """Metrics that no programme judges by, where the facts give all that they take (最少抽查家数)."""
    given = parse_facts(book, facts)
    wanted = [
        id
        for id in book.metrics
        if id not in known and book.needed[id] and set(book.needed[id]) <= set(given)
    ]
    return [calculation_of(metric_data(ledger, compute_metric(book, id, given)), {}) for id in wanted]
