"""What a turn measures with: the conversation's facts, those said now, and amounts that follow from their relations.

The rule engine computes such an amount (去年比2021年下降60%, 抵消占基准的三成); how it was computed is told with the answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assistant.agent.desk import TurnContext
from assistant.agent.tools.admission import admitted
from assistant.agent.understanding.facts.stated import FORMULA
from assistant.errors import FactError, TiaowenError
from assistant.quantities import display_quantity
from assistant.rules.book import CAP, FactValue, Metric, RuleBook
from assistant.rules.consistency import contradictions
from assistant.rules.engine import compute_metric
from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import Arithmetic, Name, names, parse_expression
from assistant.rules.facts import legal_form, parse_fact, parse_facts
from assistant.rules.wording import label, named, show, substituted

LESS = re.compile(r"(?<=[\u4e00-\u9fff]) − (?=\d)")  # behind a name the sign would be the figure's own


@dataclass(frozen=True)
class Given:
    """Facts to measure with, each a text with its unit, and what is to be told about them."""

    values: dict[str, str]
    remarks: tuple[str, ...] = ()


def given_facts(
    turn: TurnContext, book: RuleBook, said: Mapping[str, str], supposed: bool, alone: bool = False
) -> Given:
    """The conversation's facts with what was said now; a supposition is not remembered, nor what stands `alone`.

    What is doubtful in this turn is remembered and left out.

    Raises FactError that names every value that is not legal.
    """
    if turn.by_model:
        said, supposed, alone = admitted(turn, book, said), supposed or turn.supposing, False
    known = {} if alone else turn.remembered(book.policy_id)
    remembered = {
        name: value
        for name, value in known.items()
        if name not in book.metrics or not set(said) & set(book.needed[name])
    }  # a share that was stated gives way to the amounts it is made of
    check_each(book, said)
    asked = _capped(book, {**remembered, **said})
    given = _merged(book, asked, said, turn.today)
    if said and not (supposed or alone):
        replaced = _replaced(book, known, given.values, said)
        turn.facts = {**turn.facts, book.policy_id: given.values}
        given = Given(given.values, (*given.remarks, *replaced))
    if not turn.doubtful & set(given.values):
        return given
    clear = {
        id: value
        for id, value in asked.items()
        if not turn.doubtful & {id, *(book.needed[id] if id in book.metrics else ())}
    }  # a share tells nothing of an amount that is in doubt
    return _merged(book, clear, said, turn.today)


def _merged(book: RuleBook, asked: Mapping[str, str], said: Mapping[str, str], today: date) -> Given:
    """Facts with the amounts that follow from them; FactError for what cannot be, before anything is remembered."""
    merged, related = _related(book, asked, today)
    merged = _agreeing(book, merged, said, today)
    merged, shared = _amounts_of_shares(book, merged)
    merged, rates = _whatever_the_base(book, merged, asked, today)
    return Given(merged, (*related, *shared, *rates))


def check_each(book: RuleBook, said: Mapping[str, str]) -> None:
    """Refuse all the values of one message that are not legal, not only the first."""
    wrong: list[FactError] = []
    for name, value in said.items():
        if value == CAP:
            continue
        try:
            if value.startswith(FORMULA):
                _check_formula(book, name, value)
                continue
            parse_facts(book, {name: value})
            _check_share(book, name, value)
        except FactError as error:
            wrong.append(error)
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        reasons = "；".join(str(error).split("；应为")[0] for error in wrong)
        raise FactError(f"有{'几' if len(wrong) > 2 else '两'}处数据不合法：{reasons}", wrong[0].fact)


def _check_formula(book: RuleBook, name: str, value: str) -> None:
    """A formula gives an amount, from facts and metrics of the book."""
    if name not in book.facts or book.facts[name].unit is None:
        raise FactError(f"「{name}」不是可以写算式的事实；算式只用于有单位的事实", name)
    try:
        unknown = [id for id in _inputs(value) if id not in book.facts and id not in book.metrics]
    except TiaowenError as error:
        raise FactError(
            f"{label(book, name)}的算式“{value}”不合法：{error}；应形如 =baseline_emissions × 40%", name
        ) from error
    if unknown:
        raise FactError(f"{label(book, name)}的算式“{value}”里没有「{unknown[0]}」这个事实或指标", name)


def _check_share(book: RuleBook, name: str, value: str) -> None:
    """A part cannot be less than nothing of its whole, nor more than all of it."""
    metric = book.metrics.get(name)
    formula = metric.formula if metric is not None else None
    if metric is None or metric.unit != "%" or not isinstance(formula, Arithmetic):
        return
    share = parse_facts(book, {name: value})[name]
    part_of_whole = isinstance(formula.left, Name) and isinstance(formula.right, Name)
    if part_of_whole and isinstance(share, Fraction) and not 0 <= share <= 1:
        limit = f"，原文要求{metric.limit.text}" if metric.limit else ""
        raise FactError(f"{metric.label}的值“{value}”不合法：应在0%到100%之间{limit}", name)


def _related(
    book: RuleBook, values: Mapping[str, str], today: date
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Without formulas: each is computed where the amounts in it are known, else left out and told."""
    plain = {name: value for name, value in values.items() if not value.startswith(FORMULA)}
    remarks: list[str] = []
    waiting = {name: value for name, value in values.items() if name not in plain}
    for name in sorted(waiting, key=lambda one: len(set(_inputs(waiting[one])) & set(waiting))):
        node = parse_expression(waiting[name].removeprefix(FORMULA))
        evaluator = Evaluator(book, parse_facts(book, plain), today)
        value = evaluator.number(node).exact
        fact = book.facts[name]
        if value is None:
            lacking = "、".join(label(book, id) for id in names(node) if id not in plain)
            remarks.append(f"{fact.label}按“{named(evaluator, node)}”计算，还要知道{lacking}。")
            continue
        low = fact.minimum if fact.minimum is not None else fact.exclusive_minimum
        if low is not None and value < low:
            shown = f"{named(evaluator, node)} = {substituted(evaluator, node)} = {show(value, fact.unit)}"
            raise FactError(f"{fact.label}按{shown}，不能小于零；应为{legal_form(fact)}", name)
        plain[name] = written(value, fact.unit or "")
        remarks.append(
            f"{fact.label} = {LESS.sub('减去', named(evaluator, node))} = {substituted(evaluator, node)} = {show(value, fact.unit)}，据此计算。"
            if not isinstance(node, Name)
            else f"{fact.label}与{label(book, node.id)}相同，按{show(value, fact.unit)}计算。"
        )
    return plain, tuple(remarks)


