"""Names that nothing at hand holds: an item in a list in the place of a clause's own item, and places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.agent.verification.evidence_index import Evidence
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.matching import covered
from assistant.agent.verification.relations import ABSENT
from assistant.agent.verification.slots import AROUND, LONGEST_CLAUSE, plain, replaced, without_titles
from assistant.agent.verification.statements import Statement

PLACES = re.compile(  # prefecture-level areas of Fujian and the counties of its capital; 福州 stands in every text of the city's
    "福州|厦门|漳州|泉州|三明|莆田|南平|龙岩|宁德|平潭|长乐|福清|闽侯|连江|罗源|闽清|永泰|马尾|晋安|仓山|台江"
)
_SIGN_OF_LIST = "、"
SHORTEST, LONGEST = 2, 8  # characters of what stands in a place
HELD = 0.5
_FUNCTION = re.compile(
    r"[的地得要后由而且再用并把将对在为以应须需均都也共即其该这那些所和与及或可能会是有到向从被给让使个项类种中内时先才只就还又更最各每即等不无未没法低高于需还填写减去之间分别一般通过进行开展情况相关包括称叫属于列入需要]"
)
_GENERIC = frozenset(("部门", "单位", "机构", "企业", "公司"))  # what any body may be called
_HAN = re.compile(r"[\u4e00-\u9fff]+$")
_DRAFT = re.compile(r"征求|意见|正式|施行|现行|试行")


def foreign_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Places that no source names, and items of a list, between words of a clause, for other items of it."""
    if not statement.markers or ABSENT.search(statement.own):
        return
    yield from _places(statement, evidence)
    yield from _items(statement, evidence)


def _places(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    whole = "\n".join(_known_texts(statement, evidence))
    for found in PLACES.finditer(statement.own):
        if found[0] not in whole:
            start, end = statement.start + found.start(), statement.start + found.end()
            yield Failure("unsupported", found[0], "所引条款没有这个地方", start, end)


def _items(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    own, places = plain(without_titles(statement.own))
    for citation in evidence.grounds.cited(statement.markers):
        text, stood = plain(citation.text[:LONGEST_CLAUSE])
        for start, end, mine, theirs in replaced(own, text):
            begin = text.find(own[start - AROUND : start] + theirs + own[end : end + AROUND])
            if max(len(mine), len(theirs)) > 2 * min(len(mine), len(theirs)):
                continue  # rather told otherwise than another word
            if begin < 0 or end + AROUND > len(own) or start < AROUND:
                continue
            if (
                not _content(mine)
                or not _content(theirs)
                or set(mine) & set(theirs)
                or mine in _GENERIC
                or _DRAFT.search(mine + theirs)
            ):
                continue
            stretch = range(begin + AROUND, begin + AROUND + len(theirs))
            if not _listed(citation.text, stood, stretch) or not _listed(
                statement.own, places, range(start, end)
            ):
                continue
            if not _held(mine, statement, evidence):
                first, last = statement.start + places[start], statement.start + places[end - 1] + 1
                yield Failure("unsupported", mine, theirs, first, last)


def _content(words: str) -> bool:
    bare = _FUNCTION.sub("", words)
    return len(bare) >= SHORTEST and len(words) <= LONGEST and _HAN.match(words) is not None


def _listed(text: str, places: tuple[int, ...], whole: range) -> bool:
    """Whether characters stand side by side, no sign between them, and beside another item of a list."""
    first, last = places[whole[0]], places[whole[-1]]
    if last - first != len(whole) - 1:
        return False
    return _SIGN_OF_LIST in (text[first - 1 : first], text[last + 1 : last + 2])


def _held(words: str, statement: Statement, evidence: Evidence) -> bool:
    """Whether more than half of the words' pairs of characters stand in a source."""
    return covered(words, *_known_texts(statement, evidence)) > HELD


def _known_texts(statement: Statement, evidence: Evidence) -> list[str]:
    grounds = evidence.grounds
    texts = [part for one in grounds.cited(statement.markers) for part in (one.text, one.title, one.label)]
    return [*texts, *grounds.said, *evidence.engine]
