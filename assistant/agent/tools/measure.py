"""The work of the rule tools: assess a programme, compute a metric. Figures come from the engine alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from assistant.agent.desk import TurnContext
from assistant.agent.evidence import EvidenceLedger
from assistant.agent.tools.clause_of_metric import nearest_binding
from assistant.agent.tools.given_facts import given_facts
from assistant.agent.tools.table_points import points_sum
from assistant.agent.understanding.facts.figure_binding import COUNT_UNITS, DRAWN
from assistant.agent.understanding.intents import PERCENTAGE_POINTS
from assistant.errors import InputError, RuleBookError
from assistant.plain_text import plain
from assistant.quantities import display_number, find_quantities, parse_period, parse_quantity
from assistant.rules.assessment import Assessment, MetricResult, Status
from assistant.rules.book import STAGES, Criterion, FactValue, Metric, RuleBook
from assistant.rules.engine import assess as assess_with
from assistant.rules.engine import compute_metric, policy_warnings
from assistant.rules.evaluation import Evaluator
from assistant.rules.facts import parse_facts
from assistant.rules.whatif.plans import plans_for
from assistant.rules.whatif.ranges import fact_range, movable
from assistant.rules.whatif.seeking import Bound, seek
from assistant.rules.whatif.sentences import show_least, show_most
from assistant.rules.wording import label, show, unit_of

Found = tuple[str, dict[str, Any]]


def _book(turn: TurnContext, policy: str) -> RuleBook:
    broken = turn.desk.books.broken.get(policy)
    if broken:
        raise RuleBookError(f"《{policy}》的规则册与条款原文不一致，暂不能判定：{broken}")
    book = turn.desk.book_of(policy)
    if book is None:
        raise InputError(f"政策「{policy}」没有规则册；有规则册的是：{'、'.join(turn.desk.books.books)}")
    return book


def assess(
    turn: TurnContext,
    policy: str,
    programme: str,
    said: Mapping[str, str],
    supposed: bool,
    stage: str | None = None,
    on: str | None = None,
    alone: bool = False,
    together: bool = False,
) -> Found:
    """Assess one programme with the conversation's facts and what was said now, up to a stage where one is named.

    `on` is the day on which somebody means to apply, as said: a whole day is the day judged for, and so is the first of a
    month or a year that lies outside the validity altogether; else it is today, and that is told. `alone`: with what is
    said now and nothing of the conversation, as one of several applicants. `together`: the sum of the scored items that are
    settled, those that what was said now decides where it decides several.
    """
    if stage is not None and stage not in STAGES:
        raise InputError(f"stage 的值「{stage}」不合法；应为：{'、'.join(STAGES)}")
    book = _book(turn, policy)
    if programme not in book.programmes:
        raise InputError(f"没有名为「{programme}」的类别；有：{'、'.join(book.programmes)}")
    asked = book.programmes[programme]
    clauses = dict.fromkeys(book.criteria[id].address for id in asked.criteria)
    turn.progress("rules", f"测算{asked.label}…", tuple(clauses))
    given = given_facts(turn, book, said, supposed, alone)
    facts = parse_facts(book, _said_as(book, programme, given.values))
    day, remark = _judged_for(book, on, turn.today)
    result = assess_with(book, programme, facts, day, stage)
    artifact = assessment_data(turn.ledger, book, result) | {
        "on": day.isoformat(),
        "facts": given.values,
        "supposed": supposed,
        "remarks": [*given.remarks, *([remark] if remark else [])],
    }
    if together:
        artifact["sum"] = _summed(book, result, said, artifact["findings"])
    artifact["missing"] = [*_which_part(turn, book, facts, artifact), *artifact["missing"]]
    for finding in artifact["findings"]:
        if finding["status"] == Status.FAILED and finding["kind"] == "veto":
            plan = _joint_plan(book, book.criteria[finding["criterion"]], facts, day)
            finding["reason"] += f"；{plan}" if plan else ""
    return f"结论：{result.label}{result.status}", artifact


def _summed(
    book: RuleBook, result: Assessment, said: Mapping[str, str], data: Sequence[dict[str, Any]]
) -> dict[str, Any] | None:
    """The points of the settled items added up, of those that `said` decides where these are several; None for fewer than two."""
    settled = [
        (finding.criterion_id, finding.label, finding.points.low, item["marker"])
        for finding, item in zip(result.findings, data, strict=True)
        if finding.points is not None and finding.points.low == finding.points.high
    ]
    now = [part for part in settled if {*said} & book.behind(part[0])]
    chosen = now if len(now) > 1 else settled
    return points_sum([part[1:] for part in chosen]) if len(chosen) > 1 else None


def _judged_for(book: RuleBook, on: str | None, today: date) -> tuple[date, str | None]:
    """The day to judge for, and what must be said of it."""
    if on is None:
        return today, None
    first, last = parse_period(on)
    valid_to = book.policy.valid_to
    if first == last or (valid_to is not None and first > valid_to):
        return first, None if first == today else f"以上按{first.isoformat()}判定。"
    return today, f"您说的是{on}，没有说到哪一天；以上按今天（{today.isoformat()}）判定。"


def _said_as(book: RuleBook, programme: str, facts: dict[str, str]) -> dict[str, str]:
    """What was said of a fact that this programme does not need, for the one that it needs instead."""
    needed = {fact for id in book.programmes[programme].criteria for fact in book.needed[id]}
    meant = {
        id: facts[fact.said_as]
        for id, fact in book.facts.items()
        if id in needed and id not in facts and fact.said_as in facts and fact.said_as not in needed
    }
    return {**facts, **meant}


def _which_part(
    turn: TurnContext, book: RuleBook, facts: Mapping[str, FactValue], data: Mapping[str, Any]
) -> list[dict[str, str]]:
    """A no to a question that gathers several facts: which of them does not hold is asked next."""
    open_facts = {item["fact"] for item in data["missing"]}
    found = []
    for whole in book.facts.values():
        parts = [part for part in whole.implies if part in open_facts]
        if (
            facts.get(whole.id) is False
            and parts
            and not any(facts.get(part) is False for part in whole.implies)
        ):
            listed = "；".join(book.facts[part].label for part in parts)
            where = turn.ledger.label(whole.address)
            found.append(
                {
                    "fact": whole.id,
                    "question": f"您说{where}的条件没有全部符合，请问是哪一项不符合：{listed}？",
                    "why": f"有一项不符合，就不具备{where}的条件",
                }
            )
    return found


def _joint_plan(
    book: RuleBook, criterion: Criterion, facts: Mapping[str, FactValue], today: date
) -> str | None:
    """The least change that several figures make together: 碳抵消量按最多5万吨计算，…还要减少1万吨."""
    assert criterion.condition is not None, "the loader wants a condition of a veto"
    given = Evaluator(book, facts, today)
    names = movable(given, criterion.condition)
    ranges = tuple(fact_range(given, criterion.condition, name, names) for name in names)
    plans = plans_for(given, criterion.condition, ranges)
    raised = [
        plan
        for plan in plans[:1]
        if any(move.current is None or move.target > move.current for move in plan.others)
    ]
    return raised[0].text if raised else None


def compute(
    turn: TurnContext, policy: str, metric: str, said: Mapping[str, str], supposed: bool, alone: bool = False
) -> Found:
    """Compute one metric with the conversation's facts and what was said now; `alone` as for `assess`."""
    book = _book(turn, policy)
    if metric not in book.metrics:
        raise InputError(f"没有名为「{metric}」的指标；有：{'、'.join(book.metrics)}")
    turn.progress("rules", f"测算{book.metrics[metric].label}…", (book.metrics[metric].address,))
    given = given_facts(turn, book, said, supposed, alone)
    known = parse_facts(book, given.values)
    result = compute_metric(book, metric, known, turn.today)
    item = metric_data(turn.ledger, result) | nearest_binding(turn, book, metric)
    steps = [
        metric_data(turn.ledger, compute_metric(book, step, known, turn.today))
        for step in book.metrics
        if step in book.inputs(metric) and step not in known
    ]
    asked = PERCENTAGE_POINTS.search(plain(turn.message))
    apart = _apart(book.metrics[metric], result, item["marker"]) if asked else []
    apart += _drawn(turn.message, result, item["marker"])
    apart += _headroom(book, result, known, item["marker"])
    content = f"{item['label']}：{item['display'] or '缺少数据'} [{item['marker']}]"
    missing = [{"fact": fact, "question": book.facts[fact].question} for fact in result.missing]
    return content, {
        "policy": policy,
        "calculation": item,
        "steps": steps,
        "apart": apart,
        "facts": given.values,
        "remarks": list(given.remarks),
        "missing": missing,
        "supposed": supposed,
    }


