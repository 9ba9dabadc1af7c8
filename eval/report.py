"""Reports as JSON, so that two runs can be compared. A test question appears by id, kind and failed checks alone."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.answers import Outcome, by_kind, groups, tally
from eval.retrieval import Ranking, sections, summarise

REPORTS_DIR = Path(__file__).resolve().parent / "reports"


def answers_report(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Tallies in all and by kind, and every outcome."""
    return {
        "all": tally(outcomes).to_json(),
        "kinds": {kind: tally(part).to_json() for kind, part in by_kind(outcomes).items()},
        "groups": {
            name: tally(part).to_json() for group in groups(outcomes)[1:3] for name, part in group.items()
        },
        "questions": [_outcome_row(outcome) for outcome in outcomes],
    }


def retrieval_report(rankings: Sequence[Ranking]) -> dict[str, Any]:
    """Means in all and by section, and every ranking."""
    return {
        "sections": {name: summarise(part) for name, part in sections(rankings).items()},
        "questions": [_ranking_row(ranking) for ranking in rankings],
    }


def _outcome_row(outcome: Outcome) -> dict[str, Any]:
    question = outcome.question
    row: dict[str, Any] = {"id": question.id, "kind": question.kind, "failed": list(outcome.failed)}
    row |= {"wrong": list(outcome.checks.wrong)} if outcome.checks.wrong else {}
    if outcome.split == "test":
        return row
    return row | {
        "turns": [
            {"message": t.message, "error": t.error, "answer": t.answer.to_json() if t.answer else None}
            for t in outcome.turns
        ],
        "reasons": list(outcome.reasons),
    }


def _ranking_row(ranking: Ranking) -> dict[str, Any]:
    row: dict[str, Any] = {"id": ranking.question.id, "kind": ranking.question.kind, "values": ranking.values}
    row |= {"alone": True} if ranking.alone else {}
    return row if ranking.split == "test" else row | {"hits": list(ranking.hits), "error": ranking.error}


def write_report(name: str, content: dict[str, Any], path: Path | None = None) -> Path:
    """Write a report to `path`, by default reports/<name>-<UTC time>.json; the path written."""
    now = datetime.now(UTC)
    target = path or REPORTS_DIR / f"{name}-{now:%Y%m%dT%H%M%SZ}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    head = {
        "made_at": now.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
    target.write_text(json.dumps(head | content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return target