def _inputs(value: str) -> tuple[str, ...]:
    return names(parse_expression(value.removeprefix(FORMULA)))


def written(value: Fraction, unit: str) -> str:
    """An exact amount as a text that reads back to it; six decimals where it has no end."""
    if value.denominator == 1 and unit != "%":
        return display_quantity(value, unit)
    shown = round(value * 100 if unit == "%" else value, 6)
    text = format(Decimal(shown.numerator) / Decimal(shown.denominator), "f")
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}{unit}"


def _whatever_the_base(
    book: RuleBook, values: dict[str, str], asked: Mapping[str, str], today: date
) -> tuple[dict[str, str], tuple[str, ...]]:
    """自己减了六成，抵消三成: a rate that is the same whatever the unknown base is, found by the engine at two bases."""
    remarks: list[str] = []
    for metric in book.metrics.values():
        formula = metric.formula
        if metric.unit != "%" or metric.id in values or not isinstance(formula, Arithmetic):
            continue
        base = formula.right
        if not isinstance(base, Name) or base.id in values or base.id not in book.facts:
            continue
        found = [
            _at_base(book, metric.id, base.id, tried, values, asked, today) for tried in ("1000", "7000")
        ]
        if found[0] is not None and found[0] == found[1]:
            values = {**values, metric.id: written(found[0], "%")}
            remarks.append(f"{metric.label}为{show(found[0], '%')}，不论它所比的量是多少。")
    return values, tuple(remarks)


def _at_base(
    book: RuleBook,
    metric: str,
    base: str,
    tried: str,
    values: Mapping[str, str],
    asked: Mapping[str, str],
    today: date,
) -> Fraction | None:
    """A metric's value if the base were so much; None while something else is missing."""
    unit = book.facts[base].unit or ""
    plain = {id: value for id, value in values.items() if id not in book.metrics} | {base: f"{tried}{unit}"}
    formulas = {
        id: value for id, value in asked.items() if value.startswith(FORMULA) and base in _inputs(value)
    }
    shares = {id: value for id, value in values.items() if id in book.metrics and base in book.inputs(id)}
    merged, _ = _related(book, {**plain, **formulas, **shares}, today)
    merged, _ = _amounts_of_shares(book, merged)
    return compute_metric(book, metric, parse_facts(book, merged), today).value


