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


@pytest.mark.parametrize(
    ("quoted", "sentence"),
    [
        ("（三）近36个月无事故（以“信用中国”为准）；", "近36个月无事故（以“信用中国”为准）；"),
        ("第十五条本办法自发布之日起施行。", "本办法自发布之日起施行。"),
        ("2.石化化工行业。着力打造专区。", "石化化工行业。着力打造专区。"),
        ("2.5万吨以上的企业。", "2.5万吨以上的企业。"),
        ("注：不设分数线。", "不设分数线。"),
    ],
)
def test_a_quotation_alone_is_read_without_its_clause_and_number(quoted: str, sentence: str) -> None:
    assert aloud(f"《{TITLE}》第七条（三）：“{quoted}”[1]", {"citations": [cited(1)]}).sentence == sentence


def test_a_quotation_of_several_lines_is_read_whole() -> None:
    text = f"《{TITLE}》附件3第10项：“占比越高，得分越低。\n【得分=50−占比×100】”[1]"
    assert aloud(text, {"citations": [cited(1)]}).sentence == "占比越高，得分越低。【得分=50−占比×100】"


def test_a_clause_that_leads_to_its_items_is_read_with_them_or_says_where_they_stand() -> None:
    lead = f"《{TITLE}》第八条：\n- 第八条申报企业应满足以下要求：[1]"
    text = f"{lead}\n- （一）能耗达到1级；[2]\n- （二）碳削减率达100%。[3]\n\n相关条款：\n- 别的。"
    answer = {"citations": [cited(1)]}
    wanted = "申报企业应满足以下要求：（一）能耗达到1级；（二）碳削减率达100%。"
    assert aloud(text, answer).sentence == wanted
    long = text.replace("能耗", "能耗" * 150)
    assert aloud(long, answer).sentence == "申报企业应满足以下要求：各项见完整回答。"
    assert aloud(lead, answer).sentence == "申报企业应满足以下要求："


def test_two_quotations_are_no_quotation_alone() -> None:
    said = aloud(f"《{TITLE}》第八条：“甲”，第九条：“乙”。[1]", {"citations": [cited(1)]}).sentence
    assert said == f"《{TITLE}》第八条：“甲”，第九条：“乙”。"


def test_a_part_of_a_sentence_is_read_as_the_sentence_of_its_clause() -> None:
    clause = {**cited(1), "text": "5.提升能效。引导年综合能耗5000吨以上的单位做到2级。新建的做到1级。"}
    answer = {"citations": [clause]}
    torn = f"《{TITLE}》二（二）5：…“年综合能耗5000吨以上”[1]…"
    assert aloud(torn, answer).sentence == "引导年综合能耗5000吨以上的单位做到2级。"
    assert aloud(torn.replace("5000", "6000"), answer).sentence == "年综合能耗6000吨以上"


def test_a_verdict_goes_with_its_reason() -> None:
    answer = {"citations": [cited(1)], "status": "answered", "verdict": {"status": "不符合"}}
    text = "**结论：不符合零碳工厂的条件。**碳削减率为90%，低于要求的100%；还要减少1万吨。[1]\n\n测算："
    wanted = "结论：不符合零碳工厂的条件。碳削减率为90%，低于要求的100%；还要减少1万吨。"
    assert aloud(text, answer).sentence == wanted
    assert aloud("**结论：不符合零碳工厂的条件。**", answer).sentence == "结论：不符合零碳工厂的条件。"
    assert aloud("抵消不得超过一半。[1]另见附件。", answer).sentence == "抵消不得超过一半。"


def test_what_cannot_be_said_yet_goes_with_what_to_ask() -> None:
    question = "请问企业年工业增加值是多少万元？"
    answer = {"citations": [cited(1)], "status": "needs_facts", "missing": [{"question": question}]}
    text = f"计算碳排放强度还缺少数据。算法见下[1]。\n\n请告诉我：{question}"
    assert aloud(text, answer).sentence == f"计算碳排放强度还缺少数据。{question}"
    assert aloud("主管改写过的一句话。", answer).sentence == "主管改写过的一句话。"
    long = {**answer, "missing": [{"question": "问" * 81}]}
    assert aloud(f"还不能判定。\n\n请告诉我：{'问' * 81}", long).sentence == "还不能判定。"


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
