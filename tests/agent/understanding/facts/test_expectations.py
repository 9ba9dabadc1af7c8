"""A table of what people say and the facts in it: exact values, and what is only rough, supposed, unclear or not taken.

A line is `programme | sentence | facts | marks`. Facts are short names with exact values; a value in <> is the formula that the
engine computes. Marks: `~` approximate, `?` supposed, `asked:` facts that a figure may be, `not:` facts whose figure is not taken.
"""

from __future__ import annotations

from datetime import date

import pytest

from assistant.agent.understanding.bearing import facts_of
from assistant.agent.understanding.facts.reader import read_facts
from assistant.agent.understanding.facts.stated import FORMULA
from assistant.quantities import parse_quantity
from assistant.rules.book import RuleBook
from assistant.rules.facts import parse_fact

NAMES = {
    "b": "baseline_emissions",
    "r": "report_emissions",
    "o": "offset_emissions",
    "s": "cultivation_start_emissions",
    "e": "cultivation_end_emissions",
    "v": "industrial_added_value",
    "c": "energy_consumption",
    "p": "retrofit_projects",
    "share": "offset_share",
    "fall": "cultivation_reduction_rate",
    "green": "green_factory",
}
PROGRAMMES = {"z": "zero_carbon", "n": "near_zero_carbon"}
TODAY = date(2026, 11, 21)

