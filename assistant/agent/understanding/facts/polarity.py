"""Yes and no in free wording: what is said of a fact's own words within one clause, where no phrase of the book stands.

Only clear cases count: a negation that governs the words or ends the clause after them, or the label's own verb. Whatever
is conditional, uncertain, partial or of another time says nothing, and the fact is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.rules.book import FactDefinition

CLAUSE = re.compile(r"[^，。；;！!？?\n\s]+[？?]?")
JOINED = re.compile(r"(?:而且|并且|以及|[也且])(?=[没无未不都])")
NEGATIVE = re.compile(
    r"^(?:近\d+个月)?(?:未|无|不|没)"
)  # labels of facts that hold where something is absent
OF_CONFORMITY = re.compile(r"^(?:符合|遵守)")
UNSURE = re.compile(
    r"如果|要是|假如|假设|只要|应该|可能|大概|估计|也许|好像|似乎|据说|听说|争取|打算|准备|计划|正在|将|快要?|差不多|基本上?(?!条件)|"
    r"大部分|大多|部分|除|但|不过|只是|只有|以前|曾|原来|之后|不是没|没有不|并非|未必|不一定|没法|不清楚|不知道|不确定|难说|怎么|什么时候|谁"
)
SHORTER = re.compile(
    r"今年|去年|这个?月|上个?月|本月|最近|目前|现在|近?半年|(?:近|这|最近)?(?:一|1|两|二|2)年(?!级)|(?:近|这)?(?:12|24|十二|二十四)个月"
)
OF_SOMEBODY = re.compile(r"隔壁|同行|别的|别人|人家|其他|另一?家|子公司|分公司|母公司|集团|客户|供应商|合作")
_GOVERNS = (
    r"(?:从来?|一直|都|也|并)*(?:没有?|无|未|不(?=属于|是|在|用|使用|采用|存在))"
    r"(?:再|曾|被|有|使用|采用|用|发生|出现|出|受|上|进入?|列入?|记|沾|碰|属于|是|在|存在|任何|什么|啥|过|到|一[起次家个]|国家|明令|禁止|或者?|限制|淘汰|和|及|、|类)*"
)
_AFTER = r"(?:的|名单|目录|行为|记录|情况|问题|和|、|及|或|等|里|上|类|工艺|设备|产品|装备|产能|过|发生|了|啊|呢|哦)*$"
_ENDS = (
    r"(?:的|那个|这个|名单|目录|行为|记录|情况|问题|和|、|及|或|等|里|上|类|中|工艺|设备|产品|装备|产能|我们|咱们?|厂里|公司)*(?:从来?|一直|早就|早已|已经|都|也|全|均|压根|完全|根本|一[个次条起台])*(?:没有?|无|未)"
    r"(?:过|被|用|使用|发生|出现|出|列入?|上|进|我们|咱们?|发现|查出|查到|沾|碰|有|任何|严重|什么|啥|大)*(?:问题|记录|情况|我们|咱们?)?(?:呢|的|了|啊|哦|过)*$"
)
_HOLDS = r"(?:要求|规定|标准|方面|这块)?(?:我们|咱们)?(?:都|也|全部?|均|完全|肯定|是|一直)*(?:符合|满足|遵守|合规|守|没有?问题)(?:了|的|着|要求|规定|啊)*$"
_HELD = r"^(?:我们|咱们?|企业|公司|也|都|完全|是)*(?:符合|满足|遵守)(?:了|着)?(?:国家|省里?|地方|相关|有关|各项|的)*"


@dataclass(frozen=True)
class Places:
    """Names of places inside the policy's region, and of places outside every region."""

    region: str = ""
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


def polarity(
    message: str, facts: Sequence[FactDefinition], settled: Collection[str]
) -> Iterator[tuple[FactDefinition, str, str]]:
    """(fact, 是 or 否, words) for each yes-or-no fact that a clause of the message settles, besides those `settled`."""
    taken = set(settled)
    for clause in _clauses(message):
        if UNSURE.search(clause) or OF_SOMEBODY.search(clause) or clause.endswith(("？", "?")):
            continue
        for fact, words in _spoken_of(clause, facts):
            if fact.id in taken or (fact.follows is not None and SHORTER.search(clause)):
                continue
            value = next((said for word in words if (said := _value(clause, fact, word))), None)
            if value is not None:
                taken.add(fact.id)
                yield fact, value, clause


