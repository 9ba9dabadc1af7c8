"""Is this what the text says: a sentence found to the letter (原文), found with differences (有出入), or not found (未见).

White space and the width of characters do not count, everything else does. Words that stand in the text only with a negation
right in front, or as a part of a longer figure, are not what the text says.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from assistant.documents.clause import Clause
from assistant.documents.library import Library
from assistant.errors import InputError
from assistant.reading.nearest import nearest
from assistant.reading.running_text import RunningText, RunningTexts, Stretch, bare, kept
from assistant.reading.stored_lines import line_range

LONGEST = 4000  # characters of what is checked
SHORTEST = 4  # of them, white space aside
MAX_PLACES = 8
_LONGEST_PART = 500
_ALIKE = 0.6  # likeness from which a stretch is what the words were taken from
_NEAR = 0.45  # likeness from which a stretch is worth showing
_SENTENCE = re.compile(r"[^。！？!?\n…]*(?:[。！？!?]+[”’」』）)]*|[\n…]+|$)")
_PHRASE = re.compile(r"[^，、；;,：:]*(?:[，、；;,：:]+|$)")
_QUOTED = {"“": "”", '"': '"', "「": "」", "『": "』", "‘": "’"}
_NEGATION = re.compile(r"(?:不得|不能|不可|不应|不宜|没有|未|不|无|非)$")
_STOPS = "。;,、:"  # in their plain width
_SIGN = re.compile(r"[^\w%]")
_FIGURE = re.compile(r"[\d.%]")


class QuoteFinding(StrEnum):
    """What was found of some words."""

    EXACT = "exact"
    DIFFERS = "differs"
    NOT_FOUND = "not_found"

    @property
    def label(self) -> str:
        """As people call it."""
        return {"exact": "原文", "differs": "有出入", "not_found": "未见"}[self.value]


@dataclass(frozen=True)
class QuotePlace:
    """Where words stand: the clause that holds their beginning, the stored range and its lines (from 1).

    `words` is the text as mended, `before` and `after` are the rest of its sentence; `through` is the label of the
    clause that the words end in, where it is another one.
    """

    policy_id: str
    title: str
    policy_status: str
    address: str
    label: str
    through: str | None
    words: str
    before: str
    after: str
    start: int
    end: int
    first_line: int
    last_line: int
    source_sha256: str


@dataclass(frozen=True)
class Difference:
    """A piece in reading order: `same` in both, `said` only in what was checked, `text` only in the policy."""

    kind: str
    text: str


@dataclass(frozen=True)
class CheckedPart:
    """Words at [start, end) of what was checked; places best first, and how they differ from the first of them.

    `likeness` is 1 less the share of characters to change, 0…1; `elsewhere`: found outside of where was looked.
    """

    text: str
    start: int
    end: int
    finding: QuoteFinding
    likeness: float
    places: tuple[QuotePlace, ...] = ()
    differences: tuple[Difference, ...] = ()
    elsewhere: bool = False


@dataclass(frozen=True)
class QuoteCheck:
    """What was found of the whole (its worst part decides), part by part, and what to say of policies not in force."""

    finding: QuoteFinding
    parts: tuple[CheckedPart, ...]
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        told = asdict(self)
        told["finding"] = str(self.finding)
        for part in told["parts"]:
            part["finding"] = str(part["finding"])
        return told


class QuoteChecker:
    """Checks words against a library; `search` gives the addresses of the clauses nearest to some words, in one policy or in all."""

    def __init__(self, texts: RunningTexts, search: Callable[[str, str | None], Sequence[str]]) -> None:
        self._texts = texts
        self._library: Library = texts.library
        self._search = search

    def check(self, quote: str, within: Clause | str | None = None) -> QuoteCheck:
        """Check words; `within` is the clause or the id of the policy that they are said to stand in.

        A passage that stands nowhere as a whole is checked sentence by sentence. Raises InputError.
        """
        whole = _unquoted(quote)
        if len(bare(whole[0])) < SHORTEST:
            raise InputError(f"要核对的引文「{quote.strip()[:SHORTEST]}」太短；请给出至少 {SHORTEST} 个字")
        if len(quote) > LONGEST:
            raise InputError(f"要核对的引文有 {len(quote)} 个字符，最多 {LONGEST} 个；请分几次核对")
        found = self._exact(whole[0], whole[1], within)
        parts = (
            (found,) if found else tuple(self._part(text, start, within) for text, start in _parts(*whole))
        )
        findings = {part.finding for part in parts}
        worst = next(
            one
            for one in (QuoteFinding.NOT_FOUND, QuoteFinding.DIFFERS, QuoteFinding.EXACT)
            if one in findings
        )
        return QuoteCheck(worst, parts, _warnings(parts))

    def _part(self, text: str, start: int, within: Clause | str | None) -> CheckedPart:
        return self._exact(text, start, within) or self._near(text, start, within)

    def _exact(self, text: str, start: int, within: Clause | str | None) -> CheckedPart | None:
        """To the letter: within, else anywhere; the stop that closes the words may be the writer's own."""
        wanted = bare(text)
        opened = wanted.rstrip(_STOPS)
        for scope in (within, None) if within is not None else (None,):
            places = list(self._standing(wanted, scope))
            if not places and len(opened) >= SHORTEST:
                places = list(self._standing(opened, scope))
            if places:
                return CheckedPart(
                    text,
                    start,
                    start + len(text),
                    QuoteFinding.EXACT,
                    1.0,
                    tuple(places[:MAX_PLACES]),
                    elsewhere=scope is not within,
                )
        return None

    def _standing(self, wanted: str, within: Clause | str | None) -> Iterator[QuotePlace]:
        inside = _inside(self._library, within)
        for policy_id in self._policies(within):
            running = self._texts.of(policy_id)
            at = running.text.find(wanted)
            while at >= 0:
                end = at + len(wanted)
                if not _cut(running.text, at, end) and (
                    inside is None or running.clause_at(at).path in inside
                ):
                    yield self._place(running, at, end)
                at = running.text.find(wanted, at + 1)

    def _near(self, text: str, start: int, within: Clause | str | None) -> CheckedPart:
        """The nearest stretch: within when it is alike, else anywhere."""
        wanted = bare(text)
        best: tuple[float, RunningText, int, int] | None = None
        elsewhere = False
        for scope in (within, None) if within is not None else (None,):
            for running, begin, end in self._areas(text, len(wanted), scope):
                found = nearest(wanted, running.text[begin:end])
                likeness = 1 - found.distance / len(wanted)
                if best is None or likeness > best[0]:
                    stretch = _trimmed(wanted, running.text, begin + found.start, begin + found.end)
                    best = (likeness, running, *stretch)
                    elsewhere = scope is not within
            if best is not None and best[0] >= _ALIKE:
                break
        if best is None or best[0] < _NEAR or best[2] == best[3]:
            return CheckedPart(text, start, start + len(text), QuoteFinding.NOT_FOUND, 0.0)
        likeness, running, first, last = best
        first, last = _uncut(running.text, first, last)
        place = self._place(running, first, last)
        alike = likeness >= _ALIKE
        return CheckedPart(
            text,
            start,
            start + len(text),
            QuoteFinding.DIFFERS if alike else QuoteFinding.NOT_FOUND,
            round(likeness, 3),
            (place,),
            differences(text, place.words) if alike else (),
            elsewhere,
        )

    def _areas(
        self, text: str, size: int, within: Clause | str | None
    ) -> Iterator[tuple[RunningText, int, int]]:
        """Stretches of running text to look in: the clauses within, or those that a search finds, with their neighbours."""
        if isinstance(within, Clause):
            addresses = [clause.address for clause in self._library.descend(within)]
        else:
            addresses = list(self._search(text, within))
        seen: dict[str, list[tuple[int, int]]] = {}
        for address in addresses:
            clause = self._library.clause(address)
            running = self._texts.of(clause.policy_id)
            place = running.span_of(clause)
            if place is None:
                continue
            margin = 0 if isinstance(within, Clause) else size
            area = (max(0, place[0] - margin), min(len(running.text), place[1] + margin))
            known = seen.setdefault(clause.policy_id, [])
            if not any(begin <= area[0] and area[1] <= end for begin, end in known):
                known.append(area)
                yield running, *area

    def _policies(self, within: Clause | str | None) -> list[str]:
        if within is None:
            return list(self._library.policies)
        return [within.policy_id if isinstance(within, Clause) else within]

    def _place(self, running: RunningText, start: int, end: int) -> QuotePlace:
        stretches = list(running.stretches(start, end))
        begin, final = running.sentence_around(start, end)
        first, last = stretches[0], stretches[-1]
        policy = self._library.policies[first.clause.policy_id]
        source = self._library.source(policy.id)
        lines = line_range(source, [stretch.span for stretch in stretches])
        return QuotePlace(
            policy.id,
            policy.title,
            policy.status,
            first.clause.address,
            first.clause.label,
            last.clause.label if last is not first else None,
            _joined(stretches),
            _joined(running.stretches(begin, start)),
            _joined(running.stretches(end, final)),
            first.span.start,
            last.span.end,
            *lines,
            policy.sha256,
        )


