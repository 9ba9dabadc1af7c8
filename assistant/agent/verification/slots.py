"""Where a statement says almost what a clause says: what stands in the same place with the opposite meaning."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from assistant.agent.verification.evidence_index import Evidence
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.matching import pairs, squeezed
from assistant.agent.verification.relations import ABSENT, RESTRAINED
from assistant.agent.verification.statements import Statement

Place = tuple[int, int, str, str]  # [start, end) of the own words, these, and what stands there instead
AROUND = 2  # characters that must agree on either side of a place
LONGEST = 10  # characters of a replacement that is still one place
SHORTEST = 10  # characters of an engine's text that is compared
ALIKE = 0.7  # share of its pairs of characters that a statement must have
LONGEST_CLAUSE = 1500  # characters of a clause that are compared
_HAN = re.compile(r"[\u4e00-\u9fffa-z0-9%]", re.I)
LONG = 3  # characters of a stretch beside which small differences are looked for
_SMALL = sorted(((mine, theirs) for mine in range(4) for theirs in range(4) if mine or theirs), key=sum)
_END, _ENDS = "¶", "。；;！？\n"
_TITLE = re.compile(r"《[^《》]*》")
_PARTS = re.compile(r"[；;。，,：:\u2003\n]")
_NUMERALS = re.compile(r"[一二三四五六七八九十]{1,3}$")
_DIGITS = re.compile(r"\d{1,8}$")
_AROUND_DIGITS = re.compile(r"\d*$"), re.compile(r"\d*")
_MAY_STAND = re.compile(r"^(?:要|应|须|需)(?=.)")
_OPPOSITES = (
    ("提高", "降低"),
    ("提升", "降低"),
    ("上升", "下降"),
    ("增加", "减少"),
    ("增长", "下降"),
    ("扩大", "缩小"),
    ("高", "低"),
    ("升", "降"),
    ("增", "减"),
    ("以上", "以下"),
    ("以内", "以上"),
    ("以内", "以外"),
    ("上线", "底线"),
    ("内", "外"),
    ("先", "后"),
    ("前", "后"),
    ("有", "无"),
    ("多", "少"),
    ("自", "至"),
    ("部分", "全部"),
    ("原则上", "一律"),
    ("初", "末"),
    ("优先", "限制"),
    ("鼓励", "限制"),
    ("鼓励", "禁止"),
    ("支持", "限制"),
    ("直接", "间接"),
    ("长期", "短期"),
    ("大", "少"),
    ("大", "小"),
    ("未", "已"),
    ("内", "外"),
    ("部分", "所有"),
    ("部分", "全体"),
    ("上", "下"),
    ("超过", "低于"),
    ("高于", "低于"),
    ("达到", "不超过"),
    ("达到", "低于"),
    ("不低于", "不高于"),
    ("不低于", "不超过"),
    ("支持", "禁止"),
    ("支持", "限制"),
)
_OPPOSED = {frozenset(pair) for pair in _OPPOSITES}
_EITHER, _BOTH = (
    frozenset(("或", "或者")),
    frozenset(("且", "并", "并且", "和", "与", "及", "以及", "同时", "而且")),
)
_PERIODS = frozenset(
    ("年度", "月度", "季度", "年", "月", "季", "周", "日", "全年", "每年", "每月", "每季度", "每两年")
)
_MUST = frozenset(("必须", "应当", "应", "须", "需", "要"))
_MAY = frozenset(("可", "可以", "能", "能够", "鼓励", "自愿", "原则上"))
_BINDING = frozenset(("强制", "责令", "必须", "一律", "应当", "须", "禁止", "限制", "务必"))
_SOFT = frozenset(
    (
        "鼓励",
        "支持",
        "引导",
        "推动",
        "探索",
        "可",
        "可以",
        "力争",
        "鼓励和指导",
        "指导",
        "推广",
        "倡导",
        "自愿",
        "原则上",
        "择优",
        "参考",
        "可参考",
        "积极",
    )
)
_RANGE = re.compile(r"(?<=[或及])以[上下内]")  # 及以上 is 或以上
_NOT = ("没有", "未", "不")  # told of a result where the clause is unmet: 没有保持下降
_DONE = re.compile(r"(?:目前)?已(?:经|于此前)?")
_PLANNED = re.compile(
    r"(?:积极|加快|尽早|逐步|研究)?(?:探索|推动|推进|实现|建立|打造|创建|开展|实施|支持|鼓励)|力争|到$|逐步$|尽早"
)
_NEGATION = re.compile(r"^(?:不再|不予|不得|不能|不可以?|不应|不要求|不|未|无|没有|禁止|无需|不必)$")
_NO = re.compile(r"[不未无没非]|禁止|严禁")
_AFFIRMED = re.compile(r"^(?:得|能|可以?|应当?|须|要|予以|有)?$")


def slot_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Places where the statement's own words turn round what the cited clause has in the same place."""
    if ABSENT.search(statement.own):
        return
    own, places = plain(without_titles(statement.own))
    if len(own) < 2 * AROUND + 2:
        return
    unmet = not evidence.unmet.isdisjoint(statement.markers)
    titled = "《" in statement.own
    clauses = [one.text[:LONGEST_CLAUSE] for one in evidence.grounds.cited(statement.markers)]
    for words in (*clauses, *_told_alike(statement, evidence)):
        text, _ = plain(without_titles(words) if titled else words)
        yield from _exchanged(statement, own, places, replaced(own, text))
        for start, end, mine, theirs in replaced(own, text):
            if _stands(own, start, end, text) or _RANGE.match(own, end) or (unmet and mine in _NOT):
                continue
            if _told_apart(own, (start, end, mine, theirs), replaced(own, text), text):
                continue
            other_figure = words in clauses and _other_figure(own, start, end, mine, theirs, evidence)
            if not _turned(mine, theirs) and not other_figure:
                continue
            first, last = places[max(0, start - AROUND)], places[min(len(own), end + AROUND) - 1]
            against = own[start - AROUND : start] + theirs + own[end : end + AROUND]
            yield Failure(
                "relation",
                statement.own[first : last + 1].strip(),
                against.replace(_END, ""),
                statement.start + first,
                statement.start + last + 1,
            )


