"""Feedback, calls, standard answers and the day's numbers, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.errors import InputError, UnknownAnswerError
from assistant.records import Records
from assistant.records.inquiries import Standing
from assistant.records.standard_answers import BoundClause
from tests.records.test_answers import at
from tests.records.turns import CITATION, POLICY, saved

CLAUSE = BoundClause(f"{POLICY}#第八条/（二）", "a" * 64)
OTHER = BoundClause(f"{POLICY}#第九条", "b" * 64)


def test_feedback_is_kept_and_handled(store: Records) -> None:
    answer = saved(store).answer.id
    first = store.feedback.add(answer, "有误", "  第八条不是这样写的  ", "v_1")
    second = store.feedback.add(answer, "有用")
    assert store.feedback.about(answer) == (first, second)
    assert (first.words, first.sent_by, second.words) == ("第八条不是这样写的", "v_1", None)
    done = store.feedback.handle(first.id, "主管", "已核对，原文如此")
    assert (done.handled_by, done.resolution) == ("主管", "已核对，原文如此")
    assert done.handled_at is not None
    assert [one.id for one in store.feedback.page(handled=False).items] == [second.id]
    assert store.feedback.page(handled=True).items == (done,)
    assert [one.id for one in store.feedback.page().items] == [second.id, first.id]
    page = store.feedback.page(limit=1)
    assert store.feedback.page(cursor=page.next).items == (done,)


def test_feedback_that_cannot_be_kept_is_refused(store: Records) -> None:
    answer = saved(store).answer.id
    with pytest.raises(InputError, match="反馈种类「赞」不合法；应为有用、有误、其他"):
        store.feedback.add(answer, "赞")
    store.feedback.add(answer, "其他", "字" * 1000)
    with pytest.raises(InputError, match="反馈太长：1001 个字符，最多 1000 个"):
        store.feedback.add(answer, "其他", "字" * 1001)
    with pytest.raises(UnknownAnswerError):
        store.feedback.add("a_none", "有用")
    with pytest.raises(InputError, match="处理结果是空的"):
        store.feedback.handle("f_none", "主管", " ")
    with pytest.raises(InputError, match="没有编号为「f_none」的反馈"):
        store.feedback.handle("f_none", "主管", "好")


def test_calls_are_kept_and_found_again_with_their_questions(store: Records) -> None:
    first, second, third = (saved(store, f"来电{number}") for number in range(3))
    early = store.inquiries.add(first.answer.id, "小王", "待回电", "下午再打")
    late = store.inquiries.add(first.answer.id, "小李", "已答复", " ")
    store.inquiries.add(third.answer.id, "小王", "转办")
    assert store.inquiries.about(first.answer.id) == (early, late)
    assert late.note is None
    recent = store.inquiries.asked(1)
    assert [(one.question, one.disposition) for one in recent] == [("来电2", "转办")]
    assert (recent[0].answer_id, recent[0].clause) == (third.answer.id, CITATION.address)
    calls = store.inquiries.asked()
    assert [(one.question, one.operator, one.note) for one in calls] == [
        ("来电2", "小王", None),
        ("来电0", "小李", None),
    ]
    assert [one.disposition for one in store.inquiries.page(operator="小王").items] == ["转办", "待回电"]
    assert store.inquiries.page(disposition="待回电").items == (early,)
    with pytest.raises(InputError, match="处理情况「挂断」不合法；应为已答复、转办、待回电、无法答复"):
        store.inquiries.add(second.answer.id, "小王", "挂断")
    with pytest.raises(InputError, match="备注太长"):
        store.inquiries.add(second.answer.id, "小王", "转办", "字" * 2001)
    with pytest.raises(UnknownAnswerError):
        store.inquiries.add("a_none", "小王", "转办")


def test_what_calls_are_new_is_told_and_what_is_deleted_is_missed(store: Records) -> None:
    assert store.inquiries.standing() == Standing(0, None)
    first, second = saved(store, "来电0"), saved(store, "来电1", citations=())
    early = store.inquiries.add(first.answer.id, "小王", "待回电")
    late = store.inquiries.add(second.answer.id, "小李", "已答复")
    assert store.inquiries.standing() == Standing(2, late.created_at)
    [new] = store.inquiries.asked(since=early.created_at)
    assert (new.question, new.clause, new.kept_at) == ("来电1", None, late.created_at)
    store.conversations.delete(second.conversation.id)
    assert store.inquiries.standing() == Standing(1, early.created_at)
    assert [one.question for one in store.inquiries.asked()] == ["来电0"]


def test_the_calls_of_a_time_tell_what_was_asked_and_how_long_they_took(store: Records) -> None:
    first = saved(store, "零碳工厂够吗")
    last = saved(store, "抵消6万吨", before=first.conversation)
    at(store, first.answer.id, datetime.now(UTC) - timedelta(seconds=90))
    other = saved(store, "别人的一通")
    one = store.inquiries.add(last.answer.id, "小王", "转办", "转市局")
    two = store.inquiries.add(other.answer.id, "小李", "已答复")
    calls = store.inquiries.calls(one.created_at)
    assert [call.inquiry for call in calls] == [two, one]
    assert (calls[1].question, calls[1].status) == ("抵消6万吨", "answered")
    assert 90 <= (one.created_at - calls[1].began_at).total_seconds() < 100
    assert [call.inquiry.id for call in store.inquiries.calls(one.created_at, operator="小王")] == [one.id]
    assert store.inquiries.calls(one.created_at, until=one.created_at) == ()
    store.conversations.delete(first.conversation.id)
    gone = store.inquiries.calls(one.created_at, operator="小王")[0]
    assert (gone.question, gone.status, gone.inquiry.note) == (None, None, None)


def test_a_standard_answer_is_a_copy_bound_to_its_clauses(store: Records) -> None:
    made = saved(store, "抵消能不能超过一半", owner="v_1")
    copy = store.standard_answers.approve("抵消上限", "主管", [CLAUSE, OTHER], answer_id=made.answer.id)
    own = store.standard_answers.approve("谁来解释", "主管", [OTHER], text="由省工信厅解释。")
    assert (copy.text, copy.clauses) == ("不能 [1]。", (CLAUSE, OTHER))
    assert copy.answer is not None
    assert copy.answer["id"] == made.answer.id
    assert (own.answer, own.answer_id) == (None, None)
    store.conversations.delete(made.conversation.id)
    assert store.standard_answers.get(copy.id) == copy
    assert store.standard_answers.in_force() == (own, copy)


def test_a_standard_answer_whose_clause_changed_is_withdrawn(store: Records) -> None:
    first = store.standard_answers.approve("一", "主管", [CLAUSE], text="答一")
    second = store.standard_answers.approve("二", "主管", [OTHER], text="答二")
    third = store.standard_answers.approve("三", "主管", [CLAUSE, OTHER], text="答三")
    hashes = {CLAUSE.address: CLAUSE.sha256, OTHER.address: OTHER.sha256}
    assert store.standard_answers.withdraw_changed(hashes.get) == ()
    hashes[CLAUSE.address] = "c" * 64
    changed = store.standard_answers.withdraw_changed(hashes.get)
    assert {one.id for one in changed} == {first.id, third.id}
    assert changed[0].withdrawn_why == f"依据的条款有改动：{CLAUSE.address}"
    assert changed[0].withdrawn_by is None
    assert [one.id for one in store.standard_answers.in_force()] == [second.id]
    by_hand = store.standard_answers.withdraw(second.id, "说法要改", "主管")
    assert (by_hand.withdrawn_by, by_hand.withdrawn_why) == ("主管", "说法要改")
    assert store.standard_answers.withdraw(second.id, "再撤一次", "别人") == by_hand
    assert len(store.standard_answers.all()) == 3
    assert store.standard_answers.in_force() == ()


def test_a_proposal_is_given_once_it_is_approved(store: Records) -> None:
    made = saved(store)
    first = store.standard_answers.propose("抵消上限", "小王", [CLAUSE], answer_id=made.answer.id)
    second = store.standard_answers.propose("谁来解释", "小王", [OTHER], text="由省工信厅解释")
    assert store.standard_answers.proposed() == (second, first)
    assert (store.standard_answers.in_force(), first.approved_at, first.proposed_by) == ((), None, "小王")
    moved = BoundClause(CLAUSE.address, "d" * 64)
    given = store.standard_answers.approve_proposal(first.id, "主管", [moved, OTHER], text="不能超过一半。")
    assert (given.text, given.question, given.clauses) == ("不能超过一半。", "抵消上限", (moved, OTHER))
    assert (given.approved_by, given.proposed_by) == ("主管", "小王")
    assert store.standard_answers.in_force() == (given,)
    with pytest.raises(InputError, match="已经审核过或撤回了"):
        store.standard_answers.approve_proposal(first.id, "别人", [CLAUSE])
    with pytest.raises(InputError, match="没有依据的条款"):
        store.standard_answers.approve_proposal(second.id, "主管", [])
    turned_down = store.standard_answers.withdraw(second.id, "不准确", "主管")
    assert (turned_down.withdrawn_why, store.standard_answers.proposed()) == ("不准确", ())
    with pytest.raises(InputError, match="已经审核过或撤回了"):
        store.standard_answers.approve_proposal(second.id, "主管", [OTHER])


def test_a_standard_answer_that_is_none_is_refused(store: Records) -> None:
    approve = store.standard_answers.approve
    with pytest.raises(InputError, match="标准问题是空的"):
        approve(" ", "主管", [CLAUSE], text="答")
    with pytest.raises(InputError, match="标准答复是空的"):
        approve("问", "主管", [CLAUSE])
    with pytest.raises(InputError, match="没有依据的条款"):
        approve("问", "主管", [], text="答")
    with pytest.raises(UnknownAnswerError):
        approve("问", "主管", [CLAUSE], answer_id="a_none")
    with pytest.raises(InputError, match="没有编号为「s_none」的标准答复"):
        store.standard_answers.withdraw("s_none", "因为")
    with pytest.raises(InputError, match="撤回的原因是空的"):
        store.standard_answers.withdraw("s_none", "")
    assert store.standard_answers.all() == ()


def test_a_days_numbers(store: Records) -> None:
    day = date(2026, 11, 20)
    made = saved(store, "答了", elapsed_ms=100)
    refused = saved(store, "没答", status=AnswerStatus.REFUSED, elapsed_ms=20)
    given_up = saved(store, "答了也不管用", before=made.conversation, engine="deepseek", elapsed_ms=60)
    for one in (made, refused, given_up):
        at(store, one.answer.id, datetime(2026, 11, 20, 2, tzinfo=UTC))
    other = saved(store, "别的日子", status=AnswerStatus.FAILED)
    at(store, other.answer.id, datetime(2026, 11, 19, 2, tzinfo=UTC))
    counts = store.statistics.of(day)
    assert (counts.answers, counts.conversations, counts.unanswered) == (3, 2, 1)
    assert counts.by_status == {"answered": 2, "refused": 1}
    assert counts.by_engine == {"builtin": 2, "deepseek": 1}
    assert (counts.median_ms, counts.slowest_ms) == (60, 100)
    call = store.inquiries.add(given_up.answer.id, "小王", "无法答复", standard_id="s_1")
    store.inquiries.add(made.answer.id, "小王", "已答复")
    store.feedback.add(made.answer.id, "有误")
    today = call.created_at.date()
    assert store.statistics.of(day).unanswered == 2
    wide = store.statistics.of(day, date(2999, 12, 31))
    assert wide.by_disposition == {"已答复": 1, "无法答复": 1}
    assert (wide.calls, wide.standard) == (2, 1)
    assert wide.by_feedback == {"有误": 1}
    assert store.statistics.of(day).by_disposition == {}
    page = store.statistics.unanswered(date(2026, 11, 19), today, limit=2)
    more = store.statistics.unanswered(date(2026, 11, 19), today, page.next)
    assert {one.question for one in page.items} == {"没答", "答了也不管用"}
    assert [(one.question, one.status) for one in more.items] == [("别的日子", "failed")]
    nothing = store.statistics.of(date(2020, 1, 1))
    assert (nothing.answers, nothing.median_ms, nothing.slowest_ms) == (0, None, None)
