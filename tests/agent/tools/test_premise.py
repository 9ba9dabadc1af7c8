"""A figure to be confirmed is judged only where the case is clear."""

from __future__ import annotations

import pytest

from assistant.agent.tools.premise import Scope, judge, open_question

CAP = "碳抵消方式削减的碳排放量，不得超过基准期的50%"
RATE = "以2021年为基准期，碳削减率达100%（其中通过碳汇购买等碳抵消方式削减的碳排放量，不得超过基准期的50%）。"
INTENSITY = "单位工业增加值碳排放量达到我省平均水平（≤8吨二氧化碳/万元，以未抵消的碳排放量计算）。"
STEPS = "省级近零碳工厂认定程序主要包括申请、初审、复审、培育、验收等五个环节。"
SHARES = "到2025年，全省非化石能源消费比重提高到27.4%，力争清洁能源和可再生能源装机比重分别提高到58.5%、34%。"
PEAK = "到2030年，产业结构进一步优化，在实现工业领域碳达峰的基础上强化碳中和能力，确保二氧化碳排放在2030年前达峰。"
FIRST_REVIEW = "设区市工信部门负责本地区零碳工厂申报的初审和推荐工作，并协助省工信厅开展指导和管理。"
INCIDENTS = "近36个月无安全、质量、环境污染等事故"


@pytest.mark.parametrize(
    ("question", "sentence", "verdict"),
    [
        ("抵消不得超过基准期的30%，对吧", CAP, "不对。"),
        ("抵消不得超过基准期的50%，对吧", CAP, "对。"),
        ("抵消能不能超过一半", CAP, "不能。"),
        ("抵消能不能超过20%", CAP, None),
        ("培育期是三年，没错吧", "培育期原则上为1年。", "不对。"),
        ("抵消上限是多少", CAP, None),
        ("利用率要达到95%，对吧", "利用率达到60%，回收率达到93%以上", "不对。"),
        ("2021年是基准期，对吧", CAP, None),
    ],
)
def test_one_figure(question: str, sentence: str, verdict: str | None) -> None:
    assert judge(question, sentence) == verdict


@pytest.mark.parametrize(
    ("question", "sentence", "verdict"),
    [
        ("抵消必须不低于50%，对吧", CAP, "不对。"),
        ("听说抵消超过一半直接否决，属实吗", CAP, None),
        ("碳排放强度要大于8吨每万元才行吧", INTENSITY, "不对。"),
        ("碳排放强度不能超过8吨每万元对吧", INTENSITY, "对。"),
        ("抽查比例是20%吧", "抽查比例不低于20%且不少于1家", None),
        ("抵消不得超过30%对吧", RATE, "不对。"),
        ("碳削减率要50%对吧", RATE, "不对。"),
    ],
)
def test_a_bound_is_part_of_what_is_said(question: str, sentence: str, verdict: str | None) -> None:
    assert judge(question, sentence) == verdict


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("非化石能源消费比重27.4%对吧", "对。"),
        ("非化石能源消费比重是58.5%对吧", "不对。"),
        ("2030年非化石能源消费比重27.4%对吧", None),
    ],
)
def test_of_several_figures_the_one_of_the_topic_counts(question: str, verdict: str | None) -> None:
    assert judge(question, SHARES) == verdict


def test_what_the_sentence_does_not_speak_of_is_not_confirmed() -> None:
    assert judge("是不是要连续三年盈利", "近三年未在督查工作中被发现存在严重问题") is None


@pytest.mark.parametrize(
    ("question", "verdict"), [("认定程序要六个环节吧", "不对。"), ("认定程序五个环节对吧", "对。")]
)
def test_what_is_counted_is_the_same_thing(question: str, verdict: str) -> None:
    assert judge(question, STEPS) == verdict


def test_years_and_months_are_one_measure() -> None:
    assert judge("要求近24个月无事故，对吗", INCIDENTS) == "不对。"
    assert judge("要求近三年无事故，对吗", INCIDENTS) == "对。"


@pytest.mark.parametrize(
    ("question", "verdict"),
    [("工业2025年前达峰对吧", "不对。"), ("2030年前实现碳中和，没错吧", None)],
)
def test_a_year_is_confirmed_for_what_its_own_part_says(question: str, verdict: str | None) -> None:
    assert judge(question, PEAK) == verdict


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("初审是省工信厅做的对吗", "不对。"),
        ("初审是由设区市工信部门做的对吗", "对。"),
        ("初审是省生态环境厅做的对吗", "不对。"),
        ("初审是市工信局做的对吗", "对。"),
    ],
)
def test_who_is_in_charge(question: str, verdict: str) -> None:
    assert judge(question, FIRST_REVIEW) == verdict


def test_a_denial_is_judged_only_for_the_programme_that_the_sentence_rules() -> None:
    assert judge("近零碳工厂不用验收吧", STEPS, scope=Scope.OWN) == "不对。"
    assert judge("不用验收吧", STEPS) is None
    assert judge("零碳工厂要五个环节对吧", STEPS, scope=Scope.OTHER) is None


def test_a_trend_is_held_against_a_trend() -> None:
    assert judge("占比越高得分越高对吧", "占比越高，此项得分越低") == "不对。"


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("零碳工厂是省生态环境厅认定的吧", "零碳工厂是认定的吧"),
        ("福州2025年前达峰吧", "福州哪一年前达峰吧"),
        ("2025年占比30%来着", "2025年占比来着"),
        ("年能耗5000吨标煤以上吧", "年能耗吨标煤以上吧"),
        ("2025年占比多少", "2025年占比多少"),
    ],
)
def test_what_is_to_be_confirmed_is_not_searched_for(question: str, searched: str) -> None:
    assert open_question(question) == searched


@pytest.mark.parametrize(
    ("question", "sentence", "verdict"),
    [
        ("零碳工厂由省生态环境厅认定对吧", "省工信厅负责省级零碳工厂遴选认定工作。", "不对。"),
        ("先复审再初审是吧", STEPS, "不对。"),
        ("能耗要5000吨以下才能报是吧", "企业年综合能源消费量（能耗）在5000吨标准煤及以上", "不对。"),
        ("排放要5000吨以下才能报是吧", "企业年综合能源消费量在5000吨标准煤及以上", None),
        ("到2030年绿色低碳工厂150家对吧", "到2030年，累计创建省级以上绿色低碳工厂200家。", "不对。"),
        ("抵消比例上限是60%吗", CAP, "不对。"),
        ("抵消比例上限怎么定", CAP, None),
    ],
)
def test_who_in_which_order_and_how_many(question: str, sentence: str, verdict: str | None) -> None:
    assert judge(question, sentence) == verdict
