"""A figure to be confirmed is judged only where the case is clear."""

from __future__ import annotations

import pytest

from assistant.agent.tools.premise import judge

CAP = "碳抵消方式削减的碳排放量，不得超过基准期的50%"


@pytest.mark.parametrize(
    ("question", "sentence", "verdict"),
    [
        ("抵消不得超过基准期的30%，对吧", CAP, "不对。"),
        ("抵消不得超过基准期的50%，对吧", CAP, "对。"),
        ("抵消能不能超过一半", CAP, "不能。"),
        ("抵消能不能超过20%", CAP, None),
        ("培育期是三年，没错吧", "培育期原则上为1年。", "不对。"),
        ("抵消上限是多少", CAP, None),
        ("抵消不低于50%，对吧", CAP, None),
        ("利用率要达到95%，对吧", "利用率达到60%，回收率达到93%以上", None),
        ("2021年是基准期，对吧", CAP, None),
    ],
)
def test_judge(question: str, sentence: str, verdict: str | None) -> None:
    assert judge(question, sentence) == verdict
