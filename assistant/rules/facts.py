"""What a person or a file says about an applicant -> exact fact values; what is not legal is refused with its correction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from assistant.errors import FactError, QuantityError
from assistant.quantities import parse_period, parse_quantity
from assistant.rules import intervals
from assistant.rules.book import FactDefinition, FactValue, Metric, RuleBook
from assistant.rules.intervals import Interval
from assistant.rules.wording import show
from assistant.units import EXAMPLES

_YES = frozenset(("是", "是的", "对", "符合", "满足", "达到", "true", "yes", "y", "√"))
_NO = frozenset(("否", "不", "不是", "不符合", "不满足", "未达到", "false", "no", "n", "×"))
_FULL = frozenset(("满分", "完全满足", "全部满足"))
_NONE = frozenset(("零分", "完全不满足", "全部不满足"))
_NOTHING = "没有"  # zero, where the fact's question says that it may be answered so
_RANGE = re.compile(r"(?P<low>\d[^至到~～—–-]*)(?:至|到|~|～|—+|–|-)(?P<high>\d.*)")
_BARE = re.compile(r"\d[\d,.]*\s*")


def parse_facts(book: RuleBook, raw: Mapping[str, object]) -> dict[str, FactValue]:
    """Values of facts given by id, label or synonym; a null is left out as unknown.

    A metric's own value may be given by its id or label where its inputs are not known (碳抵消占比 40%).

    Numbers may carry any unit that converts (6万吨, 1.2亿元); yes and no may be words. Raises FactError that names
    the fact, the value, the legal form and what to correct.
    """
    names = ids_by_name(book)
    facts: dict[str, FactValue] = {}
    for name, value in raw.items():
        id = names.get(str(name).strip(), "")
        if id in book.metrics:
            if value is not None:
                facts[id] = parse_metric(book.metrics[id], value)
            continue
        fact = book.facts.get(id)
        if fact is None:
            known = "、".join(
                f"{fact.id}（{fact.label}）" for fact in book.facts.values() if fact.type != "points"
            )
            raise FactError(f"不认识的事实“{name}”，请改用规则册里的名称，如：{known}", str(name))
        if value is None:
            continue
        if fact.id in facts:
            raise FactError(f"{fact.label}写了两次（“{name}”与另一处），请只保留一处", fact.id)
        facts[fact.id] = parse_fact(fact, value)
    return facts


def ids_by_name(book: RuleBook) -> dict[str, str]:
    """Ids of facts and metrics by every name under which their value may be given; a metric's name stands for it."""
    names = {name: fact.id for fact in book.facts.values() for name in (*fact.synonyms, fact.label, fact.id)}
    return names | {name: metric.id for metric in book.metrics.values() for name in (metric.id, metric.label)}


def parse_metric(metric: Metric, raw: object) -> Fraction:
    """A metric's value as given; raises FactError."""
    try:
        return parse_quantity(str(raw), metric.unit)
    except QuantityError as error:
        raise FactError(f"{metric.label}的值“{raw}”不合法：{error}；请更正后再填", metric.id) from error


def parse_fact(fact: FactDefinition, raw: object) -> FactValue:
    """One fact's value; raises FactError."""
    match fact.type:
        case "boolean":
            return _boolean(fact, raw)
        case "date":
            return _date(fact, raw)
    parts = _RANGE.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if parts is not None:
        return _range(fact, raw, parts["low"], parts["high"])
    return _checked(fact, raw, _value(fact, raw))


def _range(fact: FactDefinition, raw: object, low: str, high: str) -> FactValue:
    """4万吨至5万吨, 3~4分: a number known within bounds; the unit may stand once, at the end."""
    if _BARE.fullmatch(low):
        number = _BARE.match(high)
        low += high[number.end() :] if number else ""
    least, most = (_checked(fact, raw, _value(fact, part)) for part in (low, high))
    if least > most:
        raise _refuse(fact, raw, "范围的前一个数应不大于后一个数")
    return least if least == most else intervals.between(least, most)


