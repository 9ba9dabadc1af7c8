"""The figures of a message made ready to be bound: ranges with a unit at both ends, and 从…降到… as two that belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from assistant.agent.understanding.facts.figure_binding import SEPARATORS
from assistant.errors import QuantityError
from assistant.quantities import Quantity, display_quantity, find_quantities, parse_quantity

WHICH = "哪"  # 全国试点是哪两个
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
    r"^(?:逐步|一路|已经?|又|直接)?(?:下?降|[掉跌滑落]|减少?|压|升|涨|增加?|提高|变|缩|上升|削减|转)(?:低|少|长|了)?(?:[到至为成])(?:了)?"
)
ARROW = re.compile(r"^[ \t]*(?:→|⇒|-+>|=+>)[ \t]*$")
BETWEEN = re.compile(r"^[ \t]*(?:到|至|和|与|~|～|-|—)[ \t]*$")
POINTED_AT = re.compile(r"(?:[这那上前]|上面|前面|以上)$")  # 这三项一共几分
DONE = re.compile(r"(?:[做了有展成搞上施只就仅满算报]|改造|项目|[，。；、\s])$")
PRICE = re.compile(r"(?:元|块|块钱|毛|钱)[ \t]*(?:人民币)?$")
COUNTED_UP = re.compile(r"^(?:指标|条件|内容)?(?:加|一共|总共|合计|共|合起来|分别|各|都)")  # 两项一共多少
RANGE_AFTER = re.compile(r"^(?:之间|不等|中间|左右|上下)")
DIVIDERS = re.compile(r"^[ \t]*(?:到|至|~|～|—)[ \t]*$")


MORE_OR_LESS = re.compile(
    r"(?:再|又)?(?:多(?=买|抵|做|加)|增加(?!值)|追加|加(?=买|到|抵))(?:买|抵消?|做)?[^，。；到至]{0,4}$|(?P<again>再(?:去|给|另)?(?:补|添|凑|买|抵|弄|搞|来|做|购|认购|拿|配)(?:上|点|些|个|消|买)?[^，。；到至成够满足]{0,4}$)|(?P<less>再(?:减|降|少)[^，。；到至]{0,4}$)|(?P<cut>(?:核减|调减|扣减|削减|缩减|砍[掉去]?|扣[掉去除]|减[掉去少]|减少|退[掉回]|少[抵买用做]|少)(?:了)?$)"
)
# 不是4万是3.5万, 6万那个应该是6.5万, 把4万改成3.5万
INSTEAD = re.compile(
    r"^(?:吨|万吨)?(?:的)?(?:那个|那项|这个|那)?(?:数字?|值)?[，, ]*(?P<plain>(?:而)?是)?(?:其实|实际上?)?(?:应该?是?|改[成为到]|更正[成为]|换成|写成|变成|调[成为到])?(?:是|为)?[ 	]*$"
)
NOT_RIGHT = re.compile(
    r"^(?:吨|万吨)?(?:的)?(?:那个|这个|那)?(?:数字?|值)?(?:是)?(?:不对|不准|[说写报记]?错了?|有误)的?[，, ]*(?:应该?是?|是|才是)?[ \t]*$"
)
NOT_THAT = re.compile(r"(?:不是|并非|把|将)[ 	]*$")
DECIDED = re.compile(r"应|改|更正|换成|写成|调")
APART = re.compile(r"^[ 	，。,．]+$")
OF_AMOUNTS = ("吨", "吨标准煤", "万元")
UNIT_TOLD = re.compile(
    r"单位(?:我们?|咱们?)?(?:都|全|统一)*(?:按|是|为|用|[:：])?[ \t]*(?P<unit>[^，。；\s\d是不为用:：]{1,5})"
)


# 2021年和去年分别是10万吨和6万吨; 10万、6万、4万，分别是2021年、去年和抵消
RESPECTIVELY = r"(?:分别|依次|各自?)(?:是|为|有|排放?了?|对应)*[:：]?[ \t]*"
NAMES_AHEAD = re.compile(rf"(?P<names>[^。；;！？!?\n]*?)[，, ]*{RESPECTIVELY}$")
NAMES_BEHIND = re.compile(rf"^[，, ]*{RESPECTIVELY}(?P<names>[^。；;！？!?\n]+)")
LISTED = re.compile(r"以及|[、，,和与及跟 ]")


@dataclass(frozen=True)
class Listing:
    """Figures that are told in a row for names in a row: where the first stands, and the names."""

    start: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Correction:
    """不是4万是3.5万: where the figure that was told before stands, and the one in its place."""

    old: int
    new: int


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
        if item.unit not in NO_FACT
        and not message[: item.start].endswith(WHICH)
        and not _points_back(message, item)
        and not _is_priced(message, item)
    ]
    joined: list[Quantity] = []
    for figure in found:
        before = joined[-1] if joined else None
        if before is not None and (_is_same(before, figure) or _is_range(message, before, figure)):
            joined[-1] = _range(before, figure)
        elif before is not None and _is_torn(message, before, figure):
            joined[-1] = replace(
                figure, text=message[before.start : figure.end], start=before.start, approximate=True
            )
        else:
            joined.append(figure)
    return _with_unit_told(message, joined)


def is_torn(figure: Quantity) -> bool:
    """Whether a figure was put together from two that may be one: 12，5万吨."""
    return figure.approximate and "至" not in figure.text and len(find_quantities(figure.text)) > 1


def amount_of(value: str | None, unit: str | None) -> Fraction | None:
    """A known value as one exact amount; None for a range, or where none is known."""
    if value is None or unit is None:
        return None
    try:
        return parse_quantity(value, unit)
    except QuantityError:
        return None


def listings_in(message: str, figures: Sequence[Quantity]) -> list[Listing]:
    """The rows of figures that belong to as many names, one each."""
    found: list[Listing] = []
    at = 0
    while at < len(figures):
        last = at
        while last + 1 < len(figures) and _is_listed(message, figures[last], figures[last + 1]):
            last += 1
        count = last - at + 1
        names = _names_of(message, figures, at, last) if count > 1 else ()
        if len(names) == count:
            found.append(Listing(at, names))
        at = last + 1
    return found


def _is_listed(message: str, first: Quantity, second: Quantity) -> bool:
    between = message[first.end : second.start]
    return bool(between.strip()) and not LISTED.sub("", between).strip()


def _names_of(message: str, figures: Sequence[Quantity], first: int, last: int) -> tuple[str, ...]:
    """The names ahead of a row of figures or behind it: the last or the first that are as many."""
    count = last - first + 1
    ahead = NAMES_AHEAD.search(message[figures[first - 1].end if first else 0 : figures[first].start])
    behind = NAMES_BEHIND.match(message[figures[last].end :])
    for found, part in ((ahead, slice(-count, None)), (behind, slice(0, count))):
        names = [one for one in LISTED.split(found["names"]) if one.strip()] if found else []
        if len(names) >= count:
            return tuple(names[part])
    return ()


def corrections_in(message: str, figures: Sequence[Quantity]) -> list[Correction]:
    """The pairs of figures of which the second stands in the place of the first."""
    found = []
    for number, (first, second) in enumerate(pairwise(figures)):
        between = message[first.end : second.start]
        told = INSTEAD.match(between)
        denied = NOT_THAT.search(message[: first.start])
        if NOT_RIGHT.match(between) or (told and (denied or DECIDED.search(between))):
            found.append(Correction(number, number + 1))
    return found


def _is_torn(message: str, first: Quantity, second: Quantity) -> bool:
    """12，5万吨, 1 2 万吨: a bare number, a sign and an amount, which may be one number."""
    bare = first.unit is None and not re.search(r"[万亿wW百千]", first.text)
    amount = second.unit in OF_AMOUNTS or (second.unit is None and re.search(r"[万亿wW]", second.text))
    return bool(bare and amount and APART.match(message[first.end : second.start]))


def _with_unit_told(message: str, figures: list[Quantity]) -> list[Quantity]:
    """2021年10，去年6，单位万吨: bare figures with the unit that is told for all of them."""
    told = UNIT_TOLD.search(message)
    if told is None or any(one.unit in OF_AMOUNTS for one in figures):
        return figures
    return [_in_unit_told(one, told["unit"]) if one.unit is None else one for one in figures]


def _in_unit_told(figure: Quantity, unit: str) -> Quantity:
    read = find_quantities(f"{figure.text.strip()}{unit}")
    if len(read) != 1 or read[0].unit not in OF_AMOUNTS:
        return figure
    return replace(figure, value=read[0].value, unit=read[0].unit, text=read[0].text)


def _points_back(message: str, figure: Quantity) -> bool:
    """这三项, 两项一共: how many were spoken of, which counts nothing of an enterprise."""
    if figure.unit not in ("项", "个", "条", "块"):
        return False
    in_words = not re.search(r"\d", figure.text)
    counted = in_words and COUNTED_UP.search(message[figure.end :])
    if in_words and figure.value == 1 and figure.start and not DONE.search(message[: figure.start]):
        return True  # 抵消一项两厂各得几分
    return bool(POINTED_AT.search(message[: figure.start]) or counted)


def _is_priced(message: str, figure: Quantity) -> bool:
    """50块一吨: what a price is for."""
    return figure.value == 1 and figure.unit == "吨" and PRICE.search(message[: figure.start]) is not None


def changes_in(message: str, figures: Sequence[Quantity]) -> list[Change]:
    """The pairs of figures that stand as 从…降到…."""
    found = []
    for number, (first, second) in enumerate(pairwise(figures)):
        floor = figures[number - 1].end if number else 0
        cuts = [cut.end() for cut in SEPARATORS.finditer(message, floor, first.start)]
        segment = message[cuts[-1] if cuts else floor : first.start]
        leaving, reaching = FROM.search(segment), TO.match(message[first.end : second.start])
        if ARROW.match(message[first.end : second.start]):
            found.append(Change(number, "", number + 1, segment, ""))  # 培育期：40000→37600吨
        elif leaving and reaching:
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
