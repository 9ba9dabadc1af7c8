"""Steps stand in the order of the clauses."""

from __future__ import annotations

import pytest

from tests.agent.verification.made import STEPS, cited, types


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("依次为：\n1. 申报\n2. 评审\n3. 核查\n4. 公示[1]", True),
        ("依次为：\n1. 申报\n2. 核查\n3. 评审\n4. 公示[1]", False),
        ("程序依次为申报、评审、核查、公示[1]。", True),
        ("程序依次为申报、核查、评审、公示[1]。", False),
        ("先评审，再核查[1]。", True),
        ("先核查，再评审[1]。", False),
        ("程序包括申报、核查、评审、公示[1]。", True),  # no order is claimed
        ("几点说明\n1. 核查\n2. 评审[1]", True),
        ("流程是：\n1. 核查\n2. 评审[1]", False),
        ("评审在前，核查在后[1]。", True),
        ("核查在前，评审在后[1]。", False),
        ("先评审，再核查。其余没有写明[1]。", True),
        ("先核查，再评审，其余没有写明[1]。", False),
    ],
)
def test_steps(text: str, holds: bool) -> None:
    assert ("relation" not in types(text, cited(STEPS))) is holds


def test_clauses_follow_their_file_not_their_markers() -> None:
    from dataclasses import replace

    grounds = cited("第五条 验收合格后挂牌。", "第四条 园区提出申请。")
    later, earlier = grounds.citations
    grounds = replace(grounds, citations=(replace(later, start=50, end=61), earlier))
    assert "relation" not in types("先由园区提出申请[2]，再验收合格后挂牌[1]。", grounds)
    assert "relation" in types("先验收合格后挂牌[1]，再由园区提出申请[2]。", grounds)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("要先立后破[1]。", True),
        ("要先破后立[1]。", False),
        ("由水量双控转向排放双控[1]。", True),
        ("由排放双控转向水量双控[1]。", False),
        ("公示后公布名单[1]。", True),
        ("先公布名单，再公示征求异议[1]。", False),
    ],
)
def test_one_thing_before_another(text: str, holds: bool) -> None:
    clause = "第六条 坚持先立后破，推动水量双控向排放双控转变。经公示无异议后予以公布。"
    assert ("relation" not in types(text, cited(clause))) is holds
