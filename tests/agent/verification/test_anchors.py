"""Amounts belong to the year that the clause tells them for."""

from __future__ import annotations

from assistant.agent.verification.anchors import years_of
from tests.agent.verification.made import YEARS, cited, types


def test_amounts_stay_with_their_years() -> None:
    assert types("2025年回用率提高到40%，2030年提高到55%[1]。", cited(YEARS)) == set()
    assert "measure" in types("2025年回用率提高到55%，2030年提高到40%[1]。", cited(YEARS))


def test_years_told_together_bind_nothing() -> None:
    both = years_of("2025年、2030年分别为40%、55%")
    assert [year for _, year in both] == [None, None]
    assert [year is None for _, year in years_of("到2025年40%。另有55%")] == [False, True]
