"""Ranges, proofs and plans as Chinese sentences; figures are inputs, results or limits, nothing else.

A least value is rounded up and a most value down where four decimals do not hold it, so that what is shown also does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from assistant.rules.book import RuleBook
from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import Node
from assistant.rules.intervals import Interval
from assistant.rules.reasons import explain
from assistant.rules.whatif.linear import Range
from assistant.rules.whatif.results import Demand, FactRange, Feasible, Move, ScoreTable
from assistant.rules.wording import label, show, show_bounds

_PLACES = (2, 3, 4)


def show_least(value: Fraction, unit: str | None) -> str:
    """A value that something must reach."""
    return _directed(value, unit, up=True)


def show_most(value: Fraction, unit: str | None) -> str:
    """A value that something must not exceed."""
    return _directed(value, unit, up=False)


def _directed(value: Fraction, unit: str | None, up: bool) -> str:
    scale = 100 if unit == "%" else 1
    if (value * scale * 100).denominator == 1:
        return show(value, unit)
    for places in _PLACES:
        if (value * scale * 10**places).denominator == 1:
            return _digits(int(value * scale * 10**places), places) + (unit or "")
    hundredths = value * scale * 100
    return show(Fraction(math.ceil(hundredths) if up else math.floor(hundredths), 100 * scale), unit)


def _digits(count: int, places: int) -> str:
    digits = f"{abs(count):0{places + 1}d}"
    return f"{'-' if count < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def range_words(ranges: Sequence[Range], unit: str | None) -> str:
    """不低于6万吨；在0吨至5万吨之间；大于…；任何数."""
    return "，或者".join(_one_range(item, unit) for item in ranges)


def _one_range(item: Range, unit: str | None) -> str:
    if item.low is not None and item.low == item.high:
        return f"为{show_least(item.low, unit)}"
    low = high = ""
    if item.low is not None:
        low = f"{'大于' if item.low_open else '不低于'}{show_least(item.low, unit)}"
    if item.high is not None:
        high = f"{'小于' if item.high_open else '不超过'}{show_most(item.high, unit)}"
    if low and high and not item.low_open and not item.high_open and item.low is not None:
        assert item.high is not None
        return f"在{show_least(item.low, unit)}至{show_most(item.high, unit)}之间"
    return "、".join(part for part in (low, high) if part) or "是任何数都可以"


def demand_of(part: str, name: str) -> str:
    """The words before a demand's range."""
    return f"{part}，要求{name}"


def apart_sentence(name: str, demands: Iterable[Demand], apart: Fraction | None, unit: str | None) -> str:
    """Two demands on one figure that no value keeps."""
    told = "；".join(f"{demand.text}{range_words(demand.ranges, unit)}" for demand in demands)
    difference = f"，相差{show_least(apart, unit)}" if apart else ""
    return f"只调整{name}达不到：{told}；两者不能同时做到{difference}"


def joint_sentence(demands: Sequence[Demand]) -> str:
    """Several demands that no values keep at once."""
    return f"{'、'.join(demand.text for demand in demands)}，无论怎样调整都不能同时做到"


def decided_sentence(evaluator: Evaluator, part: Node, name: str, touched: bool) -> str:
    """A part that no value of a figure keeps; `touched` when the figure stands in it."""
    end = f"无论{name}是多少都达不到" if touched else f"这不取决于{name}"
    return f"{explain(evaluator, part)}；{end}"


def step_words(book: RuleBook, id: str, current: Fraction | None, feasible: Feasible, unit: str) -> str:
    """What one figure must do to come into its ranges."""
    name, words = label(book, id), range_words(feasible.ranges, unit)
    if current is None:
        return f"{name}须{words}"
    if any(current in item for item in feasible.ranges):
        return f"{name}现为{show(current, unit)}，已在范围内（{words}）"
    target = feasible.nearest(current)
    if target is None:
        return f"{name}须由{show(current, unit)}调整到{words}"
    exact = any(item.low == item.high == target for item in feasible.ranges)
    return movement(book, id, current, target, unit, exact)


