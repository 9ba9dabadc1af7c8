"""What a page's form sends is read as exactly the one fact that it names."""

from __future__ import annotations

import pytest

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.form_replies import (
    answered,
    correction,
    reply_to,
    withdrawal,
    withdrawn,
)
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.reader import Reader
from assistant.plain_text import plain
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks

NEW = Conversation("c")


def test_every_fact_is_answered_corrected_and_taken_back_by_its_name(
    books: RuleBooks, book: RuleBook
) -> None:
    for fact in book.facts.values():
        for message in (reply_to(fact.label), correction(fact.label), f"{fact.question} "):
            rest, waiting = answered(plain(f"{message}37"), NEW, books)
            assert (rest, waiting.pending) == ("37", fact.id), message
        known = Conversation("c", facts={book.policy_id: {fact.id: "1", "report_emissions": "4万吨"}})
        assert withdrawn(plain(withdrawal(fact.label)), known, books) == {book.policy_id: (fact.id,)}


def test_the_programme_that_needs_the_fact_is_meant_where_none_is_under_discussion(books: RuleBooks) -> None:
    label = "培育期内年碳排放量保持下降"
    assert answered(f"{label}：是", NEW, books)[1].programme == "fujian-zero-carbon-factory/near_zero_carbon"
    talked = Conversation("c", programme="other/one")
    assert answered(f"{label}：是", talked, books)[1].programme == "other/one"


@pytest.mark.parametrize(
    "message",
    [
        "碳抵消量：4万吨，够不够申报零碳工厂？",
        "碳抵消量不能超过多少",
        "碳抵消量：",
        "更正",
        "更正：去年是4万吨",
    ],
)
def test_what_says_more_or_less_than_one_value_is_left_to_the_reader(books: RuleBooks, message: str) -> None:
    assert answered(message, NEW, books) == (message, NEW)


@pytest.mark.parametrize(
    "message",
    [
        "碳抵消量不再计入",
        "更正：碳抵消不再计入",
        "更正：碳抵消量不再计入，其他呢？",
        "更正：工业增加值不再计入",
    ],
)
def test_only_a_known_fact_is_taken_back_and_by_its_whole_name(books: RuleBooks, message: str) -> None:
    known = Conversation("c", facts={"fujian-zero-carbon-factory": {"offset_emissions": "4万吨"}})
    assert withdrawn(message, known, books) == {}


def test_the_reader_takes_back_what_a_form_takes_back(reader: Reader) -> None:
    facts = {"fujian-zero-carbon-factory": {"no_accidents_36_months": "是", "offset_emissions": "4万吨"}}
    reading = reader.read(
        withdrawal("近36个月无安全、质量、环境污染等事故"), Conversation("c", turns=1, facts=facts)
    )
    assert reading.intent is Intent.FORGET
    assert reading.dropped == {"fujian-zero-carbon-factory": ("no_accidents_36_months",)}
