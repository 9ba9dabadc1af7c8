"""Procedures, their steps, the tasks of a plan by their heading, and what an office is responsible for."""

from __future__ import annotations

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.offices import Offices
from assistant.agent.understanding.tasks_named import TasksNamed
from assistant.documents.library import Library
from assistant.service import Assistant
from tests.agent.test_conversations import SYNERGY, ZERO, cited, first, talk

ECOLOGY = "fujian-ecology-reply-20251312"
PEAK = "fuzhou-industry-carbon-peak"


@pytest.mark.parametrize(
    ("turns", "clause"),
    [
        (("零碳工厂怎么个报法，先干啥后干啥",), f"{ZERO}#第十一条"),
        (("我厂想报近零碳，从头到尾要过几关",), f"{ZERO}#第十二条"),
        (("零碳工厂怎么个报法，先干啥后干啥", "第二步"), f"{ZERO}#第十一条/（二）"),
        (("零碳工厂怎么个报法", "第二步", "谁来审"), f"{ZERO}#第十一条/（二）"),
        (("零碳工厂怎么个报法", "第二步", "谁来审", "要多久", "下一步呢"), f"{ZERO}#第十一条/（三）"),
        (("近零碳申报流程", "初审是谁干"), f"{ZERO}#第十二条/（二）"),
        (("近零碳申报流程", "初审是谁干", "验收呢，谁验"), f"{ZERO}#第十二条/（五）"),
    ],
)
def test_a_procedure_and_its_steps(turns: tuple[str, ...], clause: str, real_assistant: Assistant) -> None:
    assert first(talk(real_assistant, *turns)) == clause


def test_the_time_of_a_step_is_said_not_to_be_regulated(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "零碳工厂怎么个报法", "第二步", "要多久")
    assert answer.answer.startswith("办法没有规定初审")


def test_the_same_step_of_two_programmes(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("零碳工厂的第三步和近零碳的第三步有啥不一样")
    assert {f"{ZERO}#第十一条/（三）", f"{ZERO}#第十二条/（三）"} <= set(cited(answer))


def test_each_of_several_steps_is_answered(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("请一并答复：初审归谁、复审委托谁、零碳工厂名单在何处公布？")
    assert all(word in answer.answer for word in ("设区市工信部门", "省节能中心", "门户网站"))


@pytest.mark.parametrize("message", ["浙江的零碳工厂怎么申报", "国家级零碳工厂申报流程"])
def test_the_procedure_of_another_place_is_not_ours(message: str, real_assistant: Assistant) -> None:
    assert real_assistant.ask(message).status is AnswerStatus.REFUSED


@pytest.mark.parametrize(
    ("turns", "clause"),
    [
        (("减污降碳里农业那节谁牵头",), f"{SYNERGY}#三/（八）"),
        (("减污降碳里农业那节谁牵头", "排第一的是谁"), f"{SYNERGY}#三/（八）"),
        (("减污降碳里农业那节谁牵头", "排第一的是谁", "林业那节呢"), f"{SYNERGY}#三/（九）"),
        (("建材行业那块归谁管",), f"{PEAK}#三/（一）/3"),
    ],
)
def test_who_is_in_charge_of_a_task_by_its_heading(
    turns: tuple[str, ...], clause: str, real_assistant: Assistant
) -> None:
    answer = talk(real_assistant, *turns)
    assert first(answer) == clause
    assert "责任单位" in answer.answer


def test_two_tasks_are_told_one_after_the_other(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("省减污降碳方案的工业、城乡建设两节，责任单位里排第一的各是谁？")
    assert cited(answer)[:2] == [f"{SYNERGY}#三/（五）", f"{SYNERGY}#三/（七）"]


def test_a_task_without_responsible_units_has_none(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "省减污降碳方案关于宣传教育是第几条？", "该条后面列的责任单位有哪些？")
    assert answer.answer.startswith("条文没有写明责任单位")


def test_a_word_of_several_headings_names_no_task(corpus_library: Library) -> None:
    tasks = TasksNamed(corpus_library)
    assert tasks.addresses("协同那节谁牵头", ()) == ()
    assert tasks.addresses("农业、协同两节谁牵头", ()) == ()


@pytest.mark.parametrize(
    ("message", "office"),
    [
        ("气象局参与哪些工作", "气象局"),
        ("妇联管啥", "妇联"),
        ("人民银行负责哪些", "人民银行福州中心支行"),
        ("交通运输厅在减污降碳里管哪些事", "交通运输厅"),
        ("林业局的碳汇项目开发有什么要求", None),
        ("短流程炼钢由工信厅负责吗", None),
    ],
)
def test_whose_tasks_are_asked_for(
    message: str, office: str | None, corpus_library: Library, lexicon: Lexicon
) -> None:
    assert Offices(corpus_library, lexicon).duties_asked(message, message) == office


def test_the_tasks_of_an_office_are_listed(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("气象局参与哪些工作")
    assert set(cited(answer)) == {f"{SYNERGY}#四/（十三）", f"{SYNERGY}#六/（二十三）"}
    assert "提升减污降碳基础能力" in answer.answer


def test_a_policy_without_a_phone_gives_none_of_another(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("零碳工厂的事打哪个电话问")
    assert answer.answer.startswith("办法没有规定咨询电话")
    assert "0591" not in answer.answer


def test_the_step_after_one_that_is_over_in_each_procedure(real_assistant: Assistant) -> None:
    assert cited(talk(real_assistant, "复审过了接下来干啥")) == [
        f"{ZERO}#第十一条/（四）",
        f"{ZERO}#第十二条/（四）",
    ]
