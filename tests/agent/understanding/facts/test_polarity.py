"""Yes and no in free wording: what is clear is taken, what is doubtful is left to be asked."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.agent.understanding.facts.polarity import Places
from assistant.agent.understanding.facts.reader import read_facts
from assistant.rules.book import RuleBook

PLACES = Places("福建省", ("福建", "漳州", "泉州", "南平", "宁德"), ("浙江", "温州", "江西"))
NAMES = {
    "注册": "registered_in_fujian",
    "产业政策": "industrial_policy_compliant",
    "设备": "no_outdated_equipment",
    "事故": "no_accidents_36_months",
    "违法": "no_violations_36_months",
    "失信": "not_dishonest_debtor",
    "督查": "no_serious_findings_36_months",
    "名单": "not_on_rectification_list_36_months",
    "下降": "emissions_continuously_falling",
}


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("落后的工艺设备产品都没有 产业政策也符合", "设备=是 产业政策=是"),
        ("淘汰目录里的设备我们一台都没有", "设备=是"),
        ("没有列入限制目录的设备和产品", "设备=是"),
        ("落后设备还有两台没淘汰", ""),
        ("没按落后设备淘汰要求整改", ""),
        ("要求没有落后工艺，我们还有一条老线", ""),
        ("没违法 也没上失信", "违法=是 失信=是"),
        ("失信名单上没我们", "失信=是"),
        ("节能监察那个名单上也没我们", "名单=是"),
        ("应该没有列入失信", ""),
        ("母公司没有失信记录", ""),
        ("国务院督查没查出过问题", "督查=是"),
        ("督查没配合", ""),
        ("今年没出过事故", ""),
        ("近36个月没出过事故", "事故=是"),
        ("安全、质量、环保事故都没有", "事故=是"),
        ("安全事故没有", ""),
        ("产业政策不符合", "产业政策=否"),
        ("产业政策符合吗", ""),
        ("中间每年都是降的", "下降=是"),
        ("我们在漳州注册的", "注册=是"),
        ("注册登记都在南平", "注册=是"),
        ("公司注册地在温州，厂在宁德", "注册=否"),
        ("没在漳州注册", ""),
        ("漳州和温州都注册了公司", ""),
        ("我们给漳州的企业供货", ""),
        ("我们的客户注册在泉州", ""),
    ],
)
def test_yes_and_no_of_a_sentence(book: RuleBook, sentence: str, facts: str) -> None:
    reading = read_facts(sentence, book, today=date(2026, 7, 1), places=PLACES)
    wanted = {NAMES[item.split("=")[0]]: item.split("=")[1] for item in facts.split()}
    assert {id: value for id, value in reading.values.items() if id in NAMES.values()} == wanted


def test_a_blank_parts_what_is_denied_from_what_is_not(book: RuleBook) -> None:
    reading = read_facts("没有完成整改 在整改名单上", book, today=date(2026, 7, 1))
    assert reading.values[NAMES["名单"]] == "否"


def test_a_limit_that_is_asked_about_is_no_figure_of_the_applicant(book: RuleBook) -> None:
    reading = read_facts("碳排放强度多少，够8吨的线吗", book, today=date(2026, 7, 1))
    assert reading.values == {}
