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
_FIRST = re.compile(r"(?<!首)先(?!进|行)")
_THEN = re.compile(
    r"(?:然后|之后|随后|接着|而后|最后|再(?![生造])|(?<=[，,；;])后|(?<=[，,])才)(?:再|才|由)?"
)
_PART = r"[^，,。；;：:、\n*]{2,16}?"
_AHEAD = re.compile(rf"({_PART})在(?:前|先)[，,、；;\s]*({_PART})在后")
_INTO = re.compile(  # 由能耗双控转向碳排放双控, 能耗双控向碳排放双控转变
    rf"[由从]({_PART})(?:转向|转为|转变为|变为|改为|过渡到|升级为|延伸到)({_PART})(?=[，,。；;\n\[]|$)"
    rf"|({_PART})向({_PART})转变"
)
_FIRST_THEN = re.compile(r"先([\u4e00-\u9fff]{1,4})后([\u4e00-\u9fff]{1,4})(?=[，,。；;、”\]\[原的\s]|$)")
_NUMBERED = re.compile(r"^[ \t]*(\d{1,2})[.、)）][ \t]*(.+)$", re.M)
_ORDERED = re.compile(r"(?:依次|按顺序|顺序|流程)[是为有：:，,]{0,3}")
_CLAIMS = re.compile(r"步|流程|程序|顺序|次序|依次|先后|环节|阶段|先(?!进)|然后|最后|怎么[走办报]")
_TOLD_APART = re.compile(r"[“”「」]|^(?:没有|有[，。])")  # items that quote or answer are no steps
_ASIDE = re.compile(r"[（(][^（）()]*[）)]")
_END = re.compile(r"[。！？\n]")
_ENUMERATED = re.compile(r"、|(?<=[\u4e00-\u9fff])[ \t]*(?:→|->)[ \t]*")


def sequence_failures(text: str, evidence: Evidence) -> Iterator[Failure]:
    """Steps that stand the other way round in the cited clauses, in the order of the text."""
    asked = any(_CLAIMS.search(words) for words in evidence.grounds.said[-1:])
    for start, end, steps in (*_told(text), *_numbered(text, asked)):
        wrong = _turned(steps, _clauses(start, end, evidence))
        if wrong:
            yield Failure("relation", " → ".join(wrong), "所引条款里的先后", start, end)
    for pattern in (_AHEAD, _INTO, _FIRST_THEN):
        for found in pattern.finditer(text):
            pair = [one for one in found.groups() if one]
            if _exchanged(pair, found[0], _clauses(*found.span(), evidence)):
                yield Failure("relation", " → ".join(pair), "所引条款里的先后", *found.span())


def _exchanged(pair: Sequence[str], words: str, whole: str) -> bool:
    """Whether the second of two stands before the first: neither stands twice, or the clauses have 先破后立 for 先立后破."""
    first, then = pair
    if f"先{then}后{first}" in whole:
        return folded(words) not in whole
    return all(whole.count(folded(one)) < 2 for one in pair) and _turned(pair, whole) is not None


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


def _numbered(text: str, asked: bool) -> Iterator[tuple[int, int, list[str]]]:
    """Numbered lists, lines 1., 2., 3. one behind the other, that claim an order: by the question, the line before or an item."""
    run: list[re.Match[str]] = []
    for found in [*_NUMBERED.finditer(text), None]:
        if (
            found is not None
            and int(found[1]) == len(run) + 1
            and (not run or found.start() - run[-1].end() <= 2)
        ):
            run.append(found)
            continue
        lead = text[: run[0].start()].rstrip("\n").rpartition("\n")[2] if run else ""
        claimed = asked or any(_CLAIMS.search(words) for words in (lead, *(one[2] for one in run)))
        if len(run) >= 2 and claimed and not any(_TOLD_APART.search(one[2]) for one in run):
            yield run[0].start(), run[-1].end(), [one[2] for one in run]
        run = [found] if found is not None and found[1] == "1" else []


def _clauses(start: int, end: int, evidence: Evidence) -> str:
    """The clauses behind a stretch, as they follow each other in their file; empty for two files, which have no order."""
    inside = [one for one in evidence.statements if one.start < end and start < one.end]
    cited = evidence.grounds.cited(tuple({marker for one in inside for marker in one.markers}))
    if not cited or len({one.policy_id for one in cited}) > 1:
        return ""
    return "".join(folded(one.text) for one in sorted(cited, key=lambda one: one.start))


def _turned(steps: Sequence[str], whole: str) -> list[str] | None:
    """Two neighbouring steps of which the second stands before the first; None when all stand in order or are not found."""
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
    verb = match.size == SHORTEST and match.a == 0 and whole.count(words) == 1  # 公示征求异议
    if match.size < SHORTEST or (match.size < min(len(step), 3) and not verb):
        return None
    if whole.count(words) > 1 and len(step) > match.size:
        return None
    return match.b
