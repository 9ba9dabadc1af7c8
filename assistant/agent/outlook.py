"""What would have to change, and two scenarios side by side, asked for with a form or a file: data with citations.

Exact values are texts of fractions (`"2/5"`), a percentage as its ratio; `display` and `text` are what people read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

from assistant.agent.assembly import with_standing
from assistant.agent.assessment import read_request
from assistant.agent.desk import PolicyDesk
from assistant.agent.evidence import EvidenceLedger
from assistant.quantities import display_number
from assistant.rules.assessment import Score
from assistant.rules.book import RuleBook
from assistant.rules.whatif.comparison import Comparison, MetricChange, compare
from assistant.rules.whatif.explore import explore
from assistant.rules.whatif.linear import Range
from assistant.rules.whatif.results import CriterionOutlook, FactRange, Feasible, Move, ScoreTable
from assistant.rules.whatif.sentences import range_words
from assistant.rules.wording import label, show, unit_of

SCENARIOS = ("facts_a", "facts_b")


def explore_request(
    desk: PolicyDesk, request: Mapping[str, Any], today: date, ledger: EvidenceLedger
) -> dict[str, Any]:
    """What each criterion would still take, of {"policy"?, "programme", "on"?, "stage"?, "facts"}."""
    # the file of an assessment serves here too
    asked = read_request(desk, request, today, ("facts",), ("keep_asking",))
    book = asked.book
    result = explore(book, asked.programme, asked.facts[0], asked.day, asked.stage)
    cite = _Citations(ledger)
    criteria = [_criterion(book, item, cite) for item in result.criteria]
    return {
        "policy": result.policy_id,
        "programme": result.programme_id,
        "label": result.label,
        "on": result.on.isoformat(),
        "status": str(result.status),
        "score": _score(result.score),
        "criteria": criteria,
        "citations": cite.citations,
        "warnings": cite.warnings(result.warnings),
    }


def compare_request(
    desk: PolicyDesk, request: Mapping[str, Any], today: date, ledger: EvidenceLedger
) -> dict[str, Any]:
    """Two scenarios, of {"policy"?, "programme", "on"?, "stage"?, "facts_a", "facts_b"}."""
    asked = read_request(desk, request, today, SCENARIOS)
    book, (first, second) = asked.book, asked.facts
    result = compare(book, asked.programme, first, second, asked.day, asked.stage)
    cite = _Citations(ledger)
    metrics = [_metric_change(book, item, cite) for item in result.metrics]
    findings = _finding_changes(result, cite)
    return {
        "policy": result.policy_id,
        "programme": result.programme_id,
        "label": result.label,
        "on": result.on.isoformat(),
        "statuses": list(map(str, result.statuses)),
        "scores": list(map(_score, result.scores)),
        "score_difference": dict(
            zip(("low", "high"), map(display_number, result.score_difference), strict=True)
        ),
        "facts": [
            {"fact": item.id, "label": item.label, "a": item.first, "b": item.second} for item in result.facts
        ],
        "metrics": metrics,
        "findings": findings,
        "sentences": list(result.sentences),
        "citations": cite.citations,
        "warnings": cite.warnings(result.warnings),
    }


class _Citations:
    """Numbers clauses 1, 2, … in the order in which they are used."""

    def __init__(self, ledger: EvidenceLedger) -> None:
        self._ledger = ledger
        self._order: dict[int, int] = {}

    def number(self, address: str, quote: str) -> int:
        marker = self._ledger.hand_out(address, quote)
        return self._order.setdefault(marker, len(self._order) + 1)

    @property
    def citations(self) -> list[dict[str, Any]]:
        return [asdict(self._ledger.citation(old, new)) for old, new in self._order.items()]

    def warnings(self, warnings: Sequence[str]) -> list[str]:
        """The engine's warnings and the standing of each cited policy."""
        return list(
            with_standing(warnings, [self._ledger.citation(old, new) for old, new in self._order.items()])
        )


