"""Claims without a figure, held against sentences of the texts."""

from __future__ import annotations

import pytest

from assistant.agent.tools.claims import direction_agrees, duty_agrees, level_agrees, order_agrees

STEPS = "省级零碳工厂认定程序主要包括申请、初审、复审、核查、发布等五个环节："
FALLING = "培育期内年碳排放量保持下降且碳削减率不低于5%。"
TITLE = "年综合能源消费量在5000吨标准煤及以上（当量值），且获得省级及以上绿色工厂称号；"


@pytest.mark.parametrize(
    ("said", "agrees"),
    [
        ("先复审再初审是吧", False),
        ("先初审再复审是吧", True),
        ("先培育后验收对吧", None),
        ("初审要多久", None),
    ],
)
def test_order(said: str, agrees: bool | None) -> None:
    assert order_agrees(said, STEPS) is agrees


@pytest.mark.parametrize(
    ("said", "agrees"),
    [
        ("市级绿色工厂也可以吧", False),
        ("国家级绿色工厂也可以吧", True),
        ("省级绿色工厂就行对吧", True),
        ("市级绿色工厂不行对吧", None),
        ("市级绿色工厂是谁评的", None),
    ],
)
def test_level(said: str, agrees: bool | None) -> None:
    assert level_agrees(said, TITLE) is agrees


@pytest.mark.parametrize(
    ("said", "agrees"),
    [
        ("培育期内碳排放可以上升对吧", False),
        ("培育期内碳排放要下降对吧", True),
        ("培育期内碳排放不能上升对吧", None),
        ("得分会上升对吧", None),
    ],
)
def test_direction(said: str, agrees: bool | None) -> None:
    assert direction_agrees(said, FALLING) is agrees


@pytest.mark.parametrize(
    ("said", "sentence", "agrees"),
    [
        ("绿色工厂必须编制绿色低碳报告对吧", "鼓励绿色工厂编制绿色低碳发展年度报告。", False),
        ("绿色工厂必须编制绿色低碳报告对吧", "绿色工厂应编制绿色低碳发展年度报告。", None),
        ("鼓励绿色工厂编制绿色低碳报告对吧", "鼓励绿色工厂编制绿色低碳发展年度报告。", None),
        ("园区必须使用绿电对吧", "鼓励优先使用可再生能源满足电能替代项目的用电需求。", None),
    ],
)
def test_duty(said: str, sentence: str, agrees: bool | None) -> None:
    assert duty_agrees(said, sentence) is agrees
