"""Numbers and markers that structure a Chinese policy text: 第一章, 第八条, 一、, （一）, 1., 专栏1, 附件1, 一是."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_FULL_WIDTH = {ord("０") + i: str(i) for i in range(10)}
CHINESE_NUMBER = "[零〇一二三四五六七八九十百]+"
ANY_NUMBER = r"(?:[0-9０-９]{1,3}|[零〇一二三四五六七八九十百]+)"


class MarkerKind(StrEnum):
    """What a marker at the start of a block announces."""

    CHAPTER = "chapter"
    SUBCHAPTER = "subchapter"
    ARTICLE = "article"
    HEADING = "heading"
    SECTION = "section"
    TASK = "task"
    SUBTASK = "subtask"
    POINT = "point"
    BOX = "box"
    ENTRY = "entry"
    ANNEX = "annex"
    ANNEX_LIST = "annex_list"
    NOTE = "note"


# Depth in the outline; POINT, BOX, ENTRY, ANNEX and NOTE are placed by their own rules.
RANK = {
    MarkerKind.CHAPTER: 1,
    MarkerKind.SUBCHAPTER: 2,
    MarkerKind.ARTICLE: 3,
    MarkerKind.HEADING: 3,
    MarkerKind.SECTION: 4,
    MarkerKind.TASK: 5,
    MarkerKind.SUBTASK: 6,
}


@dataclass(frozen=True)
class Marker:
    """A marker: its kind, its number (None for —— and 注), how long it is, and its name inside a path."""

    kind: MarkerKind
    number: int | None
    length: int
    name: str


def read_number(text: str) -> int | None:
    """Value of `12`, `１２`, `十二`, `二十`, `一百零三`, `二〇`; None when it is no such number."""
    text = text.translate(_FULL_WIDTH).strip()
    if text.isascii() and text.isdigit():
        return int(text)
    if not re.fullmatch(CHINESE_NUMBER, text):
        return None
    if not any(c in "十百" for c in text):
        return int("".join(str(_DIGITS[c]) for c in text)) if len(text) <= 3 else None
    total, digit = 0, 0
    for c in text:
        if c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[c]
    return total + digit


def write_number(number: int) -> str:
    """Chinese numeral as ordinals are written: 8 -> 八, 15 -> 十五, 20 -> 二十, 103 -> 一百零三."""
    numerals = "零一二三四五六七八九"
    if number < 10:
        return numerals[number]
    if number < 20:
        return "十" + (numerals[number % 10] if number % 10 else "")
    if number < 100:
        return numerals[number // 10] + "十" + (numerals[number % 10] if number % 10 else "")
    rest = number % 100
    tail = "" if not rest else "零" + numerals[rest] if rest < 10 else numerals[rest // 10] + "十"
    if rest >= 10 and rest % 10:
        tail += numerals[rest % 10]
    return numerals[number // 100] + "百" + tail


_PATTERNS: tuple[tuple[MarkerKind, re.Pattern[str], str], ...] = (
    (MarkerKind.CHAPTER, re.compile(rf"第\s*({CHINESE_NUMBER}|\d{{1,3}})\s*[章编](?![程制节])"), "第{}章"),
    (MarkerKind.SUBCHAPTER, re.compile(rf"第\s*({CHINESE_NUMBER}|\d{{1,3}})\s*节(?!能)"), "第{}节"),
    (
        MarkerKind.ARTICLE,
        re.compile(rf"第\s*({CHINESE_NUMBER}|\d{{1,3}})\s*条(?:之[一二三四五六七八九])?"),
        "第{}条",
    ),
    (MarkerKind.HEADING, re.compile(r"([一二三四五六七八九十百]+)\s*、"), "{}"),
    (MarkerKind.SECTION, re.compile(r"[（(]\s*([一二三四五六七八九十百]+)\s*[）)]"), "（{}）"),
    (MarkerKind.SUBTASK, re.compile(r"[（(]\s*(\d{1,2})\s*[）)]"), "（{}）"),
    (MarkerKind.TASK, re.compile(r"(\d{1,2})\s*(?:[.．](?!\d)|、)"), "{}"),
    (MarkerKind.POINT, re.compile(r"([一二三四五六七八九十]{1,3})是(?!否)"), "{}是"),
    (MarkerKind.BOX, re.compile(rf"专\s*栏\s*({ANY_NUMBER})[:：]?"), "专栏{}"),
    (MarkerKind.ENTRY, re.compile(r"(?:—{1,2}|―{1,2}|--)(?=\s*[^\s\d—-])"), ""),
    (MarkerKind.ANNEX_LIST, re.compile(r"附\s*件\s*[:：]"), ""),
    (
        MarkerKind.ANNEX,
        re.compile(rf"附\s*件\s*({ANY_NUMBER})?(?=$|\s|[:：]|[^\s第和、，。之中的])[:：]?"),
        "附件{}",
    ),
    (MarkerKind.NOTE, re.compile(r"(?:备\s*)?注\s*[:：]"), "注"),
)
_ARABIC_NAMES = {MarkerKind.TASK, MarkerKind.SUBTASK, MarkerKind.BOX, MarkerKind.ANNEX}


def read_marker(text: str) -> Marker | None:
    """The marker at the very start of `text`, or None."""
    for kind, pattern, name in _PATTERNS:
        found = pattern.match(text)
        if not found:
            continue
        if kind is MarkerKind.ANNEX and not _announces_annex(text, found.end()):
            continue
        raw = found.group(1) if pattern.groups else None
        number = read_number(raw) if raw else None
        shown = "" if number is None else str(number) if kind in _ARABIC_NAMES else write_number(number)
        suffix = re.search(r"之.$", found.group()) if kind is MarkerKind.ARTICLE else None
        return Marker(kind, number, found.end(), name.format(shown) + (suffix.group() if suffix else ""))
    return None


def _announces_annex(text: str, end: int) -> bool:
    """An annex starts with 附件1 alone or 附件1 and a title; a sentence that mentions an annex does not."""
    rest = text[end:].strip()
    return len(rest) <= 40 and not re.search(r"[，。；]", rest)
