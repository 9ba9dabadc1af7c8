"""The kind of value that a question asks for, and whether a sentence states one of what is asked about."""

from __future__ import annotations

import pytest

from assistant.agent.tools.wanted import wanted

NAMES = ("零碳工厂", "福州市工业领域碳达峰实施方案")
DRAWN = "根据评审结果，抽取部分企业开展现场核查（抽查比例不低于20%且不少于1家）。"
FIRMS = "到2025年，培育再生资源回收骨干企业10家，主要废旧物资回收量达140万吨。"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("初审要多长时间", "时限"),
        ("培育几个月", "时限"),
        ("一个市推荐几家", "家数"),
        ("评审专家有几个人", "人数"),
        ("零碳工厂要多少员工", "人数"),
        ("报告要写多少字", "字数"),
        ("哪几家单位负责", None),
        ("前几年出过事故怎么算", None),
        ("碳削减率要多少", None),
    ],
)
def test_the_kind_of_value_is_read_from_the_words_of_asking(question: str, name: str | None) -> None:
    found = wanted(question, (), NAMES)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("question", "sentence", "stated"),
    [
        ("现场核查抽几家", DRAWN, True),
        ("一个市最多推荐几家", DRAWN, False),
        ("再生资源回收企业要培育多少家", FIRMS, True),
        ("福州到2025年有多少家零碳工厂", FIRMS, False),
        ("培育期多久", "培育期原则上为1年。", True),
        ("培育期多久", "省工信厅择优列入年度近零碳工厂培育名单。", False),
    ],
)
def test_a_count_answers_only_beside_what_is_counted(question: str, sentence: str, stated: bool) -> None:
    found = wanted(question, (), NAMES)
    assert found is not None
    assert found.stands_in(sentence) is stated
