"""Amounts that follow from others are computed exactly and read back to what they are."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.agent.tools.given_facts import check_each, written
from assistant.errors import FactError
from assistant.quantities import parse_quantity
from assistant.rules.book import RuleBook


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (Fraction(40000), "吨"),
        (Fraction(123456789, 1000), "吨"),
        (Fraction(1, 8), "吨"),
        (Fraction(3, 8), "%"),
        (Fraction(1), "%"),
        (Fraction(0), "%"),
    ],
)
def test_an_amount_reads_back_to_itself(value: Fraction, unit: str) -> None:
    assert parse_quantity(written(value, unit), unit) == value


def test_what_has_no_end_is_cut_at_six_decimals() -> None:
    assert written(Fraction(100000, 3), "吨") == "33333.333333吨"


def test_all_bad_values_are_named(book: RuleBook) -> None:
    with pytest.raises(FactError, match=r"两处数据不合法.*申报上年度碳排放量.*碳抵消量"):
        check_each(
            book, {"report_emissions": "负2万吨", "offset_emissions": "-1吨", "retrofit_projects": "3项"}
        )


@pytest.mark.parametrize("share", ["120%", "-5%"])
def test_a_part_is_within_its_whole(book: RuleBook, share: str) -> None:
    with pytest.raises(FactError, match="应在0%到100%之间，原文要求≤50%"):
        check_each(book, {"offset_share": share})
    check_each(book, {"offset_share": "100%", "reduction_rate": "110%"})
