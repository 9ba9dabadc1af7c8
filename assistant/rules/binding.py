"""A rule book held against the policy's text: quotes to the letter, figures in the quotes, the tables row by row.

The citable text and the rules cannot disagree: a book that fails one of these checks is not applied. A clause that
changed around a quote that still stands does not break the book: locking.py tells it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType

from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.errors import AddressError, QuantityError
from assistant.quantities import find_dates, find_quantities, parse_quantity
from assistant.rules.book import (
    Binding,
    BoundClause,
    Criterion,
    FactDefinition,
    Metric,
    Programme,
    RuleBook,
)
from assistant.rules.calendar import show_day
from assistant.rules.expression import Day, Name, Node, Number, walk
from assistant.rules.wording import show

_ROW = re.compile(r"附件[\d一二三四五六七八九十]+第\d+项(?:第\d+行)?")
_FULL_POINTS = re.compile(r"满分(\d+(?:\.\d+)?)分")


def bound_to(book: RuleBook, library: Library) -> RuleBook:
    """The book with the clauses that its rules rest on; it must have no broken bindings."""
    addresses = dict.fromkeys(binding.address for _, bindings in book.bindings() for binding in bindings)
    clauses = {address: bound_clause(library.clause(address)) for address in addresses}
    return replace(book, clauses=MappingProxyType(clauses))


def bound_clause(clause: Clause) -> BoundClause:
    """A clause's own words, wherever they stand in the file, with their sha256."""
    text = "\n".join(dict.fromkeys(standing.text for standing in clause.standings))
    return BoundClause(clause.label, text, hashlib.sha256(text.encode()).hexdigest())


def broken_bindings(book: RuleBook, library: Library) -> tuple[str, ...]:
    """Everything in which the book and the text disagree, one Chinese sentence each; () when they agree."""
    problems = [*_moved_quotes(book, library), *lost_annexes(book, library)]
    if problems:
        return tuple(problems)  # the checks below read the clauses that these found missing or changed
    problems += _misplaced(book, library)
    for programme in book.programmes.values():
        if programme.annex is not None:
            table = list(library.descend(library.clause(programme.annex)))
            problems += _table(book, programme, table)
    problems += [*_row_names(book, library), *_graded_rows(book)]
    for fact in book.facts.values():
        problems += _full_points(fact)
        if fact.follows is not None:
            problems += _figures(library, fact.label, _literals(fact.follows), fact.bindings)
            problems += _days(fact.label, fact.follows, fact.bindings)
    for metric in book.metrics.values():
        problems += _figures(library, metric.label, _metric_literals(metric), metric.bindings)
        problems += _days(metric.label, metric.formula, metric.bindings)
    for criterion in book.criteria.values():
        node = criterion.condition or criterion.score
        assert node is not None, "the loader wants a condition or a score"
        literals = (*_literals(node), *_points(library, criterion))
        problems += _figures(library, criterion.label, literals, criterion.bindings)
        problems += _days(criterion.label, node, criterion.bindings)
    return tuple(problems)


def _entered(book: RuleBook) -> Iterator[frozenset[str]]:
    """The programmes that each rule of `RuleBook.bindings` enters (none: no particular one)."""
    criteria = {
        id: frozenset(one.id for one in book.programmes.values() if id in one.criteria)
        for id in book.criteria
    }
    for fact in book.facts.values():
        yield frozenset().union(*(criteria[id] for id in book.criteria if fact.id in book.needed[id]))
    for metric in book.metrics.values():
        yield frozenset(one.id for one in book.programmes.values() if metric.id in one.metrics)
    yield from criteria.values()
    for note in book.notes:
        yield frozenset(note.programmes)


def _moved_quotes(book: RuleBook, library: Library) -> Iterator[str]:
    for rule, bindings in book.bindings():
        for binding in bindings:
            problem = moved_quote(library, binding)
            if problem:
                yield f"{rule}：{problem}"


