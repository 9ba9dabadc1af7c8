"""What the texts do not say is said first; a figure of something near is never given as the answer."""

from __future__ import annotations

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.service import Assistant
from tests.agent.test_conversations import FORESTRY, SYNERGY, cited, first, talk

ECOLOGY = "fujian-ecology-reply-20251312"


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (("初审要多长时间出结果",), "没有规定初审、复审、核查、验收、发布各环节的办理时限"),
        (("申报材料要交几份",), "没有规定申报材料的份数"),
        (("对结果不服能申诉吗",), "没有规定对初审、复审、核查、验收或公示的结果有异议"),
        (("零碳工厂的牌子有效期几年",), "没有规定零碳工厂、近零碳工厂称号的有效期"),
        (("买绿电算抵消吗",), "没有规定绿电、光伏发电等能否算作碳抵消"),
        (("评上以后多久复核一次",), "没有规定认定后的复核"),
        (("推荐名额多少",), "没有规定每年认定的数量"),
        (("近零碳的认定要走哪几步", "培育期没达标咋整"), "没有通过的怎样处理"),
        (("近零碳的认定要走哪几步", "最后一步是啥", "验收不过会怎么样"), "没有通过的怎样处理"),
        (("福州到2025年有多少家零碳工厂",), "条文没有写明家数"),
        (("泉州有多少家绿色工厂",), "条文没有写明家数"),
    ],
)
def test_a_silence_comes_first(turns: tuple[str, ...], said: str, real_assistant: Assistant) -> None:
    answer = talk(real_assistant, *turns)
    assert answer.status is AnswerStatus.ANSWERED
    assert said in answer.answer.split("\n\n")[0]


@pytest.mark.parametrize("message", ["工伤认定要几天出结果", "驾照没过怎么办", "营业执照多久能批下来"])
def test_the_silence_of_another_matter_is_no_answer(message: str, real_assistant: Assistant) -> None:
    assert real_assistant.ask(message).status is AnswerStatus.REFUSED


def test_what_is_stated_is_not_called_a_silence(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "近零碳认定要走哪些环节", "第四步是啥，要多久")
    assert "没有写明" not in answer.answer
    assert "1年" in answer.answer


@pytest.mark.parametrize(
    ("turns", "clause"),
    [
        (("1312号答复谁签的", "电话多少", "林业局的呢"), f"{FORESTRY}#落款/联系电话"),
        (("林业局那个答复联系人是谁", "生态厅那边的呢"), f"{ECOLOGY}#落款/联系人"),
        (("碳监测评估试点指导了哪几个地方？", "南平的侧重点是什么？"), f"{FORESTRY}#二/三是"),
        (("碳监测评估试点指导了哪几个地方？", "福州呢？"), f"{FORESTRY}#二/三是"),
        (("宁德锂电池碳足迹试点有文件提过吗", "出自哪一段，怎么讲的？"), f"{ECOLOGY}#三/段1"),
        (("减污降碳方案对海洋这块有什么部署", "谁负责"), f"{SYNERGY}#四/（十二）"),
    ],
)
def test_what_leaves_the_subject_out_is_of_the_one_under_discussion(
    turns: tuple[str, ...], clause: str, real_assistant: Assistant
) -> None:
    assert first(talk(real_assistant, *turns)) == clause


def test_it_is_the_clause_under_discussion(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "FFCER是个啥", "拿它能干嘛")
    assert "抵消配额参与交易履约" in answer.answer


@pytest.mark.parametrize(
    "message", ["另外省生态环境厅答复里组织多少家企业做碳排放核查", "复合肥氮肥利用率有什么要求"]
)
def test_a_word_that_only_looks_like_a_place_is_none(message: str, real_assistant: Assistant) -> None:
    answer = real_assistant.ask(message)
    assert answer.status is AnswerStatus.ANSWERED
    assert cited(answer)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("提前验收行不行", "没有规定培育期能否延长、缩短或提前验收"),
        ("评上了挂牌吗", "没有规定颁发证书或授牌"),
        ("能不能补材料", "没有规定能否补正"),
        ("申报书要盖章吗", "没有规定盖章、签字"),
        ("省节能中心电话多少", "原文没有写“省节能中心”的联系电话"),
    ],
)
def test_a_silence_with_no_programme_named(question: str, words: str, real_assistant: Assistant) -> None:
    assert words in real_assistant.ask(question).answer.split("\n")[0]


def test_a_year_exchanged_that_the_text_has_no_figure_for(real_assistant: Assistant) -> None:
    before = real_assistant.ask("全省非化石能源占比2025年多少")
    after = real_assistant.ask("2030年那个数呢", before.conversation_id)
    assert after.answer.startswith("没有找到2030年的规定")
