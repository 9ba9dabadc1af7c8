"""Facts that cannot all be true: told to whoever gave them, never settled by taking one side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from assistant.errors import FactError
from assistant.rules.book import FactDefinition, FactValue, RuleBook
from assistant.rules.evaluation import Evaluator, needed_facts
from assistant.rules.expression import names
from assistant.rules.wording import named, show, substituted


@dataclass(frozen=True)
class Contradiction:
    """`fact` disagrees with `others` (empty: it is impossible by itself); `text` says how."""

    fact: str
    others: tuple[str, ...]
    text: str


def contradictions(book: RuleBook, facts: Mapping[str, FactValue], on: date) -> Iterator[Contradiction]:
    """Everything in which the given facts and metrics disagree, on the day of the assessment."""
    return _contradictions(Evaluator(book, facts, on))


def _contradictions(evaluator: Evaluator) -> Iterator[Contradiction]:
    on = evaluator.on
    for id, value in evaluator.facts.items():
        fact = evaluator.book.facts.get(id)
        if fact is None:
            yield from _metric(evaluator, id, value)
        elif fact.past and evaluator.number_of(id).low > (0, Fraction(on.toordinal())):
            yield Contradiction(id, (), f"{fact.label}晚于判定日{on.isoformat()}，请核对日期")
        elif isinstance(value, bool) and (fact.follows is not None or fact.implies):
            yield from _declared(evaluator, fact, value)


def check_consistent(evaluator: Evaluator) -> None:
    """Raise FactError for the first contradiction in an evaluator's facts."""
    for found in _contradictions(evaluator):
        raise FactError(found.text, found.fact)


def _declared(evaluator: Evaluator, fact: FactDefinition, value: bool) -> Iterator[Contradiction]:
    said = "是" if value else "否"
    if fact.follows is not None:
        truth = evaluator.truth(fact.follows)
        if truth is not None and truth != value:
            reason = f"{named(evaluator, fact.follows)}，即{substituted(evaluator, fact.follows)}"
            text = f"“{fact.label}”填的是“{said}”，按日期推算却是“{'是' if truth else '否'}”（{reason}）；两处有一处有误，请更正"
            yield Contradiction(fact.id, names(fact.follows), text)
    if value and fact.implies:
        without = evaluator.without(fact.id)
        for part in fact.implies:
            if _denies(without, part):
                other = evaluator.book.facts[part]
                text = f"“{fact.label}”填的是“是”，“{other.label}”却不符合；两处有一处有误，请更正"
                others = (
                    (part, *needed_facts(other.follows, {}, evaluator.book.facts))
                    if other.follows
                    else (part,)
                )
                yield Contradiction(fact.id, others, text)

    if not value and fact.implies:
        without = evaluator.without(fact.id)
        if all(without.truth_of(part) for part in fact.implies):
            text = f"“{fact.label}”填的是“否”，所含各项却都填“是”；两处有一处有误，请更正"
            yield Contradiction(fact.id, fact.implies, text)


def _denies(evaluator: Evaluator, part: str) -> bool:
    """Whether a part does not hold, and no requirement that names it is open to being met in another way.

    第七条（四）: listed for rectification, and rectified as required, is as good as never listed.
    """
    if evaluator.truth_of(part) is not False:
        return False
    conditions = [
        criterion.condition for criterion in evaluator.book.criteria.values() if criterion.condition
    ]
    named_in = [condition for condition in conditions if part in names(condition)]
    return not named_in or any(evaluator.truth(condition) is False for condition in named_in)


def _metric(evaluator: Evaluator, id: str, given: FactValue) -> Iterator[Contradiction]:
    metric = evaluator.book.metrics[id]
    computed = evaluator.number(metric.formula)
    if not isinstance(given, Fraction):
        return
    exact = computed.exact
    same = exact is not None and show(exact, metric.unit) == show(given, metric.unit)
    if not same and (exact is not None or not computed.low <= (0, given) <= computed.high):
        found = show(exact, metric.unit) if exact is not None else "另一个数"
        text = (
            f"{metric.label}填的是{show(given, metric.unit)}，"
            f"按{named(evaluator, metric.formula)}计算却是{found}；两处有一处有误，请更正"
        )
        yield Contradiction(id, evaluator.book.needed[id], text)
