"""Filtering and paging answers for audit, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from assistant.agent.answer import AnswerStatus
from assistant.errors import InputError, UnknownAnswerError
from assistant.records import Records
from assistant.records.answers import AnswerFilter
from assistant.records.tables import ANSWERS
from tests.records.turns import POLICY, VERDICT, saved


def at(store: Records, answer_id: str, moment: datetime) -> None:
    """Put an answer at another time."""
    with store.database.writing() as connection:
        connection.execute(update(ANSWERS).where(ANSWERS.c.id == answer_id).values(created_at=moment))


def asked(store: Records, **wanted: Any) -> list[str]:
    return [one.question for one in store.answers.page(AnswerFilter(**wanted)).items]


def test_an_unknown_answer_is_named(store: Records) -> None:
    with pytest.raises(UnknownAnswerError, match="a_none"):
        store.answers.get("a_none")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"status": "refused"}, ["没有的"]),
        ({"engine": "deepseek"}, ["模型答的"]),
        ({"verdict": "不符合"}, ["判定的"]),
        ({"policy": POLICY}, ["模型答的", "判定的"]),
        ({"policy": "fujian"}, []),
        ({"text": "答的"}, ["模型答的"]),
        ({"owner": "v_1"}, ["判定的"]),
        ({"policy": POLICY, "engine": "builtin"}, ["判定的"]),
        ({}, ["没有的", "模型答的", "判定的"]),
    ],
)
def test_each_condition_restricts(store: Records, wanted: dict[str, Any], found: list[str]) -> None:
    saved(store, "判定的", verdict=VERDICT, owner="v_1")
    saved(store, "模型答的", engine="deepseek")
    saved(store, "没有的", status=AnswerStatus.REFUSED, citations=())
    assert asked(store, **wanted) == found
    assert store.answers.count(AnswerFilter(**wanted)) == len(found)


def test_text_is_searched_as_it_is_written(store: Records) -> None:
    saved(store, "占比50%可以吗")
    saved(store, "占比50可以吗 KPI")
    assert asked(store, text="50%") == ["占比50%可以吗"]
    assert asked(store, text="kpi") == ["占比50可以吗 KPI"]
    assert asked(store, text="_") == []


def test_days_are_beijing_days(store: Records) -> None:
    late = saved(store, "北京时间22日零点过一分")
    early = saved(store, "北京时间21日最后一分")
    at(store, late.answer.id, datetime(2026, 11, 21, 16, 1, tzinfo=UTC))
    at(store, early.answer.id, datetime(2026, 11, 21, 15, 59, tzinfo=UTC))
    day = date(2026, 11, 22)
    assert asked(store, since=day) == [late.question]
    assert asked(store, until=day - timedelta(days=1)) == [early.question]
    assert asked(store, since=day, until=day) == [late.question]
    for far in (date.min, date.max):
        with pytest.raises(InputError, match="应在 1900-01-01 到 2999-12-31 之间"):
            asked(store, since=far)


def test_the_state_of_feedback_and_the_last_call_restrict(store: Records) -> None:
    none, open_, done = (saved(store, name) for name in ("无人说", "待处理", "处理过"))
    store.feedback.add(open_.answer.id, "有误", "不对")
    handled = store.feedback.add(done.answer.id, "其他", "字太小")
    store.feedback.handle(handled.id, "主管", "已放大")
    store.inquiries.add(none.answer.id, "小王", "待回电")
    store.inquiries.add(none.answer.id, "小王", "已答复")
    assert asked(store, feedback="有") == ["处理过", "待处理"]
    assert asked(store, feedback="无") == ["无人说"]
    assert asked(store, feedback="未处理") == ["待处理"]
    assert asked(store, feedback="已处理") == ["处理过"]
    assert asked(store, disposition="已答复") == ["无人说"]
    assert asked(store, disposition="待回电") == []
    with pytest.raises(InputError, match="反馈状态「坏」不合法；应为有、无、未处理、已处理"):
        asked(store, feedback="坏")
    shown = {
        one.question: (one.feedback, one.unhandled, one.disposition) for one in store.answers.page().items
    }
    assert shown == {"无人说": (0, 0, "已答复"), "待处理": (1, 1, None), "处理过": (1, 0, None)}


def test_pages_show_each_answer_once_though_new_ones_come(store: Records) -> None:
    made = [saved(store, f"第{number}问") for number in range(7)]
    same = datetime(2026, 1, 1, tzinfo=UTC)
    for one in made[:4]:
        at(store, one.answer.id, same)
    first = store.answers.page(limit=3)
    saved(store, "后来的")
    found, cursor = [one.question for one in first.items], first.next
    while cursor:
        page = store.answers.page(cursor=cursor, limit=3)
        found += [one.question for one in page.items]
        cursor = page.next
    assert sorted(found) == [f"第{number}问" for number in range(7)]
    assert found[:3] == ["第6问", "第5问", "第4问"]


def test_an_export_gives_all_of_them_whole(store: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.records.answers.MOST_ROWS", 2)
    for number in range(5):
        saved(store, f"第{number}问", calls=[{"tool": str(number)}])
    saved(store, "别的", engine="deepseek")
    found = list(store.answers.export(AnswerFilter(engine="builtin")))
    assert [one.question for one in found] == [f"第{number}问" for number in (4, 3, 2, 1, 0)]
    assert found[0].calls == [{"tool": "4"}]


@pytest.mark.parametrize(
    "cursor", ["x", "", "AAAA", "5Lit5paH", "MDAwMS0wMS0wMVQwMDowMDowMCswODowMCBh", "MjAyNi0wMS0wMSBh"]
)
def test_a_broken_cursor_is_named(store: Records, cursor: str) -> None:
    with pytest.raises(InputError, match="翻页位置"):
        store.answers.page(cursor=cursor)


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_limit_out_of_range_is_named(store: Records, limit: int) -> None:
    with pytest.raises(InputError, match="应为 1 到 200"):
        store.answers.page(limit=limit)
