"""What is said only by what was said before: doubt, two earlier answers compared, a bare percentage."""

from __future__ import annotations

import pytest

from assistant.agent.conversation import Conversation, Topic
from assistant.agent.understanding.facts.stated import AmbiguousFigure, FactReading, StatedFact
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.looking_back import (
    asks_the_like,
    compared_topics,
    measured_in_thread,
    without_doubt,
    without_repeated,
)
from assistant.agent.understanding.reader import Reader
from assistant.rules.books import RuleBooks

ZERO = "fujian-zero-carbon-factory"
STEEL = Topic("短流程炼钢占比2025年多少", "lookup", ("a#1",), ("a",))
PLANTS = Topic("省里2025年绿色低碳工厂多少家", "lookup", ("b#1",), ("b",))
NOW = Conversation(
    "c",
    query="福州2030年绿色低碳工厂多少家",
    intent="lookup",
    focus=("f#1",),
    earlier=(STEEL, PLANTS),
    turns=3,
)
OFFSETS = Conversation(
    "c",
    query="零碳工厂抵消最多能占多少",
    intent="lookup",
    focus=(f"{ZERO}#第八条/（二）",),
    policies=(ZERO,),
    turns=1,
)


@pytest.mark.parametrize(
    ("message", "rest"),
    [
        ("你确定？", ""),
        ("真的假的", ""),
        ("不是吧，我记得是三成", "我记得是三成"),
        ("你确定？我听说不得超过30%", "我听说不得超过30%"),
        ("不会吧？！", ""),
        ("你们没搞错吧", ""),
        ("真的？", ""),
        ("说错了，是4万吨", None),
        ("是不是要先培育", None),
        ("确定名单要公示几天", None),
    ],
)
def test_words_of_doubt_are_taken_off(message: str, rest: str | None) -> None:
    assert without_doubt(message) == rest


def test_of_the_earlier_topics_the_like_one_is_compared() -> None:
    assert compared_topics("这个数跟前面那个比，差几家", NOW)[0] == PLANTS


@pytest.mark.parametrize("message", ["差几家", "两个哪个多", "两边一样吗", "它俩差多少", "哪个高"])
def test_bare_comparisons_look_back(message: str) -> None:
    assert len(compared_topics(message, NOW)) == 2


@pytest.mark.parametrize("message", ["省里的哪个文件管这个", "绿色园区呢", "谁负责"])
def test_other_follow_ups_do_not(message: str) -> None:
    assert compared_topics(message, NOW) == ()


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ("那50.2%呢", "那碳抵消占比50.2%呢"),
        ("企业报的占比是37.5%，过线没有", "企业报的碳抵消占比是37.5%，过线没有"),
        ("钢铁行业15%呢", "钢铁行业15%呢"),
        ("那2万吨呢", "那2万吨呢"),
        ("那51呢", "那碳抵消占比51%呢"),
        ("那24家呢", "那24家呢"),
    ],
)
def test_a_bare_percentage_is_of_the_share_under_discussion(
    books: RuleBooks, message: str, read: str
) -> None:
    assert measured_in_thread(message, OFFSETS, books.books) == read


def test_without_a_share_under_discussion_nothing_is_added(books: RuleBooks) -> None:
    assert measured_in_thread("那50.2%呢", NOW, books.books) == "那50.2%呢"


def test_figures_that_point_at_the_text_or_back_state_nothing() -> None:
    stated = StatedFact("energy", "5000吨标准煤", "5000吨标准煤")
    unclear = AmbiguousFigure("3.6万吨", ("start", "end"))
    facts = FactReading((stated,), (unclear,), False)
    assert without_repeated(facts, "5000吨标准煤那句是要求谁", {}).stated == ()
    assert without_repeated(facts, "能耗5000吨标准煤", {}).stated == (stated,)
    assert without_repeated(facts, "那3.6万吨抵消还能算吗", {"offset": "3.6万"}).ambiguous == ()
    assert without_repeated(facts, "那3.6万吨抵消还能算吗", {"offset": "2万吨"}).ambiguous == (unclear,)


def test_the_like_of_another_place() -> None:
    assert asks_the_like(" 也有类似的数吗")
    assert not asks_the_like("变压器有没有类似的要求")


def test_a_claimed_share_leaves_no_fact_and_points_at_its_clause(reader: Reader) -> None:
    reading = reader.read("客户说买的绿证只能算一半，是打五折的意思吗", Conversation("c"))
    assert (reading.intent, reading.pinned) == (Intent.CLAUSE, (f"{ZERO}#第八条/（二）",))
    assert not reading.facts.values