TABLE = """
z | 2021年10万吨，去年6万吨，抵消4万吨 | b=10万吨 r=6万吨 o=4万吨 |
z | 2021年排了10万吨现在6万吨 | b=10万吨 r=6万吨 |
z | 基准年：100,000 tCO2；申报上年度：60,000 tCO2；碳抵消：40,000 tCO2 | b=10万吨 r=6万吨 o=4万吨 |
z | 21年排十万吨 去年4万2 抵消4万2 零碳够不够 | b=10万吨 r=42000吨 o=42000吨 |
z | 二一年排了十二万五千吨，去年降到50000吨 | b=125000吨 r=5万吨 |
z | 基准期一点二亿千克，上年度六千万公斤 | b=12万吨 r=6万吨 |
z | 2021年冒了10万吨碳，去年5万吨碳 | b=10万吨 r=5万吨 |
z | 8万吨，2021年的 | b=8万吨 |
z | 5万，去年的 | r=5万吨 |
z | 零点九万吨是去年的 | r=9000吨 |
z | 去年窑炉改了一轮，排放降到5.2万吨了 | r=52000吨 |
z | 2021年是100000，去年60000，抵消40000 | b=10万吨 r=6万吨 o=4万吨 |
z | 申报上年度年碳排放量45000吨 | r=45000吨 |
z | 报告期排放6.5万t | r=65000吨 |
z | 去年没算抵消排了5.2万吨 | r=52000吨 |
z | 抵消前去年是9万吨 | r=9万吨 |
z | 抵消就按4万吨算 | o=4万吨 |
z | 抵消量嘛，四万吨吧 | o=4万吨 |
z | 买绿证抵了四万五千吨 | o=45000吨 |
z | 打算买4万5的指标把它抹平 | o=45000吨 |
z | 绿电抵了2万吨，碳汇1万吨 | o=3万吨 |
z | 绿证抵了3万吨，林业碳汇又抵了2万吨 | o=5万吨 |
z | 抵消3万吨，其中绿证2万吨，碳汇1万吨 | o=3万吨 |
z | 抵消绿证3万吨、碳汇2万吨 | o=5万吨 |
z | CCER对冲了1.5万吨 | o=15000吨 |
z | 指标一点没买 | o=0吨 |
z | 没买过碳汇 | o=0吨 |
z | 碳汇一张没买 | o=0吨 |
z | 一吨都不抵消 | o=0吨 |
z | 一吨都没抵消 | o=0吨 |
z | 抵消一吨都没有 | o=0吨 |
z | 暂时没有抵消 | o=0吨 |
z | 2021年10万吨，去年从6万降到5.7万，抵消4.3万吨 | b=10万吨 r=57000吨 o=43000吨 |
z | 从2021年的10万吨降到去年的6万吨 | b=10万吨 r=6万吨 |
z | 由基准年的12万吨减少到上年度的7万吨 | b=12万吨 r=7万吨 |
z | 从10万吨降到6万吨 | | not:
z | 2021年10万吨，去年下降60% | b=10万吨 r=<baseline_emissions × (100% - 60%)> |
z | 去年降了六成 | r=<baseline_emissions × (100% - 60%)> |
z | 去年比2021年减了四成 | r=<baseline_emissions × (100% - 40%)> |
z | 自己减了三分之一 | r=<baseline_emissions × (100% - (1 ÷ 3))> |
z | 去年是2021年的四成 | r=<baseline_emissions × 40%> |
z | 去年只剩四成了 | r=<baseline_emissions × 40%> |
z | 去年降到百分之三十七点五 | r=<baseline_emissions × 37.5%> |
z | 去年比2021年少了4万吨 | r=<baseline_emissions - 40000吨> |
z | 去年比基准年多排5000吨 | r=<baseline_emissions + 5000吨> |
z | 抵消是去年排放的一半 | o=<report_emissions × 50%> |
z | 抵消占去年排放的三成 | o=<report_emissions × 30%> |
z | 抵消相当于去年的80% | o=<report_emissions × 80%> |
z | 抵消跟去年排放一样多 | o=<report_emissions> |
z | 抵消量等于去年排放量 | o=<report_emissions> |
z | 买的绿证跟去年排放一样多 | o=<report_emissions> |
z | 抵消和去年一样 | o=<report_emissions> |
z | 抵消是基准的一半 | share=50% |
z | 抵消占基准的三成 | share=30% |
z | 抵消占比41.2% | share=41.2% |
z | 抵消占了三成五 | share=35% |
z | 碳抵消占比百分之三十七点五 | share=37.5% |
z | 去年同比下降60% | |
z | 三年内削减5%就行 | |
z | 去年大约4万吨 | r=4万吨 | ~
z | 去年六万左右 | r=6万吨 | ~
z | 去年3到5万吨 | r=3万吨至5万吨 | ~
z | 去年在3万吨和5万吨之间 | r=3万吨至5万吨 | ~
z | 去年3万吨到5万吨 | r=3万吨至5万吨 | ~
z | 抵消大概三四万吨 | o=3万吨至4万吨 | ~
z | 抵消接近4万吨 | o=4万吨 | ~
z | 抵消4万多吨 | | not:o
z | 抵消不到4万吨 | |
z | 去年至少6万吨 | |
z | 2021年10万吨，去年6，抵消4 | b=10万吨 r=6万吨 o=4万吨 |
z | 21年10万，去年6 | b=10万吨 r=6万吨 |
z | 2021年800吨，去年300，抵消300 | b=800吨 r=300吨 o=300吨 |
z | 2021年10万吨，去年500 | b=10万吨 | not:r
z | 去年4.5 | | not:r
z | 抵消120 | | not:o
z | 2026年4万吨 | | not:r
z | 今年排了4万吨 | | not:r
z | 2024年5万吨 | | not:r
z | 去年4万吨，前年5万吨 | r=4万吨 | not:r
z | 去年4万吨(抵消后) | | not:r
z | 去年净排放4万吨 | | not:r
z | 去年扣掉绿证是4万吨 | | not:r
z | 去年4万吨，已扣除碳汇 | | not:r
z | 去年减少了4万吨 | | not:r
z | 去年不是4万吨 | | not:r
z | 去年上半年4万吨 | | not:r
z | 去年4万吨是隔壁厂的 | | not:r
z | 去年4万吨，其中抵消1万吨 | o=1万吨 | not:r
z | 我们排放4万吨 | | asked:b,r
z | 是否按8万吨算 | |
z | 抵消不得超过30%对吧 | |
z | 抵消能不能超过一半 | |
z | 如果抵消改成7万吨呢 | o=7万吨 | ?
z | 要是去年降到3万吨呢 | r=3万吨 | ?
z | 假如抵消只有3万吨，还够吗 | o=3万吨 | ?
z | 抵消改成4万吨呢 | o=4万吨 | ?
z | 抵消改成4万吨 | o=4万吨 |
z | 更正一下，抵消改成4万吨，够吗 | o=4万吨 |
z | 不对，去年是4.5万吨，抵消也是4.5万吨 | r=45000吨 o=45000吨 |
z | 去年6万吨，说错了，是5万吨 | r=5万吨 |
z | 抵消顶格用满 | | ?
z | 工业增加值1.2亿元 | v=1.2亿元 |
z | 增加值1.2亿，去年八万吨 | v=1.2亿元 r=8万吨 |
z | 增加值六千万 | v=6000万元 |
z | 产值5亿，增加值六千万 | v=6000万元 |
z | 增加值8000 | v=8000万元 |
z | 增加值1.2 | | not:v
z | 近两年做了3个节能改造项目 | p=3项 |
z | 节能改造两项 | p=2项 |
z | 什么时候可以报，2021年10万吨 | b=10万吨 |
n | 培育期初4万吨，期末3.8万吨 | s=4万吨 e=38000吨 |
n | 培育期从4万降到3.7万 | s=4万吨 e=37000吨 |
n | 从4万吨降到3.7万吨 | s=4万吨 e=37000吨 |
n | 培育开头5万吨、期满4.6万吨 | s=5万吨 e=46000吨 |
n | 培育前18万吨，培育后16.9万吨 | s=18万吨 e=169000吨 |
n | 进培育名单那年排3.6万吨，培育完3.42万吨 | s=36000吨 e=34200吨 |
n | 培育期下降了6% | fall=6% |
n | 期末比期初少了5% | fall=5% |
n | 碳排放降了百分之五 | fall=5% |
n | 期末比期初减少5000吨 | e=<cultivation_start_emissions - 5000吨> |
n | 培育期初10万吨，期末9.4万吨（已经扣了抵消） | s=10万吨 | not:e
n | 培育期初5万吨，第一年5.2万吨 | s=5万吨 | not:e
n | 一年8千吨标煤 | c=8000吨标准煤 |
n | 能耗5000tce整 | c=5000吨标准煤 |
n | 年综合能耗一万二千吨标准煤 | c=12000吨标准煤 |
n | 能耗8000，省级绿色工厂有 | c=8000吨标准煤 green=是 |
n | 能耗月均500吨标煤 | | not:c
n | 能耗6000吨原煤 | | not:c
n | 绿色工厂啊？没有 | green=否 |
n | 我们只有市级绿色工厂 | green=否 |
n | 国家级绿色工厂也有的 | green=是 |
"""

