from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.agent.answer import Answer, Calculation, ScoreBounds, Verdict, VerdictFinding
from eval.checks import check_answer, unsourced_figures
from tests.eval.made import answer, citation, question

CLAUSE = "made-policy#第八条"
NOT_MET = Verdict("零碳工厂", "不符合", (), None)


def test_an_answer_with_all_that_is_asked_for_is_right() -> None:
    asked = question(
        gold=[[CLAUSE]],
        numbers=["50%", ["6万吨", "六万吨"]],
        contains=[["不得超过", "不能超过"]],
        absent=["40%"],
        verdict={"programme": "零碳工厂", "status": "不符合"},
    )
    checks = check_answer(
        asked, answer("不得超过50%，还差60000吨，不是140%。", citations=(citation(),), verdict=NOT_MET)
    )
    assert checks.right
    assert checks.gold
    assert checks.reasons == ()


@pytest.mark.parametrize(
    ("expect", "given", "failed"),
    [
        ({"gold": [[CLAUSE], ["made-policy#第九条"]]}, answer("见条款", citations=(citation(),)), "gold"),
        ({"gold": [["made-policy#第八条/（二）/段1"]]}, answer("见条款", citations=(citation(),)), "gold"),
        ({}, answer("没有规定", status="refused"), "status"),
        ({"numbers": ["40%"]}, answer("碳削减率为140%"), "numbers"),
        ({"numbers": ["40%", "50%"]}, answer("碳削减率为40%"), "numbers"),
        ({"verdict": {"programme": "零碳工厂", "status": "符合"}}, answer("符合"), "verdict"),
        (
            {"verdict": {"programme": "零碳工厂", "status": "符合"}},
            answer("符合", verdict=NOT_MET),
            "verdict",
        ),
        (
            {"verdict": {"programme": "近零碳工厂", "status": "不符合"}},
            answer("", verdict=NOT_MET),
            "verdict",
        ),
        ({"contains": [["不得超过", "不能超过"]]}, answer("可以超过"), "contains"),
        ({"absent": ["30%"]}, answer("不得超过30%"), "absent"),
    ],
)
def test_each_check_fails_alone(expect: dict[str, object], given: Answer, failed: str) -> None:
    checks = check_answer(question(**expect), given)
    assert checks.failed == (failed,)
    assert checks.right is (failed == "gold")
    assert checks.reasons[0].startswith(f"{failed}: ")


def test_what_is_not_asked_for_is_neither_right_nor_wrong() -> None:
    checks = check_answer(question(), answer("可以"))
    assert (checks.gold, checks.numbers, checks.verdict, checks.contains, checks.absent) == (None,) * 5


def test_a_turn_that_raised_is_wrong_and_says_why() -> None:
    checks = check_answer(question(gold=[[CLAUSE]]), None, "InputError: 太长")
    assert checks.failed == ("gold", "status")
    assert checks.reasons == ("error: InputError: 太长",)


@pytest.mark.parametrize(
    ("expected", "given", "wrong"),
    [
        ("符合", "不符合", ("verdict",)),
        ("不符合", "符合", ("verdict",)),
        ("待补充", "符合", ("verdict",)),
        ("符合", "待补充", ()),
        ("符合", None, ()),
        ("符合", "符合", ()),
    ],
)
def test_a_verdict_that_decides_otherwise_is_wrong_and_one_left_open_is_not(
    expected: str, given: str | None, wrong: tuple[str, ...]
) -> None:
    asked = question(verdict={"programme": "零碳工厂", "status": expected})
    verdict = Verdict("零碳工厂", given, (), None) if given else None
    assert check_answer(asked, answer("", verdict=verdict)).wrong == wrong


def computed(*displays: str) -> tuple[Calculation, ...]:
    return tuple(Calculation("m", "碳削减率", {}, "", None, shown, None, None, None) for shown in displays)


@pytest.mark.parametrize(
    ("kind", "status", "displays", "wrong"),
    [
        ("metric", "answered", ["87.5%"], ("number",)),
        ("metric", "answered", ["97%"], ()),
        ("metric", "answered", ["100%"], ()),  # the other figure that is expected
        ("metric", "answered", ["6万吨"], ()),  # of another unit
        ("metric", "answered", [], ()),
        ("metric", "needs_facts", ["87.5%"], ()),
        ("lookup", "answered", ["87.5%"], ()),
    ],
)
def test_a_figure_computed_in_place_of_the_expected_one_is_wrong_unless_it_was_asked(
    kind: str, status: str, displays: list[str], wrong: tuple[str, ...]
) -> None:
    asked = replace(question(status=["answered", "needs_facts"], numbers=["97%", "100%"]), kind=kind)
    given = answer(
        "、".join(["100%", *displays]) if displays != ["97%"] else "97%，100%",
        status=status,
        calculations=computed(*displays),
    )
    checks = check_answer(asked, given)
    assert checks.wrong == wrong
    assert checks.asked is (status == "needs_facts")


def test_figures_may_come_from_the_engine_the_citations_and_the_user() -> None:
    calculation = Calculation(
        metric="reduction_rate",
        label="碳削减率",
        inputs={"基准期排放量": "10万吨"},
        formula="(E基准 - E报告) / E基准",
        value="3/5",
        display="60%",
        limit="≥100%",
        passed=False,
        citation=1,
    )
    findings = (VerdictFinding("碳削减率", "不符合", "还差4万吨", 1),)
    verdict = Verdict("零碳工厂", "不符合", findings, ScoreBounds("10", "70", "100"))
    said = ["我们去年排了4.5万吨"]
    text = "削减率60%，低于100%，还差4万吨；得分10至70分；4.5万吨，上限50%[1]。"
    full = answer(text, citations=(citation(),), verdict=verdict, calculations=(calculation,))
    assert unsourced_figures(full, said) == []
    assert unsourced_figures(answer(text), said) == ["60%", "100%", "4万吨", "10", "70分", "50%"]


def test_a_figure_that_only_a_later_turn_gives_has_no_source() -> None:
    assert unsourced_figures(answer("4.5万吨"), ["你好"]) == ["4.5万吨"]
