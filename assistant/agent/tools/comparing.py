"""The work of the comparison tool: two values of the texts, each with its clause, and what lies between them, computed exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from assistant.agent.desk import TurnContext
from assistant.agent.tools.items import Found, quoted_item
from assistant.agent.values.index import same_kind
from assistant.agent.values.stated import Measure, StatedValue
from assistant.errors import InputError
from assistant.quantities import display_number

MOST_COMPARED = 2  # values that are subtracted
SCALES = ((10**8, "亿"), (10**4, "万"))


def compare(turn: TurnContext, keys: Sequence[str], told: bool) -> Found:
    """Values by their keys (address@number): their figures, and of two the difference and the ratio, unless only `told`."""
    values = turn.desk.values.values
    unknown = [key for key in keys if key not in values]
    if unknown or not keys:
        raise InputError(f"没有编号为「{'、'.join(unknown)}」的数值；请先检索条款")
    chosen = [values[key] for key in keys]
    items = [_item(turn, value) for value in chosen]
    lines = [f"[{item['marker']}] {item['name']}：{item['figure']}" for item in items]
    artifact: dict[str, Any] = {"items": items, "remarks": []}
    if len(chosen) == MOST_COMPARED and not told:
        artifact |= _between(chosen[0], chosen[1])
    if artifact.get("difference"):
        lines.append(f"{artifact['difference']['formula']} = {artifact['difference']['display']}")
    return "\n".join(lines), artifact


def _between(one: StatedValue, other: StatedValue) -> dict[str, Any]:
    """What lies between two values, or why that is not told."""
    reason = _why_not(one, other)
    first, second = one.quantity.value, other.quantity.value
    return {
        "reason": reason,
        "difference": None if reason else _difference(one, other),
        "ratio": None if reason else _ratio(one, other),
        "equal": not reason and first == second,
        "more": not reason and first > second,
        "remarks": _remarks(one, other),
    }


def _item(turn: TurnContext, value: StatedValue) -> dict[str, Any]:
    """A value as plain data, with the marker of the words that state it."""
    item = quoted_item(turn, value.clause, value.part)
    return item | {
        "key": value.key,
        "name": _name(turn, value),
        "figure": value.figure,
        "sentence": value.sentence,
        "unit": value.quantity.unit,
    }


def _name(turn: TurnContext, value: StatedValue) -> str:
    """Whose figure it is, of when and of what: 福州市2030年累计创建省级以上绿色低碳工厂."""
    owner = turn.desk.values.programmes.get(value.key)
    if owner:
        policy, id = owner.split("/")
        who = turn.desk.books.books[policy].programmes[id].label
    else:
        who = turn.desk.library.policies[value.clause.policy_id].region
    subject = value.subject
    indicator = value.clause.attributes.get("indicator", "")
    if indicator and not value.points and indicator not in subject:
        subject = indicator
    subject = subject.removeprefix("全省").removeprefix(who)
    return f"{who}{value.time}{'“' + subject + '”' if len(subject) > 24 else subject}"


def _why_not(one: StatedValue, other: StatedValue) -> str:
    """Why two figures are not subtracted; empty where they are."""
    if not same_kind(one, other):
        return "两个数的单位不同，不能相减"
    marked = {one.measure, other.measure} - {Measure.LEVEL}
    share = one.quantity.unit == "%"
    if one.measure is not other.measure and (len(marked) == 2 or (marked and share)):
        return f"前一个是{one.measure}，后一个是{other.measure}，口径不同，不能直接相减"
    return ""


def _difference(one: StatedValue, other: StatedValue) -> dict[str, Any]:
    """What lies between two figures, as a computation: percentages in 百分点."""
    unit = one.quantity.unit or ""
    high, low = sorted((one, other), key=lambda value: value.quantity.value, reverse=True)
    amount = high.quantity.value - low.quantity.value
    shown = f"{display_number(amount * 100)}个百分点" if unit == "%" else _scaled(amount, unit)
    return {
        "metric": "difference",
        "label": "相差",
        "inputs": {one.part: one.figure, other.part: other.figure},
        "formula": f"{high.quantity.text} − {low.quantity.text}",
        "substituted": None,
        "value": str(amount),
        "display": shown,
        "limit": None,
        "passed": None,
        "marker": None,
    }


def _scaled(amount: Fraction, unit: str) -> str:
    """An amount as people write it: 960万吨, 50家."""
    if unit == "万元" and amount >= 10**4:
        return f"{display_number(amount / 10**4)}亿元"
    for scale, name in SCALES:
        if amount >= scale and unit != "万元":
            return f"{display_number(amount / scale)}{name}{unit}"
    return f"{display_number(amount)}{unit}"


def _ratio(one: StatedValue, other: StatedValue) -> dict[str, Any] | None:
    """How many times the second figure the first one is; None of zero."""
    if not other.quantity.value:
        return None
    ratio = one.quantity.value / other.quantity.value
    return {
        "metric": "ratio",
        "label": "倍数",
        "inputs": {one.part: one.figure, other.part: other.figure},
        "formula": f"{one.quantity.text} ÷ {other.quantity.text}",
        "substituted": None,
        "value": str(ratio),
        "display": f"{display_number(ratio)}倍",
        "limit": None,
        "passed": None,
        "marker": None,
    }


def _remarks(one: StatedValue, other: StatedValue) -> list[str]:
    """What the two figures do not have in common, and how exact they are."""
    told = []
    if one.years and other.years and not set(one.years) & set(other.years) and one.subject != other.subject:
        told.append("两个数不是同一年的")
    if one.measure is not other.measure and not _why_not(one, other):
        kinds = {one.measure: "前一个", other.measure: "后一个"}
        marked = next(kind for kind in kinds if kind is not Measure.LEVEL)
        told.append(f"{kinds[marked]}写明是{marked}")
    open_ends = [value.figure for value in (one, other) if value.figure not in value.quantity.text]
    if open_ends:
        named = "、".join(dict.fromkeys(f"“{figure}”" for figure in open_ends))
        told.append(f"原文写的是{named}，按写明的数比较")
    return told
