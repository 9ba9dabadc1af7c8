"""Golden cases of 近零碳工厂, with both sides of each limit (第九条, 附件4)."""

from __future__ import annotations

import pytest

from assistant.rules.assessment import Status
from assistant.rules.book import RuleBook
from assistant.rules.engine import compute_metric
from assistant.rules.facts import parse_facts
from tests.rules.conftest import Assess
from tests.rules.test_zero_carbon import VETOES, finding

SOUND: dict[str, object] = {
    **VETOES,
    "energy_consumption": "5000tce",
    "green_factory": "有",
    "cultivation_start_emissions": "10万吨",
    "cultivation_end_emissions": "9.5万吨",
    "emissions_continuously_falling": True,
}


@pytest.mark.parametrize(
    ("start", "end", "shown", "status"),
    [
        ("10万吨", "9.5万吨", "5%", "符合"),
        ("10万吨", "95001吨", "4.999%", "不符合"),
        ("10万吨", "9.4万吨", "6%", "符合"),
        ("10万吨", "10万吨", "0%", "不符合"),
        ("10万吨", "11万吨", "-10%", "不符合"),
        ("300吨", "284吨", "5.33%", "符合"),
    ],
)
def test_reduction_in_the_cultivation_period(
    judge: Assess, start: str, end: str, shown: str, status: str
) -> None:
    facts = SOUND | {"cultivation_start_emissions": start, "cultivation_end_emissions": end}
    result = judge("near_zero_carbon", facts)
    assert result.status == status
    found = finding(result, "cultivation_reduction")
    assert found.status == status
    assert f"培育期碳削减率为{shown}" in found.reason


def test_the_gap_to_five_percent_is_told_in_tonnes(judge: Assess) -> None:
    facts = {"cultivation_start_emissions": "10万吨", "cultivation_end_emissions": "9.6万吨"}
    found = finding(judge("near_zero_carbon", facts), "cultivation_reduction")
    assert [(gap.target, gap.difference) for gap in found.gaps] == [(95000, 1000)]
    assert "培育期末年碳排放量须由9.6万吨降到9.5万吨以内，还要减少1000吨" in found.reason


def test_five_percent_is_not_enough_when_emissions_rose_in_between(judge: Assess) -> None:
    assert judge("近零碳工厂", SOUND).status is Status.MET
    assert judge("近零碳工厂", SOUND | {"emissions_continuously_falling": False}).status is Status.FAILED
    assert judge("近零碳工厂", SOUND | {"emissions_continuously_falling": None}).status is Status.OPEN


@pytest.mark.parametrize(
    ("energy", "green", "status"),
    [
        ("5000吨标准煤", True, "符合"),
        ("4999.99吨标准煤", True, "不符合"),
        ("0.8万吨标煤", True, "符合"),
        ("8千吨标煤", False, "不符合"),
        ("8千吨标煤", None, "待补充"),
        (None, False, "不符合"),
        (None, True, "待补充"),
        ("4999tce", None, "不符合"),
    ],
)
def test_energy_and_green_factory(judge: Assess, energy: str | None, green: bool | None, status: str) -> None:
    found = finding(
        judge("near_zero_carbon", {"energy_consumption": energy, "green_factory": green}), "energy_scale"
    )
    assert found.status == status


def test_what_stands_beside_a_decided_part_is_not_asked_for(judge: Assess) -> None:
    found = finding(judge("near_zero_carbon", {"energy_consumption": "6000tce"}), "energy_scale")
    assert found.missing == ("green_factory",)


@pytest.mark.parametrize(("emissions", "display"), [("4万吨", "8吨/万元"), ("5万吨", "10吨/万元")])
def test_intensity_takes_the_figure_of_the_year_that_it_is_told(
    book: RuleBook, judge: Assess, emissions: str, display: str
) -> None:
    facts: dict[str, object] = {
        "report_emissions": "1万吨",
        "cultivation_end_emissions": "2万吨",
        "annual_emissions": emissions,
        "industrial_added_value": "5000万元",
    }
    assert compute_metric(book, "emission_intensity_near_zero", parse_facts(book, facts)).display == display
    result = judge("near_zero_carbon", facts)
    points = finding(result, "nzc_9").points
    assert points is not None
    assert points.low == points.high == (15 if display == "8吨/万元" else 0)
    assert "intensity_year_near_zero" in [note.id for note in result.notes]


def test_zero_carbon_never_takes_the_end_of_cultivation(judge: Assess) -> None:
    facts = {"cultivation_end_emissions": "5万吨", "industrial_added_value": "5000万元"}
    assert finding(judge("zero_carbon", facts), "zc_8").status is Status.OPEN


def test_retrofit_projects_weigh_fifteen(judge: Assess) -> None:
    points = finding(judge("near_zero_carbon", {"retrofit_projects": 3}), "nzc_10").points
    assert points is not None
    assert (points.low, points.maximum) == (15, 15)


def test_all_points_make_a_hundred(book: RuleBook, judge: Assess) -> None:
    graded: dict[str, object] = {id: "满分" for id in book.facts if id.startswith("score_nzc_")}
    assert len(graded) == 14
    figures = {"annual_emissions": "8万吨", "industrial_added_value": "1亿元", "retrofit_projects": "三项"}
    result = judge("near_zero_carbon", SOUND | figures | graded)
    assert (result.score.low, result.score.high, result.status) == (100, 100, Status.MET)


def test_acceptance_is_judged_later_than_application(judge: Assess) -> None:
    stages = {found.criterion_id: found.stage for found in judge("near_zero_carbon", {}).findings}
    assert stages["energy_scale"] == stages["basic_registration"] == "申报"
    assert stages["cultivation_reduction"] == stages["nzc_10"] == "验收"
