"""One figure asked for in another unit of the same kind."""

from __future__ import annotations

import pytest

from assistant.agent.understanding.conversion import conversion_in


@pytest.mark.parametrize(
    ("message", "equation"),
    [
        ("3200千克二氧化碳算几吨", "3200千克二氧化碳 = 3.2吨"),
        ("1.2亿元等于多少万元", "1.2亿元 = 12000万元"),
        ("4.5万吨是多少吨", "4.5万吨 = 45000吨"),
        ("45000吨合多少万吨", "45000吨 = 4.5万吨"),
        ("12千吨标煤折合多少吨标准煤", "12千吨标煤 = 12000吨标准煤"),
        ("基准10万吨，最多能抵消的是多少吨", None),
        ("2021年10万吨，去年6万吨，削减率是多少", None),
        ("4吨煤是多少万元", None),
        ("去年排放是多少吨", None),
    ],
)
def test_a_figure_in_another_unit(message: str, equation: str | None) -> None:
    assert conversion_in(message) == equation
