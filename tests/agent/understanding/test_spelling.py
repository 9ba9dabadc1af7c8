"""What sounds the same and what was typed twice is put right by the rule books' words; what is meant stays."""

from __future__ import annotations

import pytest

from assistant.agent.understanding.spelling import Spelling
from assistant.documents.library import Library
from assistant.retrieval.words import WordCutter
from assistant.rules.books import RuleBooks
from assistant.service import Assistant


@pytest.fixture(scope="module")
def spelling(corpus_library: Library, books: RuleBooks) -> Spelling:
    return Spelling.of(corpus_library, books, WordCutter.build())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("培玉期初5万吨，陪育后4.8万吨", "培育期初5万吨，培育后4.8万吨"),
        ("工业增佳值820万元，墙度几何", "工业增加值820万元，强度几何"),
        ("年牌放9万吨", "年排放9万吨"),
        ("碳抵消占笔是多少", "碳抵消占比是多少"),
        ("不是失新被执行人", "不是失信被执行人"),
        ("工业增加加值1.3亿元", "工业增加值1.3亿元"),
        ("抵逍八千，抿消6.4万", "抵消八千，抵消6.4万"),  # by shape
        ("棑放10万吨", "排放10万吨"),
        ("削咸摔多少", "削减率多少"),
        ("碳抵消古比", "碳抵消占比"),
        ("底消四万", "抵消四万"),  # a word beside its figure, of which the dictionary knows nothing
        ("培育育期初5万吨", "培育期初5万吨"),
    ],
)
def test_errors_by_sound_and_doubled_characters_are_put_right(
    spelling: Spelling, typed: str, meant: str
) -> None:
    assert spelling.mended(typed) == meant
    assert spelling.mended(meant) == meant


@pytest.mark.parametrize(
    "said",
    [
        "变压器占比要多少",  # 比要 sounds like 必要
        "市级绿色工厂行不行",  # no sound of 省级
        "国家级和省级都可以吗",
        "近零碳碳削减率是多少",  # two words meet
        "我们厂能报吗",
        "省里让不让自己建个燃煤电厂",
        "减排排在前面的",
        "五事故和五违法",  # a figure is never taken for 无
        "天天看看",
        "福州要搞多少家绿色工厂",  # 搞 shares a radical with 抽, of 抽多少家
        "培育期刚满，期初4万吨",
        "月度存证通过率多少",
    ],
)
def test_what_is_no_error_stays(spelling: Spelling, said: str) -> None:
    assert spelling.mended(said) == said


def test_two_words_that_fit_equally_are_not_chosen_between() -> None:
    books = Spelling(["碳抵消", "碳抵效"], WordCutter.build())
    assert books.mended("碳抵肖多少") == "碳抵肖多少"
    assert Spelling(["碳抵消"], WordCutter.build()).mended("碳抵肖多少") == "碳抵消多少"


def test_a_new_policys_words_are_known_without_code() -> None:
    words = Spelling(["设备补贴额"], WordCutter.build())
    assert words.mended("社备补贴额怎么算") == "设备补贴额怎么算"


def test_a_question_with_errors_gets_the_same_figure(real_assistant: Assistant) -> None:
    wrong = real_assistant.ask("近零碳，培玉期初5万吨，期末4.8万吨，碳削减率多少")
    right = real_assistant.ask("近零碳，培育期初5万吨，期末4.8万吨，碳削减率多少")
    assert right.calculations
    assert [one.value for one in wrong.calculations] == [one.value for one in right.calculations]
