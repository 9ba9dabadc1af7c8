"""Where one question of a message ends and the next begins."""

from __future__ import annotations

import pytest

from assistant.agent.understanding.questions import questions_in


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("短流程炼钢2025年要到多少，谁负责", ["短流程炼钢2025年要到多少", "谁负责"]),
        ("近零碳培育期多长？期满谁验收？", ["近零碳培育期多长？", "期满谁验收？"]),
        (
            "其一，办法由何机关解释；其二，有效期至何时；其三，抵消上限为何。",
            ["办法由何机关解释；", "有效期至何时；", "抵消上限为何。"],
        ),
        ("培育期几年 谁验收", ["培育期几年", "谁验收"]),
        ("抵消上限 培育期多长 抽查比例 都说一下", ["抵消上限", "培育期多长", "抽查比例"]),
        ("请分列：①红树林营造面积；②骨干企业家数", ["红树林营造面积", "骨干企业家数"]),
        ("请说明能效提升的分值，以及抵消最多占几成", ["请说明能效提升的分值", "以及抵消最多占几成"]),
        ("1.基准年哪年2.近零碳培育多久3.材料报给谁", ["基准年哪年", "近零碳培育多久", "材料报给谁"]),
        ("零碳工厂：①抵消上限②强度上限", ["零碳工厂抵消上限", "零碳工厂强度上限"]),
        ("请分列：①省方案红树林面积；②市方案骨干企业家数", ["省方案红树林面积", "市方案骨干企业家数"]),
        ("现场抽查比例多少和培育期多久", ["现场抽查比例多少", "培育期多久"]),
        ("抵消最多占几成、碳强度卡多少，一次说清", ["抵消最多占几成", "碳强度卡多少，一次说清"]),
        (
            "我们2021年10万吨，去年4万吨，零碳够不够？另外材料交到哪里",
            ["我们2021年10万吨，去年4万吨，零碳够不够？", "另外材料交到哪里"],
        ),
    ],
)
def test_questions_stand_apart_with_what_is_told_before_them(message: str, parts: list[str]) -> None:
    assert list(questions_in(message)) == parts


@pytest.mark.parametrize(
    "message",
    [
        "零碳工厂有哪些条件",
        "零碳工厂 抵消 最多 多少",
        "标准一样吗 两边都是多少",
        "DB35/T 2285—2025第5章的技术要求逐条列出来",
        "占比52%，行不行",
        "那零碳工厂呢，也要先培育吗",
        "两份方案各是多少，有什么区别",
        "短流程炼钢占比是多少，出处在哪",
        "“应减尽减，因业施策”出自哪里，谁说的",
        "请问一下，能不能帮我查查，培育期多久",
        "我们厂前几年出过事故，还能报吗",
    ],
)
def test_what_says_nothing_of_its_own_stays_with_its_question(message: str) -> None:
    assert questions_in(message) == (message,)
