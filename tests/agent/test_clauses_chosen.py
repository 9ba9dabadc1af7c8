"""Conversations about clauses by number and about documents: what is ambiguous, lacking, chosen, or asked of a document."""

from __future__ import annotations

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.service import Assistant
from tests.agent.test_conversations import FORESTRY, SYNERGY, ZERO, cited, first, talk

ECOLOGY = "fujian-ecology-reply-20251312"


@pytest.mark.parametrize("message", ["（三）念给我听", "（二）写的啥", "第三项是啥内容", "第二款怎么写的"])
def test_a_bare_number_is_asked_about(message: str, real_assistant: Assistant) -> None:
    answer = real_assistant.ask(message)
    assert answer.status is AnswerStatus.NEEDS_FACTS
    assert "不止一处" in answer.answer


@pytest.mark.parametrize(
    ("turns", "clause"),
    [
        (("零碳工厂第七条有哪些基本条件", "（二）再念一遍"), f"{ZERO}#第七条/（二）"),
        (("近零碳认定程序有哪些", "（三）具体是什么"), f"{ZERO}#第十二条/（三）"),
        (("附件3第8项是什么", "第9项呢"), f"{ZERO}#附件3/9"),
        (("二（一）讲的什么", "我说的是省减污降碳方案，不是福州的"), f"{SYNERGY}#二/（一）"),
        (("二（一）讲了啥", "不是福州的，是省里的", "责任单位都有谁"), f"{SYNERGY}#二/（一）"),
        (("二（一）讲的什么", "省里那个", "就它，责任单位有哪些厅局？"), f"{SYNERGY}#二/（一）"),
        (("（五）是怎么规定的", "第一个"), f"{SYNERGY}#三/（五）"),
        (("（三）念给我听", "零碳工厂第十一条的"), f"{ZERO}#第十一条/（三）"),
    ],
)
def test_a_number_in_its_thread_or_chosen(
    turns: tuple[str, ...], clause: str, real_assistant: Assistant
) -> None:
    assert first(talk(real_assistant, *turns)) == clause


def test_what_is_left_to_choose_from_is_asked_again(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "（三）念给我听", "福州的")
    assert answer.status is AnswerStatus.NEEDS_FACTS
    assert {citation.policy_id for citation in answer.citations} == {"fuzhou-industry-carbon-peak"}


@pytest.mark.parametrize(
    ("message", "there"),
    [
        ("附件4序号11写的啥", "跳过十一"),
        ("近零碳验收表第11项怎么没看到", "跳过十一"),
        ("附件三有没有序号21", "第一项至第二十项"),
        ("零碳工厂评价表第30项内容", "第一项至第二十项"),
    ],
)
def test_a_row_that_a_table_lacks(message: str, there: str, real_assistant: Assistant) -> None:
    answer = real_assistant.ask(message)
    assert answer.status is AnswerStatus.REFUSED
    assert "没有第" in answer.answer
    assert there in answer.answer


def test_the_rule_book_says_why_a_row_is_lacking(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("附件4序号11写的啥")
    assert {f"{ZERO}#附件4/10", f"{ZERO}#附件4/12"} <= set(cited(answer))


def test_a_note_cites_every_clause_that_it_names(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "第七条要哪些", "第三款那个违法违规看哪个平台为准")
    assert {f"{ZERO}#第七条/（三）", f"{ZERO}#附件3/3", f"{ZERO}#附件4/3"} <= set(cited(answer))


def test_the_end_of_validity_is_not_asked_as_a_date(real_assistant: Assistant) -> None:
    assert "发布日期" not in real_assistant.ask("零碳工厂管理办法有效期到什么时候").answer


def test_the_contact_of_a_document(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("林业局那份答复联系人叫什么，电话呢")
    assert {f"{FORESTRY}#落款/联系人", f"{FORESTRY}#落款/联系电话"} == set(cited(answer))


def test_both_documents_spoken_of_are_dated(real_assistant: Assistant) -> None:
    answer = talk(
        real_assistant, "林业局那份答复落款日期", "生态环境厅1312号答复呢", "两份的落款日期，哪份在先"
    )
    assert {f"{ECOLOGY}#落款/日期", f"{FORESTRY}#落款/日期"} == set(cited(answer))
    assert answer.answer.startswith("在先的是《福建省林业局")


@pytest.mark.parametrize(
    ("turns", "clause"),
    [
        (("附件4第8项是什么要求", "这个在正文哪一条哪一项"), f"{ZERO}#第九条/（一）"),
        (("第七条第四项是什么", "这条在附件3是第几项"), f"{ZERO}#附件3/4"),
        (("第九条第三项念一下", "在验收表里是第几项"), f"{ZERO}#附件4/7"),
        (("附件3第4项说失信被执行人", "这个要求放在正文是哪条哪项"), f"{ZERO}#第七条/（三）"),
        (("附件3第4项是什么", "这个要求放在正文是哪条哪项"), f"{ZERO}#第七条/（四）"),
        (("省零碳办法第九条有几项", "第三项的内容请照录"), f"{ZERO}#第九条/（三）"),
        (("FFCER是什么缩写",), f"{FORESTRY}#二/二是"),
        (("客户看到FFCER五个字母", "这个到底是啥的简称？"), f"{FORESTRY}#二/二是"),
        (("省级管理系统全称叫什么",), f"{ZERO}#第十一条/（二）"),
    ],
)
def test_from_one_part_to_the_other_and_to_where_a_name_comes_from(
    turns: tuple[str, ...], clause: str, real_assistant: Assistant
) -> None:
    assert first(talk(real_assistant, *turns)) == clause


def test_the_last_field_of_a_form(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("零碳申报书最后一栏是什么")
    assert answer.citations[0].address == "fujian-zero-carbon-factory#附件1/零碳建设主要成效"


def test_the_clause_that_the_rule_of_a_row_rests_on(real_assistant: Assistant) -> None:
    before = real_assistant.ask("附件3第10项")
    after = real_assistant.ask("正文里是哪一条", before.conversation_id)
    assert after.citations[0].address == "fujian-zero-carbon-factory#第八条/（二）"


@pytest.mark.parametrize(
    ("question", "address"),
    [
        ("第十二条里讲验收的那一款", "fujian-zero-carbon-factory#第十二条/（五）"),
        ("12条里讲验收的那款", "fujian-zero-carbon-factory#第十二条/（五）"),
        ("附表里跟光伏有关的那一行", "fujian-zero-carbon-factory#附件3/15/2"),
    ],
)
def test_a_part_by_what_it_is_about(question: str, address: str, real_assistant: Assistant) -> None:
    answer = real_assistant.ask(question)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.citations[0].address == address
