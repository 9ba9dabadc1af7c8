"""The figures of a message made ready to be bound: ranges with a unit at both ends, and 从…降到… as two that belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.agent.understanding.facts.figure_binding import SEPARATORS
from assistant.quantities import Quantity, display_quantity, find_quantities

NO_FACT = (
    "年",
    "个月",
    "轮",
    "次",
    "步",
    "岁",
    "号",
    "月",
    "日",
    "天",
    "周",
    "条",
    "款",
    "章",
    "节",
    "期",
    "届",
    "人",
    "位",
    "台",
    "套",
)
FROM = re.compile(r"(?:从|由)(?P<own>[^，。；\d]{0,12})$")
TO = re.compile(
    r"^(?:逐步|一路|已经?|又|直接)?(?:下?降|减少?|压|升|涨|增加?|提高|变|缩|上升|削减|转)(?:低|少|长|了)?(?:[到至为成])(?:了)?"
)
BETWEEN = re.compile(r"^[ \t]*(?:到|至|和|与|~|～|-|—)[ \t]*$")
POINTED_AT = re.compile(r"(?:[这那上前]|上面|前面|以上)$")  # 这三项一共几分
COUNTED_UP = re.compile(r"^(?:指标|条件|内容)?(?:加|一共|总共|合计|共|合起来|分别|各|都)")  # 两项一共多少
RANGE_AFTER = re.compile(r"^(?:之间|不等|中间|左右|上下)")
DIVIDERS = re.compile(r"^[ \t]*(?:到|至|~|～|—)[ \t]*$")


@dataclass(frozen=True)
class Change:
    """从2021年的10万吨降到去年的6万吨: where the two figures stand, and the words that are each one's own."""

    start: int
    own: str
    end: int
    lead: str
    target: str


def figures_of(message: str) -> list[Quantity]:
    """The figures of a message that may be facts, a range as one figure."""
    found = [
        item
        for item in find_quantities(message)
        if item.unit not in NO_FACT and not _points_back(message, item)
    ]
    joined: list[Quantity] = []
    for figure in found:
        before = joined[-1] if joined else None
        if before is not None and (_is_same(before, figure) or _is_range(message, before, figure)):
            joined[-1] = _range(before, figure)
        else:
            joined.append(figure)
    return joined


def _points_back(message: str, figure: Quantity) -> bool:
    """这三项, 两项一共: how many were spoken of, which counts nothing of an enterprise."""
    if figure.unit not in ("项", "个", "条", "块"):
        return False
    counted = not re.search(r"\d", figure.text) and COUNTED_UP.search(message[figure.end :])
    return bool(POINTED_AT.search(message[: figure.start]) or counted)


def changes_in(message: str, figures: Sequence[Quantity]) -> list[Change]:
    """The pairs of figures that stand as 从…降到…."""
    found = []
    for number, (first, second) in enumerate(pairwise(figures)):
        floor = figures[number - 1].end if number else 0
        cuts = [cut.end() for cut in SEPARATORS.finditer(message, floor, first.start)]
        segment = message[cuts[-1] if cuts else floor : first.start]
        leaving, reaching = FROM.search(segment), TO.match(message[first.end : second.start])
        if leaving and reaching:
            target = message[first.end + reaching.end() : second.start]
            found.append(Change(number, leaving["own"], number + 1, segment[: leaving.start()], target))
    return found


def _is_same(low: Quantity, high: Quantity) -> bool:
    """The two ends of a range that was written as one: 3-5万吨."""
    return (low.start, low.end) == (high.start, high.end)


def _is_range(message: str, low: Quantity, high: Quantity) -> bool:
    """3万吨到5万吨, 在3万吨和5万吨之间; not 从6万吨到5万吨."""
    between, ahead = message[low.end : high.start], message[high.end :]
    if low.unit != high.unit or low.unit is None or not low.value < high.value:
        return False
    if FROM.search(message[: low.start]):
        return False
    return bool(DIVIDERS.match(between) or (BETWEEN.match(between) and RANGE_AFTER.match(ahead)))


def _range(low: Quantity, high: Quantity) -> Quantity:
    """Both ends as one approximate figure, written so that a fact can be known within them."""
    unit = high.unit or ""
    ends = [display_quantity(end.value, unit) for end in (low, high)] if unit else [low.text, high.text]
    text = "至".join(ends)
    return replace(high, text=text, start=low.start, end=high.end, approximate=True)
