"""Tables pasted from a spreadsheet are told as sentences, each figure with its row, its column and its unit."""

from __future__ import annotations

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.agent.understanding.pasted import as_sentences
from assistant.service import Assistant


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (
            "项目\t2021年\t去年\n碳排放（吨）\t100000\t40000\n抵消量（吨）\t\t40000",
            "2021年碳排放100000吨，去年碳排放40000吨；\n去年抵消量40000吨；",
        ),
        (
            "年份\t碳排放量（万吨）\t抵消量（万吨）\n2021\t10\t\n去年\t6\t4",
            "2021年碳排放量10万吨；\n去年碳排放量6万吨，去年抵消量4万吨；",
        ),
        (
            "指标\t单位\t数值\n2021年碳排放量\t吨\t100,000\n碳抵消量\t吨\t40,000",
            "2021年碳排放量100,000吨；\n碳抵消量40,000吨；",
        ),
        ("基准年排放\t10万吨\n去年排放\t6万吨\n够吗", "基准年排放10万吨；\n去年排放6万吨；\n够吗"),
        (
            "期初\t期末\n碳排放（吨）\t50000\t47000",
            "碳排放期初50000吨，碳排放期末47000吨；",
        ),
        (
            "2021年排放（吨）\t去年排放（吨）\t抵消（吨）\n100000\t40000\t50000",
            "2021年排放100000吨，去年排放40000吨，抵消50000吨；",
        ),
        (
            "序号\t项目\t数值\n1\t2021年排放\t10万吨\n2\t抵消\t5万吨",
            "2021年排放10万吨；\n抵消5万吨；",
        ),
        (
            "|年份|排放(tCO2)|抵消|\n|---|---|---|\n|2021|100000|0|\n|2025|40000|5万吨|",
            "2021年排放100000tCO2，2021年抵消0；\n2025年排放40000tCO2，2025年抵消5万吨；",
        ),
        (
            "年份 2021 2024 2025\n排放 10 6 4\n单位万吨，削减率多少",
            "2021年排放10，2024年排放6，2025年排放4；\n单位万吨，削减率多少",
        ),
        (
            "碳抵消量（tCO2）：30000\n基准值（2021年）：100000",
            "碳抵消量：30000tCO2\n基准值（2021年）：100000",
        ),
        ("2021年 10万吨 去年\n4万吨 抵消 3万吨", "2021年 10万吨 去年\n4万吨 抵消 3万吨"),
        ("甲\t乙\n1吨\t2吨\t3吨\t4吨", "1吨\t2吨\t3吨\t4吨"),
        ("2021年10万吨\t去年6万吨", "2021年10万吨\t去年6万吨"),
        ("没有表\n两行", "没有表\n两行"),
    ],
)
def test_each_figure_has_its_row_and_its_column(table: str, told: str) -> None:
    assert as_sentences(table) == told
    assert as_sentences(told) == told


def test_a_table_is_measured(real_assistant: Assistant) -> None:
    table = "项目\t2021年\t去年\n碳排放（吨）\t100000\t40000\n抵消量（吨）\t\t40000\n零碳的碳削减率多少"
    answer = real_assistant.ask(table)
    assert answer.status is AnswerStatus.ANSWERED
    assert "碳削减率为100%" in answer.answer
