"""A metric whose own value is stated stands for its inputs: 抵消占比 40%, with no tonnes said."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.errors import FactError
from assistant.rules.assessment import Status
from assistant.rules.book import RuleBook
from assistant.rules.engine import assess, compute_metric
from assistant.rules.facts import parse_facts


def test_a_given_share_gives_the_score(book: RuleBook) -> None:
    result = compute_metric(book, "offset_score", parse_facts(book, {"offset_share": "41.2%"}))
    assert result.value == Fraction(88, 10)
    assert result.inputs == {"碳抵消占比": "41.2%"}
    assert result.missing == ()


@pytest.mark.parametrize(("share", "status"), [("50%", Status.OPEN), ("50.1%", Status.FAILED)])
def test_a_given_share_is_held_against_its_limit(share: str, status: Status, book: RuleBook) -> None:
    found = assess(book, "zero_carbon", parse_facts(book, {"offset_share": share}))
    assert found.status is status
    shown = next(item for item in found.calculations if item.metric_id == "offset_share")
    assert shown.missing == ()


def test_a_given_value_that_is_no_share_is_refused(book: RuleBook) -> None:
    with pytest.raises(FactError, match="碳抵消占比"):
        parse_facts(book, {"offset_share": "4万吨"})
