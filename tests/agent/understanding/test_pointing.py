"""Clauses that a message points at, in the real corpus."""

from __future__ import annotations

import pytest

from assistant.agent.conversation import Conversation, Topic
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.reader import Reader

ZERO = "fujian-zero-carbon-factory"
SYNERGY = "fujian-pollution-carbon-synergy"
FORESTRY = "fujian-forestry-reply-20251151"


def after(focus: str, query: str = "碳排放强度多少分", intent: str = "lookup", *earlier: str) -> Conversation:
    """A conversation whose last answer cited one clause, and those before others."""
    policy = focus.partition("#")[0]
    topics = tuple(Topic(one, "lookup", (one,), (policy,)) for one in earlier)
    return Conversation(
        id="c", turns=2, intent=intent, query=query, focus=(focus,), policies=(policy,), earlier=topics
    )


@pytest.mark.parametrize(
    ("focus", "message", "pinned"),
    [
        ("第十一条/（三）", "那近零碳第四步是什么", ("第十二条/（四）",)),
        ("第十二条/（三）", "培育完了呢，怎么才算定下来", ("第十二条/（五）",)),
        ("附件4", "碳排放强度一项的分值与要求", ("附件4/9",)),
        ("附件4/10", "零碳那张表碳排放强度几分", ("附件3/8",)),
        ("附件4/9", "标准一样吗，两边都是多少", ("附件3/8", "附件4/9")),
        ("附件3/10", "两边一样吗", ()),  # only one table scores the offset
        ("附件4", "附件四以外碳排放强度还有哪些部门在管", ()),
        ("附件2/零碳建设现状及规划", "它也限字数吗", ("附件2/零碳建设现状及规划",)),
        ("附件1/年综合能耗（tce）", "近零碳那份也要填吗", ("附件2/年综合能耗（tce）",)),
        ("第九条", "第三项的内容请照录", ("第九条/（三）",)),
        ("第十一条/（三）", "再念一遍", ("第十一条/（三）",)),
        ("第十一条/（三）", "具体抽查比例是多少", ()),
    ],
)
def test_what_a_message_points_at(focus: str, message: str, pinned: tuple[str, ...], reader: Reader) -> None:
    reading = reader.read(message, after(f"{ZERO}#{focus}"))
    assert reading.pinned == tuple(f"{ZERO}#{path}" for path in pinned)


def test_a_step_of_a_named_programme_needs_no_conversation(reader: Reader) -> None:
    new = Conversation(id="c")
    assert reader.read("近零碳认定第四步是什么", new).pinned == (f"{ZERO}#第十二条/（四）",)
    assert reader.read("零碳工厂认定第四步是什么", new).pinned == (f"{ZERO}#第十一条/（四）",)


def test_rows_and_procedures_of_named_tables_and_programmes(reader: Reader) -> None:
    new = Conversation(id="c")
    rows = reader.read("附件3和附件4里能效提升各占几分", new)
    assert rows.pinned == (f"{ZERO}#附件3/9", f"{ZERO}#附件4/10")
    asked = "帮我对一下：碳排放强度这项在零碳评价表和近零碳验收表里各占几分？"
    assert reader.read(asked, new).intent is not Intent.METRIC
    assert reader.read("碳排放强度那项零碳和近零碳评分表各几分", new).pinned == (
        f"{ZERO}#附件3/8",
        f"{ZERO}#附件4/9",
    )
    assert reader.read("附件3第10项占几分", new).pinned == ()  # an item by its number
    both = reader.read("请对照说明零碳与近零碳两类工厂认定程序的环节差别", new)
    assert both.pinned == (f"{ZERO}#第十一条", f"{ZERO}#第十二条")


def test_these_rows_are_those_spoken_of_last(reader: Reader) -> None:
    talked = after(f"{ZERO}#附件4/10", "能效提升多少分", "lookup", f"{ZERO}#附件4/8", f"{ZERO}#附件4/9")
    reading = reader.read("零碳工厂表中这两项各多少分", talked)
    assert reading.pinned == (f"{ZERO}#附件3/8", f"{ZERO}#附件3/9")


def test_what_was_measured_is_not_read_out(reader: Reader) -> None:
    measured = after(f"{ZERO}#第八条/（二）", "够不够", "eligibility")
    assert reader.read("再说一遍", measured).pinned == ()


@pytest.mark.parametrize(
    ("message", "policy"),
    [
        ("减污降碳那份呢，是现行的吧", SYNERGY),
        ("林业局那份呢", FORESTRY),
        ("福州那个方案呢", "fuzhou-industry-carbon-peak"),
    ],
)
def test_a_document_is_named_by_a_part_of_its_title_or_its_maker(
    message: str, policy: str, reader: Reader
) -> None:
    before = after(f"{ZERO}#题名", "零碳工厂办法正式印发了吗", "status")
    reading = reader.read(message, before)
    assert reading.intent is Intent.STATUS
    assert reading.policies == (policy,)
