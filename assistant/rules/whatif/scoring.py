"""A scored item along one figure: the points at each bend, and where it gives at least so many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from assistant.rules.book import Criterion, RuleBook
from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import Call, Comparison, Name, Node, Number, names
from assistant.rules.whatif.linear import Range, extent
from assistant.rules.whatif.pieces import Obstacle
from assistant.rules.whatif.results import ScoreRow, ScoreTable
from assistant.rules.whatif.translation import Translation
from assistant.rules.wording import label, unit_of

_POINTS = "分"


def held_score(criterion: Criterion) -> Node:
    """A criterion's score held within 0 and its full points, as the engine counts it."""
    assert criterion.score is not None, "only a score is held"
    assert criterion.points is not None, "the loader wants points of a scored item"
    ends = Number(Fraction(0), _POINTS, 0), Number(criterion.points, _POINTS, 0)
    return Call("clamp", (criterion.score, *ends), 0)


def at_least(criterion: Criterion, points: Fraction) -> Node:
    """The condition that a scored item gives at least so many points."""
    full = criterion.points or Fraction(0)
    if criterion.score is not None:
        return Comparison(">=", held_score(criterion), Number(points, _POINTS, 0), 0)
    assert criterion.condition is not None, "the loader wants a condition or a score"
    if 0 < points <= full:
        return criterion.condition
    return Comparison(">=", Number(full, _POINTS, 0), Number(points, _POINTS, 0), 0)


def full_points(criterion: Criterion) -> Node:
    """The condition that a scored item gives its full points."""
    return at_least(criterion, criterion.points or Fraction(0))


def inner_metrics(book: RuleBook, criterion: Criterion) -> tuple[str, ...]:
    """Metrics that a score is computed from: those in its formula, a formula that is only a name followed to the next."""
    node = criterion.score or criterion.condition
    while isinstance(node, Name) and node.id in book.metrics:
        node = book.metrics[node.id].formula
    return tuple(name for name in names(node) if name in book.metrics) if node else ()


def score_tables(
    given: Evaluator,
    criterion: Criterion,
    free: Sequence[str],
    allowed: Mapping[str, Range],
    steps: Sequence[Fraction] = (),
) -> tuple[ScoreTable, ...]:
    """Tables along each movable fact; along the metrics in between where the facts are not known enough for that."""
    tables = [_table(given, criterion, id, allowed.get(id), steps) for id in free]
    found = tuple(table for table in tables if table is not None)
    if found or not free:
        return found
    tables = [_table(given, criterion, id, None, steps) for id in inner_metrics(given.book, criterion)]
    return tuple(table for table in tables if table is not None)


def _table(
    given: Evaluator,
    criterion: Criterion,
    id: str,
    allowed: Range | None,
    steps: Sequence[Fraction],
) -> ScoreTable | None:
    """Points along one name; None when the score is not piecewise linear in it with the facts as given."""
    book, score = given.book, held_score(criterion)
    translation = Translation(given, (id,))
    try:
        pieces = translation.pieces(score)
    except Obstacle:
        return None
    marks: dict[Fraction, dict[str, None]] = {}

    def mark(value: Fraction | None, why: str) -> None:
        if value is not None and value in legal:
            marks.setdefault(value, {})[why] = None

    domains = translation.domains()
    legal = extent(domains, id) or Range(None, None)
    for piece in pieces:
        held = extent((*domains, *piece.guards), id)
        if held is not None:
            for end in (held.low, held.high):
                mark(end, "起点" if end == legal.low else "终点" if end == legal.high else "转折")
    present = given.facts.get(id)
    mark(present if isinstance(present, Fraction) else None, "现值")
    if allowed is not None:
        mark(allowed.low, "否决项下限")
        mark(allowed.high, "否决项上限")
    for step in steps:
        mark(step, "指定")
    metrics = [name for name in inner_metrics(book, criterion) if name != id]
    rows = tuple(
        row
        for value in sorted(marks)
        if (row := _row(translation.at(id, value), score, metrics, value, tuple(marks[value])))
    )
    return ScoreTable(id, label(book, id), unit_of(book, id) or "", rows) if rows else None


def _row(
    evaluator: Evaluator,
    score: Node,
    metrics: Sequence[str],
    value: Fraction,
    marks: tuple[str, ...],
) -> ScoreRow | None:
    points = evaluator.number(score).exact
    between = [(name, evaluator.metric(name).exact) for name in metrics]
    known = tuple((name, figure) for name, figure in between if figure is not None)
    return None if points is None else ScoreRow(value, known, points, marks)
