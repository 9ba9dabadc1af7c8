"""Where a statement says almost what a clause says: what stands in the same place with the opposite meaning."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.agent.verification.evidence_index import Evidence
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.relations import ABSENT
from assistant.agent.verification.statements import Statement

AROUND = 2  # characters that must agree on either side of a place
LONGEST = 10  # characters of a replacement that is still one place
LONGEST_CLAUSE = 1500  # characters of a clause that are compared
_HAN = re.compile(r"[\u4e00-\u9fffa-z0-9%]", re.I)
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
_NEGATION = re.compile(r"^(?:不再|不予|不得|不能|不可以?|不应|不要求|不|未|无|没有|禁止|无需|不必)$")
_AFFIRMED = re.compile(r"^(?:得|能|可以?|应当?|须|要|予以|有)?$")


def slot_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Places where the statement's own words turn round what the cited clause has in the same place."""
    if not statement.markers or ABSENT.search(statement.own):
        return
    own, places = _plain(statement.own)
    if len(own) < 2 * AROUND + 2:
        return
    for citation in evidence.citations(statement):
        text, _ = _plain(citation.text[:LONGEST_CLAUSE])
        for start, end, mine, theirs in _replaced(own, text):
            if not _turned(mine, theirs) or _stands(own, start, end, text):
                continue
            first, last = places[max(0, start - AROUND)], places[min(len(own), end + AROUND) - 1]
            yield Failure(
                "relation",
                statement.own[first : last + 1],
                own[start - AROUND : start] + theirs + own[end : end + AROUND],
                statement.start + first,
                statement.start + last + 1,
            )


@lru_cache(maxsize=2048)
def _plain(text: str) -> tuple[str, tuple[int, ...]]:
    """Characters that are no signs, and where each of them stands."""
    kept = [(at, char) for at, char in enumerate(text) if _HAN.match(char)]
    return "".join(char for _, char in kept), tuple(at for at, _ in kept)


def _replaced(own: str, text: str) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, own words, the text's words) of short places that differ between stretches that agree."""
    blocks = difflib.SequenceMatcher(None, own, text, autojunk=False).get_matching_blocks()
    whole = [block for block in blocks if block.size >= AROUND]
    for one, other in itertools.pairwise(whole):
        start, end = one.a + one.size, other.a
        mine, theirs = own[start:end], text[one.b + one.size : other.b]
        if len(mine) <= LONGEST and len(theirs) <= LONGEST and (mine or theirs):
            yield start, end, mine, theirs


def _stands(own: str, start: int, end: int, text: str) -> bool:
    """Whether the words with their neighbours stand in the clause after all, elsewhere."""
    return own[max(0, start - AROUND) : end + AROUND] in text


def _turned(mine: str, theirs: str) -> bool:
    """Whether one says the opposite of the other."""
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
