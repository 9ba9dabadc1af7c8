"""What the assistant stores of a real turn, whose it is, and what making it again tells."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import update

from assistant.errors import InputError, UnknownAnswerError, UnknownConversationError
from assistant.records.tables import ANSWERS
from assistant.rules.books import RuleBooks
from assistant.service import Assistant
from tests.conftest import TODAY

ZERO = "fujian-zero-carbon-factory"
FACTS = "我们想申报零碳工厂，2021年排放10万吨，去年排了6万吨，抵消4万吨"


def test_a_turn_is_stored_with_what_it_was_made_from(real_assistant: Assistant) -> None:
    answer = real_assistant.ask(FACTS)
    found = real_assistant.records.answers.get(answer.id)
    assert found.facts == {
        ZERO: {"baseline_emissions": "10万吨", "report_emissions": "6万吨", "offset_emissions": "4万吨"}
    }
    assert found.calls is not None
    assert [call["tool"] for call in found.calls] == ["assess_programme"]
    shown = {marker["shown"]: marker["address"] for marker in found.calls[0]["markers"]}
    assert {citation.marker: citation.address for citation in answer.citations}.items() <= shown.items()
    assert found.versions is not None
    assert found.versions["corpus"] == real_assistant.health()["index"]["corpus_hash"]
    assert found.versions["rule_books"][ZERO] == real_assistant.rule_book(ZERO).sha256
    assert {"program", "encoder", "reranker"} <= found.versions.keys()
    assert (found.asked_on, found.turn, found.owner) == (TODAY, 1, None)
    assert found.before is not None
    assert (found.before["turns"], found.before["facts"]) == (0, {})


def test_a_conversation_is_its_owners(real_assistant: Assistant) -> None:
    mine = real_assistant.ask("抵消能不能超过一半", owner="v_1")
    again = real_assistant.ask("依据是哪一条", mine.conversation_id, "v_1")
    for act in (
        lambda: real_assistant.ask("依据是哪一条", mine.conversation_id, "v_2"),
        lambda: real_assistant.ask("依据是哪一条", mine.conversation_id),
        lambda: list(real_assistant.stream("依据是哪一条", mine.conversation_id, "v_2")),
        lambda: real_assistant.conversation_turns(mine.conversation_id, "v_2"),
        lambda: real_assistant.forget(mine.conversation_id),
    ):
        with pytest.raises(UnknownConversationError):
            act()
    for ask in (real_assistant.answer_record, real_assistant.replay):
        with pytest.raises(UnknownAnswerError):
            ask(mine.id, "v_2")
        assert ask(mine.id, "v_1")
        assert ask(mine.id, anyones=True)
    assert [one.id for one in real_assistant.history("v_1").items] == [mine.conversation_id]
    assert real_assistant.history("v_2").items == real_assistant.history(None).items == ()
    assert [turn.id for turn in real_assistant.conversation_turns(mine.conversation_id, "v_1")] == [
        mine.id,
        again.id,
    ]
    assert real_assistant.forget(mine.conversation_id, "v_1") == 2
    assert real_assistant.history("v_1").items == ()
    with pytest.raises(UnknownAnswerError):
        real_assistant.answer_record(mine.id, "v_1")


def test_two_messages_at_once_both_count(real_assistant: Assistant) -> None:
    begun = real_assistant.ask("我们想申报零碳工厂").conversation_id
    told = ["2021年排放10万吨", "去年排了6万吨", "抵消了4万吨"]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda message: real_assistant.ask(message, begun), told))
    turns = real_assistant.conversation_turns(begun)
    assert [turn.turn for turn in turns] == [1, 2, 3, 4]
    state = real_assistant.records.conversation(begun)
    assert len(state.facts[ZERO]) == 3


@pytest.fixture
def asked(real_assistant: Assistant) -> str:
    """An answer in the second turn of a conversation."""
    first = real_assistant.ask(FACTS)
    return real_assistant.ask("如果抵消改成7万吨呢", first.conversation_id).id


def test_the_same_turn_gives_the_same_again(real_assistant: Assistant, asked: str) -> None:
    again = real_assistant.replay(asked)
    assert (again["same"], again["differences"], again["versions"]) == (True, (), [])
    assert again["answer"]["answer"] == real_assistant.answer_record(asked)["answer"]["answer"]
    assert again["trace"]["root"]
    plain = real_assistant.ask("零碳工厂由谁负责解释")
    told = real_assistant.replay(plain.id)
    assert (told["same"], told["trace"], told["answer"]["answer"]) == (True, None, plain.answer)
    assert len(real_assistant.conversation_turns(plain.conversation_id)) == 1


def test_a_changed_rule_is_told_by_trace_and_answer(
    real_assistant: Assistant, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = real_assistant.rule_book(ZERO)
    limit = replace(book.metrics["offset_share"].limit, value=Fraction(3, 4), text="≤75%")  # type: ignore[type-var]
    looser = {**book.metrics, "offset_share": replace(book.metrics["offset_share"], limit=limit)}
    changed = replace(book, metrics=looser, sha256="f" * 64)
    with real_assistant._current.in_use() as edition:
        monkeypatch.setattr(edition, "books", RuleBooks({ZERO: changed}, {}))
        monkeypatch.setitem(edition.versions, "rule_books", {ZERO: changed.sha256})
    again = real_assistant.replay(asked)
    assert not again["same"]
    assert any("的要求原为≤50%，现为≤75%" in line for line in again["differences"])
    assert [one["label"] for one in again["versions"]] == [f"规则册 {ZERO}"]
    assert again["versions"][0]["now"] == "f" * 64


def test_a_changed_answer_says_what_is_otherwise(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("抵消能不能超过一半")
    changed = answer.to_json()
    changed["answer"] = changed["answer"].replace("50%", "60%")
    changed["warnings"] = []
    _overwrite(real_assistant, answer.id, answer=changed)
    again = real_assistant.replay(answer.id)
    assert not again["same"]
    text = next(line for line in again["differences"] if line.startswith("回答的文字有改动"))
    assert "60%" in text.split("现为")[0]
    assert "50%" in text.split("现为")[1]
    assert any(line.startswith("提示多了") and "征求意见稿" in line for line in again["differences"])


def test_a_turn_is_made_again_on_its_own_day(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("我们打算明年3月申报零碳工厂，2021年排放10万吨，去年排了6万吨，抵消4万吨")
    same = real_assistant.replay(answer.id)
    assert same["same"]
    with real_assistant.records.database.writing() as connection:
        connection.execute(
            update(ANSWERS).where(ANSWERS.c.id == answer.id).values(asked_on=TODAY + timedelta(days=800))
        )
    assert real_assistant.replay(answer.id)["answer"] != same["answer"]


@pytest.mark.parametrize(
    "gone", [{"before": None}, {"asked_on": None}, {"fault": "timeout"}, {"answer": "deepseek"}]
)
def test_what_cannot_be_asked_again_is_said_so(
    real_assistant: Assistant, gone: dict[str, str | None]
) -> None:
    answer = real_assistant.ask("零碳工厂由谁负责解释")
    values = {"answer": {**answer.to_json(), "engine": gone["answer"]}} if "answer" in gone else gone
    _overwrite(real_assistant, answer.id, **values)
    with pytest.raises(InputError, match="不能重算"):
        real_assistant.replay(answer.id)


def _overwrite(assistant: Assistant, answer_id: str, **values: object) -> None:
    """Change what is stored of an answer."""
    written = {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
        for name, value in values.items()
    }
    with assistant.records.database.writing() as connection:
        connection.execute(update(ANSWERS).where(ANSWERS.c.id == answer_id).values(**written))
