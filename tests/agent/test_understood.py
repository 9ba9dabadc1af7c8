"""The facts of a conversation and the fields of missing ones, for any rule book."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.agent.answer import MissingFact
from assistant.agent.conversation import Conversation
from assistant.agent.understood import missing_fields, understood_facts
from assistant.documents.library import Library
from assistant.errors import InputError
from assistant.rules.book import RuleBook
from assistant.rules.books import RULES_FILE, RuleBooks
from assistant.rules.locking import write_lock
from assistant.service import Assistant
from tests.conftest import ROOT

TOLD = "我们 2021 年排放 10 万吨，去年 4 万吨，买了 4 万吨碳汇，够不够申报零碳工厂？"


def field(books: RuleBooks, book: RuleBook, id: str):  # type: ignore[no-untyped-def]
    (found,) = missing_fields([MissingFact(id, book.facts[id].question)], books)
    assert found is not None
    return found


def test_a_field_is_of_its_facts_kind(books: RuleBooks, book: RuleBook) -> None:
    amount = field(books, book, "offset_emissions")
    assert (amount.kind, amount.units, amount.minimum) == ("number", ("万吨", "吨"), None)
    assert amount.choices == ("没有",), "its question offers the word"
    assert field(books, book, "report_emissions").choices == ()
    count = field(books, book, "retrofit_projects")
    assert (count.kind, count.units, count.minimum) == ("integer", ("项",), "0")
    points = field(books, book, "score_zc_13")
    assert (points.kind, points.units, points.maximum) == ("points", ("分",), "5")
    assert field(books, book, "green_factory").choices == ("是", "否")
    assert field(books, book, "limits_advanced").choices == ("是", "否", "不适用")
    day = field(books, book, "last_accident_date")
    assert (day.kind, day.units, day.choices) == ("date", (), ())


def test_what_no_book_asks_in_these_words_has_no_field(books: RuleBooks) -> None:
    assert missing_fields([MissingFact("offset_emissions", "别的问法？"), MissingFact("x", "？")], books) == (
        None,
        None,
    )


def test_another_rule_book_has_its_own_fields(tmp_path: Path) -> None:
    own = shutil.copytree(ROOT / "tests" / "rules" / "subsidy", tmp_path / "city-subsidy")
    library = Library.load(tmp_path)
    write_lock(own / RULES_FILE, library.policies["city-subsidy"], library)
    books = RuleBooks.load(library, tmp_path)
    book = books.books["city-subsidy"]
    for fact in book.facts.values():
        made = field(books, book, fact.id)
        assert (made.policy, made.kind, made.label) == ("city-subsidy", fact.type, fact.label)
        assert ("是" in made.choices) == (fact.type == "boolean")


def test_what_was_told_is_shown_with_its_words_and_how_to_change_it(real_assistant: Assistant) -> None:
    answer = real_assistant.ask(TOLD)
    facts = real_assistant.facts_of(answer.conversation_id)
    assert [(fact.label, fact.value, fact.turn) for fact in facts] == [
        ("2021年碳排放量", "10万吨", 1),
        ("申报上年度碳排放量", "4万吨", 1),
        ("碳抵消量", "4万吨", 1),
    ]
    assert facts[1].words == "去年 4 万吨"
    real_assistant.ask(f"{facts[1].field.reply}4.5万吨", answer.conversation_id)
    assert real_assistant.facts_of(answer.conversation_id)[1].value == "4.5万吨"
    real_assistant.ask(facts[1].withdrawal, answer.conversation_id)
    assert [fact.label for fact in real_assistant.facts_of(answer.conversation_id)] == [
        "2021年碳排放量",
        "碳抵消量",
    ]


@pytest.mark.parametrize("value", ["是", "否", "不适用"])
def test_a_tap_on_a_missing_fact_is_understood(real_assistant: Assistant, value: str) -> None:
    answer = real_assistant.ask(TOLD)
    fields = real_assistant.fields_of(answer.missing)
    tapped = next(
        one for one in fields if one is not None and value in one.choices and one.fact != "basic_conditions"
    )
    after = real_assistant.ask(f"{tapped.reply}{value}", answer.conversation_id)
    assert tapped.fact not in {item.fact for item in after.missing}
    assert tapped.fact in {fact.fact for fact in real_assistant.facts_of(answer.conversation_id)}


def test_none_of_an_amount_is_one_tap(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("我们够不够申报零碳工厂？")
    offset = next(
        one for one in real_assistant.fields_of(answer.missing) if one and one.fact == "offset_emissions"
    )
    real_assistant.ask(f"{offset.reply}{offset.choices[0]}", answer.conversation_id)
    known = {fact.fact: fact.value for fact in real_assistant.facts_of(answer.conversation_id)}
    assert known["offset_emissions"] == "0"


def test_facts_of_a_policy_that_is_gone_are_left_out(books: RuleBooks) -> None:
    conversation = Conversation("c", facts={"gone": {"x": "1"}, "fujian-zero-carbon-factory": {"gone": "1"}})
    assert understood_facts(conversation, books) == ()


def test_the_self_assessment_of_an_answer_has_the_facts_of_its_verdict(real_assistant: Assistant) -> None:
    first = real_assistant.ask(TOLD)
    real_assistant.ask("更正：碳抵消量：6万吨", first.conversation_id)
    assessed = real_assistant.self_assessment(first.id)
    assert assessed.data["verdict"]["status"] == "待补充"
    assert {item["display"] for item in assessed.data["calculations"]} >= {"100%", "40%"}
    without = real_assistant.ask("碳抵消能不能超过一半？")
    with pytest.raises(InputError, match="没有对申报类别作出判定"):
        real_assistant.self_assessment(without.id)
    assert real_assistant.programmes_of(["fujian-zero-carbon-factory"]) == ("零碳工厂", "近零碳工厂")
    assert real_assistant.programmes_of(["fuzhou-industry-carbon-peak"]) == ()
