"""Suppositions, gaps and counts over turns with the real assistant: which figures each answer rests on."""

from __future__ import annotations

import pytest

from assistant.agent.answer import Answer
from assistant.service import Assistant

ZERO = "fujian-zero-carbon-factory"
TOLD = "基准十万吨 去年四万五 抵消四万八"
SUPPOSED = "如果抵消做到六万五呢"


def talk(assistant: Assistant, *messages: str) -> Answer:
    answer = assistant.ask(messages[0])
    for message in messages[1:]:
        answer = assistant.ask(message, answer.conversation_id)
    return answer


def shown(answer: Answer) -> dict[str, str]:
    return {item.label: item.display for item in answer.calculations}


@pytest.mark.parametrize(
    ("turns", "metric", "value", "supposed"),
    [
        ((TOLD, SUPPOSED, "抵消占了几成"), "碳抵消占比", "65%", True),
        ((TOLD, SUPPOSED, "抵消占了几成", "那分数变成多少"), "碳抵消得分", "0分", True),
        ((TOLD, SUPPOSED, "算了还是按原来的 抵消占基准的比例是多少"), "碳抵消占比", "48%", False),
        ((TOLD, "抵消占了几成", SUPPOSED, "按实际的呢"), "碳抵消占比", "48%", False),
        ((TOLD, SUPPOSED, "不假设了 现在占比是多少"), "碳抵消占比", "48%", False),
        ((TOLD, SUPPOSED, "去年其实是四万", "削减率多少"), "碳削减率", "108%", False),
        (("基准十万吨 去年四万五", SUPPOSED, "那占比呢"), "碳抵消占比", "65%", True),
        ((TOLD, "抵消占了几成", SUPPOSED, "那再加到七万吨"), "碳抵消占比", "70%", True),
        ((TOLD, SUPPOSED, "假设都不算，更正：抵消实际是五万", "占比多少"), "碳抵消占比", "50%", False),
        ((TOLD, SUPPOSED, "还是按前面的数，抵消占几成"), "碳抵消占比", "48%", False),
        ((TOLD, "假如抵消与去年排放都降到三万吨，削减率多少"), "碳削减率", "100%", True),
        (("二一年六万 去年两万八", "买碳汇两万一", "削减率多少"), "碳削减率", "88.33%", False),
        ((TOLD, "抵消占了几成", SUPPOSED, "超没超"), "碳抵消占比", "65%", True),
    ],
)
def test_what_is_supposed_holds_until_it_is_given_up(
    real_assistant: Assistant, turns: tuple[str, ...], metric: str, value: str, supposed: bool
) -> None:
    answer = talk(real_assistant, *turns)
    assert shown(answer)[metric] == value
    assert ("按假设的数据" in answer.answer) is supposed


def test_what_is_supposed_is_never_noted(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "基准十万吨 去年四万五", SUPPOSED, "那占比呢", "你都记了我哪些数据")
    assert "四万五" in answer.answer
    assert "六万五" not in answer.answer


def test_a_gap_is_told_in_percentage_points(real_assistant: Assistant) -> None:
    answer = talk(
        real_assistant, "基准十万吨 去年六万 抵消三万", "如果去年减到只剩一半呢", "那还差几个点到100"
    )
    assert shown(answer)["碳削减率与要求的差距"] == "20个百分点"
    assert "相差20个百分点" in answer.answer


@pytest.mark.parametrize(
    ("turns", "count", "clause"),
    [
        (("近零碳培育期满以后是不是还要去现场", "今年到期的有二十七家 最少看几家"), "6家", "第十二条/（五）"),
        (("近零碳验收今年有七家 最少抽几家现场看",), "2家", "第十二条/（五）"),
        (("近零碳的复审通过的有12家 现场核查要抽几家",), "3家", "第十二条/（三）"),
        (("零碳工厂复审过了31家 现场核查最少抽几家",), "7家", "第十一条/（四）"),
        (("零碳核查抽查比例多少", "那要是有四十四家呢"), "9家", "第十一条/（四）"),
    ],
)
def test_how_many_are_drawn_by_the_clause_spoken_of(
    real_assistant: Assistant, turns: tuple[str, ...], count: str, clause: str
) -> None:
    answer = talk(real_assistant, *turns)
    assert shown(answer) == {"最少抽查家数": count}
    assert answer.citations[0].address == f"{ZERO}#{clause}"


def test_a_metric_is_judged_alone_once_its_figures_are_known(real_assistant: Assistant) -> None:
    turns = ("去年总共排了十万五千吨", "工业增加值1.2亿元")
    assert shown(talk(real_assistant, *turns, "碳排放强度合格吗")) == {"碳排放强度": "8.75吨/万元"}
    assert shown(talk(real_assistant, *turns, "单位增加值排多少碳")) == {"碳排放强度": "8.75吨/万元"}


@pytest.mark.parametrize(
    ("turns", "metric", "value"),
    [
        (("2021年8万吨，去年5万吨，抵消3万吨，削减率多少", "去掉抵消再算一遍"), "碳削减率", "37.5%"),
        (("2021年8万吨，去年5万吨，抵消3万吨，削减率多少", "抵消不算的话呢"), "碳削减率", "37.5%"),
        (("2021年10万吨，去年6万吨，抵消4万吨，削减率多少", "再多抵1万吨够不够"), "碳削减率", "90%"),
        (
            ("2021年10万吨，去年7万吨，抵消2万吨，削减率多少", "要是去年压到5万，抵消加到5万呢", "那得分呢"),
            "碳抵消得分",
            "0分",
        ),
    ],
)
def test_what_is_left_out_or_added_is_supposed(
    real_assistant: Assistant, turns: tuple[str, ...], metric: str, value: str
) -> None:
    answer = talk(real_assistant, *turns)
    assert shown(answer)[metric] == value
    assert "按假设的数据" in answer.answer


def test_a_gap_is_that_of_the_metric_computed_before(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "工业增加值5000万，去年排放4.5万吨，强度多少", "排放降到多少才达标")
    assert "4万吨" in answer.answer.split("\n\n")[0]


def test_what_is_bought_is_no_answer_to_another_question(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "2021年排了8万吨", "买了2万吨绿证")
    assert shown(answer)["碳抵消占比"] == "25%"
