"""Amounts that are told by another one, and those still to come or of an item by its number: computed where one reading is left, asked about elsewhere."""

from __future__ import annotations

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.service import Assistant
from tests.agent.test_conversations import cited, talk

KNOWN = "零碳。2021年10万吨，去年7万吨，抵消3万吨"


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (("2021年10万吨，抵消3万吨，去年排放是抵消的两倍，削减率",), "碳削减率为70%"),
        (("去年排放比抵消多一倍，抵消2万吨，2021年10万吨，削减率多少",), "碳削减率为80%"),
        (("近零碳，期初2.4万吨，期末少了1200吨，削减率",), "碳削减率为5%"),
        (("基准年排放10万吨，已减四成，剩下全靠抵消，能过吗",), "碳抵消占比为60%"),
        (("我们比2021年自己减了四成，剩下六成全部靠抵消抹平，零碳这样玩得通吗",), "碳抵消占比为60%"),
        (("零碳工厂能不能报", "2021年8万吨 去年5万吨", "低消我们弄了三万五千吨 算进去够不够格"), "81.25%"),
        (("我们工业曾加值1.2亿元", "去年排放十万吨 抵消3万吨 炭排放强度算下来过不过"), "8.33"),
        (("零碳，去年排放4万吨，是2021年的四成，抵消5万吨，抵消占比",), "碳抵消占比为50%"),
        (("抵消3万吨占去年排放的一半，2021年10万吨，削减率多少",), "碳削减率为70%"),
        (("抵消量2万吨，占基准的两成，去年排放8万，零碳削减率",), "碳削减率为40%"),
        (("2021年10万吨，去年4万吨，剩下的抵消一半，削减率",), "碳削减率为80%"),
        ((KNOWN, "要是抵消提高到两成呢，削减率"), "碳削减率为50%"),
        (("抵消占37.5%那项几分", "百分之二十呢", "六成呢"), "碳抵消得分为0分"),
        (("零碳，强度是9吨每万元，增加值8000万，去年排放多少",), "8000万元 × 9吨/万元 = 7.2万吨"),
        ((KNOWN, "不抵消呢，削减率多少"), "按假设的数据，碳削减率为30%"),
        ((KNOWN, "如果不抵消"), "按假设的数据，不符合"),
        ((KNOWN, "如果不抵消", "那按原来的，占比"), "碳抵消占比为30%"),
        (("不抵消那项几分",), "碳抵消得分为20分"),
        (("抵消做到多少能拿满分",), "碳抵消占比最多30%"),
        (("零碳，2021年10万吨", "抵消做到多少能拿满分"), "碳抵消量最多3万吨"),
        (("零碳，第13项5分，第14项3分，这两项合计",), "能源、环境管理体系认证、数字化能碳管理中心合计8分"),
        (
            ("近零碳，第十三项我们自评4分，第14项3分，合计多少",),
            "温室气体排放核算和报告、能源、环境管理体系认证合计7分",
        ),
        (("近零碳，期末4.7万吨，比期初少了3000吨，削减率",), "碳削减率为6%"),
        (("近零碳，碳排放强度7.5，能得几分",), "得15分"),
        (("碳排放强度7.5，能得几分",), "碳排放强度为7.5吨/万元"),
        (("下面单位我都按万吨说，零碳工厂2021年排放15，去年6，抵消6.3，抵消占比",), "碳抵消占比为42%"),
        (("12345话务员，她说他们厂2021年排放八万吨，买了四万二千吨碳汇，抵消占比是多少",), "52.5%"),
        ((KNOWN, "明年想买5万吨绿证，占比多少"), "按计划的数据，碳抵消占比为50%"),
        ((KNOWN, "明年想买5万吨绿证，占比多少", "现在实际占比呢"), "碳抵消占比为30%"),
        (("零碳，2021年6.4万吨，去年3.1万吨，抵消2.9万吨", "更正，2021年不是6.4，是6", "削减率"), "96.67%"),
        (
            ("零碳，2021年6万吨，去年3万吨，抵消3万吨", "近零碳培育期几年", "如果抵消加到3.1万吨，削减率"),
            "101.67%",
        ),
        (("去年4万吨，工业增加值6000万，强度6.67，扣掉3万吨绿证后强度1.67，对吗",), "4万吨 ÷ 6000万元"),
        (("近零碳，培育期三个年度排放依次为6万吨、5.8万吨、5.7万吨，削减率",), "碳削减率为5%"),
        ((KNOWN, "抵消翻倍呢，占比"), "按假设的数据，碳抵消占比为60%"),
        ((KNOWN, "抵消翻倍呢，占比", "那按原来的，占比"), "碳抵消占比为30%"),
        ((KNOWN, "明年计划降到5万吨，抵消不变，到时候削减率多少"), "按计划的数据，碳削减率为80%"),
        ((KNOWN, "明年计划降到5万吨，到时候削减率多少", "那按实际的呢"), "碳削减率为60%"),
    ],
)
def test_the_one_reading_left_is_computed(
    turns: tuple[str, ...], said: str, real_assistant: Assistant
) -> None:
    answer = talk(real_assistant, *turns)
    assert answer.status is AnswerStatus.ANSWERED
    assert said in answer.answer


