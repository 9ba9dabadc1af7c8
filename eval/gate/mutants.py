"""One change to a text that holds, so that it does not: deterministic by seed, one mutant of each kind a text.

Every kind is a function from a text that holds to the changes that are possible in it; which of them is made is drawn. A
change that leaves the meaning as it was is none: the same figure again, markers of clauses that both hold the words, a sign.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from assistant.agent.verification.matching import squeezed
from eval.gate.given import Given
from eval.gate.invented import INVENTED

SEED = "gate"
Change = tuple[int, int, str]  # characters [start, end) read so instead
_QUOTED = re.compile(r"“(?:[^“”]|“[^“”]*”)*”|「[^「」]*」")
_TALK = re.compile(  # what says nothing of a policy or a result: questions, and what the assistant tells of itself
    r"[^。！\n]*[？?][^\n。]*|（要据此[^）]*）|您?(?:说|问|写)的是[^。\n]*|^提示：[^\n]*|（您消息里[^）]*）|[^。\n]*(?:回答|收录|规则引擎|可以问|随时问|不能提供)[^。\n]*",
    re.M,
)
_MARKER = re.compile(r"\[(\d{1,4})\]")
_TITLE = re.compile(r"《[^《》]*》")
_PLACE = re.compile(
    r"(?:第|附件|专栏|[（(〔\[])[ ]*[\d一二三四五六七八九十]{1,4}|(?<!\d)\d{1,2}[.、)）](?=[ \t]*[\u4e00-\u9fff])|\d{1,2}(?=：)",
    re.M,
)
_YEAR = re.compile(r"(?<!\d)20[0-4]\d(?=年)")
_DIGITS = re.compile(r"(?<![\d.A-Za-z/\-−])\d[\d,]*(?:\.\d+)?(?![\d/])")
_NUMERALS = "零一二三四五六七八九十"
_UNITS = {
    "万吨": "吨", "吨标准煤": "万吨", "吨": "万吨", "亿元": "万元", "万元": "亿元", "%": "万吨", "％": "万吨", "个月": "年", "分": "%",
    "家": "%", "千瓦": "吨", "亿立方米": "万立方米", "公顷": "亩", "万亩": "亩", "字": "页", "日": "个月", "小时": "天", "万千瓦": "千瓦",
}  # fmt: skip
_UNIT = re.compile(rf"(?<=\d)(?:{'|'.join(sorted(_UNITS, key=len, reverse=True))})")
_RELATIONS = {
    "不低于": "低于", "不高于": "高于", "不超过": "超过", "不得超过": "不得低于", "不少于": "少于", "未超过": "超过", "没有超过": "超过",
    "以上": "以下", "以内": "以上", "以下": "以上", "至少": "至多", "最多": "至少", "低于": "高于", "高于": "低于", "超过": "低于", "大于": "小于",
    "≥": "≤", "≤": "≥", "年底前": "年底后", "之前": "之后", "以前": "以后", "达到": "不超过",
}  # fmt: skip
_RELATION = re.compile(  # 以上内容 and 达到要求 tell no relation that could be turned round
    "|".join(
        word + {"以上": "(?![引为内是均])", "达到": "(?![要了“\\d])"}.get(word, "")
        for word in sorted(_RELATIONS, key=len, reverse=True)
    )
)
_NEGATION = re.compile(
    r"不(?=得|能|予|再|符合|属于|满足|达标|纳入|列入|接受|低于|高于|超过|少于|存在|可以|含|需)|未(?!来)(?=[被列经发获通在受按达超])|没有(?=[被发获通超受])|无(?=[异重违需偷])"
)
_MODALS = {
    "必须": "可以", "应当": "可以", "不得": "可以", "鼓励": "必须", "可以": "必须", "支持": "禁止", "优先": "不得", "严禁": "鼓励", "禁止": "可以",
}  # fmt: skip
_MODAL = re.compile("|".join(_MODALS))
_VERDICTS = {"不符合": "符合", "待补充": "符合", "符合": "不符合"}
_STATED = re.compile(r"(?<=结论：)(?:不符合|符合)|(?<=目前)待补充|(?<=，)不?符合(?=要求)")
_STANDING = re.compile(r"(?:目前)?是征求意见稿，(?:尚未正式施行|以正式印发的文本为准)|征求意见稿(?=[\[。，])")


@dataclass(frozen=True)
class Mutant:
    """A text with one change: of what kind, and what was changed with the words around it."""

    kind: str
    given: Given
    text: str
    change: str


def mutants(given: Given, seed: str = SEED) -> Iterator[Mutant]:
    """One mutant of each kind that the text allows."""
    for kind, changes in KINDS.items():
        possible = [one for one in changes(given) if _changes(given.text, one)]
        if possible:
            start, end, words = random.Random(f"{seed}/{given.id}/{kind}").choice(possible)
            text = given.text[:start] + words + given.text[end:]
            yield Mutant(kind, given, text, _told(given.text, start, end, words))


def _told(text: str, start: int, end: int, words: str) -> str:
    """The change with the words around it."""
    before, after = text[max(0, start - 30) : start], text[end : end + 20]
    return f"…{before}【{text[start:end]} → {words}】{after}…".replace("\n", " ")


def _changes(text: str, change: Change) -> bool:
    start, end, words = change
    return re.sub(r"\s", "", text[start:end]) != re.sub(r"\s", "", words)


def own_words(text: str) -> str:
    """The text with quotations, titles, markers, questions and what somebody else said blanked out, place for place."""
    for pattern in (_QUOTED, _TITLE, _MARKER, _TALK):
        text = pattern.sub(lambda found: "\u2003" * len(found[0]), text)
    return text


def _figures(text: str) -> Iterator[re.Match[str]]:
    """Amounts in the own words: no years, no clause numbers, no list numbers."""
    own = own_words(text)
    taken = [found.span() for pattern in (_PLACE, _YEAR) for found in pattern.finditer(own)]
    for found in _DIGITS.finditer(own):
        if not any(start < found.end() and found.start() < end for start, end in taken):
            yield found


def _digits(given: Given) -> Iterator[Change]:
    """Another digit in a figure; the first never becomes a zero."""
    for found in _figures(given.text):
        for at in range(found.start(), found.end()):
            if given.text[at].isdigit():
                other = (int(given.text[at]) + 3) % 10
                yield at, at + 1, str(other or 4)


def _years(given: Given) -> Iterator[Change]:
    for found in _YEAR.finditer(own_words(given.text)):
        yield found.start(), found.end(), str(int(found[0]) + (2 if int(found[0]) % 2 else -3))


def _pattern(
    pattern: re.Pattern[str], others: Mapping[str, str] | None
) -> Callable[[Given], Iterator[Change]]:
    """What a pattern finds in the own words replaced by its counterpart, or left out where it has none."""

    def changes(given: Given) -> Iterator[Change]:
        for found in pattern.finditer(own_words(given.text)):
            yield found.start(), found.end(), others[found[0]] if others else ""

    return changes


def _connectives(given: Given) -> Iterator[Change]:
    for found in re.finditer(
        r"(?<=[\u4e00-\u9fff%，、）])(且|并且|或者?)(?=[\u4e00-\u9fff])", own_words(given.text)
    ):
        before = given.text[: found.start()]
        if before[-1:] not in ("而", "况") and not re.search(r"没有(?:规定|写)[^。]*$", before):
            yield found.start(), found.end(), "或" if "且" in found[0] else "且"


def _measures(given: Given) -> Iterator[Change]:
    """Two figures of one line and one unit that change places."""
    text = given.text
    for one, other in combinations(list(_figures(text)), 2):
        between = text[one.end() : other.start()]
        units = [re.match(r"\s*(?:[%％]|[\u4e00-\u9fff]?)", text[at.end() :]) for at in (one, other)]
        same = units[0] and units[1] and units[0][0] == units[1][0]
        near = len(between) <= 60 and "\n" not in between
        equation = re.search(r"[=÷＝]", text[max(0, one.start() - 12) : other.end() + 8])
        if same and near and one[0] != other[0] and not equation:
            yield one.start(), other.end(), other[0] + between + one[0]


def _places(given: Given) -> Iterator[Change]:
    """Another number of an article, item or annex where the answer says what it cites."""
    own = own_words(given.text)
    for found in re.finditer(
        r"(?:第|附件|（)([一二三四五六七八九十]|\d{1,2})(?=条|项|）|第|章|[，：的])", own
    ):
        number = found[1]
        before = own[found.start() - 1 : found.start()]
        if found[0][0] == "（" and not re.match(r"[条、\u2003一二三四五六七八九]", before):
            continue
        yield (
            found.start(1),
            found.end(1),
            str(int(number) + 1) if number.isdigit() else _next_numeral(number),
        )


def _next_numeral(numeral: str) -> str:
    return "七" if numeral == "十" else _NUMERALS[_NUMERALS.index(numeral) + 1]


def _markers(given: Given) -> Iterator[Change]:
    """Two clauses' markers that change places, where neither clause holds what the other is cited for; or one nobody handed out."""
    text = given.text
    talk = [found.span() for found in _TALK.finditer(text)]
    found = [one for one in _MARKER.finditer(text) if not any(a <= one.start() < b for a, b in talk)]
    alone = [one for one in found if text[one.start() - 1] != "]" and text[one.end() : one.end() + 1] != "["]
    for one, other in combinations(alone, 2):
        if one[1] != other[1] and _apart(given, int(one[1]), int(other[1])):
            yield one.start(), other.end(), other[0] + text[one.end() : other.start()] + one[0]


