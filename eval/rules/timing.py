"""How fast the rule engine is: applicants drawn at random, and invented books of any number of criteria."""

from __future__ import annotations

import time
from fractions import Fraction
from random import Random
from types import MappingProxyType

from assistant.documents.policy import Policy
from assistant.retrieval.progress import Progress
from assistant.rules.book import (
    Binding,
    Criterion,
    FactDefinition,
    FactValue,
    Limit,
    Metric,
    Programme,
    RuleBook,
)
from assistant.rules.engine import assess
from assistant.rules.evaluation import needed_facts
from assistant.rules.expression import parse_expression
from eval.rules.interviewees import interviewees
from eval.rules.interviews import ON
from eval.steps import step

SEED = 20261121
DRAWN = 500  # applicants, each complete and with about half of the facts
SIZES = (25, 50, 100, 200, 400)
ROUNDS, BEST_OF = 6, 5
GROWTH_LIMIT = 1.5  # linear is 1
FULL = Fraction(1)


def assessing_time(book: RuleBook, count: int, progress: Progress) -> float:
    """Seconds for `count` assessments of both programmes, complete and partial applicants in turn."""
    draw = Random(SEED)
    complete = list(interviewees(book, DRAWN, SEED))
    partial = [{id: value for id, value in facts.items() if draw.random() < 0.5} for facts in complete]
    people = [facts for pair in zip(complete, partial, strict=True) for facts in pair]
    jobs = [(programme, facts) for facts in people for programme in book.programmes]
    with step(progress, "assessments", count):
        began = time.perf_counter()
        for number in range(count):
            programme, facts = jobs[number % len(jobs)]
            assess(book, programme, facts, ON)
        seconds = time.perf_counter() - began
        progress.advance(count)
    return seconds


def growth(
    policy: Policy, progress: Progress, sizes: tuple[int, ...] = SIZES, rounds: int = ROUNDS
) -> dict[int, float]:
    """Microseconds a criterion takes, by the number of criteria of an invented book; half of the facts are known."""
    found = {}
    with step(progress, "books of growing size", len(sizes)):
        for size in sizes:
            book = invented_book(policy, size)
            facts = known_half(book)
            times = []
            for _ in range(BEST_OF):
                began = time.perf_counter()
                for _ in range(rounds * max(sizes) // size):
                    assess(book, "all", facts, ON)
                times.append((time.perf_counter() - began) / (rounds * max(sizes) // size))
            found[size] = min(times) / size * 1e6
            progress.advance()
    return found


def known_half(book: RuleBook) -> dict[str, FactValue]:
    """Every second fact, such that nothing fails."""
    known = list(book.facts.values())[::2]
    return {fact.id: True if fact.type == "boolean" else Fraction(7) for fact in known}


def invented_book(policy: Policy, size: int) -> RuleBook:
    """A book of `size` criteria, in turn: a yes, a figure with a limit, a rate, either of two, points."""
    facts: dict[str, FactDefinition] = {}
    metrics: dict[str, Metric] = {}
    criteria: dict[str, Criterion] = {}
    needed: dict[str, tuple[str, ...]] = {}
    binding = (Binding(f"{policy.id}#第一条", "本条"),)

    def fact(id: str, type_: str) -> str:
        unit = None if type_ == "boolean" else "吨"
        least = None if type_ == "boolean" else Fraction(0)
        words: tuple[str, ...] = ()
        facts[id] = FactDefinition(
            id,
            id,
            type_,
            unit,
            None,
            None,
            least,
            f"请问{id}是多少？",
            words,
            words,
            words,
            words,
            words,
            True,
            binding,
        )
        return id

    for number in range(size):
        id, condition = f"c{number}", ""
        match number % 5:
            case 0:
                condition = fact(f"yes{number}", "boolean")
            case 1:
                condition = f"{fact(f'figure{number}', 'number')} ≥ 5吨"
            case 2:
                parts = fact(f"part{number}", "number"), fact(f"base{number}", "number")
                rate = f"rate{number}"
                formula = parse_expression(f"{parts[0]} ÷ {parts[1]}")
                limit = Limit("<=", Fraction(2), "≤2")
                metrics[rate] = Metric(rate, rate, "%", formula, limit, None, (), binding)
                needed[rate], condition = parts, f"meets({rate})"
            case 3:
                condition = (
                    f"{fact(f'either{number}', 'boolean')} or {fact(f'other{number}', 'number')} ≤ 9吨"
                )
            case _:
                condition = f"{fact(f'worth{number}', 'number')} ≥ 5吨"
        node = parse_expression(condition)
        points = FULL if number % 5 == 4 else None
        criteria[id] = Criterion(id, id, "scored" if points else "veto", "申报", node, None, points, binding)
        needed[id] = needed_facts(node, {id: metric.formula for id, metric in metrics.items()}, facts)
    total = sum((one.points for one in criteria.values() if one.points), Fraction(0))
    programme = Programme("all", "全部", (), None, None, total, tuple(criteria), tuple(metrics))
    return RuleBook(
        policy,
        MappingProxyType(facts),
        MappingProxyType(metrics),
        MappingProxyType(criteria),
        MappingProxyType({"all": programme}),
        (),
        MappingProxyType(needed),
        MappingProxyType({}),
    )
