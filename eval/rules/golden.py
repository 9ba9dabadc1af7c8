"""The golden cases (golden.yaml), and what an assessment or an answer says otherwise than they expect.

`notes` are silences of the text that the assessment must show; an answer words them in its own way and is not asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from assistant.agent.answer import Answer
from assistant.errors import TiaowenError
from assistant.quantities import display_number
from assistant.rules.book import RuleBook
from assistant.rules.engine import assess, compute_metric
from assistant.rules.facts import parse_facts

FILE = Path(__file__).with_name("golden.yaml")
TODAY = date(2026, 11, 21)
_KEYS = {"id", "say", "day", "programme", "facts", "expect"}
_EXPECTED = {"verdict", "findings", "metrics", "score", "notes"}


@dataclass(frozen=True)
class GoldenCase:
    """What an enterprise says, the same as facts, and what the text makes of it; a `programme` of None asks for metrics alone."""

    id: str
    say: tuple[str, ...]
    day: date
    programme: str | None
    facts: Mapping[str, object]
    verdict: str | None
    findings: Mapping[str, str]
    metrics: Mapping[str, str]
    score: tuple[str, str] | None
    notes: tuple[str, ...]


def load_golden(file: Path = FILE) -> list[GoldenCase]:
    """All cases, read strictly: ValueError names the case with a key that is not one, or with nothing expected."""
    cases = [_case(row) for row in yaml.safe_load(file.read_text(encoding="utf-8"))]
    if len({case.id for case in cases}) != len(cases):
        raise ValueError(f"{file}: two cases share one id")
    return cases


def _case(row: Mapping[str, Any]) -> GoldenCase:
    expect = row["expect"]
    unknown = (set(row) - _KEYS) | (set(expect) - _EXPECTED)
    if unknown or not expect:
        raise ValueError(f"golden case {row['id']}: unknown keys {sorted(unknown)}, or nothing expected")
    low, high = expect.get("score", (None, None))
    return GoldenCase(
        id=row["id"],
        say=tuple(row["say"]),
        day=row.get("day", TODAY),
        programme=row.get("programme"),
        facts={id: str(value) for id, value in row["facts"].items()},
        verdict=expect.get("verdict"),
        findings=expect.get("findings", {}),
        metrics=expect.get("metrics", {}),
        score=None if low is None else (str(low), str(high)),
        notes=tuple(expect.get("notes", ())),
    )


def unlike_facts(book: RuleBook, case: GoldenCase) -> list[str]:
    """Where the engine's assessment of the facts differs from the case; [] when all is as expected."""
    try:
        facts = parse_facts(book, case.facts)
        shown = {id: compute_metric(book, id, facts).display for id in case.metrics}
        wrong = _differences("metric", case.metrics, shown)
        if case.programme is None:
            return wrong
        result = assess(book, case.programme, facts, case.day)
    except (TiaowenError, KeyError) as error:
        return [f"refused: {error}"]
    findings = {finding.criterion_id: str(finding.status) for finding in result.findings}
    wrong += _differences("finding", case.findings, findings)
    notes = tuple(note.id for note in result.notes)
    wrong += [f"note {id}: not shown" for id in case.notes if id not in notes]
    score = (display_number(result.score.low), display_number(result.score.high))
    return wrong + _verdict(case, str(result.status), score)


def unlike_answer(book: RuleBook, case: GoldenCase, answer: Answer) -> list[str]:
    """Where the answer to the case's last turn differs from it; an answer names criteria by their labels."""
    verdict = answer.verdict
    told = {finding.criterion: finding.status for finding in verdict.findings} if verdict else {}
    findings = {id: told.get(book.criteria[id].label) for id in case.findings}
    shown = {calculation.metric: calculation.display for calculation in answer.calculations}
    wrong = _differences("metric", case.metrics, shown) + _differences("finding", case.findings, findings)
    score = (verdict.score.low, verdict.score.high) if verdict and verdict.score else None
    return wrong + _verdict(case, verdict.status if verdict else None, score)


def _verdict(case: GoldenCase, status: str | None, score: tuple[str, str] | None) -> list[str]:
    wrong = []
    if case.verdict is not None and status != case.verdict:
        wrong.append(f"verdict: {status}, expected {case.verdict}")
    if case.score is not None and score != case.score:
        wrong.append(f"score: {score}, expected {case.score}")
    return wrong


def _differences(kind: str, expected: Mapping[str, str], given: Mapping[str, str | None]) -> list[str]:
    return [
        f"{kind} {id}: {given.get(id)}, expected {value}"
        for id, value in expected.items()
        if given.get(id) != value
    ]
