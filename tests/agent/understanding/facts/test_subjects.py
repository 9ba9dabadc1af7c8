"""Whose figure it is: another's is told as that and never taken for the applicant's."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.agent.understanding.facts.reader import read_facts
from assistant.rules.book import RuleBook

TODAY = date(2026, 11, 21)
BASE, REPORT, OFFSET = "baseline_emissions", "report_emissions", "offset_emissions"
OWN = {BASE: "10万吨", REPORT: "4万吨", OFFSET: "3万吨"}


@pytest.mark.parametrize(
    ("message", "values"),
    [
        (
            "集团2021年排放50万吨，去年20万吨，其中我们厂2021年10万吨，去年5万吨",
            {BASE: "10万吨", REPORT: "5万吨"},
        ),
        ("全市去年排放300万吨，我厂2021年10万吨，去年4万吨", {BASE: "10万吨", REPORT: "4万吨"}),
        ("行业平均去年5万吨，我们2021年10万吨去年4万吨", {BASE: "10万吨", REPORT: "4万吨"}),
        ("我们集团2021年排放50万吨，去年20万吨", {BASE: "50万吨", REPORT: "20万吨"}),
        ("隔壁厂2021年8万吨，去年2万吨", {BASE: "8万吨", REPORT: "2万吨"}),  # nobody else is spoken of
        ("我们厂和隔壁厂合起来2021年10万吨", {}),
    ],
)
def test_the_one_spoken_of_last_is_whose_figure_it_is(
    message: str, values: dict[str, str], book: RuleBook
) -> None:
    assert read_facts(message, book, today=TODAY).values == values


@pytest.mark.parametrize(
    "message", ["隔壁厂去年排2万吨", "听说对手去年才排2万吨", "有人说去年是2万吨", "集团去年总共排了2万吨"]
)
def test_anothers_figure_replaces_nothing_that_is_known(message: str, book: RuleBook) -> None:
    reading = read_facts(message, book, known=OWN, today=TODAY)
    assert (reading.values, reading.doubtful) == ({}, frozenset())
    assert "不是本企业的数" in reading.unread[0].why


def test_a_known_figure_that_was_anothers_is_taken_back(book: RuleBook) -> None:
    known = {REPORT: "4万吨"}
    assert read_facts("4万吨是隔壁厂的", book, known=known, today=TODAY).doubtful == {REPORT}
    told = read_facts(
        "看串行了，4万吨是隔壁厂的，应该是5万吨", book, known=known, latest=(REPORT,), today=TODAY
    )
    assert (told.values, told.doubtful) == ({REPORT: "5万吨"}, frozenset())