def _apart(given: Given, one: int, other: int) -> bool:
    by = {citation.marker: citation for citation in given.grounds.citations}
    if one not in by or other not in by:
        return False
    first, second = by[one], by[other]
    held = [squeezed(first.text), squeezed(second.text)]
    return first.address != second.address and not (
        squeezed(first.quote) in held[1] or squeezed(second.quote) in held[0]
    )


def _unknown_markers(given: Given) -> Iterator[Change]:
    strange = max((citation.marker for citation in given.grounds.citations), default=0) + 3
    for found in _MARKER.finditer(given.text):
        yield found.start(), found.end(), f"[{strange}]"


def _invented(given: Given) -> Iterator[Change]:
    """A sentence that no clause says, with the last marker of the text behind it."""
    found = list(_MARKER.finditer(given.text))
    if found:
        end = found[-1].end()
        for sentence in INVENTED:
            yield end, end, f"。{sentence}{found[-1][0]}"


def _misquoted(given: Given) -> Iterator[Change]:
    """One character of a marked quotation replaced by another, or left out."""
    for found in re.finditer(r"“((?:[^“”]|“[^“”]*”)+)”(?=\[\d)", given.text):
        inside = [at for at in range(found.start(1), found.end(1)) if "\u4e00" <= given.text[at] <= "\u9fff"]
        for number, at in enumerate(inside[1:-1], start=1):  # a shorter quotation is still one
            other = given.text[inside[(number + 7) % len(inside)]]
            yield at, at + 1, other if number % 2 else ""


def _standings(given: Given) -> Iterator[Change]:
    """A draft that is told to be in force."""
    for found in _STANDING.finditer(given.text):
        yield found.start(), found.end(), "已正式施行"


KINDS: Mapping[str, Callable[[Given], Iterator[Change]]] = {
    "digit": _digits,
    "unit": _pattern(_UNIT, _UNITS),
    "quote": _misquoted,
    "markers swapped": _markers,
    "marker unknown": _unknown_markers,
    "article number": _places,
    "year": _years,
    "relation": _pattern(_RELATION, _RELATIONS),
    "connective": _connectives,
    "negation": _pattern(_NEGATION, None),
    "modal": _pattern(_MODAL, _MODALS),
    "measure": _measures,
    "invented": _invented,
    "verdict": _pattern(_STATED, _VERDICTS),
    "standing": _standings,
}
