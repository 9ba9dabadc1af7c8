"""Clauses and policies as people name them, over a real conversation."""

from __future__ import annotations

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.agent.tools.clause_kinds import kinds_asked
from assistant.documents.clause import ClauseKind
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
        ("林业局答复二、二是", ["二/二是"]),
        ("第二部分的二是", ["二/二是"]),
        ("第三部分第（二）第4条", ["三/（二）/4"]),
        ("（二），第八条", ["（二）", "第八条"]),
        ("第八条第（2）项", ["第八条/（二）"]),
        ("第八条二项", ["第八条/（二）"]),
        ("第八条两项要求", ["第八条"]),
        ("第八条三项改造", ["第八条"]),
        ("一是材料不全，二是没有称号", []),
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
        (["近零碳验收评价表最后一项"], "附件4第21项"),
        (["附件3第10项", "它上面那项呢"], "附件3第9项"),
        (["第九条", "它前面那条"], "第八条"),
        (["减污降碳方案里农膜是第几条的"], "三（八）"),
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


@pytest.mark.parametrize(
    ("turns", "address"),
    [
        (["第十二条第三款", "那条的第五款呢"], "fujian-zero-carbon-factory#第十二条/（五）"),
        (["第十二条第三款", "上一条的第三款呢"], "fujian-zero-carbon-factory#第十一条/（三）"),
        (["福州方案第二部分第三点", "它的第一项呢"], "fuzhou-industry-carbon-peak#二/（三）/1"),
        (["福州方案第二部分第三点", "第二项"], "fuzhou-industry-carbon-peak#二/（三）/2"),
        (["林业局答复下一步第三点"], "fujian-forestry-reply-20251151#下一步/三是"),
        (["林业局答复里下一步打算的第五条"], "fujian-forestry-reply-20251151#下一步/五是"),
        (["林业局答复第二部分第二点"], "fujian-forestry-reply-20251151#二/二是"),
        (["省方案第十四条"], "fujian-pollution-carbon-synergy#四/（十四）"),
    ],
)
def test_parts_of_a_clause(turns: list[str], address: str, real_assistant: Assistant) -> None:
    conversation = None
    for turn in turns:
        answer = real_assistant.ask(turn, conversation)
        conversation = answer.conversation_id
    assert [one.address for one in answer.citations] == [address]
    assert answer.status is AnswerStatus.ANSWERED


def test_a_part_that_is_not_there(real_assistant: Assistant) -> None:
    first = real_assistant.ask("零碳工厂管理办法第五条")
    answer = real_assistant.ask("那条的第二款呢", first.conversation_id)
    assert answer.status is AnswerStatus.REFUSED
    assert "第五条没有第二款" in answer.answer


def test_a_number_of_no_article_is_said_before_the_section_that_has_it(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("省方案第十四条").answer
    assert answer.startswith("《福建省减污降碳协同增效实施方案》没有第十四条")
    assert real_assistant.ask("省方案第三十条").status is AnswerStatus.REFUSED


@pytest.mark.parametrize(
    ("message", "label"),
    [
        ("管理办法里讲抵消的那条", "第八条（二）"),
        ("办法里关于失信被执行人的条款在哪", "第七条（三）"),
        ("管理办法里讲绿色工厂的那条", "第九条（一）"),
        ("附件四里讲绿色工厂的那行", "附件4第8项"),
        ("办法第几章讲认定程序", "第三章"),
        ("福州方案里讲氢能的专栏", "专栏1第2项"),
    ],
)
def test_the_kind_of_clause_that_is_asked_for_leads(
    message: str, label: str, real_assistant: Assistant
) -> None:
    assert real_assistant.ask(message).citations[0].label == label


def test_a_short_clause_that_is_asked_for_is_read_whole(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("哪条讲初审")
    assert answer.citations[0].quote == answer.citations[0].text
    assert real_assistant.ask("初审找谁").citations[0].quote != answer.citations[0].text


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("讲抵消的那条", ClauseKind.ARTICLE),
        ("附件里那一行", ClauseKind.ROW),
        ("哪个专栏", ClauseKind.ENTRY),
        ("第几章", ClauseKind.CHAPTER),
    ],
)
def test_kinds_asked(message: str, kind: ClauseKind) -> None:
    assert kind in kinds_asked(message)


@pytest.mark.parametrize("message", ["申报有哪几条件", "那条路", "附件里对应正文哪条", "抵消最多多少"])
def test_no_kind_asked(message: str) -> None:
    assert not kinds_asked(message)
