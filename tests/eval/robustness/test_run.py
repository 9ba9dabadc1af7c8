"""What became of a variant: the same, asked, lost or changed; what is printed tells the words of the last two."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from assistant.agent.answer import Answer, Calculation, Verdict
from assistant.retrieval.progress import SilentProgress
from eval.questions import Question
from eval.robustness.command import print_robustness, robustness_report
from eval.robustness.run import Said, compared, run_robustness
from tests.eval.made import answer, question


def said(verdict: str | None, *figures: tuple[str, str], status: str = "answered") -> Answer:
    computed = tuple(
        Calculation(name, name, {}, "", value, value, None, None, None) for name, value in figures
    )
    given = Verdict("零碳工厂", verdict, (), None) if verdict else None
    return answer("结论", status=status, verdict=given, calculations=computed)


@pytest.mark.parametrize(
    ("given", "result"),
    [
        (said("不符合", ("rate", "9/10"), ("share", "1/2")), "same"),
        (said("不符合", ("share", "1/2"), ("rate", "9/10")), "same"),
        (said("符合", ("rate", "9/10"), ("share", "1/2")), "changed"),
        (said("不符合", ("rate", "1"), ("share", "1/2")), "changed"),
        (said("不符合", ("rate", "9/10"), ("share", "1/2"), ("score", "3")), "lost"),  # more than was asked
        (said("不符合", ("score", "3")), "changed"),
        (said("待补充", ("rate", "9/10"), status="needs_facts"), "asked"),
        (said(None, status="needs_facts"), "asked"),
        (said("待补充", ("rate", "1"), status="needs_facts"), "changed"),
        (said("符合", status="needs_facts"), "changed"),
        (said("不符合", ("rate", "9/10")), "lost"),
        (said(None), "lost"),
        (None, "lost"),
    ],
)
def test_another_verdict_or_figure_is_a_change_and_asking_is_none(given: Answer | None, result: str) -> None:
    original = Said.by(said("不符合", ("rate", "9/10"), ("share", "1/2")))
    assert compared(original, given) == result


def test_another_programme_is_another_verdict() -> None:
    near = answer("", verdict=Verdict("近零碳工厂", "不符合", (), None))
    assert compared(Said.by(said("不符合")), near) == "changed"


def replies(message: str, conversation_id: str | None) -> Answer:
    """Computes for whoever writes 抵消, and otherwise when asked politely."""
    if message.startswith(("您好", "你好", "麻烦", "老师")):
        return said("符合", ("rate", "1"))
    return said("不符合", ("rate", "9/10")) if "抵消" in message else answer("见条款")


def asked(identity: str, text: str) -> Question:
    made = question(numbers=["90%"])
    return Question(identity, made.user, "metric", (text,), made.expect)


def test_only_what_is_decided_is_varied_and_what_changes_is_told_with_its_words() -> None:
    questions = [asked("q1", "抵消5万吨，行吗？"), asked("q2", "第八条说什么")]
    outcomes = run_robustness(replies, questions, SilentProgress(), count=5, each=12)
    assert {one.question.id for one in outcomes} == {"q1"}
    assert len(outcomes) == 12
    changed = [one for one in outcomes if one.result == "changed"]
    assert {one.rules for one in changed} == {"politeness before"}
    paper = StringIO()
    print_robustness(Console(file=paper, width=200), outcomes)
    text = paper.getvalue()
    assert "missed" in text
    assert changed[0].turns[0] in text
    assert "不符合, rate 9/10 -> 零碳工厂 符合, rate 1" in text
    report = robustness_report(outcomes)
    assert report["all"]["changed"] == 1
    assert report["questions"] == ["q1"]
    same = [one for one in outcomes if one.result == "same"]
    paper = StringIO()
    print_robustness(Console(file=paper, width=200), same)
    assert "met" in paper.getvalue()
