"""Clause mentions inside a message."""

from __future__ import annotations

import time

import pytest

from assistant.documents.references import find_references


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("第八条第二项怎么理解", [("第八条第二项", "第八条/（二）")]),
        ("请问第8条(二)是什么", [("第8条(二)", "第八条/（二）")]),
        ("第八条的第（二）项", [("第八条的第（二）项", "第八条/（二）")]),
        ("第 八 条 第二款", [("第 八 条 第二款", "第八条/（二）")]),
        (
            "附件3第10项和附件三第11项第2行",
            [("附件3第10项", "附件3/10"), ("附件三第11项第2行", "附件3/11/2")],
        ),
        ("专栏二、第二章", [("专栏二", "专栏2"), ("第二章", "第二章")]),
        ("见（十四），还有二（一）1", [("（十四）", "（十四）"), ("二（一）1", "二/（一）/1")]),
        ("第二部分（三）", [("第二部分（三）", "二/（三）")]),
        ("（十四）的责任单位", [("（十四）", "（十四）")]),
        ("附件4讲什么", [("附件4", "附件4")]),
    ],
)
def test_mentions(message: str, found: list[tuple[str, str]]) -> None:
    references = find_references(message)
    assert [(reference.text, reference.path) for reference in references] == found
    assert all(message[reference.start : reference.end] == reference.text for reference in references)


@pytest.mark.parametrize(
    "message",
    [
        "第一步做什么",
        "第1312号提案",
        "第三方机构",
        "工厂附近",
        "附件在哪里下载",
        "第一条件是什么",
        "第三条路线",
        "近2年开展3项改造",
        "一、我们厂在福州；二、去年排了4万吨",
        "（一）我们厂够不够？\n（二）还差什么？",
        "第一次申报",
        "",
    ],
)
def test_what_names_no_clause(message: str) -> None:
    assert find_references(message) == []


def test_a_long_message_takes_no_time() -> None:
    started = time.perf_counter()
    find_references("第（一二三附专" * 15_000)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("附件3第8、9、13项都拿满", ["附件3/8", "附件3/9", "附件3/13"]),
        ("附件4第9项和第10项加起来", ["附件4/9", "附件4/10"]),
        ("第十一条第三、四项", ["第十一条/（三）", "第十一条/（四）"]),
        ("附件3第10项和3项改造", ["附件3/10"]),
        ("附件3第9项，3项改造", ["附件3/9"]),
    ],
)
def test_a_list_of_items_is_each_of_them(text: str, paths: list[str]) -> None:
    assert [reference.path for reference in find_references(text)] == paths
