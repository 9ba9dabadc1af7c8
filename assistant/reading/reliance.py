"""Which rules of a policy's rule book rest on a clause, each with the words it is bound to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.rules.book import Binding, RuleBook

CRITERION, METRIC, FACT, NOTE = "条件", "指标", "事实", "说明"


@dataclass(frozen=True)
class Reliance:
    """One rule and the words of the clause it rests on.

    `kind` is 条件, 指标, 事实 or 说明; `programmes` are the labels of those it enters; `detail` is what the rule says
    (a note's text, a metric's limit, a criterion's points); `main`: whether this is the rule's first binding.
    """

    kind: str
    id: str
    label: str
    quote: str
    address: str
    programmes: tuple[str, ...]
    detail: str
    main: bool


def reliances(book: RuleBook, addresses: frozenset[str]) -> list[Reliance]:
    """Rules bound to one of the clauses: criteria first, then metrics, facts and notes, in the book's order."""
    return [one for one in _all(book) if one.address in addresses]


def _all(book: RuleBook) -> Iterator[Reliance]:
    for criterion in book.criteria.values():
        entered = _labels(book, [one.id for one in book.programmes.values() if criterion.id in one.criteria])
        points = f"满分 {criterion.points} 分" if criterion.points is not None else "一票否决"
        detail = f"{points}，{criterion.stage}时判定"
        yield from _bound(CRITERION, criterion.id, criterion.label, criterion.bindings, entered, detail, book)
    for metric in book.metrics.values():
        entered = _labels(book, [one.id for one in book.programmes.values() if metric.id in one.metrics])
        detail = f"限值 {metric.limit.text}" if metric.limit is not None else "没有限值"
        yield from _bound(METRIC, metric.id, metric.label, metric.bindings, entered, detail, book)
    for fact in book.facts.values():
        detail = f"要问的话：{fact.question}"
        yield from _bound(FACT, fact.id, fact.label, fact.bindings, (), detail, book)
    for note in book.notes:
        entered = _labels(book, note.programmes)
        yield from _bound(NOTE, note.id, "原文的缺漏或矛盾", note.bindings, entered, note.text, book)


def _bound(
    kind: str,
    id: str,
    label: str,
    bindings: tuple[Binding, ...],
    entered: tuple[str, ...],
    detail: str,
    book: RuleBook,
) -> Iterator[Reliance]:
    for place, binding in enumerate(bindings):
        programmes = _labels(book, binding.programmes) or entered
        yield Reliance(kind, id, label, binding.quote, binding.address, programmes, detail, place == 0)


def _labels(book: RuleBook, programmes: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return tuple(book.programmes[id].label for id in programmes)