def _exchanged(
    statement: Statement, own: str, at: Sequence[int], places: Sequence[Place]
) -> Iterator[Failure]:
    """Two names that stand in each other's places: 三明市率先达峰, 厦门探索气候投融资 for the other way round."""
    for one, other in combinations(places, 2):
        (start, _, mine, theirs), (_, end, its, others) = one, other
        if len(mine) >= AROUND and mine == others and theirs == its and mine != theirs:
            first, last = statement.start + at[start], statement.start + at[end - 1] + 1
            yield Failure("relation", f"{mine}…{its}", f"{theirs}…{others}", first, last)


def _told_alike(statement: Statement, evidence: Evidence) -> list[str]:
    """Texts of the engine that the statement says nearly word for word."""
    parts = [part for part in _PARTS.split(squeezed(statement.own)) if len(part) >= AROUND]
    if all(part in evidence.engine_squeezed for part in parts):
        return []
    mine = pairs(statement.own)
    shared = [
        (len(mine & theirs) / len(theirs), text)
        for text in evidence.engine
        if SHORTEST <= len(text) <= LONGEST_CLAUSE and (theirs := pairs(text))
    ]
    return [text for share, text in sorted(shared, reverse=True)[:2] if ALIKE <= share < 1]


def without_titles(text: str) -> str:
    """The text with titles in 《》 blanked out, place for place."""
    return _TITLE.sub(lambda found: "\u2003" * len(found[0]), text)


@lru_cache(maxsize=2048)
def plain(text: str) -> tuple[str, tuple[int, ...]]:
    """Characters that are no signs, and where each of them stands; the end of a sentence counts as two of them."""
    kept: list[tuple[int, str]] = []
    for at, char in enumerate(text):
        if _HAN.match(char):
            kept.append((at, char))
        elif char in _ENDS and kept and kept[-1][1] != _END:
            kept += [(at, _END)] * AROUND
    if kept and kept[-1][1] != _END:
        kept += [(len(text) - 1, _END)] * AROUND
    return "".join(char for _, char in kept), tuple(at for at, _ in kept)