def solve(
    turn: TurnContext,
    policy: str,
    criterion: str,
    name: str,
    most: bool,
    points: str | None,
    said: Mapping[str, str],
    supposed: bool,
) -> Found:
    """The least or the most of a figure for one criterion, with the conversation's facts and what was said now."""
    book = _book(turn, policy)
    if criterion not in book.criteria:
        raise InputError(f"没有名为「{criterion}」的条件；有：{'、'.join(book.criteria)}")
    if name not in book.facts and name not in book.metrics:
        raise InputError(f"没有名为「{name}」的事实或指标；有：{'、'.join((*book.facts, *book.metrics))}")
    turn.progress("rules", "反算…", (book.criteria[criterion].address,))
    given = given_facts(turn, book, said, supposed)
    known = parse_facts(book, given.values)
    wanted = None if points is None else parse_quantity(points, "分")
    found = seek(book, criterion, name, known, most, wanted, turn.today)
    rule = book.criteria[criterion]
    marker = _marker(turn.ledger, rule.address, rule.quote)
    at = {**known, **found.facts}
    checks = [
        metric_data(turn.ledger, compute_metric(book, metric, at, turn.today))
        for metric in book.metrics
        if found.facts
        and set(found.facts) & {metric, *book.needed[metric]}
        and metric in _spoken_of(book, rule)
    ]
    return "；".join(found.sentences) or f"{found.label}还算不出", {
        "policy": policy,
        "solved": found.name,
        "sentences": list(found.sentences),
        "impossible": found.impossible,
        "marker": marker,
        "quote": rule.quote,
        "solution": _solution(book, found, known, most) | {"marker": marker},
        "checks": [item for item in checks if item["value"] is not None],
        "facts": given.values,
        "remarks": list(given.remarks),
        "at": {fact: str(value) for fact, value in found.facts.items()},
        "missing": [{"fact": fact, "question": book.facts[fact].question} for fact in found.missing],
        "supposed": supposed,
        "warnings": list(policy_warnings(book, turn.today)),
    }


