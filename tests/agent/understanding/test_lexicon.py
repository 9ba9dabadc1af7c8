"""The shipped lexicon: every entry leads into the texts, and putting errors right leaves correct writing alone."""

from __future__ import annotations

import pytest

from assistant.agent.understanding.lexicon import Lexicon
from assistant.documents.library import Library


@pytest.fixture(scope="module")
def texts(corpus_library: Library) -> str:
    return "\n".join(clause.text for clause in corpus_library.clauses())


def test_nothing_that_the_texts_write_is_taken_for_an_error(lexicon: Lexicon, texts: str) -> None:
    assert [wrong for wrong in lexicon.confusions if wrong in texts] == []


@pytest.mark.parametrize(
    "message",
    [
        "零碳会不会有补贴",
        "降低消耗的措施",
        "推进零碳工厂建设",
        "碳排方案是哪个",
        "初审报到哪里",
        "引领碳达峰",
    ],
)
def test_correct_writing_is_left_alone(lexicon: Lexicon, message: str) -> None:
    assert lexicon.corrected(message) == message


@pytest.mark.parametrize(
    ("message", "word"),
    [
        ("地里的破薄膜要收回多少", "废旧农膜"),
        ("稻草能不能烧", "秸秆"),
        ("船靠港用什么电", "岸电"),
        ("空压机要改吗", "压缩机"),
        ("收废品的点怎么布", "再生资源回收"),
        ("经信局收材料吗", "工信部门"),
        ("有毒的地怎么用", "污染地块"),
        ("能碳平台几分", "数字化能碳管理中心"),
    ],
)
def test_everyday_words_lead_to_the_words_of_the_texts(
    lexicon: Lexicon, texts: str, message: str, word: str
) -> None:
    assert word in lexicon.meant(message)
    assert word in texts


def test_provinces_districts_and_countries_are_known(lexicon: Lexicon) -> None:
    assert {"德化", "漳浦", "柘荣"} <= set(lexicon.places_in("德化、漳浦和柘荣"))
    assert {"浙江", "东莞", "韩国"} <= set(lexicon.elsewhere)
