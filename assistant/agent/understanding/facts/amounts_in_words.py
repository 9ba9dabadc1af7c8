"""Amounts said without a figure: 没有抵消, 附件3第13项满分, 抵消用满, 剩下的全抵掉."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from assistant.agent.understanding.facts.stated import StatedFact
from assistant.rules.book import CAP, FactDefinition, RuleBook

# 没买过碳汇; not 有没有抵消 or 零碳抵消, not the emissions before it (没抵消前, 未抵消的)
NONE = r"(?<!有)(?:都|也|还|并)?(?:没有?|未|无|零(?!碳))(?:去|再|做|买|搞|用|进行|购买|开展|参与|实施)?(?:过|任何|了)?"
NO_AMOUNT = re.compile(r"(?!消|销|扣|前|的|之前|后|量的|过的|排放|吗|[了过]?\d)")
NONE_AFTER = r"[一点张吨分都也还压根完全]{0,5}(?:没|未|无)(?:有|买|做|搞|抵|用|开展)+(?:过|的)?(?![^，。；]{0,3}\d)(?!吗|么)"
FULL_OR_NONE = re.compile(r"[^，。；;、\d]{0,6}?(满分|零分|不得分)")
ALL, NOTHING = "满分", "零分"
FILLED = re.compile(
    r"用满|用足|拉满|顶格|做满|抵满|买满|用到上限|按上限|[用买抵到]到?顶|[够到顶达]{1,2}(?:到|了)?上限"
)
# 去掉抵消再算一遍, 抵消不算的话够不够: what is known is left out, and something is asked
LEAVING_OUT = r"(?:去掉|去除|拿掉|刨[去掉除]|撇[开掉]|除[去掉]|减掉|取消|不算|不计|不考虑|不要|不用|别算|不加)(?:上|入|了)?"
LEFT_OUT = r"(?:的)?(?:那部分|那块|部分)?(?:全|都|先|一律)?(?:不算|去掉|拿掉|刨掉|撇开|取消|不要|不计|不考虑|没了|别算)"
# 不抵消, 完全不做抵消; not 能不能抵消, 抵不抵消, 不抵消的排放
WITHOUT = r"(?<![能要可以准否会该抵用买算得])不(?:再|去|做|搞|买|用|进行|开展|靠|碰)*"
MEASURED_ANEW = re.compile(
    r"如果|要是|假如|假设|假使|[再重](?:新)?(?:算|测|看|判|评)|多少|几|呢|够不够|够吗|能不能|行不行|还(?:能|够|行|符合)|算算|算一[下遍]|结果|怎么样|的话"
)
REST = re.compile(r"(?:剩下|剩余|其余|余下|剩的)[^，。；]{0,6}(?:全|都|统统|一律)[^，。；]{0,8}")


def amounts_in_words(
    message: str, facts: Mapping[str, FactDefinition]
) -> Iterator[tuple[FactDefinition, str, str]]:
    """(fact, value, words) for each amount that is said without a figure."""
    for fact in facts.values():
        if fact.type == "points":
            yield from _graded(message, fact)
        elif fact.adjustable and fact.minimum == 0 and fact.topic and not fact.periods:
            yield from _none(message, fact)


def _none(message: str, fact: FactDefinition) -> Iterator[tuple[FactDefinition, str, str]]:
    names = "|".join(map(re.escape, sorted({*fact.topic, *fact.synonyms}, key=len, reverse=True)))
    found = re.search(f"{NONE}(?:{names}){NO_AMOUNT.pattern}", message)
    # 碳汇一张没买, 指标一点没买
    found = found or re.search(f"(?:{names})(?:量)?{NONE_AFTER}", message)
    if found is not None:
        yield fact, "0", found.group()


def left_out(message: str, book: RuleBook, known: Collection[str]) -> list[StatedFact]:
    """去掉抵消再算一遍: a known amount that something may do without is supposed to be nothing."""
    if not MEASURED_ANEW.search(message):
        return []
    found = []
    for fact in book.facts.values():
        if fact.id not in known or not fact.adjustable or fact.minimum != 0 or fact.periods or not fact.topic:
            continue
        names = "|".join(map(re.escape, sorted({*fact.topic, *fact.synonyms}, key=len, reverse=True)))
        said = re.search(
            f"{LEAVING_OUT}(?:{names})(?!消|销|扣|前|后|之后|以后)|(?:{names})(?:量)?{LEFT_OUT}|{_going_without(fact)}",
            message,
        )
        if said is not None:
            found.append(StatedFact(fact.id, "0", said.group()))
    return found


def gone_without(message: str, book: RuleBook, known: Collection[str]) -> list[StatedFact]:
    """不抵消那项几分, with no such amount known: what is asked about is nothing of it."""
    if not MEASURED_ANEW.search(message):
        return []
    found = []
    for fact in book.facts.values():
        if fact.id in known or not fact.adjustable or fact.minimum != 0 or fact.periods or not fact.topic:
            continue
        said = re.search(_going_without(fact), message)
        if said is not None:
            found.append(StatedFact(fact.id, "0", said.group()))
    return found


def _going_without(fact: FactDefinition) -> str:
    """Not of a part of it: 不买绿证 may leave other kinds."""
    parts = {word for part in fact.parts for word in part.split("|")}
    words = {word for word in (*fact.topic, *fact.synonyms) if not any(part in word for part in parts)}
    names = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return f"{WITHOUT}(?:{names})(?!消|销|扣|前|后|的|之后|以后|排放|[过到超足够得了])"


def _graded(message: str, fact: FactDefinition) -> Iterator[tuple[FactDefinition, str, str]]:
    for name in sorted(fact.synonyms, key=len, reverse=True):
        at = message.find(name)
        said = FULL_OR_NONE.match(message, at + len(name)) if at >= 0 else None
        if said is not None:
            yield fact, ALL if said[1] == ALL else NOTHING, message[at : said.end()]
            return


def at_the_cap(message: str, book: RuleBook, seen: Collection[str]) -> list[StatedFact]:
    """抵消用满, 顶格抵消: an amount supposed at its limit, where the book has a metric for that limit."""
    found = FILLED.search(message)
    if not found:
        return []
    capped = [
        book.facts[metric.adjust]
        for metric in book.metrics.values()
        if metric.adjust and metric.limit and "<" in metric.limit.operator
    ]
    return [
        StatedFact(fact.id, CAP, found.group())
        for fact in dict.fromkeys(capped)
        if fact.id not in seen
        and any(word in message for word in fact.topic)
        and any(metric.label == f"{fact.label}{CAP}" for metric in book.metrics.values())
    ]


def the_rest(
    message: str,
    book: RuleBook,
    stated: Sequence[StatedFact],
    known: Mapping[str, str],
) -> list[StatedFact]:
    """剩下的全抵掉: the capped amount is as large as the amount that is left, where that is known."""
    found = REST.search(message)
    if not found:
        return []
    values = {**known, **{item.fact: item.value for item in stated}}
    limited = [metric for metric in book.metrics.values() if metric.limit]
    left = {metric.adjust for metric in limited if metric.limit and ">" in metric.limit.operator}
    capped = {metric.adjust for metric in limited if metric.limit and "<" in metric.limit.operator} - left
    named = [id for id in capped if id and any(word in found.group() for word in book.facts[id].topic)]
    amounts = [values[id] for id in left - {None} if id in values]
    if len(named) != 1 or len(amounts) != 1 or any(item.fact == named[0] for item in stated):
        return []
    return [StatedFact(named[0], amounts[0], found.group())]
