"""What is asked first, and what is not asked at all."""

from __future__ import annotations

import pytest

from assistant.rules.assessment import Status
from assistant.rules.book import RuleBook
from assistant.rules.engine import assess
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
    assert "cultivation_end_emissions" in asked(judge, "near_zero_carbon", {})
    assert "cultivation_end_emissions" not in asked(judge, "near_zero_carbon", SOUND)


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


def test_a_failed_programme_goes_on_when_told_to_and_asks_for_the_score_first(book: RuleBook) -> None:
    facts = {"not_dishonest_debtor": False}
    order = [item.fact_id for item in assess(book, "zero_carbon", facts, keep_asking=True).missing]
    scored = {id for id in order if id.startswith("score_")} | {"industrial_added_value", "retrofit_projects"}
    vetoes_only = ["registered_in_fujian", "limits_advanced", "rectification_completed"]
    assert max(order.index(id) for id in scored) < min(order.index(id) for id in vetoes_only)
    assert "not_dishonest_debtor" not in order


def test_a_missing_fact_says_what_it_decides(book: RuleBook, judge: Assess) -> None:
    decides = {item.fact_id: (item.decides, item.address) for item in judge("zero_carbon", {}).missing}
    clause = "fujian-zero-carbon-factory#"
    assert decides["baseline_emissions"] == ("碳削减率和碳抵消占比", f"{clause}第八条/（二）")
    assert decides["basic_conditions"] == ("基本条件全部符合", f"{clause}第七条")
    assert decides["score_zc_13"] == ("能源、环境管理体系认证", f"{clause}附件3/13")


def test_what_an_either_or_may_not_need_is_asked_last_until_it_is_needed(judge: Assess) -> None:
    open_ = asked(judge, "zero_carbon", {"basic_conditions": False})
    vetoes = [id for id in open_ if id in VETOES or id == "rectification_completed"]
    assert vetoes[-1] == "rectification_completed"
    listed = {"basic_conditions": False, "not_on_rectification_list_36_months": False}
    assert "rectification_completed" in asked(judge, "zero_carbon", listed)
    assert "rectification_completed" not in asked(
        judge, "zero_carbon", {**listed, "not_on_rectification_list_36_months": True}
    )


def test_an_answer_that_alone_can_fail_an_item_goes_before_one_that_needs_another(judge: Assess) -> None:
    order = asked(judge, "near_zero_carbon", {})
    assert order.index("energy_consumption") < order.index("cultivation_start_emissions")
    known = asked(judge, "near_zero_carbon", {"cultivation_start_emissions": "10万吨", "green_factory": "是"})
    assert known[:2] == ["energy_consumption", "cultivation_end_emissions"]


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
