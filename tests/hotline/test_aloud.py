"""The sentence that is read out."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.hotline.aloud import aloud, caution_of

TITLE = "福建省零碳工厂建设管理办法"


def cited(marker: int, status: str = "征求意见稿") -> dict[str, Any]:
    return {
        "marker": marker,
        "title": TITLE,
        "label": f"第{marker}条",
        "address": f"p#第{marker}条",
        "quote": "不得超过\n50%",
        "policy_status": status,
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            f"不能。《{TITLE}》第八条：“抵消。不得超过50%。”[1]\n\n相关条款：",
            "不能。原文：“抵消。不得超过50%。”",
        ),
        ("**结论：不符合零碳工厂的条件。**碳削减率为120%。[1]", "结论：不符合零碳工厂的条件。"),
        (
            f"《{TITLE}》第八条（二）：“碳削减率达100%。不得超过50%。”[1]\n\n提示：x",
            "碳削减率达100%。不得超过50%。",
        ),
        (
            f"《{TITLE}》第十一条：\n- 认定程序包括申请、初审。[2]\n- （一）申请。[1]",
            "认定程序包括申请、初审。",
        ),
        ("不能。抵消不得超过一半。[1]另见附件。", "不能。抵消不得超过一半。"),
        ("没有句号的一句[2]", "没有句号的一句"),
        ("", ""),
    ],
)
def test_the_first_sentence_outside_quotations(text: str, sentence: str) -> None:
    assert aloud(text, {"citations": [cited(1), cited(2)]}).sentence == sentence


def test_the_clause_is_the_one_that_the_sentence_cites() -> None:
    said = aloud("程序有五个环节。[2]另见第一条。[1]", {"citations": [cited(1), cited(2)]})
    assert said.clause is not None
    assert said.clause["marker"] == 2
    assert said.copied("标准答复") == (
        f"程序有五个环节。\n依据：《{TITLE}》（征求意见稿）第2条：“不得超过50%” p#第2条\n"
        f"《{TITLE}》目前是征求意见稿，尚未正式施行，以正式印发的文本为准。\n标准答复"
    )


def test_a_policy_in_force_needs_no_caution_and_a_repealed_one_does() -> None:
    assert caution_of(TITLE, "现行") is None
    assert "废止" in str(caution_of(TITLE, "废止"))
    assert aloud("没有收录。", {"citations": []}).source == ""
