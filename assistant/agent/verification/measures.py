"""What a figure measures, by the words around it: whether they are another figure's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from assistant.agent.verification.evidence_index import Pool
from assistant.agent.verification.figures import Figure, Kind, same
from assistant.agent.verification.matching import pairs
from assistant.agent.verification.operators import Bounded

CONTEXT_BEFORE, CONTEXT_AFTER = 12, 5
RIVAL_FITS, RIVAL_LEAD = 0.5, 0.3
_JUDGING = frozenset(
    pair
    for words in (
        "符合",
        "满足",
        "达到",
        "未达到",
        "没有超过",
        "低于",
        "高于",
        "的要求",
        "的规定",
        "的标准",
        "的上限",
        "的下限",
    )
    for pair in pairs(words)
)  # whether a limit is met, not what is measured
_HAN = re.compile(r"[\u4e00-\u9fff]")
_ROW = ("、", "和", "与", "及")  # all that stands before a figure that shares its row's words: 2025年、2030年


def crossed(told: Sequence[Bounded], cited: Pool) -> Iterator[tuple[Figure, Figure]]:
    """Two figures of one unit, each told with words that a cited clause has only before the other."""
    for one, other in combinations((item.figure for item in told), 2):
        if one.kind is not Kind.AMOUNT or one.unit != other.unit or same(one, other):
            continue
        first, second = cited.alike(one), cited.alike(other)
        if len(first) != 1 or len(second) != 1:
            continue
        theirs, others = pairs(first[0].figure.before), pairs(second[0].figure.before)
        mine, its = pairs(one.before), pairs(other.before)
        if (mine & (others - theirs) and its & (theirs - others)) and not (
            mine & (theirs - others) or its & (others - theirs)
        ):
            yield one, second[0].figure


def better_fit(figure: Figure, alike: Sequence[Bounded], pools: Sequence[Pool]) -> Figure | None:
    """A figure of the same unit and another value whose description fits much better: the words speak of that one."""
    if figure.kind is not Kind.AMOUNT or len(_context(figure)) < 2:
        return None
    if any(not _context(other.figure) for other in alike):
        return None  # a source that says nothing of what it measures
    held = max(_fit(figure, other.figure) for other in alike)
    rivals = [
        (_fit(figure, other.figure), other.figure)
        for pool in pools
        for other in pool.of_unit(figure)
        if not same(figure, other.figure)
        and len(_context(other.figure)) >= 3
        and other.figure.before.strip() not in _ROW
        and not _counts_another(figure, other.figure)
    ]
    fit, rival = max(rivals, key=lambda pair: pair[0], default=(0.0, None))
    return rival if rival is not None and fit >= RIVAL_FITS and fit - held >= RIVAL_LEAD else None


def other_noun(figure: Figure, alike: Sequence[Bounded]) -> str | None:
    """What a bare figure counts in every source, where it counts something else here: 300页 for 300字."""
    noun = figure.after[:1]
    theirs = [other.figure.after[:1] for other in alike]
    if figure.unit or not figure.text.isdigit() or len(figure.text) < 2 or not _HAN.match(noun):
        return None
    if all(_HAN.match(one) and one != noun for one in theirs):
        return alike[0].figure.text + theirs[0]
    return None


def _counts_another(figure: Figure, rival: Figure) -> bool:
    """Whether what stands right behind a figure stands before the other: 9个行业 and 行业近300家."""
    noun = pairs(figure.after[:2])
    return bool(noun) and not noun & pairs(rival.after) and bool(noun & pairs(rival.before))


def _fit(figure: Figure, other: Figure) -> float:
    """How alike what two figures measure is described, in [0, 1]: shared pairs against the shorter description."""
    mine, theirs = _context(figure), _context(other)
    least, shared = min(len(mine), len(theirs)), mine & theirs
    return len(shared) / least if shared - _JUDGING else 0.0


def _context(figure: Figure) -> frozenset[str]:
    return pairs(figure.before[-CONTEXT_BEFORE:]) | pairs(figure.after[:CONTEXT_AFTER])
