"""Conversations on both databases: what is stored of a turn, whose it is, what deleting leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from assistant.agent.answer import AnswerStatus
from assistant.errors import (
    ConversationMovedError,
    InputError,
    RecordsError,
    UnknownAnswerError,
    UnknownConversationError,
)
from assistant.records import Records
from assistant.records.tables import ANSWERS, CONVERSATIONS, METADATA, now
from assistant.settings import Settings
from tests.records.turns import POLICY, TODAY, VERDICT, saved, turn

CALLS = [
    {"tool": "read_clause", "arguments": {"reference": "第八条"}, "markers": [{"marker": 1, "shown": 1}]}
]
FAILURES = [{"type": "number", "words": "60%", "against": "", "start": 0, "end": 3}]
VERSIONS = {"program": "1", "corpus": "c" * 64, "rule_books": {POLICY: "d" * 64}}


def test_a_turn_comes_back_with_all_it_was_made_from(store: Records) -> None:
    made = saved(
        store,
        owner="v_1",
        trace={"version": 1, "root": {"label": "推导"}},
        calls=CALLS,
        versions=VERSIONS,
        fault="timeout",
        failures=FAILURES,
        verdict=VERDICT,
    )
    found = store.answers.get(made.answer.id)
    assert found.question == made.question
    assert found.answer == json.loads(json.dumps(made.answer.to_json()))
    assert found.trace == made.trace
    assert found.facts == {POLICY: {"offset": "6万吨"}}
    assert (found.calls, found.versions, found.fault) == (CALLS, VERSIONS, "timeout")
    assert found.failures == FAILURES
    assert found.before == json.loads(made.before.dumps())
    assert (found.owner, found.turn, found.asked_on) == ("v_1", 1, TODAY)
    assert abs(now() - found.created_at) < timedelta(minutes=1)
    assert not {"owner", "before"} & found.to_json().keys()


def test_a_conversation_goes_on_from_its_stored_state(store: Records) -> None:
    first = saved(store)
    begun = store.conversations.owned(first.conversation.id, None)
    assert begun == first.conversation
    saved(store, "那四成呢", before=begun)
    assert [past.question for past in store.conversations.turns_of(begun.id)] == [first.question, "那四成呢"]
    assert store.conversations.owned(begun.id, None).turns == 2


@pytest.mark.parametrize(
    ("owner", "caller", "may"),
    [
        (None, None, True),
        (None, "v_2", True),
        ("v_1", "v_1", True),
        ("v_1", "v_2", False),
        ("v_1", None, False),
    ],
)
def test_only_its_owner_continues_a_conversation(
    store: Records, owner: str | None, caller: str | None, may: bool
) -> None:
    id = saved(store, owner=owner).conversation.id
    assert store.conversations.owner_of(id) == owner
    if may:
        assert store.conversations.owned(id, caller).id == id
        return
    with pytest.raises(UnknownConversationError) as refused:
        store.conversations.owned(id, caller)
    with pytest.raises(UnknownConversationError) as unknown:
        store.conversations.owned("c_none", caller)
    assert str(refused.value).replace(id, "c_none") == str(unknown.value)


def test_a_turn_that_began_before_another_was_stored_is_refused(store: Records) -> None:
    begun = saved(store).conversation
    saved(store, "先答完的", before=begun)
    with pytest.raises(ConversationMovedError, match="再问一次"):
        saved(store, "后答完的", before=begun)
    assert [past.question for past in store.conversations.turns_of(begun.id)][1:] == ["先答完的"]


def test_history_is_one_owners_newest_first_in_pages(store: Records) -> None:
    ids = [saved(store, f"第{number}个", owner="v_1").conversation.id for number in range(5)]
    saved(store, "别人的", owner="v_2")
    saved(store, "谁的都不是")
    again = store.conversations.owned(ids[0], "v_1")
    saved(store, "接着问", before=again, owner="v_1")
    first = store.conversations.of("v_1", limit=3)
    second = store.conversations.of("v_1", first.next, 3)
    assert [one.title for one in (*first.items, *second.items)] == [
        "第0个",
        "第4个",
        "第3个",
        "第2个",
        "第1个",
    ]
    assert (first.items[0].turns, second.next) == (2, None)
    with pytest.raises(InputError, match="翻页位置「坏的」不合法"):
        store.conversations.of("v_1", "坏的")
    with pytest.raises(InputError, match="条数 0 不合法"):
        store.conversations.of("v_1", limit=0)


def test_deleting_leaves_no_text_anywhere(store: Records, store_settings: Settings) -> None:
    secret = "这是要忘掉的话"
    first = saved(store, secret, owner="v_1", trace={"origins": secret}, calls=[{"tool": secret}])
    second = saved(store, secret, before=first.conversation, owner="v_1", status=AnswerStatus.REFUSED)
    kept = saved(store, "留下的话", owner="v_1")
    store.feedback.add(first.answer.id, "有误", secret)
    store.inquiries.add(first.answer.id, "小王", "转办", secret)
    assert store.conversations.delete(first.conversation.id) == 2
    with store.database.reading() as connection:
        everything = [
            str(row) for table in METADATA.sorted_tables for row in connection.execute(select(table))
        ]
    assert not [row for row in everything if secret in row]
    assert [row for row in everything if "留下的话" in row]
    for made in (first, second):
        with pytest.raises(UnknownAnswerError):
            store.answers.get(made.answer.id)
    with pytest.raises(UnknownConversationError):
        store.conversations.owned(first.conversation.id, "v_1")
    with pytest.raises(UnknownConversationError):
        store.conversations.delete(first.conversation.id)
    assert [one.title for one in store.conversations.of("v_1").items] == ["留下的话"]
    assert store.answers.get(kept.answer.id).question == "留下的话"
    counts = store.statistics.of((now() + timedelta(hours=8)).date())
    assert (counts.answers, dict(counts.by_status)) == (3, {"answered": 2, "refused": 1})
    if store.database.is_file:
        for file in Path(store_settings.data).glob("records.sqlite3*"):
            assert secret.encode() not in file.read_bytes(), file.name


def test_a_turn_of_a_conversation_deleted_meanwhile_is_not_stored(store: Records) -> None:
    begun = saved(store).conversation
    store.conversations.delete(begun.id)
    late = turn("迟到的", before=begun)
    with pytest.raises(UnknownConversationError):
        store.conversations.save_turn(late)
    with pytest.raises(UnknownAnswerError):
        store.answers.get(late.answer.id)


def test_a_sweep_deletes_what_was_not_continued_in_time(
    store: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.records.conversations._SWEPT_AT_ONCE", 2)
    old = [saved(store, f"旧的{number}") for number in range(5)]
    young = saved(store, "新的")
    with store.database.writing() as connection:
        connection.execute(
            update(CONVERSATIONS)
            .where(CONVERSATIONS.c.id.in_([made.conversation.id for made in old]))
            .values(updated_at=now() - timedelta(days=31))
        )
    standard = store.standard_answers.approve("标准问题", "主管", [_bound()], answer_id=old[0].answer.id)
    assert store.sweep() == 0
    store.retention_days = 30
    assert store.sweep() == 5
    assert store.sweep() == 0
    assert [one.question for one in store.answers.page().items] == ["新的"]
    assert store.conversations.owned(young.conversation.id, None)
    assert store.standard_answers.get(standard.id).text == "不能 [1]。"


def test_opening_with_a_retention_sweeps(store: Records, store_settings: Settings) -> None:
    made = saved(store)
    with store.database.writing() as connection:
        connection.execute(update(CONVERSATIONS).values(updated_at=now() - timedelta(days=3)))
    Records.open(store_settings.model_copy(update={"retention_days": 4})).close()
    assert store.answers.get(made.answer.id)
    Records.open(store_settings.model_copy(update={"retention_days": 2})).close()
    with pytest.raises(UnknownAnswerError):
        store.answers.get(made.answer.id)


def test_what_one_database_cannot_hold_is_replaced_on_both(store: Records) -> None:
    made = saved(store, "空\0字符")
    assert store.answers.get(made.answer.id).question == "空\N{REPLACEMENT CHARACTER}字符"


def test_a_turn_is_stored_whole_or_not_at_all(store: Records) -> None:
    first = saved(store)
    twice = replace(
        turn("同一个编号", before=first.conversation),
        answer=replace(first.answer, answer="另一个回答"),
    )
    with pytest.raises(RecordsError, match="没能存入记录库") as failed:
        store.conversations.save_turn(twice)
    assert "同一个编号" not in str(failed.value)
    assert store.conversations.owned(first.conversation.id, None).turns == 1
    with store.database.reading() as connection:
        assert len(connection.execute(select(ANSWERS.c.id)).all()) == 1


def _bound() -> object:
    from assistant.records.standard_answers import BoundClause

    return BoundClause(f"{POLICY}#第八条", "e" * 64)


def test_a_conversation_is_found_by_the_dialogue_that_its_owner_keeps(store: Records) -> None:
    first = saved(store, owner="key:1", dialogue="d" * 64)
    found = store.conversations.of_dialogue("d" * 64, "key:1")
    assert found == first.conversation.id
    assert store.conversations.still_at(found, "d" * 64) == first.conversation
    for owner in ("key:2", None):
        assert store.conversations.of_dialogue("d" * 64, owner) is None
    assert store.conversations.of_dialogue("e" * 64, "key:1") is None
    nobodys = saved(store, dialogue="d" * 64)
    assert store.conversations.of_dialogue("d" * 64, None) == nobodys.conversation.id
    assert store.conversations.of_dialogue("d" * 64, "key:1") == first.conversation.id


def test_a_conversation_that_went_on_is_known_by_its_last_turn_only(store: Records) -> None:
    first = saved(store, owner="key:1", dialogue="d" * 64)
    found = first.conversation.id
    saved(store, before=first.conversation, owner="key:1", dialogue="e" * 64)
    assert store.conversations.of_dialogue("d" * 64, "key:1") is None
    assert store.conversations.still_at(found, "d" * 64) is None
    second = store.conversations.still_at(found, "e" * 64)
    assert second is not None
    saved(store, before=second, owner="key:1")
    assert store.conversations.of_dialogue("e" * 64, "key:1") is None, "a turn that no client keeps"


def test_the_latest_of_conversations_with_the_same_words_goes_on(store: Records) -> None:
    saved(store, owner="key:1", dialogue="d" * 64)
    latest = saved(store, owner="key:1", dialogue="d" * 64)
    assert store.conversations.of_dialogue("d" * 64, "key:1") == latest.conversation.id


def test_nothing_of_a_dialogue_is_left_of_a_deleted_conversation(store: Records) -> None:
    made = saved(store, owner="key:1", dialogue="d" * 64)
    store.conversations.delete(made.conversation.id)
    with store.database.reading() as connection:
        assert connection.execute(select(CONVERSATIONS.c.dialogue)).scalars().all() == [None]
    assert store.conversations.still_at(made.conversation.id, "d" * 64) is None
