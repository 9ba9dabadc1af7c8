"""Metrics named by what they are made of: 抵消占基准的比例, 抵消占了几成, 单位增加值排多少碳, 27家最少看几家."""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.agent.understanding.facts.figure_binding import COUNT_UNITS
from assistant.agent.understanding.programmes import Named
from assistant.quantities import find_quantities
from assistant.retrieval.asking import Ask
from assistant.rules.book import FactDefinition, Metric, RuleBook
from assistant.rules.expression import Arithmetic, Name

SHARE = re.compile(r"占[^，。；？?]{0,12}?(?:比例|比重|几成|多少|百分之几|百分之多少|多大|多高)|比例|占比")
PER_UNIT = re.compile(r"(?:单位|每|一)(?:个|一)?(?:[万亿百千]?元|块钱?)?的?$")
COUNTED = re.compile(r"(?:最少|至少|最低|起码|要|得|该|应)[^，。；？?]{0,6}?(?:多少|几)")

OTHER_COUNT = re.compile(r"(?:那|要是|如果|假如|换成|有|是|总共|一共)*(?:的话)?呢?[？?。]*")


OF_ITEM = re.compile(r"分|[这那该一]项")


def named_by_parts(message: str, metric: Metric, book: RuleBook) -> int:
    """Characters of the words that name a quotient by its parts; 0 where the message names no such metric.

    A capped share is named by its part and a word of sharing, an intensity by 单位 before what it is divided by.
    """
    formula = metric.formula
    if not isinstance(formula, Arithmetic) or formula.operator != "÷":
        return 0
    part, whole = formula.left, formula.right
    if not isinstance(part, Name) or not isinstance(whole, Name):
        return 0
    if part.id not in book.facts or whole.id not in book.facts:
        return 0
    upper, lower = book.facts[part.id], book.facts[whole.id]
    if metric.unit == "%":
        share = SHARE.search(message)
        named = _longest(upper, message[: share.start()]) if share else 0
        return named and named + len(share.group() if share else "")
    for word in sorted(_words(lower), key=len, reverse=True):
        at = message.find(word)
        if at > 0 and PER_UNIT.search(message[:at]) and _longest(upper, message[at + len(word) :]):
            return len(word)
    return 0


def asked_in_its_unit(message: str, metric: Metric, focus: Collection[str]) -> bool:
    """今年到期的有27家，最少看几家, about a clause that the metric rests on: how many of what it counts."""
    if metric.unit is None or metric.unit not in COUNT_UNITS:
        return False
    figures = [one for one in find_quantities(message) if one.unit == metric.unit]
    if len(figures) == 1 and OTHER_COUNT.fullmatch(message.replace(figures[0].text, "")):
        return _is_under(metric, focus)  # 十六家呢
    asked = COUNTED.search(message)
    about = _is_under(metric, focus)
    return about and asked is not None and message.startswith(metric.unit, asked.end())


def _is_under(metric: Metric, focus: Collection[str]) -> bool:
    """Whether a metric rests on a clause under discussion, or on a part of it."""
    return any(f"{one.address}/".startswith(f"{address}/") for one in metric.bindings for address in focus)


def short_name(metric: Metric, message: str) -> str | None:
    """占比 for 碳抵消占比, where it stands alone: at the head of a part of the message, or said of somebody."""
    tail = metric.label[-2:]
    alone = rf"(?:^|[，。；、：:和与及跟的那这他她它们厂家 ]|现在|目前|实际|如果|要是|假如|客户|企业)(?:这个|那个)?{tail}"
    return tail if re.search(alone, message) else None


def score_of_clause(book: RuleBook, focus: Collection[str], asked: str | None) -> Metric | None:
    """抵消那项怎么打分, answered by its clause: the one score that the clauses of the last answer give, where points were asked for."""
    if not OF_ITEM.search(asked or ""):
        return None
    found = [
        metric
        for metric in book.metrics.values()
        if metric.unit == "分" and any(binding.address in focus for binding in metric.bindings)
    ]
    return found[0] if len(found) == 1 else None


def score_asked(book: RuleBook, named: Named | None, asks: Collection[Ask]) -> str | None:
    """占比35%和42%，抵消得分谁高: the one score that a metric is, or goes into, where points are asked for."""
    if named is None or named.policy != book.policy_id or Ask.POINTS not in asks:
        return None
    found = [
        one.id
        for one in book.metrics.values()
        if one.unit == "分" and (one.id == named.id or named.id in book.inputs(one.id))
    ]
    return found[0] if len(found) == 1 else None


def _longest(fact: FactDefinition, text: str) -> int:
    return max((len(word) for word in _words(fact) if word in text), default=0)


def _words(fact: FactDefinition) -> tuple[str, ...]:
    return (*fact.topic, *fact.synonyms, fact.label)
