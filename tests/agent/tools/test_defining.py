"""What a term means and where words are written, as people ask for it."""

from __future__ import annotations

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.agent.tools.defining import defines, term_asked, words_sought
from assistant.service import Assistant


@pytest.mark.parametrize(
    ("message", "term"),
    [
        ("什么是FFCER", "FFCER"),
        ("“三微行动”指什么", "三微行动"),
        ("属地管理是指啥", "属地管理"),
        ("碳抵消占比怎么定义", "碳抵消占比"),
        ("无废城市在方案里有解释吗", "无废城市"),
        ("材料报给谁", None),
        ("零碳工厂是什么时候认定的", None),
    ],
)
def test_term_asked(message: str, term: str | None) -> None:
    assert term_asked(message) == term


@pytest.mark.parametrize(
    ("term", "sentence", "says"),
    [
        ("零碳工厂", "本办法所称零碳工厂，是指通过能源结构优化……的制造业企业。", True),
        ("三线一单", "加强“三线一单”（生态保护红线、环境质量底线）应用", True),
        ("FFCER", "创新开发福建林业碳汇（FFCER）交易产品", True),
        ("省级管理系统", "通过系统（以下简称“省级管理系统”）报送", True),
        ("碳抵消", "通过绿证交易、碳汇购买、自愿减排项目开发等碳抵消方式", True),
        ("三微行动", "开展街巷微整治、空间微改造、景观微更新“三微行动”", True),
        ("碳足迹", "参与碳市场、产品碳足迹、碳普惠等研究", False),
        ("属地管理", "按照属地管理原则，设区市工信部门负责初审", False),
    ],
)
def test_defines(term: str, sentence: str, says: bool) -> None:
    assert defines(term, sentence) is says


@pytest.mark.parametrize(
    ("message", "words"),
    [("哪一条写了不予认定", "不予认定"), ("哪里写了应减尽减", "应减尽减"), ("申报书写多少字", None)],
)
def test_words_sought(message: str, words: str | None) -> None:
    assert words_sought(message) == words


@pytest.mark.parametrize(
    ("message", "label", "begins"),
    [
        ("什么是FFCER", "二、二是", "《福建省林业局"),
        ("省级管理系统是指什么", "第十一条（二）", "《福建省零碳工厂"),
        ("属地管理是指啥", "第六条", "原文没有给“属地管理”下定义"),
        ("哪条写了黑名单", "附件4第4项", "原文没有“黑名单”这几个字"),
        ("哪里写了应减尽减", "第四条", "《福建省零碳工厂"),
        ("设区市包不包括平潭", "第十一条（一）", "《福建省零碳工厂"),
    ],
)
def test_what_the_text_says_of_a_word(
    message: str, label: str, begins: str, real_assistant: Assistant
) -> None:
    answer = real_assistant.ask(message)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.answer.startswith(begins)
    assert answer.citations[0].label == label


def test_the_fields_of_the_other_form_stay_behind(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("近零碳申报书填不填基准值")
    assert not any(one.address.split("#")[1].startswith("附件1/") for one in answer.citations)


def test_the_field_that_corresponds(real_assistant: Assistant) -> None:
    first = real_assistant.ask("零碳申报书里零碳建设主要成效最多写几个字")
    answer = real_assistant.ask("近零碳那本对应的那栏叫什么、要多写点啥", first.conversation_id)
    assert [one.label for one in answer.citations] == ["附件2「零碳建设现状及规划」"]


def test_a_row_without_counterpart(real_assistant: Assistant) -> None:
    first = real_assistant.ask("附件3第10项")
    answer = real_assistant.ask("近零碳那张表对应的", first.conversation_id)
    assert answer.answer.startswith("近零碳的表里没有与它对应的一项。")
