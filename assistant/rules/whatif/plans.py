"""The least change of one figure with which a condition can hold, and what the other figures must then be."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import Name, Node, walk
from assistant.rules.whatif.feasibility import Problem
from assistant.rules.whatif.results import FactRange, Feasible, Move, Plan
from assistant.rules.whatif.sentences import plan_sentence
from assistant.rules.wording import label


def plans_for(given: Evaluator, condition: Node, ranges: Sequence[FactRange]) -> tuple[Plan, ...]:
    """Plans that reach a condition, first the figure that the book tells gaps in: what takes the least of it, the
    others moving too, then what it takes with the others as they are. () when nothing known can be moved there."""
    book = given.book
    problem = Problem(given, condition, tuple(item.id for item in ranges))
    told = [
        book.metrics[part.id].adjust
        for part in walk(condition)
        if isinstance(part, Name) and part.id in book.metrics
    ]
    first = sorted(ranges, key=lambda item: told.index(item.id) if item.id in told else len(told))
    plans: dict[frozenset[tuple[str, Fraction]], Plan] = {}
    for together in (True, False):
        for item in first:
            moves = _moves(problem, item, ranges, together)
            moved = Evaluator(book, {**given.facts, **_targets(moves)}, given.on)
            if not moves or moved.truth(condition) is False:
                continue
            still = [label(book, id) for id in problem.free if id not in _targets(moves)]
            lacking = [label(book, id) for id in moved.open_facts(condition)]
            text = plan_sentence(book, moves, still, lacking, _only_value(item, moves, together))
            plans.setdefault(frozenset(_targets(moves).items()), Plan(moves[0], moves[1:], text))
    return tuple(plans.values())


def _only_value(item: FactRange, moves: Sequence[Move], together: bool) -> bool:
    feasible = item.together if together else item.alone
    return any(held.low == held.high == moves[0].target for held in feasible.ranges)


def _targets(moves: Sequence[Move]) -> dict[str, Fraction]:
    return {move.id: move.target for move in moves}


def _moves(
    problem: Problem, least: FactRange, ranges: Sequence[FactRange], together: bool
) -> tuple[Move, ...]:
    """One figure to its nearest feasible value, then the others, each as little as it can.

    () when it has no known value, need not move at all, or would have to move to an open end.
    """
    feasible = least.together if together else least.alone
    target = None if least.current is None else feasible.nearest(least.current)
    if target is None or target == least.current:
        return ()
    fixed = {least.id: target}
    moves = [_move(least, target)]
    for item in ranges if together else ():
        if item.id == least.id:
            continue
        value = _chosen(problem.feasible(item.id, fixed), item.current)
        if value is None:
            return ()
        fixed[item.id] = value
        if value != item.current:
            moves.append(_move(item, value))
    return tuple(moves)


def _chosen(held: Feasible, current: Fraction | None) -> Fraction | None:
    """The value nearest to the present one; while that is not known, the least."""
    if current is not None:
        return held.nearest(current)
    ends = [end for item in held.ranges for end in (item.low, item.high) if end is not None and end in item]
    return min(ends, default=None)


def _move(item: FactRange, target: Fraction) -> Move:
    ranges = item.together.ranges
    extreme = ""
    if ranges and target == ranges[-1].high:
        extreme = "最多"
    elif ranges and target == ranges[0].low:
        extreme = "最少"
    return Move(item.id, item.label, item.unit, item.current, target, extreme)
