"""The tenor of a sentence: words that bind where every source only encourages, a yes before a prohibition, counts and their lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.agent.verification.evidence_index import Evidence
from assistant.agent.verification.figures import figures
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.relations import ABSENT
from assistant.agent.verification.statements import Statement
from assistant.numerals import normalise
from assistant.quantities import find_quantities

_BINDING = re.compile(r"(?<![不非无])(?:强制|责令|勒令|一律|务必|必须)")
_NOT_BINDING = re.compile(r"(?:不是|并非|不|没有|无须|无需|是否|而非|不等于)[^，。；]{0,6}$")
_BINDS = re.compile(r"必须|应当?|须|严禁|禁止|不得|强制|一律|否决|责令|严格|务必|要求|需|方可|要(?!素|点)")
_SOFT = re.compile(r"鼓励|支持|引导|自愿|推动|探索|力争|倡导|可参考|可以|可(?=[由自])|原则上|择优|部分|抽取")
_YES = re.compile(r"^[\s\u2003*_>-]*(?:可以|能|行|允许)(?:的)?[，,。！]")
_FORBIDDEN = re.compile(r"严禁|禁止|不得|不予|不能|不可以?|不属于|不允许")
_UNLESS = re.compile(r"但|除|只要|前提|不过|如果|若|须|需|应|以内|之内|不得超过|不得低于|不得高于")
_DONE = re.compile(
    r"(?<![而不])已(?:经|于此前)?(?:全面|全部|正式|基本|配合|协同|[^，。；]{0,6}?(?:完成|建成|结束|取消|办结|实现|出台|实施|印发|验收))"
)
_PAST = re.compile(r"已|完成|印发|实现并|截至|累计|近年|以来|现将|目前")
_PLAN = re.compile(r"探索|推动|推进|加快|力争|到20\d\d年|将(?!其)|支持|鼓励|引导|开展|抓紧|建立|组织")
_LISTED = re.compile(
    r"(?<![第一二三四五六七八九十百\d])(?P<count>[一二两三四五六七八九十\d]{1,3})(?P<noun>个(?!月)|项|类|种|条|步|家|方面|部门|环节)[^：:。；，,\n]{0,8}[：:](?P<items>[^。；;\n]+)(?P<more>[；;])?"
)
_PEERS = re.compile(r"等([二三四五六七八九十\d]{1,3})个?(?:部门|单位)")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_MEASURED = re.compile(r"[\d/每]\s*$")
_SAME_UNITS = frozenset(("tce", "tco2", "co2", "pdf", "word", "excel", "http", "https", "www"))


def tenor_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """What of a statement binds more than its sources, or does not come to what it says."""
    if not statement.markers or ABSENT.search(statement.own):
        return
    texts = [one.text for one in evidence.citations(statement)]
    yield from _binding(statement, [*texts, *evidence.grounds.engine])
    yield from _done(statement, texts)
    yield from _counts(statement)
    yield from _ranges(statement)
    yield from _peers(statement, texts)
    yield from _units(statement, evidence, texts)
    found = _YES.search(statement.own)
    rest = statement.text[found.end() :] if found else ""
    forbidden = _FORBIDDEN.search(rest)
    if found and forbidden and not _UNLESS.search(rest):
        yield _failure("relation", statement, found.start(), found.end(), forbidden[0])


def _failure(type: str, statement: Statement, start: int, end: int, against: str) -> Failure:
    words = statement.own[start:end].strip()
    return Failure(type, words, against, statement.start + start, statement.start + end)


def _binding(statement: Statement, texts: list[str]) -> Iterator[Failure]:
    """强制, 一律, 必须 where the sources only encourage and nothing in them binds."""
    whole = "\n".join(texts)
    soft = _SOFT.search(whole)
    if not soft or _BINDS.search(whole):
        return
    for found in _BINDING.finditer(statement.own):
        if not _NOT_BINDING.search(statement.own[: found.start()]):
            yield _failure("relation", statement, found.start(), found.end(), soft[0])


def _done(statement: Statement, texts: list[str]) -> Iterator[Failure]:
    """已建成, 已全面实施 where every source only plans and none has anything done."""
    if _PAST.search("\n".join(texts)) or not all(_PLAN.search(text) for text in texts):
        return
    for found in _DONE.finditer(statement.own):
        if _NOT_BINDING.search(statement.own[: found.start()]):
            continue  # 并非已经全面推开
        yield _failure("relation", statement, found.start(), found.end(), "所引条款里还是打算")


def _counts(statement: Statement) -> Iterator[Failure]:
    """Counts of what is listed behind them: 三类：甲和乙."""
    for found in _LISTED.finditer(statement.own):
        count = next((one.value for one in find_quantities(found["count"] + "个")), None)
        items = re.sub(r"[（(][^）)]*[）)]", "", normalise(found["items"])).strip("\u2003 ，,")
        if "\u2003" in items or found["more"] or ("、" not in items and "和" not in items):
            continue  # quotations among the items; items that are whole sentences
        by_comma = len([one for one in re.split(r"[、，,]", items) if one])
        by_all = len([one for one in re.split(r"[、，,和与及]|以及", items) if one])
        if count is not None and by_all >= 2 and not by_comma <= count <= by_all:
            yield _failure("measure", statement, found.start(), found.end("noun"), found["items"])


def _peers(statement: Statement, texts: list[str]) -> Iterator[Failure]:
    """How many bodies stand behind 等, where the clause says another number: 等六部门."""
    held = {found[1] for text in texts for found in _PEERS.finditer(text)}
    for found in _PEERS.finditer(statement.own):
        if held and found[1] not in held:
            yield _failure(
                "number", statement, found.start(), found.end(), f"等{'、'.join(sorted(held))}部门"
            )


def _ranges(statement: Statement) -> Iterator[Failure]:
    """Ranges that end before they begin: 95分到0分."""
    told = [one for one in figures(statement.own) if isinstance(one.value, tuple)]
    for one, other in pairwise(told):
        if statement.own[one.end : other.start].strip() in ("到", "至", "~", "～"):
            low, high = one.value, other.value
            if isinstance(low, tuple) and isinstance(high, tuple) and low[1] == high[1] and low[0] > high[0]:
                yield _failure("measure", statement, one.start, other.end, "前一个数应当较小")


def _units(statement: Statement, evidence: Evidence, texts: list[str]) -> Iterator[Failure]:
    """Latin words and units (kWh, kgCO2) that no source has."""
    whole = "\n".join((*texts, *evidence.engine, *evidence.grounds.said, *evidence.grounds.catalogue)).lower()
    for found in _LATIN.finditer(normalise(statement.own)):
        word = found[0].lower()
        if found[0].isupper() and found[0].isalpha() and not _MEASURED.search(statement.own[: found.start()]):
            continue  # a short name (CCER), no unit
        if word not in whole and word not in _SAME_UNITS:
            yield _failure("unsupported", statement, found.start(), found.end(), "所引条款没有这个写法")
