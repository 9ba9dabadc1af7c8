"""With all facts given the verdict is right, however they are worded, in one message and over turns."""

from __future__ import annotations

import pytest

from assistant.agent.answer import Answer
from assistant.service import Assistant

# What is said of the conditions that are declared; each says all of them.
COMMON = (
    "第七条的条件都符合，绿色低碳法律法规都遵守，能耗和碳排放达到限额标准1级，能效达到标杆水平",
    "我们是在福建注册的制造业企业，符合国家产业政策，没有落后设备，近36个月没有事故也没有违法违规，不是失信被执行人，督查没发现严重问题，没进整改名单，法律法规都遵守，能耗限额达到先进值，不涉及工业重点领域",
    "基本条件全部满足，遵守绿色低碳法规，没有适用的限额标准，产品不属于工业重点领域",
    "基本条件都没问题，合法合规，达到1级，标杆水平也达到了",
)
ZERO = (
    ("2021年10万吨，去年6万吨，抵消5万吨", "不符合", "90%"),
    ("2021年10万吨，去年4万吨，抵消4万吨", "符合", "100%"),
    ("2021年排十万吨，去年降了六成，抵消跟去年排放一样多", "符合", "100%"),
    ("基准年100000 tCO2，申报上年度55000 tCO2，绿证抵了4.5万吨", "不符合", "90%"),
    ("2021年12万吨，去年从8万降到6万，剩下的全抵", "符合", "100%"),
    ("二〇二一年八万吨，上年度5万吨，碳汇抵消是基准的一半", "不符合", "87.5%"),
    ("21年20万，去年9.5，抵消10.5", "不符合", "105%"),
)
NEAR = (
    ("一年8000tce，省级绿色工厂，培育期从4万吨降到3.8万吨，一直在降", "符合", "5%"),
    ("能耗1.2万吨标煤，国家级绿色工厂，培育期初10万吨，期末9.6万吨，逐年下降", "不符合", "4%"),
    ("综合能耗5000吨标准煤，有省级绿色工厂称号，培育期下降了6%，没有反弹", "符合", "6%"),
    ("能耗4999tce，省级绿色工厂，期初5万吨，期末4.5万吨，持续下降", "不符合", "10%"),
    ("能耗九千吨标煤，绿色工厂没评上，培育前5万吨，培育后4.5万吨，一直下降", "不符合", "10%"),
)
CASES = [
    *[("零碳工厂", common, said, verdict, rate) for said, verdict, rate in ZERO for common in COMMON],
    *[("近零碳工厂", common, said, verdict, rate) for said, verdict, rate in NEAR for common in COMMON],
]


def _judged(answer: Answer, programme: str, verdict: str, rate: str) -> None:
    assert answer.verdict is not None
    assert (answer.verdict.programme, answer.verdict.status) == (programme, verdict)
    rates = [item.display for item in answer.calculations if item.label in ("碳削减率", "培育期碳削减率")]
    assert rate in rates


@pytest.mark.parametrize(("programme", "common", "said", "verdict", "rate"), CASES)
def test_in_one_message(
    real_assistant: Assistant, programme: str, common: str, said: str, verdict: str, rate: str
) -> None:
    answer = real_assistant.ask(f"我们想申报{programme}。{common}。{said}。能不能报？")
    _judged(answer, programme, verdict, rate)


@pytest.mark.parametrize(("programme", "common", "said", "verdict", "rate"), CASES[::2])
def test_over_turns(
    real_assistant: Assistant, programme: str, common: str, said: str, verdict: str, rate: str
) -> None:
    answer = real_assistant.ask(f"我们想申报{programme}")
    for message in (said, common, "那到底够不够条件"):
        answer = real_assistant.ask(message, answer.conversation_id)
    _judged(answer, programme, verdict, rate)


@pytest.mark.parametrize("asked", ["现在能拿几分", "总分多少"])
def test_the_whole_score_is_told_first(real_assistant: Assistant, asked: str) -> None:
    answer = real_assistant.ask("我们想报零碳工厂，2021年10万吨，去年4万吨，抵消4万吨")
    answer = real_assistant.ask(asked, answer.conversation_id)
    assert answer.verdict is not None
    score = answer.verdict.score
    assert score is not None
    assert answer.answer.startswith(
        f"**按目前提供的情况，零碳工厂评分为{score.low}分到{score.high}分之间（满分100分）。**"
    )
    assert "碳抵消（逆向指标）" in answer.answer


def test_conditions_in_lists(real_assistant: Assistant) -> None:
    turns = (
        "本省注册的制造企业，想申近零碳，年综合能耗8千吨标煤，省级绿色工厂",
        "培育期碳排放从6万降到5.7万，一路往下走没反弹",
        "近36个月零事故（安全含网络数据、质量、环境污染都没有），节能环保税务没有违法违规，不是失信被执行人，督查没查出严重问题，不在节能监察整改名单",
        "产业政策符合，没有落后工艺设备和产品，绿色低碳法规都遵守；单位产品能耗和碳排放达到国标先进值，不涉及重点领域产品。近零碳够格吗",
    )
    answer = real_assistant.ask(turns[0])
    for message in turns[1:]:
        answer = real_assistant.ask(message, answer.conversation_id)
    _judged(answer, "近零碳工厂", "符合", "5%")


def test_what_is_not_reached_is_no_yes(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("零碳，2021年10万吨，去年4万吨，抵消4万吨，能耗没有达到国标1级，能报吗")
    assert "达到限额标准的1级或先进值" not in answer.answer.partition("还需确认")[0]


def test_points_of_both_tables_are_answered(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("我们近2年做了三项改造，零碳加几分，近零碳加几分")
    assert "得5分" in answer.answer
    assert "得15分" in answer.answer


def test_what_is_still_missing_is_no_second_question(real_assistant: Assistant) -> None:
    answer = real_assistant.ask(
        "申报零碳工厂的某企业报来三个数：2021年7万吨、上年3万吨、抵消3.2万吨。能否出具结论？现在的判定状态是什么，还缺哪些？"
    )
    assert "第一个问题" not in answer.answer
    assert answer.verdict is not None
    assert answer.verdict.status == "待补充"


@pytest.mark.parametrize(
    ("message", "programme"),
    [("够零碳吗", "零碳工厂"), ("这样算近零碳了吗", "近零碳工厂"), ("能叫零碳工厂吗", "零碳工厂")],
)
def test_whether_one_may_bear_the_name_is_the_question_of_the_verdict(
    message: str, programme: str, real_assistant: Assistant
) -> None:
    answer = real_assistant.ask(message)
    assert answer.verdict is not None
    assert answer.verdict.programme == programme


def test_what_has_the_name_is_a_question_of_the_text(real_assistant: Assistant) -> None:
    assert real_assistant.ask("绿色工厂算零碳工厂吗").verdict is None
