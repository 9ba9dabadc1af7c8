"""The kind of value that a question asks for, and whether a sentence states one of what is asked about.

A sentence near the question may hold a figure of something else: the share of firms drawn for an inspection is no answer to
how many firms a city may put forward. So a count only answers where what is counted, or what is done to it, stands beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.agent.tools.sentence_features import pairs
from assistant.retrieval.asking import content_words, own_words

_N = r"[\d一二两三四五六七八九十百千万亿几]+(?:\.\d+)?\s*[多余]?\s*"
_DURATION = re.compile(
    r"(?<!\d)(?:\d{1,2}|[一二两三四五六七八九十半]+)\s*(?:年(?!度|\d)|个月|周|天|(?:个)?工作日|小时)|有效期|\d{4}\s*年|“?十[四五六]五”?"
)
_ASKED_DURATION = re.compile(
    r"多久|多长时间|多长(?!度)|(?<![第哪这那好前近后过])几(?:天|周|年(?!级|前|来)|个月|个?工作日|小时)|多少(?:天|年|个月|个?工作日)|提前多|时限"
)
# unit of a count -> how it is named where the text has none
_COUNTED = {
    "家": "家数",
    "户": "户数",
    "份": "份数",
    "次": "次数",
    "人": "人数",
    "名": "人数",
    "字": "字数",
    "页": "页数",
    "套": "套数",
    "台": "台数",
    "亩": "面积",
    "公顷": "面积",
    "平方米": "面积",
    "兆瓦": "容量",
    "千瓦": "容量",
}
_UNITS = "|".join(sorted(_COUNTED, key=len, reverse=True))
_ASKED_COUNT = re.compile(
    rf"(?:多少|(?<![第哪这那好前])几)(?:百|千|万)*(?:个?(?P<thing>人|员工|职工|专家|企业|厂|名额)|(?P<unit>{_UNITS})(?P<what>[一-鿿]{{0,8}}))"
)
_UNIT_OF = {"企业": "家", "厂": "家", "名额": "家", "人": "人", "专家": "人", "员工": "人", "职工": "人"}
_ASKED_OFFICE = re.compile(r"责任(?:单位|部门)|牵头(?:单位|部门)|归口(?:单位|部门)")
_OFFICE = re.compile(r"责任单位|负责|牵头|办理|印发")
_SEGMENT = re.compile(r"[^，。；：:（）()]+")


@dataclass(frozen=True)
class Wanted:
    """A kind of value: its `name` for people, the form that states one, and the words that must stand beside it (empty: none)."""

    name: str
    stated: re.Pattern[str]
    beside: frozenset[str] = frozenset()

    def stands_in(self, sentence: str) -> bool:
        """Whether a sentence states such a value of what is asked about."""
        text = unicodedata.normalize("NFKC", sentence)
        if not self.beside:
            return self.stated.search(text) is not None
        parts = [found.group() for found in _SEGMENT.finditer(text)]
        return any(
            self.stated.search(part) and self.beside & {*pairs(before), *pairs(part)}
            for before, part in zip(["", *parts], parts, strict=False)
        )


def wanted(question: str, meant: Iterable[str], names: Iterable[str]) -> Wanted | None:
    """What value a question asks for; None where its form tells of none.

    `meant` are the texts' words for what it says; `names` are those of programmes and policies, which stand beside everything.
    """
    if _ASKED_OFFICE.search(question):
        return Wanted("责任单位", _OFFICE)
    counted = _ASKED_COUNT.search(question)
    if not (counted or _ASKED_DURATION.search(question)):
        return None
    if counted is None:
        return Wanted("时限", _DURATION)
    rest = question
    for name in sorted(names, key=len, reverse=True):
        rest = rest.replace(name, " ")
    about = frozenset(pairs(" ".join((own_words(rest), *meant))))
    unit = counted["unit"] or _UNIT_OF[counted["thing"]]
    what = frozenset(pairs(content_words(counted["what"] or "")))
    return Wanted(_COUNTED[unit], re.compile(rf"{_N}\s*个?(?:{unit})"), what or about)
