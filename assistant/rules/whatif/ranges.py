"""The figures that may still change, and the range of each for a condition."""

from __future__ import annotations

from fractions import Fraction

from assistant.rules.book import RuleBook
from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import Comparison, Name, Node, walk
from assistant.rules.whatif.feasibility import Problem
from assistant.rules.whatif.results import FactRange
from assistant.rules.whatif.translation import Translation
from assistant.rules.wording import label, unit_of


def movable(given: Evaluator, node: Node) -> tuple[str, ...]:
    """Figures of an expression that may still change: adjustable facts, what a comparison sets a limit to directly,
    and a metric given as a figure of its own in place of such facts."""
    book = given.book
    direct = {
        part.left.id for part in walk(node) if isinstance(part, Comparison) and isinstance(part.left, Name)
    }
    behind = Translation(given, ()).behind(node)
    replaced = {fact for name in behind if name in book.metrics for fact in book.needed[name]}
    return tuple(name for name in behind if name not in replaced and _may_change(book, name, name in direct))


def _may_change(book: RuleBook, name: str, direct: bool) -> bool:
    if name in book.metrics:
        return any(book.facts[fact].adjustable for fact in book.needed[name])
    fact = book.facts[name]
    return fact.type in ("number", "integer") and (fact.adjustable or direct)


def fact_range(given: Evaluator, condition: Node, id: str, free: tuple[str, ...]) -> FactRange:
    """One figure's range for a condition, alone and together with the other free ones."""
    book, current = given.book, given.facts.get(id)
    alone = Problem(given, condition, (id,))
    return FactRange(
        id=id,
        label=label(book, id),
        unit=unit_of(book, id) or "",
        current=current if isinstance(current, Fraction) else None,
        legal=alone.legal(id),
        alone=alone.feasible(id),
        together=Problem(given, condition, free).feasible(id),
    )