def _misplaced(book: RuleBook, library: Library) -> Iterator[str]:
    """Words that stand in several places, bound twice to one of them or to another programme's form or annex."""
    owners: dict[str, set[str]] = {}
    for programme in book.programmes.values():
        for address in filter(None, (programme.form, programme.annex)):
            owners.setdefault(address, set()).add(programme.id)
    for (rule, bindings), programmes in zip(book.bindings(), _entered(book), strict=True):
        seen: set[tuple[str, str]] = set()
        for binding in bindings:
            if (binding.address, binding.quote) in seen:
                yield f"{rule}：{binding.address} 的“{binding.quote}”绑定了两次"
            seen.add((binding.address, binding.quote))
            annex = f"{book.policy_id}#{binding.address.partition('#')[2].partition('/')[0]}"
            if library.clause(annex).kind is not ClauseKind.ANNEX:
                continue
            owned, limited = owners.get(annex, set()), set(binding.programmes)
            if limited - owned or (not limited and owned and programmes and owned.isdisjoint(programmes)):
                of = "、".join(book.programmes[id].label for id in sorted(limited - owned or programmes))
                yield f"{rule}：{binding.address} 不在{of}的申报书或评价表里"


def lost_annexes(book: RuleBook, library: Library) -> Iterator[str]:
    """Forms and annexes of programmes that the text does not have."""
    for programme in book.programmes.values():
        for address in filter(None, (programme.form, programme.annex)):
            try:
                library.clause(address)
            except AddressError as error:
                yield f"申报类别“{programme.label}”：{address} 不存在：{error}"


def moved_quote(library: Library, binding: Binding) -> str | None:
    """What is wrong with a binding: no such clause, or other words in it; None when the quote stands there."""
    try:
        clause = library.clause(binding.address)
    except AddressError as error:
        return f"{binding.address} 不存在：{error}"
    if any(binding.quote in standing.text for standing in clause.standings):
        return None
    return f"{binding.address}（{clause.label}）里没有“{binding.quote}”，现在的文字是“{clause.text}”"


def _literals(node: Node) -> tuple[Number, ...]:
    return tuple(part for part in walk(node) if isinstance(part, Number))


def _points(library: Library, criterion: Criterion) -> tuple[Number, ...]:
    """The points of a criterion that stands in no table; those of a table's row are held against its cell."""
    cells = (_cell(library.clause(binding.address)) for binding in criterion.bindings)
    in_table = any(cell is not None for cell in cells)
    return () if in_table or criterion.points is None else (Number(criterion.points, "分", 0),)


def _days(label: str, node: Node, bindings: tuple[Binding, ...]) -> Iterator[str]:
    """Days of a rule that its quotes do not name."""
    standing = {day.toordinal() for binding in bindings for day in find_dates(binding.quote)}
    for part in walk(node):
        if isinstance(part, Day) and int(part.ordinal) not in standing:
            quotes = "；".join(binding.quote for binding in bindings)
            yield f"“{label}”的日期{show_day(part.ordinal)}在所引文字里没有：{quotes}"


def _metric_literals(metric: Metric) -> tuple[Number, ...]:
    limit = (Number(metric.limit.value, metric.unit, 0),) if metric.limit else ()
    return _literals(metric.formula) + limit


def _figures(
    library: Library, label: str, numbers: tuple[Number, ...], bindings: tuple[Binding, ...]
) -> Iterator[str]:
    """Figures of a rule that stand neither in its quotes nor in the points cell of its rows."""
    standing: set[tuple[Fraction, str | None]] = set()
    for binding in bindings:
        standing.update((quantity.value, quantity.unit) for quantity in find_quantities(binding.quote))
        points = _cell(library.clause(binding.address))
        if points is not None:
            standing.add((points, "分"))
    for number in numbers:
        bare = (number.value, None) in standing and number.unit in (None, "分")
        if not bare and (number.value, number.unit) not in standing:
            yield f"“{label}”的数{show(number.value, number.unit)}在所引文字里没有：{'；'.join(b.quote for b in bindings)}"


def _row_names(book: RuleBook, library: Library) -> Iterator[str]:
    """Rows of an annex that a rule names (附件3第11项第1行) and is not bound to."""
    texts = [
        *((fact.label, (fact.question, *fact.synonyms), fact.bindings) for fact in book.facts.values()),
        *((metric.label, metric.synonyms, metric.bindings) for metric in book.metrics.values()),
        *((criterion.label, (), criterion.bindings) for criterion in book.criteria.values()),
        *((note.id, (note.text,), note.bindings) for note in book.notes),
    ]
    for name, further, bindings in texts:
        rows = {library.clause(binding.address).label for binding in bindings}
        for row in dict.fromkeys(row for text in (name, *further) for row in _ROW.findall(text)):
            if row not in rows:
                yield f"“{name}”说的是{row}，所引的却是{'、'.join(sorted(rows))}"


