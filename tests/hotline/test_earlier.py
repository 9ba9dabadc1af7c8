"""Earlier calls like this one: by other words for the same matter, by the clause, and as calls come, change and are deleted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.hotline.earlier import FRESH_SECONDS
from assistant.hotline.hotline import Hotline
from assistant.hotline.likeness import QuestionIndex
from assistant.service import Assistant
from assistant.settings import Settings
from tests.conftest import ROOT

OFFSETS = "碳抵消能不能超过一半"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None, corpus_dir=ROOT / "corpus", index_dir=tmp_path / "index", data_dir=tmp_path / "data"
    )


@pytest.fixture
def assistant(settings: Settings) -> Iterator[Assistant]:
    opened = Assistant.open(settings)
    yield opened
    opened.close()


def kept(desk: Hotline, question: str, note: str = "") -> str:
    answer = desk.ask(question).answer
    desk.keep(answer["id"], "林晓", "已答复", note, None)
    return str(answer["id"])


def offered(desk: Hotline, typed: str) -> list[str]:
    return [one.last.question for one in desk.suggest(typed).earlier]


@pytest.mark.parametrize(
    ("before", "typed"),
    [
        ("现场查几家", "核查环节要抽多少户企业"),
        ("林业碳汇怎么卖", "森林碳汇有哪些交易途径"),
        ("出过环保事故还能报吗", "曾发生环境污染事件的企业可以参评吗"),
        ("几号前要交材料", "申报截止时间是哪天"),
    ],
)
def test_the_same_matter_in_other_words_is_an_earlier_call(
    assistant: Assistant, before: str, typed: str
) -> None:
    desk = Hotline(assistant)
    for other in ("联系电话是多少", "这个办法施行到哪天", "造假了怎么办"):
        kept(desk, other)
    kept(desk, before, "已发短信")
    assert not QuestionIndex.of([before]).near(typed, 1), "the words alone would not find it"
    assert offered(desk, typed)[:1] == [before]
    assert desk.ask(typed).earlier[0].last.note == "已发短信"


def test_an_answer_that_rests_on_the_same_clause_brings_what_half_a_question_did_not(
    assistant: Assistant,
) -> None:
    desk = Hotline(assistant)
    kept(desk, OFFSETS)
    typed = "绿证最多能占多大比例"
    assert offered(desk, typed) == []
    assert [one.last.question for one in desk.ask(typed).earlier] == [OFFSETS]


@pytest.mark.parametrize("typed", ["明天会下雨吗", "联系电话是多少", "申报材料要交几份", "基准期是哪一年"])
def test_another_matter_is_not(assistant: Assistant, typed: str) -> None:
    desk = Hotline(assistant)
    kept(desk, OFFSETS)
    assert offered(desk, typed) == []
    assert desk.ask(typed).earlier == ()


def test_an_earlier_call_is_told_once_as_it_was_last_and_counted(assistant: Assistant) -> None:
    desk = Hotline(assistant)
    kept(desk, OFFSETS, "一")
    again = kept(desk, f"{OFFSETS}？", "二")
    [hit] = desk.suggest("碳抵消").earlier
    assert (hit.last.answer_id, hit.last.note, hit.times) == (again, "二", 2)
    desk.keep(again, "陈立", "转办", "三", None)  # the same answer disposed of once more is no further call
    [hit] = desk.suggest("碳抵消").earlier
    assert (hit.last.operator, hit.last.note, hit.times) == ("陈立", "三", 2)


def test_calls_of_another_process_and_deletions_are_noticed(assistant: Assistant) -> None:
    clock = Clock()
    desk, other = Hotline(assistant, clock), Hotline(assistant, clock)
    gone = kept(desk, OFFSETS)
    assert offered(other, "碳抵消") == [OFFSETS]
    kept(desk, "联系电话是多少")
    clock.seconds += FRESH_SECONDS
    deadline = time.monotonic() + 10
    while offered(other, "联系电话") != ["联系电话是多少"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assistant.forget(assistant.records.answers.get(gone).conversation_id)
    assert offered(other, "碳抵消") == []
    kept(other, "培育期是几年")
    assert offered(other, "碳抵消") == []
    assert offered(other, "培育期") == ["培育期是几年"]
    assert OFFSETS not in str(vars(other._calls))  # what was deleted is kept nowhere


def test_what_was_asked_on_the_web_is_no_earlier_call(assistant: Assistant) -> None:
    desk = Hotline(assistant)
    kept(desk, "联系电话是多少")
    assistant.ask(OFFSETS, owner="v_1")
    assert offered(desk, OFFSETS) == []


def test_more_calls_than_a_chunk_get_their_vectors_beside_the_work(assistant: Assistant) -> None:
    first = Hotline(assistant)
    answer = assistant.ask("林业碳汇怎么卖")
    assistant.records.inquiries.add(answer.id, "林晓", "已答复")
    for number in range(150):
        turn = assistant.ask(f"第{number}次来电")
        assistant.records.inquiries.add(turn.id, "林晓", "已答复")
    deadline = time.monotonic() + 10
    while offered(first, "森林碳汇有哪些交易途径") != ["林业碳汇怎么卖"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
