"""Several short questions at once, a day that is only supposed, a kind of applicant, two applicants by their points."""

from __future__ import annotations

import pytest

from assistant.agent.answer import Answer, AnswerStatus
from assistant.service import Assistant

POLICY = "fujian-zero-carbon-factory"


def talk(assistant: Assistant, turns: str) -> Answer:
    first, *rest = turns.split("|")
    answer = assistant.ask(first)
    for message in rest:
        answer = assistant.ask(message, answer.conversation_id)
    return answer


def cited(answer: Answer) -> set[str]:
    return {citation.address.partition("#")[2] for citation in answer.citations}


@pytest.mark.parametrize(
    ("turns", "clauses"),
    [
        ("零碳办法有效到哪天？谁负责解释？", {"第十五条", "第十四条"}),
        ("零碳工厂管理办法什么时候失效？谁来解释这个办法？", {"第十五条", "第十四条"}),
    ],
)
def test_a_further_question_about_a_document_is_read_apart(
    real_assistant: Assistant, turns: str, clauses: set[str]
) -> None:
    assert clauses <= cited(talk(real_assistant, turns))


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("央企怎么申报零碳工厂", "直接向省工信厅申报"),
        ("央企申报近零碳工厂怎么走", "直接向省工信厅申报"),
    ],
)
def test_a_kind_of_applicant_gets_its_own_sentence_first(
    real_assistant: Assistant, question: str, words: str
) -> None:
    answer = talk(real_assistant, question).answer
    assert words in answer.split("\n")[0]


def test_the_whole_procedure_is_still_read_without_one(real_assistant: Assistant) -> None:
    assert {"第十一条", "第十一条/（一）", "第十一条/（五）"} <= cited(
        talk(real_assistant, "零碳工厂怎么申报")
    )


@pytest.mark.parametrize(
    ("turns", "verdict"),
    [
        (
            "我们厂2024年9月出过一次安全事故 零碳工厂还报得上吗|如果那次其实是2023年3月的呢，零碳可以吗",
            "待补充",
        ),
        (
            "我们厂2023年3月出过一次安全事故，之后没有，零碳能报吗|要是那次其实是2025年3月的呢，零碳可以吗",
            "不符合",
        ),
    ],
)
def test_the_day_of_an_incident_may_be_supposed(real_assistant: Assistant, turns: str, verdict: str) -> None:
    found = talk(real_assistant, turns).verdict
    assert found is not None
    assert found.status == verdict


def test_two_applicants_are_compared_by_their_points(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "A厂抵消占比35%，B厂占比42%，抵消得分谁高，各几分")
    assert [one.display for one in answer.calculations] == ["15分", "8分"]


@pytest.mark.parametrize(
    "turns",
    [
        "我要填自评分 抵消那一项|抵消量3万吨|哦要21年的啊 我翻一下|12.5万t|多少分啊",
        "碳抵消那一项|抵消量3万吨|稍等，我问问财务|12.5万吨|几分",
    ],
)
def test_waiting_for_a_figure_keeps_the_question(real_assistant: Assistant, turns: str) -> None:
    answer = talk(real_assistant, turns)
    assert answer.status is AnswerStatus.ANSWERED
    assert {one.display for one in answer.calculations} == {"24%", "20分"}
    assert "附件3/10" in cited(answer)


@pytest.mark.parametrize(
    ("turns", "clause"),
    [
        ("近零碳有个培育期|培育是两年嘛 那我们28年再算来得及吼", "第十二条/（四）"),
        ("零碳工厂现场核查抽几成|不是抽一成嘛 那10家抽1家也行吼", "第十一条/（四）"),
    ],
)
def test_a_figure_of_the_rules_told_in_passing_is_no_small_talk(
    real_assistant: Assistant, turns: str, clause: str
) -> None:
    assert clause in cited(talk(real_assistant, turns))


def test_why_it_stands_in_a_document_is_no_topic(real_assistant: Assistant) -> None:
    asked = "跑步的那个福州马拉松 跟碳有啥关系 文件里怎么会写到"
    assert talk(real_assistant, asked).status is AnswerStatus.ANSWERED


@pytest.mark.parametrize(
    ("question", "programme"),
    [("零碳工厂够不够", "零碳工厂"), ("够不够零碳", "零碳工厂"), ("近零碳工厂够格吗", "近零碳工厂")],
)
def test_a_programme_and_whether_it_suffices_is_half_a_question(
    real_assistant: Assistant, question: str, programme: str
) -> None:
    answer = talk(real_assistant, question)
    assert answer.verdict is not None
    assert (answer.verdict.programme, answer.verdict.status) == (programme, "待补充")
    assert answer.missing