def _graded_rows(book: RuleBook) -> Iterator[str]:
    """Self-graded criteria whose points are asked for under another row than their own."""
    for criterion in book.criteria.values():
        fact = book.facts.get(criterion.score.id) if isinstance(criterion.score, Name) else None
        if fact is not None and fact.address != criterion.address:
            yield f"“{criterion.label}”引的是{criterion.address}，自评的事实“{fact.label}”引的却是{fact.address}"


def _full_points(fact: FactDefinition) -> Iterator[str]:
    """Full points told in a question that are not the fact's."""
    for points in _FULL_POINTS.findall(fact.question):
        if fact.maximum != Fraction(points):
            yield f"“{fact.label}”的问题里写的是满分{points}分，“maximum”是{fact.maximum or '无'}"


def _table(book: RuleBook, programme: Programme, table: list[Clause]) -> Iterator[str]:
    """An annex held row by row: criteria, points, order, and the totals of groups and table against the sums."""
    bound: dict[str, list[Criterion]] = {}
    for id in programme.criteria:
        for binding in book.criteria[id].bindings:
            if not binding.programmes or programme.id in binding.programmes:
                bound.setdefault(binding.address, []).append(book.criteria[id])
    rows = [clause for clause in table if _is_requirement(clause)]
    sums: dict[str | None, Fraction] = {}
    for clause in rows:
        criteria = bound.get(clause.address, [])
        yield from _row(programme, clause, criteria)
        group = clause.attributes.get("group")
        sums[group] = sums.get(group, Fraction(0)) + sum((one.points or 0 for one in criteria), Fraction(0))
    yield from _order(book, programme, rows, bound)
    for clause in table:
        if "points" not in clause.attributes or _is_requirement(clause):
            continue
        total = (
            sums.get(clause.attributes.get("group")) if clause.kind is ClauseKind.GROUP else programme.total
        )
        if total != _cell(clause):
            yield f"{programme.label}：{clause.label}写的是{clause.attributes['points']}分，规则册合计{total}分"


def _row(programme: Programme, row: Clause, criteria: list[Criterion]) -> Iterator[str]:
    """A row with points has one criterion with those points; a row without has one or more without."""
    if not criteria:
        yield f"{programme.label}：{row.address}（{row.label}）没有对应的条件"
    if "points" in row.attributes and len(criteria) > 1:
        labels = "、".join(criterion.label for criterion in criteria)
        yield f"{programme.label}：{row.label}是评分行，只能对应一项条件，规则册里有{labels}"
    for criterion in criteria:
        if _cell(row) != criterion.points:
            cell = row.attributes.get("points", "无")
            yield f"{criterion.label}：规则册的分值是{criterion.points or '无'}，{row.label}的分值栏是{cell}"


def _order(
    book: RuleBook, programme: Programme, rows: list[Clause], bound: dict[str, list[Criterion]]
) -> Iterator[str]:
    """Scored criteria stand in the order of the table's rows, each for one row."""
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        for criterion in bound.get(row.address, []):
            places.setdefault(criterion.id, []).append(place)
    scored = [book.criteria[id] for id in programme.criteria if book.criteria[id].kind == "scored"]
    for criterion in scored:
        found = places.get(criterion.id, [])
        if len(found) != 1:
            labels = "、".join(rows[place].label for place in found) or "没有行"
            yield f"{programme.label}：评分项“{criterion.label}”应对应{programme.annex}的一行，现在对应的是{labels}"
    single = [criterion for criterion in scored if len(places.get(criterion.id, [])) == 1]
    for first, second in pairwise(single):
        if places[first.id] > places[second.id]:
            yield (
                f"{programme.label}：“{first.label}”（{rows[places[first.id][0]].label}）"
                f"应排在“{second.label}”（{rows[places[second.id][0]].label}）之后"
            )


def _is_requirement(clause: Clause) -> bool:
    return clause.kind in (ClauseKind.ROW, ClauseKind.SUBROW) and "requirement" in clause.attributes


def _cell(clause: Clause) -> Fraction | None:
    """The points cell of a row, None when it has none or when it holds no number."""
    try:
        return parse_quantity(clause.attributes.get("points", ""), "分")
    except QuantityError:
        return None
