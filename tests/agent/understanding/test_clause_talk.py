"""Clauses and policies as people name them, over a real conversation."""

from __future__ import annotations

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.documents.library import Library
from assistant.documents.references import find_references
from assistant.service import Assistant


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("8条2款说什么", ["第八条/（二）"]),
        ("8条（二）", ["第八条/（二）"]),
        ("零碳办法8条", ["第八条"]),
        ("第七到第九条", ["第七条", "第八条", "第九条"]),
        ("第七条至第八条", ["第七条", "第八条"]),
        ("第九条第一款第三项", ["第九条/（三）"]),
        ("附件3表里第七行", ["附件3/7"]),
        ("附件3的注", ["附件3/注"]),
        ("有8条规定", []),
        ("共15条", []),
        ("削减8条线的排放", []),
    ],
)
def test_references(text: str, paths: list[str]) -> None:
    assert [one.path for one in find_references(text)] == paths


def test_the_items_of_a_first_paragraph(corpus_library: Library) -> None:
    clause = corpus_library.resolve("第九条第一款第三项", "fujian-zero-carbon-factory")
    assert clause.label == "第九条（三）"


@pytest.mark.parametrize(
    ("turns", "label"),
    [
        (["零碳工厂管理办法的最后一条"], "第十五条"),
        (["零碳工厂管理办法倒数第二条"], "第十四条"),
        (["附件4最后一项"], "附件4第21项"),
        (["第十条", "上一条"], "第九条"),
        (["第九条", "那（三）"], "第九条（三）"),
        (["第八条", "第9条呢"], "第九条"),
        (["（三）讲什么", "第一个"], "二（三）"),
        (["第三部分讲什么", "减污降碳方案的"], "三、"),
        (["12号文第三部分"], "三、"),
        (["福州那份专栏2"], "专栏2"),
    ],
)
def test_where_a_clause_stands(turns: list[str], label: str, real_assistant: Assistant) -> None:
    conversation = None
    for turn in turns:
        answer = real_assistant.ask(turn, conversation)
        conversation = answer.conversation_id
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.citations[0].label == label


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("这个办法是草案还是正式的", "目前是征求意见稿，还没有正式施行"),
        ("办法2029年以后还算数吗", "有效期只到2028年12月31日，2029年适用什么规定，文中没有写"),
        ("零碳办法文号多少", "文中没有写文号"),
        ("12号文是哪天印发的", "日期是2022年7月29日"),
        ("福州方案是哪年发的", "文中没有写发布日期"),
        ("减污降碳方案文号多少", "文号是闽环保综合〔2022〕12号"),
        ("减污降碳方案有没有被替代", "收录的文本没有写它被修订、替代或废止"),
    ],
)
def test_a_documents_status_is_told_first(question: str, said: str, real_assistant: Assistant) -> None:
    answer = real_assistant.ask(question)
    assert said in answer.answer.split("\n")[0]
    assert answer.citations