def differences(said: str, text: str) -> tuple[Difference, ...]:
    """The pieces in which two texts agree and differ, in reading order; white space and width do not count."""
    places, others = kept(said), kept(text)
    matcher = difflib.SequenceMatcher(None, bare(said), bare(text), autojunk=False)
    found: list[Difference] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found.append(Difference("same", _slice(text, others, c, d)))
            continue
        if a < b:
            found.append(Difference("said", _slice(said, places, a, b)))
        if c < d:
            found.append(Difference("text", _slice(text, others, c, d)))
    return tuple(found)


def _joined(stretches: Iterable[Stretch]) -> str:
    return "\n".join(stretch.words for stretch in stretches)


def _slice(text: str, places: Sequence[int], start: int, end: int) -> str:
    return text[places[start] : places[end - 1] + 1]


def _inside(library: Library, within: Clause | str | None) -> frozenset[str] | None:
    if not isinstance(within, Clause):
        return None
    return frozenset(clause.path for clause in library.descend(within))


def _unquoted(text: str) -> tuple[str, int]:
    """The text without white space and one pair of quotation marks around it, and where it begins."""
    start = len(text) - len(text.lstrip())
    words = text.strip()
    if len(words) > 1 and _QUOTED.get(words[0]) == words[-1] and words[-1] not in words[1:-1]:
        inner = words[1:-1]
        return inner.strip(), start + 1 + len(inner) - len(inner.lstrip())
    return words, start


