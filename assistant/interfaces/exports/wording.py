"""Short texts that several exports share."""

from __future__ import annotations

from assistant.agent.assessment import AssessedApplicant
from assistant.rules.assessment import Finding, Score, Status
from assistant.rules.wording import show


def notes(assessed: AssessedApplicant) -> list[str]:
    """The notes with the label of their first clause."""
    return [
        f"{note.text}（{assessed.library.clause(note.bindings[0].address).label}）"
        for note in assessed.result.notes
    ]


def score_text(assessed: AssessedApplicant) -> str:
    """10分（满分100分）, or the bounds: 15分至85分（满分100分）."""
    score = assessed.result.score
    return f"{bounds_text(score, '分', '至')}（满分{show(score.maximum, '分')}）"


def points_text(finding: Finding) -> str:
    """Points of a scored finding: 5, or the bounds 0–5."""
    assert finding.points is not None, "only scored findings have points"
    return bounds_text(finding.points)


def bounds_text(score: Score, unit: str | None = None, joint: str = "–") -> str:
    """A score, or its two bounds."""
    low, high = show(score.low, unit), show(score.high, unit)
    return low if low == high else f"{low}{joint}{high}"


def missing_text(assessed: AssessedApplicant) -> str:
    """Why nothing is asked for."""
    failed = assessed.result.status is Status.FAILED
    return "已有不符合的否决项，不再需要补充" if failed else "没有待补充的事实"
