"""A quotation is confirmed to the letter only; what differs is named word by word."""

from __future__ import annotations

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.agent.tools.quote_check import differences
from assistant.agent.understanding.intents import quotation_in
from assistant.service import Assistant

CAP = "（其中通过碳汇购买等碳抵消方式削减的碳排放量，不得超过基准期的50%）。"


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ("不得超过基准期的30%", [("30%", "50%")]),
        ("可以超过基准期的50%", [("可以", "不得")]),
        ("超过基准期的50%", [("", "不得")]),
        ("碳排放量不得超过基准期的50%", []),
        ("碳排放量，决不得超过基准期的50%", [("决", "")]),
    ],
)
def test_what_differs(said: str, changes: list[tuple[str, str]]) -> None:
    assert [(one["said"], one["text"]) for one in differences(said, CAP)] == changes


@pytest.mark.parametrize(
    ("message", "quoted"),
    [
        ("“先易后难、稳步扩大”出自哪份答复", "先易后难、稳步扩大"),
        ("「省工信厅负责省级零碳工厂遴选认定工作」在哪条", "省工信厅负责省级零碳工厂遴选认定工作"),
        ("省工信厅负责省级零碳工厂遴选认定工作 这句话出自哪", "省工信厅负责省级零碳工厂遴选认定工作"),
        ("原文有没有写培育期原则上是两年", "培育期原则上是两年"),
        ("这句是哪来的：稳步推进生物质能多元化开发利用", "稳步推进生物质能多元化开发利用"),
        ("“零碳工厂”是什么意思", None),
        ("办法有没有规定奖励多少", None),
        ("“不得超过50%”改成“可以超过50%”，是不是原文", "不得超过50%\n可以超过50%"),
    ],
)
def test_what_is_quoted(message: str, quoted: str | None) -> None:
    assert quotation_in(message) == quoted


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("“培育期原则上为1年”是原话吗", "第十二条（四）"),
        ("“抽查比例不低于20%,且不少于1家”是办法里的话吗", "第十一条（四）"),
        ("‘近36个月’在哪些条款里出现", "第七条（三）"),
    ],
)
def test_words_that_stand_in_the_text(question: str, label: str, real_assistant: Assistant) -> None:
    answer = real_assistant.ask(question)
    assert answer.answer.startswith("有，这是原文")
    assert label in [citation.label for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "change"),
    [
        ("“培育期原则上为2年”是原话吗", "您说的是“2年”，原文是“1年”"),
        ("“碳削减率达10”这句原文有没有", None),
        ("“超过基准期的50%”出自哪一条", "原文还有“不得”"),
        ("“得超过基准期的50%”出自哪一条", "原文还有“不”"),
        ("“企业应对申报材料的真实性、准确性、完整性不负责”原文有没有", "原文没有“不”"),
        ("“碳排放强度不高于10吨二氧化碳/万元”核对一下", None),
    ],
)
def test_a_digit_or_a_negation_makes_other_words(
    question: str, change: str | None, real_assistant: Assistant
) -> None:
    answer = real_assistant.ask(question)
    assert answer.answer.startswith("没有。")
    assert change is None or change in answer.answer


def test_a_quotation_over_two_clauses_is_checked_sentence_by_sentence(real_assistant: Assistant) -> None:
    answer = real_assistant.ask(
        "“本办法由省工信厅负责解释。本办法自发布之日起施行，有效期至2029年12月31日”有没有这句"
    )
    assert [citation.label for citation in answer.citations] == ["第十四条", "第十五条"]
    assert "您说的是“2029年”，原文是“2028年”" in answer.answer


def test_words_of_another_policy_are_said_to_be_there(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("零碳办法里有没有“先易后难、稳步扩大”这句话")
    assert "《福建省零碳工厂建设管理办法》里没有这句话，它出自" in answer.answer


def test_no_policy_holds_it(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("“零碳工厂奖励五十万元现金红包”是原话吗")
    assert answer.answer.startswith("没有。")
    assert answer.status in (AnswerStatus.REFUSED, AnswerStatus.ANSWERED)


@pytest.mark.parametrize(
    ("message", "label"),
    [
        ("“支持厦门、南平等有条件的地区率先实现碳排放达峰”这句话是福州方案里的吧", "五（十六）"),
        ("“1312号提案”里有“绿水青山就是金山银山”吗", "引言第2段"),
        ("“先易后难、稳步扩大”哪里来的", "下一步三是"),
    ],
)
def test_a_quotation_by_the_way_it_is_asked_for(message: str, label: str, real_assistant: Assistant) -> None:
    answer = real_assistant.ask(message)
    assert "出自：" in answer.answer
    assert answer.citations[0].label == label


def test_a_remark_about_a_sentence_is_no_quotation(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("答复里150家那句是谁提出的").answer
    assert "没有这句话" not in answer
    assert "150家" in answer


def test_of_a_far_sentence_no_difference_is_named(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("“零碳工厂每年复核一次”出自哪里").answer
    assert answer.startswith("没有。")
    assert "不同之处" not in answer


def test_the_nearest_sentence_may_be_in_another_policy(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("零碳工厂管理办法里有没有“到2030年绿色工厂200家”这句话")
    assert answer.citations[0].policy_id == "fuzhou-industry-carbon-peak"


def test_what_a_text_is_asked_to_say_is_no_fact_of_the_applicant(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("办法是不是写了碳削减率达100%")
    assert answer.answer.startswith("对。")
    assert not answer.calculations
