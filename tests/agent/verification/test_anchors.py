"""Amounts belong to the year that the clause tells them for."""

from __future__ import annotations

from assistant.agent.verification.anchors import years_of
from tests.agent.verification.made import YEARS, cited, types


def test_amounts_stay_with_their_years() -> None:
    assert types("2025年回用率提高到40%，2030年提高到55%[1]。", cited(YEARS)) == set()
    assert "measure" in types("2025年回用率提高到55%，2030年提高到40%[1]。", cited(YEARS))


def test_years_of_one_row_have_their_amounts_where_they_are_told_respectively() -> None:
    both = [year and year[1] for _, year in years_of("2025年、2030年分别为40%、55%")]
    assert both == [2025, 2030]
    assert [year for _, year in years_of("2025年、2030年为40%、55%")] == [None, None]
    assert [year is None for _, year in years_of("到2025年40%。另有55%")] == [False, True]
    rowed = cited("到2025年、2030年回用率分别达到40%、55%。")
    assert types("2025年回用率达到40%[1]。", rowed) == set()
    assert "measure" in types("2025年回用率达到55%[1]。", rowed)
