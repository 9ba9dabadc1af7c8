"""Of what a share is: the book's own whole where nothing else is said, and nothing where two are left."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.agent.understanding.facts.reader import read_facts
from assistant.rules.book import RuleBook

TODAY = date(2026, 11, 21)
TOLD = "2021年10万吨，去年4万吨，"


@pytest.mark.parametrize(
    "said",
    ["抵消了一半", "买碳汇抵了四分之三", "抵消占减排量的一半", "抵消占总减排的三成", "抵消其中的一半"],
)
def test_a_share_of_something_else_is_not_taken(said: str, book: RuleBook) -> None:
    reading = read_facts(TOLD + said, book, today=TODAY)
    assert not {"offset_share", "offset_emissions"} & set(reading.values)
    assert "offset_emissions" in reading.doubtful


@pytest.mark.parametrize("said", ["抵消占基准的三成", "抵消占比30%", "抵消占了三成", "2021年的三成是抵消的"])
def test_a_share_of_its_own_whole_is(said: str, book: RuleBook) -> None:
    assert "offset_share" in read_facts(TOLD + said, book, today=TODAY).values


def test_a_share_is_taken_where_no_other_whole_was_told(book: RuleBook) -> None:
    assert read_facts("抵消了一半", book, today=TODAY).values == {"offset_share": "一半"}
    assert read_facts("2021年10万吨，抵消了四成", book, today=TODAY).values["offset_share"] == "四成"


def test_a_share_of_what_is_left_is_of_the_years_emissions(book: RuleBook) -> None:
    reading = read_facts(TOLD + "剩下的抵消一半", book, today=TODAY)
    assert reading.values["offset_emissions"] == "=report_emissions × 1 ÷ 2"


def test_raised_by_or_to_is_asked(book: RuleBook) -> None:
    known = {"baseline_emissions": "10万吨", "offset_emissions": "3万吨"}
    raised = read_facts("要是抵消提高两成呢", book, known=known, today=TODAY)
    assert (raised.values, raised.doubtful) == ({}, {"offset_emissions"})
    assert read_facts("要是抵消提高到两成呢", book, known=known, today=TODAY).values == {
        "offset_share": "两成"
    }
