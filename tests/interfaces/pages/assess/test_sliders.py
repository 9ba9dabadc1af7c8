"""Where a figure can be tried out, and the limits on the way."""

from __future__ import annotations

from typing import Any

from assistant.interfaces.pages.assess.form import facts_form
from assistant.interfaces.pages.assess.sliders import Slider, sliders
from assistant.rules.facts import parse_facts
from tests.interfaces.assessing_assistant import AssessingAssistant
from tests.interfaces.pages.assess.conftest import HEAT, SUBSIDY, ZERO


def sliders_of(
    assistant: AssessingAssistant, policy: str, programme: str, facts: dict[str, Any]
) -> dict[str, Slider]:
    book = assistant.rule_book(policy)
    form = facts_form(book, book.programmes[programme], assistant.library)
    outlook = assistant.explore({"policy": policy, "programme": programme, "facts": facts})
    return {one.fact: one for one in sliders(book, form.fields, parse_facts(book, facts), outlook)}


def test_the_limits_of_the_rules_are_marks_and_lie_within(assistant: AssessingAssistant) -> None:
    facts = {"baseline_emissions": "10万吨", "report_emissions": "6万吨", "offset_emissions": "4万吨"}
    found = sliders_of(assistant, ZERO, "zero_carbon", facts)
    report = found["report_emissions"]
    assert (report.low, report.high, report.value, report.shown) == ("0", "90000", "60000", "6万吨")
    assert report.marks == (("40000", "4万吨"), ("50000", "5万吨"))
    assert report.step == "500"
    # zero is no legal baseline
    assert float(found["baseline_emissions"].low) > 0


def test_whole_numbers_go_by_one_and_points_to_their_maximum(assistant: AssessingAssistant) -> None:
    found = sliders_of(assistant, ZERO, "zero_carbon", {"retrofit_projects": 2, "score_zc_13": "4分"})
    assert (found["retrofit_projects"].step, found["retrofit_projects"].marks) == ("1", (("3", "3项"),))
    assert (found["score_zc_13"].high, found["score_zc_13"].value) == ("5", "4")
    assert found["score_zc_14"].shown == ""  # not known, yet it can be tried
    assert "report_emissions" not in found  # nothing bounds it


def test_a_percentage_is_told_in_percents(assistant: AssessingAssistant) -> None:
    rate = sliders_of(assistant, SUBSIDY, "renewal", {"saving_rate": "7.5%"})["saving_rate"]
    assert (rate.value, rate.unit, rate.marks, rate.high) == ("7.5", "%", (("10", "10%"),), "100")


def test_an_unknown_figure_with_a_limit_can_be_tried(assistant: AssessingAssistant) -> None:
    found = sliders_of(assistant, HEAT, "waste_heat", {"registered": "是"})
    assert found["saving"].marks == (("1000", "1000吨标准煤"),)
    assert found["saving"].shown == ""