def _amounts_of_shares(book: RuleBook, values: dict[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """抵消占基准的三成, the base known: the amount itself, which then stands in the share's place."""
    facts = parse_facts(book, values)
    remarks: list[str] = []
    for metric in book.metrics.values():
        share, formula = facts.get(metric.id), metric.formula
        if not isinstance(share, Fraction) or not isinstance(formula, Arithmetic) or formula.operator != "÷":
            continue
        part, whole = formula.left, formula.right
        if not isinstance(part, Name) or not isinstance(whole, Name):
            continue
        if whole.id not in facts and isinstance(facts.get(part.id), Fraction) and share > 0:
            values, remark = _whole_of_share(book, values, metric, part.id, whole.id)
            remarks.append(remark)
            continue
        if part.id in facts:
            continue
        base = facts.get(whole.id)
        if not isinstance(base, Fraction) or part.id not in book.facts:
            continue
        unit = book.facts[part.id].unit or ""
        values = {id: value for id, value in values.items() if id != metric.id}
        values[part.id] = written(base * share, unit)
        remarks.append(
            f"{label(book, part.id)} = {label(book, whole.id)} × {metric.label} = {show(base, book.facts[whole.id].unit)} × {show(share, metric.unit)} = {show(base * share, unit)}，据此计算。"
        )
    return values, tuple(remarks)


def _whole_of_share(
    book: RuleBook, values: Mapping[str, str], metric: Metric, part: str, whole: str
) -> tuple[dict[str, str], str]:
    """抵消量2万吨，占基准的两成: the whole, which then stands in the share's place, and how it was found."""
    facts = parse_facts(book, values)
    amount, share = facts[part], facts[metric.id]
    assert isinstance(amount, Fraction), "a part is an amount"
    assert isinstance(share, Fraction), "and so is its share"
    unit, found = book.facts[whole].unit or "", amount / share
    left = {id: value for id, value in values.items() if id != metric.id}
    remark = (
        f"{label(book, whole)} = {label(book, part)} ÷ {metric.label} = {show(amount, book.facts[part].unit)} ÷ "
        f"{show(share, metric.unit)} = {show(found, unit)}，据此计算。"
    )
    return {**left, whole: written(found, unit)}, remark


def _replaced(
    book: RuleBook, known: Mapping[str, str], merged: Mapping[str, str], said: Mapping[str, str]
) -> tuple[str, ...]:
    """Facts of the conversation that what is said now has changed."""
    found = []
    for name, value in merged.items():
        fact = book.facts.get(name)
        if fact is None or name not in said or name not in known or fact.type == "boolean":
            continue
        before, after = parse_fact(fact, known[name]), parse_fact(fact, value)
        if isinstance(before, Fraction) and isinstance(after, Fraction) and before != after:
            found.append(
                f"{fact.label}已由{show(before, fact.unit)}改为{show(after, fact.unit)}；如果只是假设，请说“如果”。"
            )
    return tuple(found)


def _agreeing(book: RuleBook, merged: dict[str, str], said: Mapping[str, str], today: date) -> dict[str, str]:
    """Without what was remembered and contradicts what is said now; FactError for what is said and cannot be."""
    while True:
        facts = parse_facts(book, merged)
        for found in contradictions(book, facts, today):
            involved = {found.fact, *found.others} & set(merged)
            stale = involved - set(said)
            if not stale or not involved & set(said):
                raise FactError(found.text, found.fact)
            part = _part_of(book, found.fact)
            stale = {part} if part in stale else stale
            merged = {name: value for name, value in merged.items() if name not in stale}
            break
        else:
            return merged


def _part_of(book: RuleBook, id: str) -> str | None:
    """The amount that a share told anew replaces: 抵消提高到两成, of the offset and not of the whole."""
    formula = book.metrics[id].formula if id in book.metrics else None
    if not isinstance(formula, Arithmetic) or formula.operator != "÷":
        return None
    return formula.left.id if isinstance(formula.left, Name) and isinstance(formula.right, Name) else None


def _capped(book: RuleBook, facts: dict[str, str]) -> dict[str, str]:
    """A fact given as “上限” gets the value of the metric that is its limit; it is left out where that is unknown."""
    plain = {name: value for name, value in facts.items() if value != CAP and not value.startswith(FORMULA)}
    known: dict[str, FactValue] = parse_facts(book, plain)
    result: dict[str, str] = {}
    for name, value in facts.items():
        if value != CAP:
            result[name] = value
            continue
        fact = book.facts[name]
        limit = next(metric for metric in book.metrics.values() if metric.label == f"{fact.label}{CAP}")
        bound = compute_metric(book, limit.id, known)
        if bound.value is not None:
            result[name] = display_quantity(bound.value, limit.unit)
    return result