def _value(fact: FactDefinition, raw: object) -> Fraction:
    return _points(fact, raw) if fact.type == "points" else _number(fact, raw)


def legal_form(fact: FactDefinition) -> str:
    """What a value of this fact must be, in Chinese."""
    if fact.type == "boolean":
        return "“是”或“否”"
    if fact.type == "date":
        return "日期，如 2025-03-01（只知道月份可写 2025-03）"
    unit = fact.unit or ""
    bounds = [
        f"大于{_bound(fact.exclusive_minimum, fact)}" if fact.exclusive_minimum is not None else "",
        f"不小于{_bound(fact.minimum, fact)}" if fact.minimum is not None else "",
        f"不大于{show(fact.maximum, unit)}" if fact.maximum is not None else "",
    ]
    kind = "整数" if fact.type == "integer" else "数"
    return f"{'、'.join(bound for bound in bounds if bound) or '以' + unit + '计'}的{kind}，如 {EXAMPLES.get(unit, '12.5')}"


def _refuse(fact: FactDefinition, raw: object, why: str) -> FactError:
    return FactError(f"{fact.label}的值“{raw}”不合法：{why}；应为{legal_form(fact)}，请更正后再填", fact.id)


def _number(fact: FactDefinition, raw: object) -> Fraction:
    """A number from a text with or without unit, or from a JSON or YAML number (taken digit by digit, not as a float)."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal | Fraction):
        raise _refuse(fact, raw, "这里要的是数")
    if isinstance(raw, int | Fraction):
        return Fraction(raw)
    if isinstance(raw, float | Decimal):
        if not Decimal(str(raw)).is_finite():
            raise _refuse(fact, raw, "不是有限的数")
        return Fraction(str(raw))
    if raw.strip() == _NOTHING and f"“{_NOTHING}”" in fact.question:
        return Fraction(0)
    try:
        return parse_quantity(raw, fact.unit or "")
    except QuantityError as error:
        raise _refuse(fact, raw, str(error)) from error


def _points(fact: FactDefinition, raw: object) -> Fraction:
    """Points, or a degree of fulfilment: 满分, 80%."""
    full = fact.maximum or Fraction(0)
    if isinstance(raw, str):
        word = raw.strip()
        if word in _FULL:
            return full
        if word in _NONE:
            return Fraction(0)
        try:
            return parse_quantity(word, "%") * full
        except QuantityError:
            pass  # no degree: points, read below
    return _number(fact, raw)


def _bound(value: Fraction, fact: FactDefinition) -> str:
    """A lower bound in words; nothing but zero needs a figure."""
    return show(value, fact.unit) if value else "零"


def _checked(fact: FactDefinition, raw: object, value: Fraction) -> Fraction:
    if fact.exclusive_minimum is not None and value <= fact.exclusive_minimum:
        raise _refuse(fact, raw, f"必须大于{_bound(fact.exclusive_minimum, fact)}")
    if fact.minimum is not None and value < fact.minimum:
        raise _refuse(fact, raw, f"不能小于{_bound(fact.minimum, fact)}")
    if fact.maximum is not None and value > fact.maximum:
        raise _refuse(fact, raw, f"不能大于{show(fact.maximum, fact.unit)}")
    if fact.type == "integer" and value.denominator != 1:
        raise _refuse(fact, raw, "必须是整数")
    return value


def _boolean(fact: FactDefinition, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower().rstrip("。！!")
    if word in fact.affirm or (word in _YES and word not in fact.deny):
        return True
    if word in fact.deny or word in _NO:
        return False
    raise _refuse(fact, raw, "看不出是或否")


def _date(fact: FactDefinition, raw: object) -> Interval:
    """The ordinals of a day, or of the first and last day of a month or a year."""
    if isinstance(raw, datetime):
        raw = raw.date()
    try:
        first, last = (raw, raw) if isinstance(raw, date) else parse_period(str(raw))
    except QuantityError as error:
        raise _refuse(fact, raw, str(error)) from error
    return intervals.between(Fraction(first.toordinal()), Fraction(last.toordinal()))
