"""Passage: mended text in which every character knows its place in the stored file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.documents.clause import Span, Standing

JOINT = -1  # offset of a character that mending put in
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_LATIN_END = re.compile(r"[A-Za-z0-9,.;:!?)%]")
_LATIN_START = re.compile(r"[A-Za-z0-9(]")


def is_space(character: str) -> bool:
    """White space of any kind, control characters (form feed) and zero-width signs included."""
    return character.isspace() or character in INVISIBLE


@dataclass(frozen=True)
class Passage:
    """Mended text; `offsets[i]` is the stored position of `text[i]`, or JOINT."""

    text: str
    offsets: tuple[int, ...]

    def cut(self, start: int, end: int | None = None) -> Passage:
        """The part [start, end)."""
        return Passage(self.text[start:end], self.offsets[start:end])

    def standing(self, source: str) -> Standing:
        """This passage as a place where a clause stands."""
        return Standing(self.text, self.offsets, spans_of(self.offsets, source))


EMPTY = Passage("", ())


def mend(source: str, ranges: Sequence[Span]) -> Passage:
    """Text of consecutive line ranges as one passage: white space goes, except one space between Latin words.

    Between a Chinese character and a digit or Latin letter the space goes too (`到 2025 年` -> `到2025年`);
    `GB/T 32151` keeps it. Where a line ended between two Latin words the space stands for the line break.
    """
    characters: list[str] = []
    offsets: list[int] = []
    gap, broken = -1, False
    for span in ranges:
        for place in range(span.start, span.end):
            character = source[place]
            if is_space(character):
                if gap < 0:
                    gap = place
                broken = broken or character in "\n\r\f"
                continue
            if gap >= 0 and characters and _keeps_space(characters[-1], character, broken):
                characters.append(" ")
                offsets.append(gap if source[gap] == " " else JOINT)
            characters.append(character)
            offsets.append(place)
            gap, broken = -1, False
        gap, broken = (gap if gap >= 0 else span.end), True
    return Passage("".join(characters), tuple(offsets))


def _keeps_space(left: str, right: str, broken: bool) -> bool:
    if broken:
        return left.isascii() and left.isalpha() and right.isascii() and right.isalpha()
    return bool(_LATIN_END.match(left) and _LATIN_START.match(right))


def join(passages: Iterable[Passage], joint: str = "\n") -> Passage:
    """Passages one after the other with `joint` (which stands nowhere) between; empty ones are left out."""
    characters: list[str] = []
    offsets: list[int] = []
    for passage in passages:
        if not passage.text:
            continue
        if characters and joint:
            characters.append(joint)
            offsets.extend([JOINT] * len(joint))
        characters.append(passage.text)
        offsets.extend(passage.offsets)
    return Passage("".join(characters), tuple(offsets))


def spans_of(offsets: Iterable[int], source: str) -> tuple[Span, ...]:
    """Ranges that hold the given places: one for each stretch of a stored line."""
    spans: list[Span] = []
    for place in sorted(place for place in offsets if place >= 0):
        if spans:
            between = source[spans[-1].end : place]
            if not between or (between.isspace() and "\n" not in between and "\t" not in between):
                spans[-1] = Span(spans[-1].start, place + 1)
                continue
        spans.append(Span(place, place + 1))
    return tuple(spans)


def break_at_gaps(passage: Passage) -> Passage:
    """Names set apart by a space come one a line: `许碧瑞 徐 威` -> `许碧瑞`, `徐威`; a label before a colon stays whole.

    Single characters set apart belong together: 徐 威 is one name, spread to the width of three characters.
    """
    colon = max(passage.text.find("："), passage.text.find(":"))
    label, start = passage.cut(0, colon + 1), colon + 1
    names: list[Passage] = []
    for end in range(start + 1, len(passage.text) + 1):
        if end < len(passage.text) and passage.offsets[end] == passage.offsets[end - 1] + 1:
            continue
        name = passage.cut(start, end)
        start = end
        if names and len(names[-1].text) == 1:
            names[-1] = join([names[-1], name], "")
        else:
            names.append(name)
    return join([label, join(names)], "")
