"""What is asked first, and what is not asked at all."""

from __future__ import annotations

import pytest

from assistant.rules.assessment import Status
from assistant.rules.book import RuleBook
from tests.rules.conftest import Assess
from tests.rules.test_near_zero_carbon import SOUND
from tests.rules.test_zero_carbon import VETOES, facts_of


def asked(judge: Assess, programme: str, facts: dict[str, object]) -> list[str]:
    return [missing.fact_id for missing in judge(programme, facts).missing]


def test_the_carbon_figures_come_first(judge: Assess) -> None:
    order = asked(judge, "zero_carbon", {})
    assert order[:3] == ["baseline_emissions", "report_emissions", "offset_emissions"]
    assert order[3] == "basic_conditions"
    assert set(order[4:17]) == set(VETOES) | {"rectification_completed"}
    assert order[17:19] == ["retrofit_projects", "industrial_added_value"]
    assert all(id.startswith("score_zc_") for id in order[19:])


def test_near_zero_asks_for_energy_then_cultivation(judge: Assess) -> None:
    order = asked(judge, "near_zero_carbon", {})
    assert order[:3] == ["energy_consumption", "cultivation_start_emissions", "cultivation_end_emissions"]
    assert order[3] == "basic_conditions"
    assert order.index("green_factory") < order.index("industrial_added_value")


def test_a_known_end_of_cultivation_is_not_asked_for_again(judge: Assess) -> None:
    assert "report_emissions" in asked(judge, "near_zero_carbon", {})
    assert "report_emissions" not in asked(judge, "near_zero_carbon", SOUND)


def test_the_finding_that_waits_for_one_fact_only_goes_first(judge: Assess) -> None:
    assert asked(judge, "zero_carbon", facts_of("2021年 10万吨、去年 4万吨"))[0] == "offset_emissions"


def test_one_question_stands_for_all_the_basic_conditions(judge: Assess) -> None:
    open_ = asked(judge, "zero_carbon", {})
    after = asked(judge, "zero_carbon", {"basic_conditions": True})
    gone = set(open_) - set(after)
    assert gone == {"basic_conditions", "rectification_completed"} | {
        id for id in VETOES if id not in ("green_laws_compliant", "limits_advanced", "benchmark_reached")
    }
    # whoever says that not all of them hold is asked for each
    assert asked(judge, "zero_carbon", {"basic_conditions": False}) == [
        id for id in open_ if id != "basic_conditions"
    ]
    # and one that is left is asked for itself
    rest = {id: True for id in VETOES if id != "manufacturer"}
    assert "basic_conditions" not in asked(judge, "zero_carbon", rest)
    assert "manufacturer" in asked(judge, "zero_carbon", rest)


def test_a_failed_programme_asks_nothing(judge: Assess) -> None:
    result = judge("zero_carbon", {"not_dishonest_debtor": False})
    assert (result.status, result.missing) == (Status.FAILED, ())
    assert any(found.missing for found in result.findings)


def test_after_the_verdict_only_the_score_is_open(judge: Assess) -> None:
    order = asked(judge, "zero_carbon", facts_of("2021年 10万吨、去年 4万吨、抵消 4万吨") | VETOES)
    assert order[:2] == ["industrial_added_value", "retrofit_projects"]


@pytest.mark.parametrize("programme", ["zero_carbon", "near_zero_carbon"])
def test_every_question_is_a_polite_sentence(book: RuleBook, judge: Assess, programme: str) -> None:
    for missing in judge(programme, {}).missing:
        question = book.facts[missing.fact_id].question
        assert missing.question == question
        assert "请" in question
        assert "？" in question
        unit = book.facts[missing.fact_id].unit
        assert unit is None or unit in question
