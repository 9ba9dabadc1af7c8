"""Several drafts made one."""

from __future__ import annotations

from assistant.agent.answer import AnswerStatus
from assistant.agent.writing.draft import Draft
from assistant.agent.writing.several import joined

ANSWERED, REFUSED, OPEN = AnswerStatus.ANSWERED, AnswerStatus.REFUSED, AnswerStatus.NEEDS_FACTS


def test_nothing_is_told_twice() -> None:
    first = Draft("《甲》第一条：“应当申报。”[1]", ANSWERED, warnings=("草案",))
    second = Draft(
        "《甲》第一条：“应当申报。”[2]\n\n相关条款：\n- 《乙》第二条：“由局负责。”[3]",
        ANSWERED,
        warnings=("草案",),
    )
    draft = joined([first, second])
    assert draft.text.count("应当申报") == 1
    assert "由局负责" in draft.text
    assert draft.warnings == ("草案",)


def test_the_same_words_of_another_clause_are_told() -> None:
    draft = joined(
        [Draft("《甲》附件3第1项：“达标。”[1]", ANSWERED), Draft("《甲》附件4第2项：“达标。”[2]", ANSWERED)]
    )
    assert draft.text.count("达标") == 2


def test_a_question_without_an_answer_is_named_and_what_is_asked_comes_first() -> None:
    asked = Draft("还缺排放量。", OPEN, missing=(("baseline", "多少吨？"),), pending="baseline")
    draft = joined([Draft("“由局负责。”[1]", ANSWERED), Draft("没有写到。", REFUSED), asked])
    assert draft.status is OPEN
    assert draft.pending == "baseline"
    assert "第二个问题：没有写到。" in draft.text
    assert joined([Draft("没有。", REFUSED), Draft("也没有。", REFUSED)]).status is REFUSED
