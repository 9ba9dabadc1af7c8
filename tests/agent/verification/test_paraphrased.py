"""What people say in their own way and what holds, each beside a like text that does not."""

from __future__ import annotations

import pytest

from assistant.agent.verification import Grounds
from tests.agent.verification.made import LIMITS, STEPS, TITLE, cite, cited, types

BASICS = "第四条 园区应当符合基本条件，依法登记。"
BAN = "第六条 严禁在国家政策允许的领域以外新建自备水源。"
ANNEXES = "附件：1.取水申报书\n2.回用评价表"
DRAFT = "某市绿色园区管理办法（征求意见稿）"
ASKED = Grounds(cited(LIMITS).citations, said=("损耗可以到60%吗？", "我们取水350吨"))
WHOLE = Grounds(cited(LIMITS).citations, {"park": f"{LIMITS}\n{BASICS}"})


@pytest.mark.parametrize(
    ("right", "wrong", "grounds"),
    [
        ("不是60%，损耗不得超过基准期的15%[1]。", "损耗不得超过基准期的60%[1]。", ASKED),
        ("取水350吨，不低于300吨的要求[1]。", "取水350吨，不低于500吨的要求[1]。", ASKED),
        (
            "年取水量不低于300吨，但第四条基本条件还没有看[1]。",
            "年取水量不低于300吨，但第五条基本条件还没有看[1]。",
            WHOLE,
        ),
        ("要求分成两块：取水量和回用率[1]。", "要求分成两块钱：取水量和回用率[1]。", cited(LIMITS)),
        (
            "在国家政策允许的领域以外，严禁新建自备水源[1]。",
            "可以在国家政策允许的领域以外新建自备水源[1]。",
            cited(BAN),
        ),
        ("要看公示有没有异议[1]。", "经公示有异议后，由市水务局予以公布[1]。", cited(STEPS)),
        ("附件2是回用评价表[1]。", "附件3是回用评价表[1]。", Grounds((cite(ANNEXES, label="附件目录"),))),
        ("公示后由水务部门公布[1]。", "公示后由财政部门公布[1]。", cited(STEPS)),
        (
            "《绿色园区办法》规定年取水量不低于300吨[1]。",
            "《近绿色园区办法》规定年取水量不低于300吨[1]。",
            cited(LIMITS),
        ),
        ("以上数据的出处请看这一条的原文内容[1]。", "园区入驻商户一概免除物业租赁开支[1]。", cited(LIMITS)),
        ("指标都按ETS口径理解，取水量不低于300吨[1]。", "取水量不低于300kWh[1]。", cited(LIMITS)),
        (
            "协同格局、全部的要求见损耗不得超过基准期的15%[1]。",
            "市商务局的要求是损耗不得超过基准期的15%[1]。",
            cited(LIMITS),
        ),
    ],
)
def test_told_otherwise(right: str, wrong: str, grounds: Grounds) -> None:
    assert types(right, grounds) == set()
    assert types(wrong, grounds)


def test_a_sentence_that_tells_of_the_draft_cites_what_says_so() -> None:
    grounds = cited(LIMITS, DRAFT)
    assert types("年取水量不低于300吨[1]；以上依据征求意见稿[2]。", grounds) == set()
    assert "attribution" in types("年取水量不低于300吨[1]；以上依据征求意见稿[1]。", grounds)


def test_advice_needs_no_marker_and_a_duty_does() -> None:
    assert types("申报之前应当先咨询当地水务部门的意见。", cited(LIMITS)) == set()
    assert "unmarked" in types("园区每年必须向市水务局提交用水报告。", cited(LIMITS))


def test_the_title_of_the_policy_is_known() -> None:
    assert types(f"《{TITLE}》要求年取水量不低于300吨[1]。", cited(LIMITS)) == set()
