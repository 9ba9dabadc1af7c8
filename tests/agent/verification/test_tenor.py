"""What binds more than its sources, a yes before a prohibition, counts of lists, ranges, units nobody wrote."""

from __future__ import annotations

import pytest

from assistant.agent.verification.evidence_index import Evidence
from assistant.agent.verification.statements import statements
from assistant.agent.verification.tenor import tenor_failures
from tests.agent.verification.made import cited, types

SOFT = "第四条 鼓励园区采用中水（t）。引导银行提供贷款。"
FORBIDS = "第六条 严禁在饮用水源地新建排污口。"
COUNTS = "第七条 由水务局等六部门联合印发，园区分为甲类和乙类。损耗在0分到12分之间取值。"


@pytest.mark.parametrize(
    ("clause", "right", "wrong", "kind"),
    [
        (SOFT, "鼓励园区采用中水[1]。", "园区一律采用中水[1]。", "relation"),
        (SOFT, "不强制园区采用中水，只是鼓励[1]。", "强制园区采用中水[1]。", "relation"),
        (SOFT, "鼓励园区采用中水（单位t）[1]。", "鼓励园区采用中水（单位kWh）[1]。", "unsupported"),
        (
            FORBIDS,
            "不能，严禁在饮用水源地新建排污口[1]。",
            "可以，严禁在饮用水源地新建排污口[1]。",
            "relation",
        ),
        (COUNTS, "分两类：甲类和乙类[1]。", "分三类：甲类和乙类[1]。", "measure"),
        (COUNTS, "由水务局等六部门联合印发[1]。", "由水务局等七部门联合印发[1]。", "number"),
        (COUNTS, "损耗在0分到12分之间取值[1]。", "损耗在12分到0分之间取值[1]。", "measure"),
    ],
)
def test_tenor(clause: str, right: str, wrong: str, kind: str) -> None:
    assert types(right, cited(clause)) == set()
    assert kind in types(wrong, cited(clause))


def test_a_binding_word_of_the_clause_itself_may_be_told() -> None:
    assert types("园区必须采用中水[1]。", cited("第四条 园区应当采用中水，鼓励多用。")) == set()


def test_a_yes_with_its_condition_is_no_contradiction() -> None:
    assert "relation" not in types("可以，但严禁在饮用水源地新建排污口[1]。", cited(FORBIDS))


@pytest.mark.parametrize(
    ("text", "holds"), [("由12分到0分[1]", False), ("0分至12分[1]", True), ("12吨到0分[1]", True)]
)
def test_a_range_begins_with_the_smaller_figure(text: str, holds: bool) -> None:
    found = statements(text)
    failures = list(tenor_failures(found[0], Evidence(cited(COUNTS), found)))
    assert (not failures) is holds
