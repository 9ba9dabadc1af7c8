"""The figures that may still change, and the range of each for a condition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from assistant.rules.book import FactValue, RuleBook
from assistant.rules.expression import Comparison, Name, Node, walk
from assistant.rules.whatif.feasibility import Problem
from assistant.rules.whatif.results import FactRange
from assistant.rules.whatif.translation import Translation
from assistant.rules.wording import label, unit_of


def movable(book: RuleBook, facts: Mapping[str, FactValue], node: Node) -> tuple[str, ...]:
    """Figures of an expression that may still change: adjustable facts, what a comparison sets a limit to directly,
    and a metric given as a figure of its own where such a fact stands behind it."""
    direct = {
        part.left.id for part in walk(node) if isinstance(part, Comparison) and isinstance(part.left, Name)
    }
    behind = Translation(book, facts, ()).behind(node)
    return tuple(name for name in behind if _may_change(book, name, name in direct))


def _may_change(book: RuleBook, name: str, direct: bool) -> bool:
    if name in book.metrics:
        return any(book.facts[fact].adjustable for fact in book.needed[name])
    fact = book.facts[name]
    return fact.type in ("number", "integer") and (fact.adjustable or direct)


def fact_range(
    book: RuleBook,
    facts: Mapping[str, FactValue],
    condition: Node,
    id: str,
    free: tuple[str, ...],
    on: date | None,
) -> FactRange:
    """One figure's range for a condition, alone and together with the other free ones."""
    given = facts.get(id)
    alone = Problem(book, facts, condition, (id,), on)
    return FactRange(
        id=id,
        label=label(book, id),
        unit=unit_of(book, id) or "",
        current=given if isinstance(given, Fraction) else None,
        legal=alone.legal(id),
        alone=alone.feasible(id),
        together=Problem(book, facts, condition, free, on).feasible(id),
    )
