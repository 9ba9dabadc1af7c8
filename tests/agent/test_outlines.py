"""What a document is made of: its headings in order, counted from the clause tree."""

from __future__ import annotations

import pytest

from assistant.service import Assistant


@pytest.mark.parametrize(
    ("question", "lead", "first"),
    [
        ("福州工业碳达峰方案讲了啥", "共五个部分、两个专栏", "fuzhou-industry-carbon-peak#一"),
        ("管理办法几章几条", "共四章、十五条、四个附件", "fujian-zero-carbon-factory#第一章"),
        ("管理办法第三章有几条", "共三条", "fujian-zero-carbon-factory#第三章"),
        ("福州方案有哪些重点任务", "“二、重点任务”[1]共六项", "fuzhou-industry-carbon-peak#二"),
        ("林业局那份答复下一步打算干嘛", "共五项", "fujian-forestry-reply-20251151#下一步"),
        ("减污降碳方案的目录给我列一下", "共七个部分", "fujian-pollution-carbon-synergy#一"),
    ],
)
def test_make_up_is_told_by_headings(real_assistant: Assistant, question: str, lead: str, first: str) -> None:
    answer = real_assistant.ask(question)
    assert lead in answer.answer.split("\n")[0]
    assert answer.citations[0].address == first


def test_a_kind_that_there_is_none_of(real_assistant: Assistant) -> None:
    assert real_assistant.ask("减污降碳方案有几个附件").answer.startswith(
        "《福建省减污降碳协同增效实施方案》没有附件"
    )


@pytest.mark.parametrize(
    "question", ["福州方案里钢铁讲了什么", "管理办法讲抵消的有几条", "培育期讲了什么", "第八条讲了什么"]
)
def test_something_in_particular_is_looked_for(real_assistant: Assistant, question: str) -> None:
    answer = real_assistant.ask(question).answer
    assert "共四章" not in answer
    assert "共五个部分" not in answer


def test_the_document_under_discussion(real_assistant: Assistant) -> None:
    before = real_assistant.ask("福州方案的短流程炼钢占比是多少")
    after = real_assistant.ask("这份文件有几个专栏", before.conversation_id)
    assert after.answer.startswith("《福州市工业领域碳达峰实施方案》共两个专栏")