@pytest.mark.parametrize(
    "turns",
    [
        ("近零碳，期初2.4万吨，期末少报了1200吨，削减率",),
        ("近零碳，期末少了1200吨，削减率",),
        ("第13项5分第14项3分，一共几分",),
        ("零碳工厂，2021年10万吨，抵消4万吨", "今年全年排放4万吨", "削减率呢"),
        ("近零碳，期初2.4万吨，期末比上一年少了1200吨，削减率",),
        ("2021年10万吨，去年少了4万吨，没有抵消，削减率",),
        ("2021年8万吨，没有抵消，明年打算排到5万吨，那时候削减率",),
    ],
)
def test_two_readings_are_asked_about(turns: tuple[str, ...], real_assistant: Assistant) -> None:
    answer = talk(real_assistant, *turns)
    assert answer.status is AnswerStatus.NEEDS_FACTS
    assert not [one for one in answer.calculations if one.value is not None]


@pytest.mark.parametrize("message", ["报零碳需要能耗5000吨吗", "不是说零碳也得5000吨标煤吗"])
def test_a_condition_of_the_other_programme_is_told_as_its_own(
    message: str, real_assistant: Assistant
) -> None:
    answer = real_assistant.ask(message)
    assert answer.status is AnswerStatus.ANSWERED
    assert "零碳的条件里没有这一项要求；这是近零碳工厂的条件" in answer.answer
    assert cited(answer) == ["fujian-zero-carbon-factory#第九条/（一）"]


@pytest.mark.parametrize("message", ["近零碳要求能耗达到5000吨标准煤吗", "我们能耗5000吨标煤，能报零碳吗"])
def test_a_condition_of_its_own_or_an_applicant_is_not(message: str, real_assistant: Assistant) -> None:
    assert "没有这一项要求" not in real_assistant.ask(message).answer


@pytest.mark.parametrize("message", ["总分多少才算过", "多少分及格"])
def test_the_text_sets_no_passing_score(message: str, real_assistant: Assistant) -> None:
    answer = real_assistant.ask(message)
    assert answer.status is AnswerStatus.ANSWERED
    assert "没有规定评分的合格线" in answer.answer


def test_the_passing_score_of_something_else_is_refused(real_assistant: Assistant) -> None:
    assert real_assistant.ask("驾照考试多少分及格").status is AnswerStatus.REFUSED


def test_the_kind_right_behind_a_figure_tells_what_it_is(real_assistant: Assistant) -> None:
    told = "某企业去年排放7万吨，工业增加值6千万元。"
    answer = talk(real_assistant, told, "其自述扣掉3万吨绿证后碳排放强度为6.67，应得分，请重算碳排放强度")
    assert "11.67" in answer.answer
    assert "碳排放强度为6.67吨" not in answer.answer


def test_a_metric_among_what_a_figure_may_be_is_no_error(real_assistant: Assistant) -> None:
    turns = ("去年排放7万吨，工业增加值6千万元", "我们扣掉绿证后碳排放强度是6.67，能得几分")
    assert talk(real_assistant, *turns).status is not AnswerStatus.FAILED


def test_a_rest_that_does_not_fit_is_no_offset(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("零碳，2021年20万吨，减了三成，剩下六成全靠抵消，占比多少")
    assert "与前面说的不一致" in answer.answer
    assert not [one for one in answer.calculations if one.value is not None]


def test_a_year_that_rises_is_no_steady_fall(real_assistant: Assistant) -> None:
    rising = talk(real_assistant, "近零碳工厂，培育期三个年度排放依次为6万吨、6.2万吨、5.6万吨，符合吗")
    assert rising.verdict is not None
    assert rising.verdict.status == "不符合"
    falling = talk(real_assistant, "近零碳工厂，培育期三个年度排放依次为6万吨、5.9万吨、5.6万吨，符合吗")
    assert falling.verdict is not None
    assert falling.verdict.status == "待补充"
