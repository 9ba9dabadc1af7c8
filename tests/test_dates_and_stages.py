"""Days and stages in conversation: windows of 36 months counted from today, and what can be judged before 验收."""

from __future__ import annotations

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.errors import FactError
from assistant.service import Assistant
from tests.conftest import TODAY
from tests.test_service import talk

CULTIVATED = "近零碳，综合能耗6000tce，是省级绿色工厂，基本条件都符合，能效1级，达到标杆水平，遵守绿色低碳法律法规，能申报吗"


def years_back(years: int) -> str:
    return f"{TODAY.year - years}年{TODAY.month}月{TODAY.day}日"


def test_an_incident_36_months_ago_to_the_day_still_counts(real_assistant: Assistant) -> None:
    inside = talk(real_assistant, f"最近一次安全事故是{years_back(3)}，零碳工厂能申报吗")
    assert inside.verdict is not None
    assert inside.verdict.status == "不符合"
    assert f"判定日为{TODAY.isoformat()}" in inside.answer


def test_a_month_is_not_exact_enough_and_the_day_is_asked_for(real_assistant: Assistant) -> None:
    month = f"{TODAY.year - 3}年{TODAY.month}月"
    asked = talk(real_assistant, f"最近一次环保处罚是{month}，能申报零碳工厂吗")
    assert asked.status is AnswerStatus.NEEDS_FACTS
    assert asked.missing[0].fact == "last_violation_date"
    early = talk(real_assistant, f"最近一次环保处罚是{month}，能申报零碳工厂吗", f"{month}1日")
    assert early.missing[0].fact != "last_violation_date"
    assert early.verdict is not None
    assert early.verdict.status == "待补充"
    late = talk(real_assistant, f"最近一次环保处罚是{month}，能申报零碳工厂吗", years_back(3))
    assert late.verdict is not None
    assert late.verdict.status == "不符合"


def test_half_of_a_compound_condition_does_not_pass_for_the_whole(real_assistant: Assistant) -> None:
    listed = talk(real_assistant, "零碳工厂能申报吗，督查没发现问题，但是被列入整改名单，还没整改")
    assert listed.verdict is not None
    assert listed.verdict.status == "不符合"
    mended = talk(real_assistant, "零碳工厂能申报吗，督查没发现问题，被列入过整改名单，已经完成整改")
    finding = next(item for item in mended.verdict.findings if "督查" in item.criterion)  # type: ignore[union-attr]
    assert finding.status == "符合"


def test_what_is_said_now_replaces_what_it_contradicts(real_assistant: Assistant) -> None:
    answer = talk(
        real_assistant,
        "零碳工厂能申报吗，基本条件都符合",
        f"{TODAY.year}年1月出过安全事故，还能申报零碳工厂吗",
    )
    assert answer.verdict is not None
    assert answer.verdict.status == "不符合"


def test_before_cultivation_only_the_application_is_judged(real_assistant: Assistant) -> None:
    whole = talk(real_assistant, CULTIVATED)
    assert whole.status is AnswerStatus.NEEDS_FACTS
    assert "申报阶段符合，验收阶段待补充" in whole.answer
    assert whole.missing[0].fact == "cultivation_start_emissions"
    before = talk(real_assistant, CULTIVATED, "还没进培育期")
    assert before.verdict is not None
    assert (before.status, before.verdict.status) == (AnswerStatus.ANSWERED, "符合")
    assert "符合近零碳工厂申报阶段的条件" in before.answer
    assert "以后阶段再判定：培育期碳削减" in before.answer


@pytest.mark.parametrize(("on", "validity"), [("2028-12-31", False), ("2029-01-01", True)])
def test_outside_the_validity_there_is_no_verdict(on: str, validity: bool, real_assistant: Assistant) -> None:
    request = {"programme": "零碳工厂", "on": on, "facts": {"not_dishonest_debtor": False}}
    verdict = real_assistant.assess(request)["verdict"]
    assert (verdict["status"], bool(verdict["validity"])) == ("待补充" if validity else "不符合", validity)


def test_a_form_that_contradicts_itself_is_refused(real_assistant: Assistant) -> None:
    facts = {"no_accidents_36_months": "是", "last_accident_date": years_back(1)}
    with pytest.raises(FactError, match="填的是“是”，按日期推算却是“否”"):
        real_assistant.assess({"programme": "零碳工厂", "facts": facts})
    with pytest.raises(FactError, match="晚于判定日"):
        real_assistant.assess(
            {"programme": "零碳工厂", "on": "2024-01-01", "facts": {"last_accident_date": "2024-01-02"}}
        )