def _solution(book: RuleBook, found: Bound, known: Mapping[str, FactValue], most: bool) -> dict[str, Any]:
    """The bound as a computation of its own, with the figures that it was solved from."""
    unit = unit_of(book, found.name)
    inputs = {
        label(book, name): show(value, unit_of(book, name))
        for name, value in known.items()
        if isinstance(value, Fraction) and name in (*book.needed[found.criterion_id], *book.metrics)
    }
    return {
        "metric": found.name,
        "label": f"{found.label}的{'最大值' if most else '最小值'}",
        "inputs": inputs,
        "formula": "；".join(found.sentences),
        "substituted": "",
        "value": None if found.value is None else str(found.value),
        "display": "达不到"
        if found.value is None
        else (show_most if most else show_least)(found.value, unit),
        "limit": None,
        "passed": None,
    }


def _spoken_of(book: RuleBook, criterion: Criterion) -> set[str]:
    """Metrics in a criterion's own expression, and those inside them."""
    found = {id for id in book.mentioned(criterion.id) if id in book.metrics}
    return found | {inner for id in found for inner in book.inputs(id) if inner in book.metrics}


def _apart(metric: Metric, result: MetricResult, marker: int | None) -> list[dict[str, Any]]:
    """How far a share lies from the limit that it does not keep, in percentage points, as a computation of its own."""
    if metric.limit is None or metric.unit != "%" or result.value is None or result.passed is not False:
        return []
    apart = abs(metric.limit.value - result.value)
    first, second = sorted((metric.limit.value, result.value), reverse=True)
    return [
        {
            "metric": metric.id,
            "label": f"{metric.label}与要求的差距",
            "inputs": {metric.label: result.display, "要求": metric.limit.text},
            "formula": f"{show(first, metric.unit)} − {show(second, metric.unit)}",
            "substituted": "",
            "value": str(apart),
            "display": f"{display_number(apart * 100)}个百分点",
            "limit": None,
            "passed": None,
            "marker": marker,
        }
    ]