def located(
    message: str, facts: Sequence[FactDefinition], places: Places
) -> Iterator[tuple[FactDefinition, str, str]]:
    """我们在漳州注册的, 公司注册在温州: a fact whose phrases name the region holds for the places in it alone."""
    name = places.region.removesuffix("省").removesuffix("市")
    if not name or not places.inside:
        return
    inside, outside = ("|".join(map(re.escape, names)) or "(?!)" for names in (places.inside, places.outside))
    for fact in facts:
        if fact.type != "boolean" or not any(name in phrase for phrase in fact.affirm):
            continue
        topic = "|".join(map(re.escape, fact.topic))
        for clause in _clauses(message):
            if UNSURE.search(clause) or OF_SOMEBODY.search(clause) or clause.endswith(("？", "?", "吗")):
                continue
            if re.search(r"[没未不非]|搬|迁", clause):
                continue
            here, there = (
                re.search(
                    rf"(?:{where})[^没未不、]{{0,8}}?(?:{topic})|(?:{topic})(?:{topic}|手续)*(?:地址?|所在地)?(?:都|就|也)?(?:在|于|是|为)(?:{where})"
                    rf"|^(?:我们|咱们?|我司|我厂|本公司|企业|公司|厂)?(?:是|就?在|属于)(?:{where})[^没未不、]{{0,10}}的[^没未不、]{{0,8}}(?:企业|厂|公司)$",
                    clause,
                )
                for where in (inside, outside)
            )
            if (here is None) != (there is None):
                yield fact, "是" if here else "否", clause


def denied_after(clause: str, words: str) -> bool:
    """安全、质量事故都没有: whether the clause ends in a negation of some words of it."""
    return re.search(rf"{re.escape(words)}{_ENDS}", clause) is not None


def is_of_shorter_time(fact: FactDefinition, clause: str) -> bool:
    """今年没出过事故: a no for a shorter time than the window that a fact is about."""
    window = re.search(r"\d+个月|三年|3年|近年", clause)
    return fact.follows is not None and window is None and SHORTER.search(clause) is not None


def _clauses(message: str) -> Iterator[str]:
    for found in CLAUSE.finditer(message):
        parts = [part for part in JOINED.split(found.group()) if part]
        yield from dict.fromkeys((found.group(), *parts))


@lru_cache(maxsize=4096)  # words of the rule books
def _loosely(word: str) -> re.Pattern[str]:
    """A word with 的 between its characters or without."""
    return re.compile("的?".join(map(re.escape, word)))


def _spoken_of(clause: str, facts: Sequence[FactDefinition]) -> list[tuple[FactDefinition, tuple[str, ...]]]:
    """Facts whose words stand in a clause, with the words as they stand; words inside another fact's longer ones do not count."""
    found = [
        (match.start(), match.end(), fact)
        for fact in facts
        for word in fact.topic
        for match in _loosely(word).finditer(clause)
    ]
    kept: dict[str, list[str]] = {}
    for start, end, fact in found:
        inner = any(
            a <= start and end <= b and (b - a) > (end - start)
            for a, b, other in found
            if other.id != fact.id
        )
        if fact.type == "boolean" and not inner:
            kept.setdefault(fact.id, []).append(clause[start:end])
    return [(fact, tuple(kept[fact.id])) for fact in facts if fact.id in kept]


def _value(clause: str, fact: FactDefinition, words: str) -> str | None:
    """是 or 否 for a fact, None where the clause leaves it open."""
    topic = re.escape(words)
    if NEGATIVE.match(fact.label):
        named = [any(word in clause for word in part.split("|")) for part in fact.parts]
        if any(named) and not all(named):
            return None
        absent = re.search(rf"{_GOVERNS}{topic}{_AFTER}", clause) or re.search(rf"{topic}{_ENDS}", clause)
        return "是" if absent and len(re.findall("没|未|无|(?<!符)不", clause)) == 1 else None
    if OF_CONFORMITY.match(fact.label):
        if re.search(rf"{topic}{_HOLDS}", clause) or re.search(rf"{_HELD}{topic}", clause):
            return "是" if not re.search(r"[不未]|没(?!有?问题)", clause) else None
        if re.search(
            rf"{topic}(?:方面|这块)?(?:不|没有?|未)(?:符合|满足|遵守)|(?:不|没有?|未)(?:符合|满足|遵守)(?:国家)?{topic}",
            clause,
        ):
            return "否"
    return None