def _parts(text: str, start: int) -> list[tuple[str, int]]:
    """Its sentences with their places; what is too short to be looked for goes with the one before."""
    parts: list[tuple[str, int]] = []
    for sentence in _SENTENCE.finditer(text):
        if len(sentence[0]) <= _LONGEST_PART:
            parts += _piece(sentence[0], sentence.start())
            continue
        for phrase in _PHRASE.finditer(sentence[0]):
            for cut in range(0, len(phrase[0]), _LONGEST_PART):
                piece = phrase[0][cut : cut + _LONGEST_PART]
                parts += _piece(piece, sentence.start() + phrase.start() + cut)
    return [(words, start + at) for words, at in parts] or [(text, start)]


def _piece(text: str, start: int) -> list[tuple[str, int]]:
    words = text.strip(" \t\r\n…\u3000")
    return [(words, start + text.index(words))] if len(bare(words)) >= SHORTEST else []


def _trimmed(wanted: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without signs at either end that only stand beside what was changed."""
    while end > start + 1 and _SIGN.match(text[end - 1]) and text[end - 1] != wanted[-1]:
        end -= 1
    while start < end - 1 and _SIGN.match(text[start]) and text[start] != wanted[0]:
        start += 1
    return start, end


def _cut(text: str, start: int, end: int) -> bool:
    """Whether the words of [start, end) leave off a negation in front or the rest of a figure."""
    return (start, end) != _uncut(text, start, end)


def _uncut(text: str, start: int, end: int) -> tuple[int, int]:
    """The words with the negation in front and the rest of a figure at either end."""
    if text[start].isdigit():
        while start and _FIGURE.match(text[start - 1]):
            start -= 1
    if text[end - 1].isdigit():
        while (
            end < len(text)
            and _FIGURE.match(text[end])
            and (text[end] != "." or text[end + 1 : end + 2].isdigit())
        ):
            end += 1
    negation = _NEGATION.search(text[max(0, start - 2) : start])
    return start - (len(negation[0]) if negation else 0), end


def _warnings(parts: Sequence[CheckedPart]) -> tuple[str, ...]:
    """Policies that the words stand in and that are not in force."""
    late = {
        part.places[0].title: part.places[0].policy_status
        for part in parts
        if part.finding is not QuoteFinding.NOT_FOUND and part.places[0].policy_status != "现行"
    }
    return tuple(f"《{title}》目前是{status}，以正式印发的文本为准" for title, status in late.items())
