"""A rule book held against the policy's text: quotes to the letter, figures in the quotes, points in the tables' cells.

The citable text and the rules cannot disagree: a book that fails one of these checks is not applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.errors import AddressError, QuantityError
from assistant.quantities import find_dates, find_quantities, parse_quantity
from assistant.rules.book import Binding, Criterion, Metric, Programme, RuleBook
from assistant.rules.calendar import show_day
from assistant.rules.expression import Day, Node, Number, walk
from assistant.rules.wording import show


def broken_bindings(book: RuleBook, library: Library) -> tuple[str, ...]:
    """Everything in which the book and the text disagree, one Chinese sentence each; () when they agree."""
    problems = [*_moved_quotes(book, library), *_lost_annexes(book, library)]
    if problems:
        return tuple(problems)  # the checks below read the clauses that these found missing or changed
    problems += _misplaced(book, library)
    for programme in book.programmes.values():
        if programme.annex is not None:
            table = list(library.descend(library.clause(programme.annex)))
            problems += _table(book, programme, table)
    for fact in book.facts.values():
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


def _rules(book: RuleBook) -> Iterator[tuple[str, tuple[Binding, ...], frozenset[str]]]:
    """Each rule: how it is named to a person, its bindings, the programmes that it enters (none: no particular one)."""
    criteria = {
        id: frozenset(one.id for one in book.programmes.values() if id in one.criteria)
        for id in book.criteria
    }
    for fact in book.facts.values():
        used = (criteria[id] for id in book.criteria if fact.id in book.needed[id])
        yield f"事实“{fact.label}”", fact.bindings, frozenset().union(*used)
    for metric in book.metrics.values():
        used_by = frozenset(one.id for one in book.programmes.values() if metric.id in one.metrics)
        yield f"指标“{metric.label}”", metric.bindings, used_by
    for criterion in book.criteria.values():
        yield f"条件“{criterion.label}”", criterion.bindings, criteria[criterion.id]
    for note in book.notes:
        yield f"说明“{note.id}”", note.bindings, frozenset(note.programmes)


def _moved_quotes(book: RuleBook, library: Library) -> Iterator[str]:
    for rule, bindings, _ in _rules(book):
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
    for rule, bindings, programmes in _rules(book):
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


def _lost_annexes(book: RuleBook, library: Library) -> Iterator[str]:
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


def _table(book: RuleBook, programme: Programme, table: list[Clause]) -> Iterator[str]:
    """Rows without a criterion, points unlike the cells, group totals and the grand total unlike the sums."""
    bound: dict[str, Criterion] = {}
    for id in programme.criteria:
        for binding in book.criteria[id].bindings:
            if not binding.programmes or programme.id in binding.programmes:
                bound.setdefault(binding.address, book.criteria[id])
    sums: dict[str | None, Fraction] = {}
    for clause in table:
        if not _is_requirement(clause):
            continue
        criterion = bound.get(clause.address)
        if criterion is None:
            yield f"{programme.label}：{clause.address}（{clause.label}）没有对应的条件"
            continue
        if _cell(clause) != criterion.points:
            cell = clause.attributes.get("points", "无")
            yield f"{criterion.label}：规则册的分值是{criterion.points or '无'}，{clause.label}的分值栏是{cell}"
        group = clause.attributes.get("group")
        sums[group] = sums.get(group, Fraction(0)) + (criterion.points or 0)
    for clause in table:
        if "points" not in clause.attributes or _is_requirement(clause):
            continue
        total = (
            sums.get(clause.attributes.get("group")) if clause.kind is ClauseKind.GROUP else programme.total
        )
        if total != _cell(clause):
            yield f"{programme.label}：{clause.label}写的是{clause.attributes['points']}分，规则册合计{total}分"


def _is_requirement(clause: Clause) -> bool:
    return clause.kind in (ClauseKind.ROW, ClauseKind.SUBROW) and "requirement" in clause.attributes


def _cell(clause: Clause) -> Fraction | None:
    """The points cell of a row, None when it has none or when it holds no number."""
    try:
        return parse_quantity(clause.attributes.get("points", ""), "分")
    except QuantityError:
        return None
