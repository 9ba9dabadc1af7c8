"""What the engine computed: figures by their names, limits, equations, verdicts, the marker of the clause behind them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.agent.answer import VerdictFinding
from assistant.agent.verification import Grounds
from tests.agent.verification.made import LIMITS, ROW, STEPS, calculation, cited, judged, types

LOSS = calculation("损耗占比", "12%", "≤15%", True, {"损耗量": "36吨", "取水量": "300吨"})


@pytest.fixture
def grounds() -> Grounds:
    return cited(LIMITS, calculations=(LOSS,), said=("损耗36吨，取水300吨",))


@pytest.mark.parametrize(
    "text",
    [
        "损耗占比为12%，要求≤15%，未超过上限，符合要求[1]。",
        "损耗占比 = 损耗量 ÷ 取水量 = 36吨 ÷ 300吨 = **12%**（要求≤15%，未超过上限，符合要求）[1]",
        "| 损耗占比 | 12%，未超15%[1] |",
        "| 损耗占比 | 12% | ≤15%[1] |",
    ],
)
def test_the_engines_results_pass(text: str, grounds: Grounds) -> None:
    assert types(text, grounds) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("损耗占比为36吨[1]。", "measure"),
        ("损耗占比为15%，要求≤12%[1]。", "measure"),
        ("损耗占比为12%，要求≥15%[1]。", "relation"),
        ("损耗占比为12%，高于15%[1]。", "relation"),
        ("损耗占比为12%，超过上限，不符合要求[1]。", "verdict"),
        ("损耗占比 = 36吨 ÷ 300吨 = **13%**[1]", "equation"),
        ("损耗占比 = 36吨 ÷ 300万吨 = **12%**[1]", "equation"),
        ("损耗占比12%，该项不符合[1]。", "verdict"),
    ],
)
def test_changed_results_fail(text: str, kind: str, grounds: Grounds) -> None:
    assert kind in types(text, grounds)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("**结论：零碳园区目前待补充，还不能判定。**[1]", True),
        ("**结论：零碳园区目前待补充，还能判定。**[1]", False),
        ("**结论：符合零碳园区的条件。**[1]", False),
        ("近零碳园区判定为待补充[1]。", False),
    ],
)
def test_the_verdict_is_the_engines(text: str, holds: bool, grounds: Grounds) -> None:
    programmes = ("零碳园区", "近零碳园区")
    open_verdict = replace(grounds, verdicts=(judged("零碳园区", "待补充"),), programmes=programmes)
    assert ("verdict" not in types(text, open_verdict)) is holds


def test_each_of_two_programmes_has_a_verdict_of_its_own(grounds: Grounds) -> None:
    both = replace(grounds, verdicts=(judged("零碳园区", "不符合"), judged("近零碳园区", "待补充")))
    assert "verdict" not in types("零碳园区：不符合条件；近零碳园区：待补充。[1]", both)
    assert "verdict" in types("近零碳园区：不符合条件。[1]", both)


def test_a_result_stands_behind_its_own_clauses_marker() -> None:
    other = calculation("公示家数", "3家", citation=2)
    grounds = cited(LIMITS, STEPS, calculations=(LOSS, other))
    assert "attribution" not in types("损耗占比为12%[1]。", grounds)
    assert "attribution" in types("损耗占比为12%[2]。", grounds)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("损耗占比为12%[1]。", True),
        ("损耗占比为12%[3]。", True),  # the book binds it to that clause too
        ("损耗占比为12%[2]。", False),
        ("损耗这一块算下来是12%[2]。", False),  # a figure that is nothing else's
        ("损耗要控制在15%以内[2]。", False),  # its limit
        ("损耗得分 = 20分 − 损耗占比 × 100分 = **8分**[3]", True),
        ("损耗得分 = 20分 − 损耗占比 × 100分 = **8分**[1]", False),  # the subject counts, its terms do not
        ("回用设施：已评分[3]。", True),
        ("回用设施：已评分[1]。", False),
    ],
)
def test_a_result_stands_behind_a_clause_that_rules_bind_it_to(text: str, holds: bool) -> None:
    score = calculation("损耗得分", "8分", citation=3)
    finding = VerdictFinding("回用设施", "已评分", "", 3)
    bound = {
        "损耗占比": frozenset(("park#第二条", "park#第四条")),
        "损耗得分": frozenset(("park#第四条",)),
        "回用设施": frozenset(("park#第四条/1",)),
    }
    grounds = cited(
        LIMITS,
        STEPS,
        ROW,
        calculations=(LOSS, score),
        verdicts=(replace(judged("零碳园区", "待补充"), findings=(finding,)),),
        bound=bound,
    )
    assert ("attribution" not in types(text, grounds)) is holds


def test_a_sentence_behind_another_clauses_marker_fails() -> None:
    grounds = cited(LIMITS, STEPS)
    assert types("经公示无异议后由市水务局予以公布[2]。", grounds) == set()
    assert "attribution" in types("经公示无异议后由市水务局予以公布[1]。", grounds)


def test_what_is_met_and_what_is_not_are_the_engines() -> None:
    finding = VerdictFinding(
        "取水和称号", "不符合", "取水量为450吨，符合≥300吨的要求；不符合：获得市级称号", 1
    )
    grounds = cited(LIMITS, verdicts=(replace(judged("零碳园区", "不符合"), findings=(finding,)),))
    assert "verdict" not in types("不符合：获得市级称号。[1]", grounds)
    assert "verdict" in types("符合：获得市级称号。[1]", grounds)


def test_a_limit_is_no_result_of_another_applicants() -> None:
    grounds = cited(
        LIMITS,
        calculations=(
            calculation("回用率", "30%", "≥40%", False),
            calculation("回用率", "40%", "≥40%", True),
        ),
    )
    assert "verdict" not in types("甲：回用率 = 30%（要求≥40%，不符合要求）[1]", grounds)
    assert "verdict" in types("甲：回用率 = 30%（要求≥40%，符合要求）[1]", grounds)
