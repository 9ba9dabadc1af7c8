"""Positions of a result and its limit on a bar."""

from __future__ import annotations

import pytest

from assistant.interfaces.pages.limit_bar import LimitBar, ScoreBar, limit_bar, score_bar


@pytest.mark.parametrize(
    ("value", "limit", "bar"),
    [
        ("2/5", "≤50%", LimitBar("66.67", "83.33", "0.00", "83.33")),
        ("1", "≥100%", LimitBar("83.33", "83.33", "83.33", "16.67")),
        ("45/8", "≤8吨/万元", LimitBar("58.59", "83.33", "0.00", "83.33")),
        ("16", "≤8吨/万元", LimitBar("83.33", "41.67", "0.00", "41.67")),
        ("-1/2", "≥5%", LimitBar("0.00", "83.33", "83.33", "16.67")),
    ],
)
def test_value_and_limit_share_one_scale(value: str, limit: str, bar: LimitBar) -> None:
    assert limit_bar({"value": value, "limit": limit}) == bar


@pytest.mark.parametrize(
    ("value", "limit"),
    [(None, "≤50%"), ("1", None), ("1", "见条款"), ("甲", "≤50%"), ("0", "≤0%"), ("1", "≤8斗")],
)
def test_what_cannot_be_drawn_has_no_bar(value: str | None, limit: str | None) -> None:
    assert limit_bar({"value": value, "limit": limit}) is None


def test_a_score_shows_what_is_sure_and_what_is_open() -> None:
    assert score_bar({"low": "15", "high": "85", "max": "100"}) == ScoreBar("15.00", "70.00")
    assert score_bar({"low": "15", "high": "85", "max": "0"}) is None
    assert score_bar({"low": "约15", "high": "85", "max": "100"}) is None
