"""Comparisons and targets through the whole assistant: both figures and the difference first, each with its clause."""

from __future__ import annotations

import pytest

from assistant.service import Assistant


def ask(assistant: Assistant, *turns: str) -> str:
    conversation, said = None, ""
    for turn in turns:
        answer = assistant.ask(turn, conversation)
        conversation, said = answer.conversation_id, answer.answer
    return said


def first(text: str) -> str:
    return text.split("\n\n")[0]


@pytest.mark.parametrize(
    ("turns", "figures"),
    [
        (("短流程炼钢2030年比2025年提高几个百分点",), ("15%", "20%", "5个百分点")),
        (("省里短流程炼钢2025年要到多少", "2030年呢", "两个差多少"), ("15%", "20%", "5个百分点")),
        (("短流程炼钢2025年省里和福州的目标哪个高",), ("15%", "一样")),
        (("福州2030年绿色工厂多少家", "跟省里2025年的比多几家"), ("200家", "150家", "50家", "不是同一年")),
        (("清洁能源装机比重2025年比可再生能源高几个百分点",), ("58.5%", "34%", "24.5个百分点")),
        (("废旧物资加工利用量是回收量的几倍",), ("140万吨", "1100万吨", "7.86倍", "960万吨")),
        (("零碳和近零碳的削减率门槛差多少",), ("100%", "5%", "95个百分点")),
        (("碳强度这项零碳和近零碳门槛一样吗",), ("8吨", "一样")),
        (("FFCER成交金额和碳排放权成交金额哪个大",), ("6789.36万元", "19亿元", "18.32亿元")),
        (("电机跟变压器哪个要求高",), ("70%", "80%", "10个百分点")),
    ],
)
def test_both_figures_and_the_difference_lead(
    real_assistant: Assistant, turns: tuple[str, ...], figures: tuple[str, ...]
) -> None:
    told = first(ask(real_assistant, *turns))
    assert [figure for figure in figures if figure not in told] == []


def test_figures_of_different_measures_are_not_subtracted(real_assistant: Assistant) -> None:
    told = ask(real_assistant, "乘用车新车碳排放强度降幅和集装箱铁水联运年均增长哪个高")
    assert "百分点" not in told


def test_a_long_sentence_is_cut_to_the_part_with_the_figure(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("大宗固废综合利用率2025年要到多少")
    assert "…“到2025年，新增大宗固废综合利用率达到60%”[1]…" in answer.answer
    assert answer.citations[0].quote == "到2025年，新增大宗固废综合利用率达到60%"


@pytest.mark.parametrize(
    ("turns", "figures"),
    [
        (("省里2025年底绿色低碳工厂多少家", "园区呢"), ("15个",)),
        (("福州说2025年新增高效变压器占比要多少，电机又是多少",), ("80%", "70%")),
        (("红树林营造和修复各多少公顷",), ("675公顷", "550公顷")),
    ],
)
def test_the_figure_that_is_asked_for_is_told(
    real_assistant: Assistant, turns: tuple[str, ...], figures: tuple[str, ...]
) -> None:
    told = ask(real_assistant, *turns)
    assert [figure for figure in figures if figure not in told] == []


def test_what_another_document_says_is_told_as_quoted_by_ours(real_assistant: Assistant) -> None:
    told = first(ask(real_assistant, "《福建省工业领域碳达峰实施方案》里绿色低碳供应链企业要培育多少家"))
    assert told.startswith("没有收录“福建省工业领域碳达峰实施方案”的原文")
    assert "25家" in told


def test_another_place_gets_none_of_our_figures(real_assistant: Assistant) -> None:
    assert "200家" not in first(ask(real_assistant, "厦门2030年绿色工厂多少家"))
    assert "150家" not in first(ask(real_assistant, "浙江和福建绿色低碳工厂差几家"))


@pytest.mark.parametrize(
    ("claim", "judged"),
    [
        ("省里2030年短流程炼钢目标比2025年高，对吗", "对。"),
        ("省里2030年短流程炼钢目标比2025年低，对吗", "不对。"),
        ("福州短流程炼钢的目标比省里高，对吗", "不对。"),
    ],
)
def test_a_claimed_direction_is_judged_first(claim: str, judged: str, real_assistant: Assistant) -> None:
    assert real_assistant.ask(claim).answer.startswith(judged)


@pytest.mark.parametrize(
    "message",
    ["零碳工厂跟近零碳工厂到底差在哪", "零碳工厂和近零碳工厂有什么不一样", "近零碳工厂比零碳工厂低在哪儿"],
)
def test_programmes_compared_in_nothing_named_are_compared_in_their_conditions(
    message: str, real_assistant: Assistant
) -> None:
    addresses = {
        citation.address.partition("#")[2].split("/")[0] for citation in real_assistant.ask(message).citations
    }
    assert addresses == {"第八条", "第九条"}
