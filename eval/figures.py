"""Figures in text: a checker of its own, so that a mistake of the product's reader cannot hide from the evaluation.

A figure is a run of digits with its scale and unit (10万吨, 37.5%, 8 吨/万元), read to an exact value in a canonical
unit. `has_figure` finds a figure as a whole, so that 40% never passes inside 140%; `unsourced` lists the figures of a
text that no source holds. Chinese numerals are read only in sources (三成, 十万吨), through `assistant.quantities`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from assistant.quantities import find_quantities

_SCALES = {"百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_COAL = r"(?:吨标准煤|吨标煤|tce(?![a-z]))"
_CARBON = r"(?:吨二氧化碳当量|吨二氧化碳|吨CO2当量|吨CO2e?|tCO2e?(?![a-z])|吨|t(?![a-zA-Z]))"
_PER = r"(?:/万元|每万元)"
# (pattern, canonical unit, factor); the first that matches wins.
_UNITS: tuple[tuple[str, str, Fraction], ...] = (
    (_COAL + _PER, "吨标准煤/万元", Fraction(1)),
    (_COAL, "吨标准煤", Fraction(1)),
    (_CARBON + _PER, "吨/万元", Fraction(1)),
    (_CARBON, "吨", Fraction(1)),
    (r"(?:千克|公斤|kg(?![a-z]))", "吨", Fraction(1, 1000)),
    (r"元", "万元", Fraction(1, 10**4)),
    (r"%", "%", Fraction(1, 100)),
    (r"‰", "%", Fraction(1, 1000)),
    (r"个?百分点", "百分点", Fraction(1)),
    (r"(?:千瓦时|kWh)", "千瓦时", Fraction(1)),
    (r"(?:千瓦|kW)", "千瓦", Fraction(1)),
    (r"平方米|立方米|公里|公顷|亩|小时|分钟", "", Fraction(1)),
    (r"个?工作日", "个工作日", Fraction(1)),
    (
        r"个月|个项目|年|月|日|号|天|周|项|家|个|分|条|款|章|次|户|人|名|级|倍|批|类|种|页|步|期|届|台|套|座",
        "",
        Fraction(1),
    ),
)
# Units of counting and of dates: a bare number in a table cell (20) may be read with them (20分), never with 吨 or %.
_PLAIN_UNITS = set("年月日号天周项家个分条款章次户人名级倍批类种页步期届台套座") | {
    "个月",
    "个项目",
    "个工作日",
}

_NUMBER = re.compile(r"(?<![0-9A-Za-z.])\d+(?:\.\d+)?")
_SCALE = re.compile(r"百万|千万|万亿|百|千(?!克|瓦)|万|亿")
_UNIT_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), unit, factor) for pattern, unit, factor in _UNITS)
_DASHES = str.maketrans(dict.fromkeys("–—―−‐‑‒﹣", "-") | dict.fromkeys("～〜∼", "~") | {"﹪": "%"})
_RAISED = re.compile("<(?:sub|super)>")
_MARKER = re.compile(r"\[\d{1,4}\]")
_NUMBERING = re.compile(r"(?m)^(?P<lead>[ \t>#*-]*)(?:\d{1,2}[.、．](?!\d)|[(（]\d{1,2}[)）]|\d{1,2}[)）])")
_LIST_DASH = re.compile(r"(?m)^[ \t>]*[-–—−][ \t]+")
_TAKEN_AWAY = re.compile(r"(?<=\S)[ \t]+[-–—−][ \t]+(?=\d)")  # no sign of the figure behind it
_CHINESE_DIGITS = "〇零一二三四五六七八九十百千万亿两"


@dataclass(frozen=True)
class Figure:
    """A number as it stands in a text: exact value in the canonical unit (None: bare), and its characters there.

    `count` is the number before the unit's factor: 37.5% has value 3/8 and count 37.5, 10万吨 has count 100000.
    `digits` is the number before its scale too: 10万吨 has 10.
    """

    value: Fraction
    count: Fraction
    digits: Fraction
    unit: str | None
    text: str
    start: int
    end: int

    @property
    def plain(self) -> bool:
        """Whether it has no unit, or one of counting or dates."""
        return self.unit is None or self.unit in _PLAIN_UNITS

    def same(self, other: Figure) -> bool:
        """Same value; same unit, or one of the two is bare and the other counts (20 and 20分)."""
        if self.value != other.value:
            return False
        return self.unit == other.unit or (None in (self.unit, other.unit) and self.plain and other.plain)


def normalise(text: str) -> str:
    """Full-width signs narrowed, dashes made one, thousands separators and needless white space removed.

    White space stays only between two words or numbers (10 20), where dropping it would make one figure of two.
    """
    narrow = "".join(_narrow(char) for char in text).translate(_DASHES)
    narrow = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", narrow)
    narrow = re.sub(r"(?<![0-9A-Za-z])\s+|\s+(?![0-9A-Za-z])", "", narrow)
    return re.sub(r"(?<=\d)\s+(?=[A-Za-z])", "", narrow)


def _narrow(char: str) -> str:
    """Compatibility form of a character; circled numbers and the Chinese comma (no thousands sign) stay."""
    if char == "，" or (
        unicodedata.category(char) == "No" and not _RAISED.match(unicodedata.decomposition(char))
    ):
        return char
    return unicodedata.normalize("NFKC", char)


def find_figures(text: str) -> list[Figure]:
    """Every run of digits of a normalised text with its scale and unit; digits inside words (CO2, DB35) are none."""
    return list(_figures(text))


def _figures(text: str) -> Iterator[Figure]:
    for match in _NUMBER.finditer(text):
        value = digits = Fraction(match[0])
        end = match.end()
        if scale := _SCALE.match(text, end):
            value, end = value * _SCALES[scale[0]], scale.end()
        count = value
        unit: str | None = None
        for pattern, canonical, factor in _UNIT_PATTERNS:
            if found := pattern.match(text, end):
                value, end, unit = value * factor, found.end(), canonical or found[0]
                break
        start = match.start()
        if (
            start
            and text[start - 1] == "-"
            and not re.search(r"[0-9A-Za-z%‰)〕】\]年月日吨元项分]$", text[: start - 1])
        ):
            value, count, digits, start = -value, -count, -digits, start - 1
        yield Figure(value, count, digits, unit, text[start:end], start, end)


def has_figure(text: str, wanted: str) -> bool:
    """Whether `wanted` stands in `text` as a whole figure: equal in value and unit, or written the same between bounds.

    40% does not stand in 140%, nor 5000吨 in 5000吨标准煤; 60000吨 stands in 6万吨. What is wanted without a unit may
    stand with any but %: 7.5 in 7.5吨/万元, 140 in 140万吨, but 10 not in 10%, nor 7.5 in 17.5.
    """
    hay, needle = normalise(text), normalise(wanted)
    figures = find_figures(needle)
    if len(figures) == 1 and (figures[0].start, figures[0].end) == (0, len(needle)):
        return any(_wanted(figures[0], figure) for figure in find_figures(hay))
    before = r"(?<![\d.])" if needle[:1].isdigit() else ""
    after = r"(?![\d%‰]|\.\d)" if needle[-1:].isdigit() else ""
    if needle[:1] in _CHINESE_DIGITS:
        before = f"(?<![{_CHINESE_DIGITS}])"
    if needle[-1:] in _CHINESE_DIGITS:
        after = f"(?![{_CHINESE_DIGITS}])"
    return re.search(before + re.escape(needle) + after, hay, re.IGNORECASE) is not None


def _wanted(wanted: Figure, figure: Figure) -> bool:
    """Equal; or, wanted without a unit, the same number of any unit but %, its scale (万, 亿) written or not."""
    if wanted.same(figure) or figure.unit == "%":
        return wanted.same(figure)
    unscaled = wanted.digits == wanted.count
    return wanted.unit is None and (
        wanted.count == figure.count or (unscaled and wanted.digits == figure.digits)
    )


def holds(text: str, wanted: str) -> bool:
    """Whether words stand in a text; what is a figure must stand as a whole figure."""
    needle = normalise(wanted)
    figures = find_figures(needle)
    if figures and (figures[0].start, figures[0].end) == (0, len(needle)):
        return has_figure(text, wanted)
    return needle.casefold() in normalise(text).casefold()


def prose(answer: str) -> str:
    """An answer without its [n] markers, the numbering and dashes of its lists, and minus signs between blanks (a − 800吨)."""
    plain = _NUMBERING.sub(lambda found: found["lead"], _MARKER.sub("", answer))
    return _TAKEN_AWAY.sub("；", _LIST_DASH.sub("", plain))


def unsourced(answer: str, sources: Iterable[str], said: Iterable[str]) -> list[str]:
    """Figures of an answer that stand neither in `sources` nor in `said` (the user's words), as they are written.

    A bare number of the user may have been given its unit (2021年10万，去年4万), so it covers any unit. A bare number of
    the answer (a table cell) is covered by the same number with any unit.
    """
    held = [figure for source in sources for figure in _readings(source)]
    given = [figure for words in said for figure in _readings(words)]
    text = normalise(prose(answer))
    also = {figure.start: figure for figure in _quantities(text)}
    return [
        figure.text
        for figure in find_figures(text)
        if not any(
            _covered(reading, held, given)
            for reading in (figure, also.get(figure.start))
            if reading is not None
        )
    ]


def _covered(figure: Figure, held: list[Figure], given: list[Figure]) -> bool:
    bare = figure.unit is None
    return any(
        figure.same(source) or (bare and figure.count == source.count) for source in held + given
    ) or any(source.unit is None and source.count == figure.count for source in given)


def _readings(source: str) -> list[Figure]:
    """Figures of a source, its Chinese numerals and fractions among them."""
    text = normalise(source)
    return find_figures(text) + _quantities(text)


def _quantities(text: str) -> list[Figure]:
    """What the product's reader finds: Chinese numerals, 三成, 一半 and their like among them."""
    return [
        Figure(
            found.value,
            *(found.value * 100 if found.unit == "%" else found.value,) * 2,
            found.unit,
            found.text,
            found.start,
            found.end,
        )
        for found in find_quantities(text)
    ]
