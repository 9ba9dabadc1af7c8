"""Variants keep what is meant: figures keep their values, typing errors stay out of numerals, twenty differ and repeat."""

from __future__ import annotations

from random import Random

import pytest

from assistant.quantities import find_quantities
from eval.questions import load_split
from eval.robustness.run import spread
from eval.robustness.variants import in_characters, rules, variants

ASKED = "我们想申报零碳工厂，2021年排放10万吨，抵消40,000吨，综合占比37.5%，达标了吗？"


def applied(rule: str, text: str) -> str:
    return rules()[rule](text, Random("seed"))


@pytest.mark.parametrize(
    ("rule", "written"),
    [
        ("units plain", "2021年排放100000吨，抵消40000吨，占比37.5%"),
        ("units latin", "2021年排放10万t，抵消4万t，占比37.5%"),
        ("units grouped", "2021年排放100,000 tCO2，抵消40,000 tCO2，占比37.5 %"),
        ("units in characters", "2021年排放十万吨，抵消四万吨，占比百分之三十七点五"),
        ("units in ten thousands", "2021年排放10万吨，抵消4万吨，占比37.5%"),
        ("clauses swapped", "抵消40,000吨，2021年排放10万吨，占比37.5%"),
        ("full width", "２０２１年排放１０万吨，抵消４０,０００吨，占比３７．５％"),
        ("spaces", "2021 年排放 10 万吨，抵消 40,000 吨，占比 37.5 %"),
        ("blanks for commas", "2021年排放10万吨 抵消40,000吨 占比37.5%"),
        ("punctuation dropped", "2021年排放10万吨抵消40,000吨占比37.5%"),
        ("punctuation ASCII", "2021年排放10万吨,抵消40,000吨,占比37.5%"),
        ("traditional", "2021年排放10萬噸，抵消40,000噸，佔比37.5%"),
        ("particles dropped", "2021年排放10万吨，抵消40,000吨，占比37.5%"),
    ],
)
def test_a_rule_writes_the_same_amounts_another_way(rule: str, written: str) -> None:
    said = "2021年排放10万吨，抵消40,000吨，占比37.5%"
    assert applied(rule, said) == written


def test_units_are_those_of_what_is_counted() -> None:
    assert applied("units grouped", "年综合能耗5000吨标准煤") == "年综合能耗5,000吨标准煤"
    assert applied("units latin", "年综合能耗5000吨标准煤") == "年综合能耗5000tce"
    assert applied("units grouped", "能耗5000吨") == "能耗5,000吨", "吨 of energy is no carbon"
    assert applied("units in characters", "增加值1.3亿元") == "增加值一点三亿元"
    assert applied("units plain", "强度不超过8吨/万元") == "强度不超过8吨/万元"


def test_numbers_are_read_out_as_people_do() -> None:
    from decimal import Decimal

    said = {
        "0": "零",
        "10": "十",
        "12.05": "十二点零五",
        "105": "一百零五",
        "1005": "一千零五",
        "4380": "四千三百八十",
    }
    assert {number: in_characters(Decimal(number)) for number in said} == said


def test_clauses_that_lean_on_another_stay_where_they_are() -> None:
    for said in (
        "2021年10万吨，更正为9万吨",
        "抵消5万吨，降到4万吨",
        "去年6万吨，其中抵消1万吨",
        "去年6万吨，够吗",
    ):
        assert applied("clauses swapped", said) == said


def test_typing_errors_leave_figures_negations_and_question_words_alone() -> None:
    for question in load_split("dev")[:200]:
        for turn in question.turns:
            for rule in ("homophones", "shapes", "characters twice"):
                wrong = applied(rule, turn)
                assert [one.value for one in find_quantities(wrong) if one.unit] == [
                    one.value for one in find_quantities(turn) if one.unit
                ], wrong
                assert sum(wrong.count(char) for char in "不没未无吗呢") == sum(
                    turn.count(char) for char in "不没未无吗呢"
                )


def test_variants_are_different_and_the_same_every_time() -> None:
    found = variants([ASKED, "抵消改成5万吨呢"], "q1", 20)
    assert found == variants([ASKED, "抵消改成5万吨呢"], "q1", 20)
    assert found != variants([ASKED, "抵消改成5万吨呢"], "q2", 20)
    assert len({turns for _, turns in found}) == 20
    assert all(turns != (ASKED, "抵消改成5万吨呢") for _, turns in found)


def test_questions_are_spread_over_the_kinds() -> None:
    chosen = [question for question, _ in zip(spread(load_split("dev")), range(12), strict=False)]
    assert all(question.expect.verdict or question.expect.numbers for question in chosen)
    assert len({question.kind for question in chosen}) >= 10
    assert chosen == [
        question for question, _ in zip(spread(load_split("dev")[::-1]), range(12), strict=False)
    ]
