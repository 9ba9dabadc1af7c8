"""Where an item gives at least so many points: 抵消占比最多到多少还能满分."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from assistant.errors import RuleBookError
from assistant.rules.book import FactValue, RuleBook
from assistant.rules.evaluation import Evaluator
from assistant.rules.whatif.ranges import fact_range, movable
from assistant.rules.whatif.results import ScoreReach
from assistant.rules.whatif.scoring import at_least, full_points, inner_metrics
from assistant.rules.whatif.sentences import range_words
from assistant.rules.wording import show


def reach_score(
    book: RuleBook,
    criterion_id: str,
    facts: Mapping[str, FactValue],
    points: Fraction,
    on: date | None = None,
) -> ScoreReach:
    """Ranges for at least `points`, in the movable facts and in the metrics of the score.

    Raises RuleBookError when the book has no scored item of that id, or when it gives fewer points at all.
    """
    criterion = book.criteria.get(criterion_id)
    if criterion is None or criterion.points is None:
        known = "、".join(item.id for item in book.criteria.values() if item.points is not None)
        raise RuleBookError(f"没有编号为“{criterion_id}”的评分项，有：{known}")
    if not 0 <= points <= criterion.points:
        raise RuleBookError(
            f"“{criterion.label}”的分数“{show(points, '分')}”不合法；应在0分至{show(criterion.points, '分')}之间"
        )
    wanted = at_least(criterion, points)
    given = Evaluator(book, facts, on or date.today())
    free = movable(given, full_points(criterion)) or tuple(
        id for id in book.needed[criterion_id] if book.facts[id].type == "points"
    )
    found = tuple(fact_range(given, wanted, id, free) for id in free)
    inner = tuple(
        fact_range(given, wanted, id, (id,)) for id in inner_metrics(book, criterion) if id not in free
    )
    goal = (
        f"{criterion.label}得{show(points, '分')}以上"
        if points < criterion.points
        else f"{criterion.label}得满分{show(points, '分')}"
    )
    sentences = tuple(
        f"{item.label}{range_words(item.alone.ranges, item.unit)}时，{goal}"
        for item in inner or found
        if item.alone.ranges
    )
    return ScoreReach(criterion.id, criterion.label, points, found, inner, sentences)
