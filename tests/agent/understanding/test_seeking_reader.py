"""Which figure somebody seeks the least or the most of, and for which criterion."""

from __future__ import annotations

import pytest

from assistant.agent.understanding.facts.reader import read_facts
from assistant.agent.understanding.seeking_reader import Sought, sought_in
from assistant.rules.book import RuleBook


@pytest.mark.parametrize(
    ("message", "metric", "sought"),
    [
        (
            "2021年排放10万吨，去年4万吨，最少要买多少碳抵消",
            None,
            Sought("carbon_reduction", "offset_emissions", False, None),
        ),
        (
            "2021年排放10万吨，最少要自己减多少吨",
            None,
            Sought("carbon_reduction", "own_reduction", False, None),
        ),
        ("抵消占比最多到多少还能拿满分", None, Sought("zc_10", "offset_share", True, None)),
        ("抵消要得10分以上，占比不能超过多少", None, Sought("zc_10", "offset_share", True, "10")),
        (
            "去年排放6万吨，工业增加值至少要多少强度才达标",
            "emission_intensity",
            Sought("zc_8", "industrial_added_value", False, None),
        ),
        (
            "去年排放9万吨，增加值1亿元，强度要达标得减到多少吨",
            "emission_intensity",
            Sought("zc_8", "report_emissions", True, None),
        ),
        ("做了1个改造项目，还要做几个", None, Sought("zc_9", "retrofit_projects", False, None)),
        ("还要再降多少吨才够", None, None),  # a gap
        ("碳抵消最多能抵消一半吗", None, None),  # no amount is asked for
        ("去年排放多少", None, None),
    ],
)
def test_what_is_sought(message: str, metric: str | None, sought: Sought | None, book: RuleBook) -> None:
    stated = read_facts(message, book).mentioned
    assert sought_in(message, book, "zero_carbon", stated, metric) == sought