def movement(book: RuleBook, id: str, current: Fraction, target: Fraction, unit: str, exact: bool) -> str:
    """须由6万吨降到5万吨以内，还要减少1万吨."""
    name, difference = label(book, id), show_least(abs(target - current), unit)
    if unit == "%":
        difference = f"{difference.removesuffix('%')}个百分点"
    if target < current:
        within = "" if exact else "以内"
        return f"{name}须由{show(current, unit)}降到{show_most(target, unit)}{within}，还要减少{difference}"
    fact = book.facts.get(id)
    if fact is not None and not fact.adjustable:
        return f"{name}须不低于{show_least(target, unit)}，还差{difference}"
    return f"{name}须由{show(current, unit)}增加到{show_least(target, unit)}，还差{difference}"


def plan_sentence(
    book: RuleBook, moves: Sequence[Move], still: Sequence[str], lacking: Sequence[str], exact: bool
) -> str:
    """碳抵消量按最多5万吨计算，申报上年度碳排放量须由6万吨降到5万吨以内，还要减少1万吨.

    `still` are figures that stay as they are; `lacking` what must hold besides; `exact`: no other value does.
    """
    least, *others = moves
    assert least.current is not None, "a plan moves a known figure"
    given = [f"{move.label}按{move.extreme}{show(move.target, move.unit)}计算" for move in others]
    given += [f"{'、'.join(still)}不变时"] if still else []
    step = movement(book, least.id, least.current, least.target, least.unit, exact)
    return "，".join((*given, step)) + besides(lacking)


def besides(lacking: Sequence[str]) -> str:
    """What a condition waits for apart from the figures told."""
    return f"（另外还要看{'、'.join(lacking)}）" if lacking else ""


def outlook_sentences(
    book: RuleBook, facts: Sequence[FactRange], plans: Sequence[str], goal: str = ""
) -> tuple[str, ...]:
    """What one criterion's ranges come to: plans, each figure alone, all together; `goal` begins each (要得满分20分，)."""
    found: list[str] = list(plans)
    for item in facts:
        others = "、".join(other.label for other in facts if other.id != item.id)
        found.append(_told(book, item, item.alone, f"{others}不变时，" if others else ""))
        if others and item.together.ranges not in ((), item.alone.ranges, item.legal):
            found.append(
                f"{others}也可以调整时，{item.label}可{range_words(item.together.ranges, item.unit)}"
            )
    impossible = [item.together.proof.text for item in facts if item.together.proof]
    found += impossible[:1] if len(facts) > 1 else []
    return tuple(f"{goal}{sentence}" for sentence in dict.fromkeys(found))


def _told(book: RuleBook, item: FactRange, feasible: Feasible, before: str) -> str:
    if feasible.proof is not None:
        return f"{before}{feasible.proof.text}"
    lacking = [label(book, id) for id in feasible.missing]
    if not feasible.ranges:
        why = (
            f"尚缺{'、'.join(lacking)}"
            if lacking
            else f"{'、'.join(feasible.unsolved)}不是可以直接求解的算式"
        )
        return f"{item.label}的范围还算不出：{why}"
    rest = besides(lacking)
    if feasible.unsolved:
        rest += f"（{'、'.join(feasible.unsolved)}没有算在内）"
    return f"{before}{step_words(book, item.id, item.current, feasible, item.unit)}{rest}"


def score_sentence(table: ScoreTable) -> str:
    """Points at each row: 碳抵消量为0吨得20分，3万吨得20分，5万吨得0分."""
    rows = [f"{show(row.value, table.unit)}得{show(row.points, '分')}" for row in table.rows]
    return f"{table.label}为{'，'.join(rows)}"


def shown_value(value: object, unit: str | None) -> str:
    """A fact's value as given: a figure with its unit, 是 or 否, a range, a day."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Fraction):
        return show(value, unit)
    if isinstance(value, Interval):
        exact = value.exact
        return show_bounds(value, unit) or "范围未定" if exact is None else show(exact, unit)
    return str(value)
