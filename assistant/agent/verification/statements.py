"""An answer's text as statements: each with its markers, its quotes, and the words that are no quote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

MARKERS = re.compile(r"(?:[ \t]*\[\d{1,4}\])+")
MARKER = re.compile(r"\[(\d{1,4})\]")
_CLOSED_MARKERS = re.compile(rf"(?:\*\*|__)?{MARKERS.pattern}")  # **结论：…。**[1]
OPENING, CLOSING = "“「『", "”」』"
ENDS = "。！？!?；;\n"
BLANK = "\u2003"  # stands where a quote or a marker stood, so that places stay
_ITEM = re.compile(r"[ \t]*(?:[-*•]|\d{1,2}[.、)）])[ \t]+")
_EMPHASIS = re.compile(r"\*\*|__|`")
DECORATION = re.compile(r"\*\*|__|`|^[ \t]*(?:[-*•]|\d{1,2}[.、)）])[ \t]+|^#+[ \t]*|^>[ \t]*", re.M)


@dataclass(frozen=True)
class Quote:
    """Words in quotation marks at [start, end) of the answer, marks aside, and the markers right behind them."""

    words: str
    start: int
    end: int
    markers: tuple[int, ...]


@dataclass(frozen=True)
class Statement:
    """A stretch of the answer that ends with its markers or with its sentence.

    `own` is its text with quotes, markers and Markdown signs blanked out, place for place; `markers` are its own, or those of
    the next marked statement of the same line; `marked` says which.
    """

    text: str
    own: str
    start: int
    end: int
    quotes: tuple[Quote, ...]
    markers: tuple[int, ...]
    marked: bool
    sentence: tuple[int, int]

    @cached_property
    def words(self) -> str:
        """The statement's own words without blanks."""
        return re.sub(r"\s+", "", self.own)


def without_emphasis(text: str) -> tuple[str, tuple[int, ...]]:
    """The text without Markdown's signs of emphasis, and where each of its characters stands; **8**吨 is 8吨."""
    signs = {at for found in _EMPHASIS.finditer(text) for at in range(*found.span())}
    places = tuple(at for at in range(len(text)) if at not in signs)
    return "".join(text[at] for at in places), places


def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a text in order, empty ones left out."""
    quotes = _quotes(text)
    blanked = _blanked(text, quotes)
    cuts: list[tuple[int, int, tuple[int, ...]]] = []
    start = 0
    for at in _cuts(text, quotes):
        markers = _markers_before(text, at)
        if text[start:at].strip():
            cuts.append((start, at, markers))
        start = at
    found: list[Statement] = []
    for number, (begin, end, markers) in enumerate(cuts):
        marked = bool(markers)
        if not marked:
            markers = _remarked(text, cuts, number) or _following(text, cuts[number + 1 :], begin, end)
        inside = tuple(quote for quote in quotes if begin <= quote.start and quote.end <= end)
        found.append(
            Statement(
                text[begin:end],
                blanked[begin:end],
                begin,
                end,
                inside,
                markers,
                marked,
                _sentence(text, blanked, begin, end),
            )
        )
    return tuple(found)


def _quotes(text: str) -> tuple[Quote, ...]:
    """Quotations of the outermost level; one that is never closed ends with its line."""
    found: list[Quote] = []
    at = 0
    while at < len(text):
        if text[at] not in OPENING:
            at += 1
            continue
        end = _closing(text, at)
        behind = MARKERS.match(text, end + 1)
        markers = tuple(int(one) for one in MARKER.findall(behind[0])) if behind else ()
        found.append(Quote(text[at + 1 : end], at + 1, end, markers))
        at = end + 1
    return tuple(found)


def _closing(text: str, opening: int) -> int:
    """Where the quotation that opens here is closed; the end of the line when it never is."""
    depth = 0
    for at in range(opening, len(text)):
        if text[at] in OPENING:
            depth += 1
        elif text[at] in CLOSING:
            depth -= 1
            if depth == 0:
                return at
    line = text.find("\n", opening)
    return line if line >= 0 else len(text)


def _blanked(text: str, quotes: tuple[Quote, ...]) -> str:
    plain = list(text)
    for quote in quotes:
        for at in range(quote.start - 1, min(quote.end + 1, len(text))):
            if plain[at] != "\n":
                plain[at] = BLANK
    blank = "".join(plain)
    blank = MARKER.sub(lambda found: BLANK * len(found[0]), blank)
    return DECORATION.sub(lambda found: BLANK * len(found[0]), blank)


def _cuts(text: str, quotes: tuple[Quote, ...]) -> list[int]:
    """Where statements end: behind a run of markers, or behind the sign that ends a sentence, outside of quotes."""
    inside = [(quote.start, quote.end) for quote in quotes]
    ends = {found.end() for found in MARKERS.finditer(text)}
    for at, char in enumerate(text):
        if char in ENDS and not any(begin <= at < end for begin, end in inside):
            behind = _CLOSED_MARKERS.match(text, at + 1)
            ends.add(behind.end() if behind else at + 1)
    # A sign right behind markers belongs to what they close: …50%[1]。
    closed = {end + 1 if text[end : end + 1] in tuple("。；;，,、）)！？") else end for end in ends}
    return [*(end for end in sorted(closed) if end < len(text)), len(text)]


def _markers_before(text: str, end: int) -> tuple[int, ...]:
    tail = text[:end].rstrip("。；;，,、）)！？!?\n \t")
    run = re.search(r"(?:[ \t]*\[\d{1,4}\])+$", tail)
    return tuple(int(one) for one in MARKER.findall(run[0])) if run else ()


def _remarked(text: str, cuts: list[tuple[int, int, tuple[int, ...]]], number: int) -> tuple[int, ...]:
    """Markers right in front of a remark in brackets: …[1]（分值：5）."""
    begin = cuts[number][0]
    return cuts[number - 1][2] if number and text[begin : begin + 1] in tuple("（(") else ()


def _following(
    text: str, later: list[tuple[int, int, tuple[int, ...]]], begin: int, end: int
) -> tuple[int, ...]:
    """Markers of the next marked statement of the same line, or of the rest of the same list."""
    listed = _ITEM.match(text[begin:end].lstrip("\n")) is not None
    if "\n" in text[end - 1 : end] and not (listed and _ITEM.match(text, end)):
        return ()
    for _, after, markers in later:
        if markers:
            return markers
        if "\n" in text[after - 1 : after] and not (listed and _ITEM.match(text, after)):
            return ()
    return ()


def _sentence(text: str, blanked: str, begin: int, end: int) -> tuple[int, int]:
    """The whole sentence around a statement."""
    before = max(blanked.rfind(sign, 0, begin) for sign in "。！？\n")
    after = [at for sign in "。！？\n" if (at := blanked.find(sign, max(begin, end - 1))) >= 0]
    return before + 1, min(after, default=len(text))