def _criterion(book: RuleBook, item: CriterionOutlook, cite: _Citations) -> dict[str, Any]:
    return {
        "criterion": item.criterion_id,
        "label": item.label,
        "kind": item.kind,
        "stage": item.stage,
        "status": str(item.status),
        "reason": item.reason,
        "points": _score(item.points) if item.points else None,
        "citation": cite.number(item.address, item.quote),
        "facts": [_fact_range(book, figure) for figure in item.facts],
        "metrics": [_fact_range(book, figure) for figure in (item.reach.metrics if item.reach else ())],
        "plans": [
            {"text": plan.text, "moves": [_move(move) for move in (plan.least, *plan.others)]}
            for plan in item.plans
        ],
        "scores": [_score_table(book, table) for table in item.scores],
        "decided_by": [{"fact": id, "label": label(book, id)} for id in item.decided_by],
        "sentences": list(item.sentences),
    }


def _fact_range(book: RuleBook, item: FactRange) -> dict[str, Any]:
    return {
        "fact": item.id,
        "label": item.label,
        "unit": item.unit,
        "current": _exact(item.current),
        "display": None if item.current is None else show(item.current, item.unit),
        "gap": _exact(item.gap),
        "alone": _feasible(book, item.alone, item.unit),
        "together": _feasible(book, item.together, item.unit),
    }


def _feasible(book: RuleBook, item: Feasible, unit: str) -> dict[str, Any]:
    """`reachable` is None where it was not solved; `proof` says why not where it is false."""
    proof = item.proof
    return {
        "reachable": True if item.ranges else False if proof else None,
        "ranges": [_range(held) for held in item.ranges],
        "text": range_words(item.ranges, unit) if item.ranges else None,
        "proof": proof
        and {
            "text": proof.text,
            "apart": _exact(proof.apart),
            "demands": [
                {"text": demand.text, "ranges": [_range(held) for held in demand.ranges]}
                for demand in proof.demands
            ],
        },
        "missing": [_missing(book, id) for id in item.missing],
        "unsolved": list(item.unsolved),
    }


def _missing(book: RuleBook, id: str) -> dict[str, Any]:
    return {"fact": id, "label": label(book, id), "question": book.facts[id].question}


def _range(held: Range) -> dict[str, Any]:
    return {
        "low": _exact(held.low),
        "high": _exact(held.high),
        "low_open": held.low_open,
        "high_open": held.high_open,
    }


def _move(move: Move) -> dict[str, Any]:
    return {
        "fact": move.id,
        "label": move.label,
        "unit": move.unit,
        "current": _exact(move.current),
        "target": str(move.target),
        "display": show(move.target, move.unit),
    }


def _score_table(book: RuleBook, table: ScoreTable) -> dict[str, Any]:
    return {
        "fact": table.id,
        "label": table.label,
        "unit": table.unit,
        "rows": [
            {
                "value": str(row.value),
                "display": show(row.value, table.unit),
                "metrics": [
                    {"metric": id, "label": label(book, id), "display": show(value, unit_of(book, id))}
                    for id, value in row.metrics
                ],
                "points": display_number(row.points),
                "marks": list(row.marks),
            }
            for row in table.rows
        ],
    }


def _metric_change(book: RuleBook, item: MetricChange, cite: _Citations) -> dict[str, Any]:
    metric = book.metrics[item.metric_id]
    return {
        "metric": item.metric_id,
        "label": item.label,
        "unit": item.unit,
        "values": [_exact(item.first), _exact(item.second)],
        "display": list(item.shown),
        "difference": _exact(item.difference),
        "passed": list(item.passed),
        "citation": cite.number(metric.address, metric.quote),
    }


def _finding_changes(result: Comparison, cite: _Citations) -> list[dict[str, Any]]:
    return [
        {
            "criterion": item.criterion_id,
            "label": item.label,
            "statuses": list(map(str, item.statuses)),
            "reasons": list(item.reasons),
            "points": [_score(points) if points else None for points in item.points],
            "citation": cite.number(item.address, item.quote),
        }
        for item in result.findings
    ]


def _score(score: Score) -> dict[str, str]:
    bounds = (score.low, score.high, score.maximum)
    return dict(zip(("low", "high", "max"), map(display_number, bounds), strict=True))


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else str(value)
