"""Steps in their order: 先…再…, numbered lists and enumerations that claim an order, held against the order of the clauses."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.agent.verification.evidence_index import Evidence
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.matching import folded
from assistant.agent.verification.statements import MARKER

SHORTEST = 2  # characters of a step that must stand in the clauses
_FIRST = re.compile(r"先(?!进|行)")
_THEN = re.compile(
    r"(?:然后|之后|随后|接着|而后|最后|再(?![生造])|(?<=[，,；;])后|(?<=[，,])才)(?:再|才|由)?"
)
_NUMBERED = re.compile(r"^[ \t]*(\d{1,2})[.、)）][ \t]*(.+)$", re.M)
_ORDERED = re.compile(r"(?:依次|按顺序|顺序|流程)[是为有：:，,]{0,3}")
_TOLD_APART = re.compile(r"[“”「」]|^(?:没有|有[，。])")  # items that quote or answer are no steps
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")
_END = re.compile(r"[。！？\n]")
_ENUMERATED = re.compile(r"、|(?<=[\u4e00-\u9fff])[ \t]*(?:→|->)[ \t]*")


def sequence_failures(text: str, evidence: Evidence) -> Iterator[Failure]:
    """Steps that stand the other way round in the cited clauses, in the order of the text."""
    for start, end, steps in (*_told(text), *_numbered(text)):
        clauses = _clauses(text[start:end], evidence)
        wrong = _turned(steps, clauses)
        if wrong:
            yield Failure("relation", " → ".join(wrong), "所引条款里的先后", start, end)


def _told(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Sentences with 先…再…, and enumerations that claim an order."""
    at = 0
    for end in [found.end() for found in _END.finditer(text)] + [len(text)]:
        sentence, start, at = text[at:end], at, end
        first = _FIRST.search(sentence)
        if first and _THEN.search(sentence, first.end()):
            yield start, end, _THEN.split(sentence[first.end() :])
        ordered = _ORDERED.search(sentence)
        if ordered and _ENUMERATED.search(sentence, ordered.end()):
            yield start, end, _ENUMERATED.split(sentence[ordered.end() :])


def _numbered(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Numbered lists: lines 1., 2., 3. one behind the other."""
    run: list[re.Match[str]] = []
    for found in [*_NUMBERED.finditer(text), None]:
        if (
            found is not None
            and int(found[1]) == len(run) + 1
            and (not run or found.start() - run[-1].end() <= 2)
        ):
            run.append(found)
            continue
        if len(run) >= 2 and not any(_TOLD_APART.search(one[2]) for one in run):
            yield run[0].start(), run[-1].end(), [one[2] for one in run]
        run = [found] if found is not None and found[1] == "1" else []


def _clauses(words: str, evidence: Evidence) -> list[str]:
    """The clauses cited in a stretch, as they follow each other in their file; clauses of two files have no order."""
    markers = tuple(int(one) for one in MARKER.findall(words))
    cited = evidence.grounds.cited(markers)
    if not cited or len({one.policy_id for one in cited}) > 1:
        return []
    return [folded(one.text) for one in sorted(cited, key=lambda one: one.start)]


def _turned(steps: Sequence[str], clauses: Sequence[str]) -> list[str] | None:
    """Two neighbouring steps of which the second stands before the first; None when all stand in order or are not found."""
    whole = "".join(clauses)
    if not whole:
        return None
    placed = [
        (step, place)
        for step in steps
        if (place := _place(folded(_ASIDE.sub("", MARKER.sub("", step))), whole)) is not None
    ]
    for (one, first), (other, second) in pairwise(placed):
        if second < first:
            return [MARKER.sub("", one).strip(), MARKER.sub("", other).strip()]
    return None


def _place(step: str, whole: str) -> int | None:
    """Where the longest stretch of a step stands in the clauses; None when it is too short or stands twice far apart."""
    match = difflib.SequenceMatcher(None, step, whole, autojunk=False).find_longest_match()
    words = step[match.a : match.a + match.size]
    if match.size < min(len(step), 3) or match.size < SHORTEST:
        return None
    if whole.count(words) > 1 and len(step) > match.size:
        return None
    return match.b
