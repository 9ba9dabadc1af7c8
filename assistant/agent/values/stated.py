"""Values that the texts state: each figure of a clause with what it is of, of which time, and the words that say so.

Read from the sentences of the clause tree alone, so that any policy folder has them: the words before a figure are its
subject, the last year before it its time; 分别 and 均 give each of several subjects or years its own figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.agent.tools.sentences import sentences
from assistant.documents.clause import Clause, ClauseKind
from assistant.quantities import Quantity, find_quantities

TEXTLESS = (ClauseKind.TITLE, ClauseKind.FRONT, ClauseKind.SIGNATURE, ClauseKind.NOTE, ClauseKind.FIELD)
COUNTED = frozenset(
    (
        "%",
        "家",
        "个",
        "项",
        "吨",
        "吨标准煤",
        "吨/万元",
        "万元",
        "公顷",
        "亩",
        "辆",
        "种",
        "轮",
        "个月",
        "千瓦",
        "兆瓦",
    )
)
_YEAR = r"20\d\d\s*年(?:底前|底|前|末)?"
_TIME = re.compile(
    rf"(?:到|截至|截止到?|力争|至)?\s*{_YEAR}(?:(?:、|和|及)\s*{_YEAR})*|[“\"]十[一二三四五]五[”\"](?:时期|期间)?|截至目前|近\d+年|全年"
)
CALENDAR = re.compile(r"20\d\d")
_BASE = re.compile(r"[比较于]$|[比较]上?$|以$")  # 比2020年下降: the year that is compared with
_BREAK = re.compile(r"[，；：。【\n]|[（(](?![一二三四五六七八九十\d]+[)）])")
_SEVERAL = re.compile(r"分别|各自")
_BOTH = re.compile(r"均|都")
_BESIDE = re.compile(r"^\s*(?:以上|左右)?\s*(?:、|和|及|，?以及)\s*$")
_BEFORE = re.compile(r"(?:不低于|不少于|不高于|不超过|超过|高于|低于|至少|最多|大约|约|近|≤|≥|＜|＞|<|>)\s*$")
_AFTER = re.compile(r"\s*(?:及以上|以上|及以下|以下|左右|以内)")
_PREDICATE = re.compile(
    r"(?:力争|分别|均|都|应|须|要|(?:提高|提升|增加|增长|上升|扩大|下降|降低|减少|控制)(?:至|到|在|了)|达到|达|为|是|占|在|≤|≥|不低于|不少于|不高于|不超过|不得超过|超过|高于|低于|至少|大约|约|近|：|:|\s)+$"
)
_HEADS = re.compile(
    r"^(?:(?:\d+\.|（[一二三四五六七八九十]+）|第[一二三四五六七八九十]+条|[一二三四五六七八九十]是|力争)\s*)+"
)
_PREDICATED = re.compile(r"^(?:不得|不(?:低|高|少|超)|应|须|达|占|为|超)")
LEAST_SUBJECT = 3
MOST_QUOTED = 70  # characters of a part that begins with its time


class Measure(StrEnum):
    """What kind of figure it is: only figures of one kind are subtracted."""

    LEVEL = "数值"
    TOTAL = "累计数"
    ADDED = "新增数"
    FALL = "降幅"
    GROWTH = "增幅"


_MEASURES = (
    (Measure.FALL, re.compile(r"(?:下降|降低|减少|削减)(?:了)?$")),
    (Measure.GROWTH, re.compile(r"(?:增长|提高|上升)(?:了)?$")),
    (Measure.TOTAL, re.compile(r"累计")),
    (Measure.ADDED, re.compile(r"新增(?!.*(?:占比|比例|比重|率))")),
)


@dataclass(frozen=True, eq=False)
class StatedValue:
    """One figure of a clause.

    `key` is the clause's address and the figure's number in it; `sentence` the sentence as it stands, `part` the words
    of it that state the figure (verbatim); `figure` is the figure as written with 以上 or 超过; `quantity` its exact value;
    `years` are the calendar years that it is of, `time` the words that say so; `points` tells a table row's points.
    """

    key: str
    clause: Clause
    sentence: str
    part: str
    subject: str
    quantity: Quantity
    figure: str
    time: str = ""
    years: tuple[str, ...] = ()
    measure: Measure = Measure.LEVEL
    points: bool = False


def values_of(clause: Clause) -> tuple[StatedValue, ...]:
    """The values that a clause states, in order; the points of a table row come last."""
    if clause.kind in TEXTLESS:
        return ()
    found: list[StatedValue] = []
    for sentence in sentences(clause.text):
        found += _of_sentence(clause, sentence)
    points = clause.attributes.get("points", "")
    indicator = clause.attributes.get("indicator", "")
    requirement = clause.attributes.get("requirement", "") or indicator
    scored = points.isdigit() and requirement and requirement in clause.text
    if clause.kind in (ClauseKind.ROW, ClauseKind.SUBROW) and scored:
        quantity = next(iter(find_quantities(f"{points}分")))
        subject = indicator or requirement
        found.append(
            StatedValue("", clause, requirement, requirement, subject, quantity, f"{points}分", points=True)
        )
    return tuple(replace(one, key=f"{clause.address}@{number}") for number, one in enumerate(found))


def _of_sentence(clause: Clause, sentence: str) -> Iterator[StatedValue]:
    figures = [one for one in find_quantities(sentence) if one.unit in COUNTED and one.text[:1].isdigit()]
    times = [one for one in _TIME.finditer(sentence) if not _BASE.search(sentence[: one.start()])]
    for group in _grouped(sentence, figures):
        begins = max((one.end() for one in _BREAK.finditer(sentence, 0, group[0].start)), default=0)
        for one in figures:
            if begins < one.end <= group[0].start:
                begins = one.end
        before = sentence[begins : group[0].start]
        time = next((one for one in reversed(times) if one.start() < group[0].start), None)
        subject = _subject(sentence, begins, before, times)
        spread = _spread(subject, len(group)) if _SEVERAL.search(before) or _BOTH.search(before) else ()
        years = CALENDAR.findall(time.group()) if time else []
        several = len(group) > 1 and bool(_SEVERAL.search(before))
        for quantity, name, own in _shared(group, subject, spread, years, several):
            last = group[-1] if several or spread else quantity
            start = begins
            if time and time.start() < begins and last.end - time.start() <= MOST_QUOTED:
                start = time.start()
            after = _AFTER.match(sentence, last.end)
            end = after.end() if after else last.end
            while start < end and sentence[start] in "、和及，；以":
                start += 1
            yield StatedValue(
                key="",
                clause=clause,
                sentence=sentence,
                part=sentence[start:end].strip(),
                subject=name,
                quantity=quantity,
                figure=_figure(sentence, quantity),
                time=_time(time.group(), own, years) if time else "",
                years=own,
                measure=next((kind for kind, words in _MEASURES if words.search(name)), Measure.LEVEL),
            )


def _grouped(sentence: str, figures: Sequence[Quantity]) -> list[list[Quantity]]:
    """Figures that one predicate gives: 分别提高到58.5%、34%; every other one alone."""
    groups: list[list[Quantity]] = []
    for one in figures:
        between = sentence[groups[-1][-1].end : one.start] if groups else ""
        opened = groups and _SEVERAL.search(sentence[_opening(sentence, groups[-1][0]) : groups[-1][0].start])
        if groups and opened and _BESIDE.match(between):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _opening(sentence: str, figure: Quantity) -> int:
    return max((one.end() for one in _BREAK.finditer(sentence, 0, figure.start)), default=0)


def _shared(
    group: Sequence[Quantity], subject: str, spread: Sequence[str], years: Sequence[str], several: bool
) -> Iterator[tuple[Quantity, str, tuple[str, ...]]]:
    """Each figure with its own subject and years."""
    if several and len(years) == len(group):
        yield from ((one, subject, (year,)) for one, year in zip(group, years, strict=True))
    elif several and len(spread) == len(group):
        yield from ((one, name, tuple(years)) for one, name in zip(group, spread, strict=True))
    elif spread and len(group) == 1:
        yield from ((group[0], name, tuple(years)) for name in spread)
    else:
        yield from ((one, subject, tuple(years)) for one in group)


def _subject(sentence: str, begins: int, before: str, times: Sequence[re.Match[str]]) -> str:
    """What the figure is of: the words before it without the time and the predicate; the part before where these say nothing."""
    words = before
    for one in times:
        if begins <= one.start() < begins + len(before):
            words = words.replace(one.group(), "")
    predicate = _SEVERAL.split(words)[-1] if _SEVERAL.search(words) else ""
    change = re.search(r"(?:[比较]\s*20\d\d\s*年)?(?:下降|降低|增长)$", predicate.strip())
    words = _SEVERAL.split(words)[0] if predicate else words
    named = _PREDICATE.sub("", _HEADS.sub("", words.strip(" 、和及，")))
    named = named.strip(" 、和及，") + (change.group() if change else "")
    bare = len(named) < LEAST_SUBJECT or _PREDICATED.match(words.strip())
    if bare and begins > 1:
        at = max((one.end() for one in _BREAK.finditer(sentence, 0, begins - 1)), default=0)
        above = sentence[at:begins].strip("，；：。（(【、 ")
        for one in times:
            above = above.replace(one.group(), "")
        held = [one for one in find_quantities(above) if one.unit in COUNTED]
        if held:  # 430.19万吨、6789.36万元: the figure before it has the subject
            above = above[: held[0].start]
        named = f"{_PREDICATE.sub('', above)}{named}"
    return named


def _spread(subject: str, count: int) -> tuple[str, ...]:
    """清洁能源和可再生能源装机比重: each of the things that share the rest of the words; nothing where they are not told apart."""
    parts = re.split(r"、|和|与|及", subject)
    wanted = max(count, 2)
    if len(parts) != wanted or any(len(one) < 2 for one in parts):
        return ()
    last, first = parts[-1], parts[0]
    for size in (3, 2, 1):
        at = last.find(first[-size:]) if len(first) > size or size > 1 else -1
        if at >= 0 and first[-size:]:
            tail = last[at + size :]
            break
    else:
        tail = last[2:]
    lead = ""
    opening = re.match(r"(?:主要|全省|全市|重点)?(?:农作物)?", first)
    if opening:
        lead, first = opening.group(), first[opening.end() :] or first
    return (*(f"{lead}{one}{tail}" for one in (first, *parts[1:-1])), f"{lead}{last}")


def _figure(sentence: str, quantity: Quantity) -> str:
    """The figure as written, with 以上, 约 and the like."""
    before = _BEFORE.search(sentence[: quantity.start])
    after = _AFTER.match(sentence, quantity.end)
    number = re.sub(r"(?<=家)企业$", "", quantity.text)
    return f"{before.group().strip() if before else ''}{number}{after.group().strip() if after else ''}"


def _time(words: str, own: tuple[str, ...], years: Sequence[str]) -> str:
    if len(own) == 1 and len(years) > 1:
        return f"{own[0]}年"
    return re.sub(r"^(?:到|力争|至)\s*|\s", "", words)