def _drawn(message: str, result: MetricResult, marker: int | None) -> list[dict[str, Any]]:
    """41家抽8家够不够: how a number that somebody draws stands to the least one."""
    text = plain(message)
    drawn = [
        one for one in find_quantities(text) if one.unit == result.unit and DRAWN.search(text[: one.start])
    ]
    if len(drawn) != 1 or result.value is None or result.unit not in COUNT_UNITS:
        return []
    lacking = result.value - drawn[0].value
    said = f"抽{drawn[0].text}不够，还差" if lacking > 0 else f"抽{drawn[0].text}已够，多出"
    return [
        {
            "metric": result.metric_id,
            "label": f"与{result.label}的差距",
            "inputs": {result.label: result.display},
            "formula": f"{result.display}，{drawn[0].text}",
            "substituted": "",
            "value": str(lacking),
            "display": show(abs(lacking), result.unit or ""),
            "said": said,
            "limit": None,
            "passed": None,
            "marker": marker,
        }
    ]


def _headroom(
    book: RuleBook, result: MetricResult, known: Mapping[str, FactValue], marker: int | None
) -> list[dict[str, Any]]:
    """How far a known amount stays below its limit, or goes beyond it, as a computation of its own."""
    fact = book.facts.get(book.capped(result.metric_id) or "")
    amount = known.get(fact.id) if fact else None
    if fact is None or fact.unit is None or not isinstance(amount, Fraction) or result.value is None:
        return []
    left = result.value - amount
    shown = show(amount, fact.unit)
    first, second = (result.display, shown) if left >= 0 else (shown, result.display)
    return [
        {
            "metric": result.metric_id,
            "label": f"{fact.label}与上限的差距",
            "inputs": {result.label: result.display, fact.label: shown},
            "formula": f"{first} − {second}",
            "substituted": "",
            "value": str(left),
            "display": show(abs(left), fact.unit),
            "said": f"现在是{shown}，还可增加" if left >= 0 else f"现在是{shown}，已超出",
            "limit": None,
            "passed": None,
            "marker": marker,
        }
    ]


def _marker(ledger: EvidenceLedger, address: str | None, quote: str | None) -> int | None:
    return ledger.hand_out(address, quote) if address and quote else None


def metric_data(ledger: EvidenceLedger, result: MetricResult) -> dict[str, Any]:
    """A metric's result as plain data, with the marker of its clause."""
    return {
        "metric": result.metric_id,
        "label": result.label,
        "inputs": dict(result.inputs),
        "formula": result.formula,
        "substituted": result.substituted,
        "value": None if result.value is None else str(result.value),
        "display": result.display,
        "limit": result.limit,
        "passed": result.passed,
        "marker": _marker(ledger, result.address, result.quote),
        "quote": result.quote,
    }


def assessment_data(ledger: EvidenceLedger, book: RuleBook, result: Assessment) -> dict[str, Any]:
    """An assessment as plain data, with the marker of each clause it rests on."""
    findings = [
        {
            "criterion": finding.criterion_id,
            "label": finding.label,
            "status": str(finding.status),
            "reason": finding.reason,
            "kind": finding.kind,
            "stage": finding.stage,
            "quote": finding.quote,
            "needs": list(book.needed[finding.criterion_id]),
            "behind": sorted(book.behind(finding.criterion_id)),
            "address": finding.address,
            "marker": _marker(ledger, finding.address, finding.quote),
        }
        for finding in result.findings
    ]
    score = result.score
    return {
        "policy": book.policy_id,
        "programme": result.programme_id,
        "needed": {metric: list(book.needed[metric]) for metric in book.metrics},
        "label": result.label,
        "status": str(result.status),
        "validity": result.validity,
        "stage": result.stage,
        "stages": [{"stage": name, "status": str(status)} for name, status in result.stages],
        "findings": findings,
        "score": {
            "low": display_number(score.low),
            "high": display_number(score.high),
            "max": display_number(score.maximum),
        }
        if score.maximum
        else None,
        "calculations": [metric_data(ledger, item) for item in result.calculations],
        "missing": [
            {
                "fact": item.fact_id,
                "question": item.question,
                "why": f"要据此判定{ledger.label(item.address)}的“{item.decides}”",
            }
            for item in result.missing
        ],
        "notes": [
            {"text": note.text, "marker": _marker(ledger, note.bindings[0].address, note.bindings[0].quote)}
            for note in result.notes
        ],
        "warnings": list(result.warnings),
    }