ROWS = [tuple(part.strip() for part in row.split("|")) for row in TABLE.strip().splitlines()]


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 120


@pytest.mark.parametrize(("programme", "sentence", "facts", "marks"), ROWS, ids=[row[1] for row in ROWS])
def test_the_facts_of_a_sentence(
    programme: str, sentence: str, facts: str, marks: str, book: RuleBook
) -> None:
    chosen = PROGRAMMES[programme]
    reading = read_facts(sentence, book, prefer=facts_of(book, chosen), today=TODAY)
    wanted = dict(item.split("=", 1) for item in _items(facts))
    read = {name: value for name, value in reading.values.items() if value != "上限"}
    assert set(read) == {NAMES[short] for short in wanted}
    for short, value in wanted.items():
        _same(book, NAMES[short], read[NAMES[short]], value)
    assert reading.supposed == ("?" in marks.split())
    assert any(item.approximate for item in reading.stated) == ("~" in marks.split())
    not_taken = {item.fact for item in reading.unread}
    named = next((part.removeprefix("not:") for part in marks.split() if part.startswith("not:")), None)
    assert bool(not_taken) == (named is not None)
    assert {NAMES[short] for short in filter(None, (named or "").split(","))} <= not_taken
    asked = next((part.removeprefix("asked:") for part in marks.split() if part.startswith("asked:")), "")
    found = {id for item in reading.ambiguous for id in item.candidates}
    assert {NAMES[short] for short in filter(None, asked.split(","))} == found


def _items(facts: str) -> list[str]:
    """`b=10万吨 r=<x - y>`: blanks inside <> belong to the value."""
    parts: list[str] = []
    for part in facts.split():
        if parts and parts[-1].count("<") > parts[-1].count(">"):
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return parts


def _same(book: RuleBook, name: str, read: str, wanted: str) -> None:
    if wanted.startswith("<"):
        assert read == f"{FORMULA}{wanted[1:-1]}"
    elif name in book.facts:
        assert parse_fact(book.facts[name], read) == parse_fact(book.facts[name], wanted)
    else:
        assert parse_quantity(read, book.metrics[name].unit) == parse_quantity(wanted, "%")