@lru_cache(maxsize=2048)
def replaced(own: str, text: str) -> tuple[Place, ...]:
    """(start, end, own words, the text's words) of short places that differ between stretches that agree."""
    blocks = difflib.SequenceMatcher(None, own, text, autojunk=False).get_matching_blocks()
    whole = [block for block in blocks if block.size >= AROUND]
    found = []
    for one, other in pairwise(whole):
        start, end = one.a + one.size, other.a
        mine, theirs = own[start:end], text[one.b + one.size : other.b]
        if len(mine) <= LONGEST and len(theirs) <= LONGEST and (mine or theirs):
            found.append((start, end, mine, theirs))
    found += [place for block in whole if block.size >= LONG for place in _beside(own, text, block)]
    return tuple(dict.fromkeys(found))


def _beside(own: str, text: str, block: difflib.Match) -> Iterator[Place]:
    """Places right before and behind a long stretch that agrees, where the words beyond them agree as well.

    Words that stand several times in the text (公示…公示无异议后) may have been matched with another place of it.
    """
    begin, stood = block.a, block.b
    for mine, theirs in _SMALL:
        at, there = begin - mine, stood - theirs
        if min(at, there) >= AROUND and own[at - AROUND : at] == text[there - AROUND : there]:
            yield at, begin, own[at:begin], text[there:stood]
            break
    end, stood = block.a + block.size, block.b + block.size
    for mine, theirs in _SMALL:
        after = own[end + mine : end + mine + AROUND]
        if len(after) == AROUND and after == text[stood + theirs : stood + theirs + AROUND]:
            yield end, end + mine, own[end : end + mine], text[stood : stood + theirs]
            break


def _stands(own: str, start: int, end: int, text: str) -> bool:
    """Whether the words with their neighbours stand in the clause after all, elsewhere."""
    return own[max(0, start - AROUND) : end + AROUND] in text


def _told_apart(own: str, place: Place, places: Iterable[Place], text: str) -> bool:
    """Whether what one of the two negates here is negated elsewhere: 督查中不能被发现 for 未在督查中被发现, or 遏制盲目发展."""
    start, end, mine, theirs = place
    at = text.find(own[start - AROUND : start] + theirs + own[end : end + AROUND])
    if _NEGATION.match(mine) and at >= 0 and RESTRAINED.search(text[: at + AROUND]):
        return True
    if bool(mine) == bool(theirs) or not _NEGATION.match(mine or theirs):
        return False
    begin, stop = own.rfind(_END, 0, start), own.find(_END, end)
    for first, _, words, others in places:
        with_it, without = (others, words) if mine else (words, others)
        within = begin < first < (stop if stop >= 0 else len(own))
        if within and first != start and _NO.search(with_it) and not _NO.search(without):
            return True
    return False


def _other_figure(own: str, start: int, end: int, mine: str, theirs: str, evidence: Evidence) -> bool:
    """Whether another number stands in the place of the clause's, and neither the user nor the engine gave it."""
    if _NUMERALS.match(mine) and _NUMERALS.match(theirs) and own[:start].endswith("第"):
        return mine != theirs
    if not (_DIGITS.match(mine) and _DIGITS.match(theirs)) or mine == theirs:
        return False
    told = _AROUND_DIGITS[0].search(own[:start]), _AROUND_DIGITS[1].match(own[end:])
    number = (told[0][0] if told[0] else "") + mine + (told[1][0] if told[1] else "")
    return number not in evidence.given_numbers


def _turned(mine: str, theirs: str) -> bool:
    """Whether one says the opposite of the other."""
    mine, theirs = _MAY_STAND.sub("", mine), _MAY_STAND.sub("", theirs)
    if {mine, theirs} == {"近", ""}:
        return True  # another thing of a like name: 近零碳工厂
    if (mine in _BINDING and theirs in _SOFT) or (mine in _SOFT and theirs in _BINDING):
        return True
    if (_DONE.match(mine) and _PLANNED.match(theirs)) or (_PLANNED.match(mine) and _DONE.match(theirs)):
        return True
    if mine == theirs:
        return False
    if (_NEGATION.match(mine) and _AFFIRMED.match(theirs)) or (
        _NEGATION.match(theirs) and _AFFIRMED.match(mine)
    ):
        return True
    if (mine in _EITHER and theirs in _BOTH) or (mine in _BOTH and theirs in _EITHER):
        return True
    if (mine in _MUST and theirs in _MAY) or (mine in _MAY and theirs in _MUST):
        return True
    if mine in _PERIODS and theirs in _PERIODS:
        return not (mine in ("全年", "每年", "年", "年度") and theirs in ("全年", "每年", "年", "年度"))
    return frozenset((mine, theirs)) in _OPPOSED
