"""The steps of a trace: the engine's findings and metrics, each with what it was made of. trace.py says what a step has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from assistant.rules import intervals
from assistant.rules.assessment import Assessment, Finding, Score
from assistant.rules.book import STAGES, Binding, FactValue, RuleBook
from assistant.rules.calendar import DATE_UNIT, show_day
from assistant.rules.checking import CONDITION, DATE, Kind, Names, kind_of
from assistant.rules.dimensions import DIMENSIONLESS, UNITS, dimension_of
from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import (
    Call,
    Comparison,
    Logic,
    Name,
    Negation,
    Node,
    Number,
    children,
    names,
    walk,
)
from assistant.rules.intervals import Interval
from assistant.rules.origins import DEDUCED, GIVEN, UNKNOWN, Origin
from assistant.rules.wording import named, show, show_apart, show_bounds, substituted, unit_of

Step = dict[str, Any]
_SIGNS = {">=": "≥", "<=": "≤"}
_JOINTS = {"and": " 且 ", "or": " 或 "}
_VERDICT = "任一否决项不符合即不符合，全部否决项符合才符合；得分为各评分项得分之和"


def plain_value(book: RuleBook, id: str, value: FactValue) -> Any:
    """A fact's exact value as JSON: true, false, a fraction, or the low and high of what is known within bounds."""
    if isinstance(value, bool):
        return value
    unit = unit_of(book, id)
    if isinstance(value, Fraction):
        return _exact(value, unit)
    return {"low": _bound(value.floor, unit), "high": _bound(value.ceiling, unit)}


def value_of(book: RuleBook, id: str, plain: Any) -> FactValue:
    """Inverse of `plain_value`. ValueError for what it does not write."""
    if isinstance(plain, bool):
        return plain
    if isinstance(plain, str):
        return _number(plain, unit_of(book, id))
    low, high = (
        None if end is None else _number(end, unit_of(book, id)) for end in (plain["low"], plain["high"])
    )
    return intervals.between(low, high)


def _number(text: str, unit: str | None) -> Fraction:
    return Fraction(date.fromisoformat(text).toordinal()) if unit == DATE_UNIT else Fraction(text)


def _exact(value: Fraction, unit: str | None) -> str:
    return show_day(value) if unit == DATE_UNIT else str(value)


def _bound(value: Fraction | None, unit: str | None) -> str | None:
    return None if value is None else _exact(value, unit)


class Tracer:
    """Walks one programme's rules once; every step evaluates what the engine evaluated."""

    def __init__(
        self,
        book: RuleBook,
        facts: Mapping[str, FactValue],
        on: date,
        origins: Mapping[str, Origin],
    ) -> None:
        self.book = book
        self.evaluator = Evaluator(book, facts, on)
        self.origins = origins
        kinds: dict[str, Kind] = {id: dimension_of(metric.unit) for id, metric in book.metrics.items()}
        for id, fact in book.facts.items():
            kinds[id] = {"boolean": CONDITION, "date": DATE}.get(fact.type) or dimension_of(fact.unit)
        self.names = Names(kinds, frozenset(id for id, metric in book.metrics.items() if metric.limit))

    def verdict(self, result: Assessment) -> Step:
        """The root: verdict and score from the findings."""
        told = [finding.status.value for finding in result.findings if finding.kind == "veto"]
        counts = "，".join(f"{status}{told.count(status)}项" for status in dict.fromkeys(told))
        return _step(
            id=result.programme_id,
            kind="verdict",
            rule=result.programme_id,
            label=result.label,
            formula=_VERDICT,
            substituted=f"否决项共{len(told)}项：{counts}",
            status=result.status.value,
            reason=result.validity,
            stages=[{"stage": stage, "status": status.value} for stage, status in result.stages] or None,
            points=_points(result.score) if result.score.maximum else None,
            steps=[
                self._criterion(result.programme_id, finding, result.stage) for finding in result.findings
            ],
        )

    def _criterion(self, parent: str, finding: Finding, stage: str | None) -> Step:
        criterion = self.book.criteria[finding.criterion_id]
        id, node = f"{parent}/{criterion.id}", criterion.condition or criterion.score
        assert node is not None, "the loader wants a condition or a score"
        parts = node.parts if isinstance(node, Logic) else (node,)
        if stage is not None and STAGES.index(criterion.stage) > STAGES.index(stage):
            steps = []  # not judged yet
        elif criterion.condition is not None:
            steps = [self._condition(f"{id}/{place}", part) for place, part in enumerate(parts, start=1)]
        else:
            steps = self._inputs(id, node)
        return _step(
            id=id,
            kind="criterion",
            rule=criterion.id,
            label=criterion.label,
            stage=criterion.stage,
            operator=node.operator if isinstance(node, Logic) else None,
            formula=self._told(node),
            substituted=None if criterion.score is None else substituted(self.evaluator, node),
            status=finding.status.value,
            reason=finding.reason,
            points=_points(finding.points) if finding.points else None,
            clause=self._clause(criterion.bindings[0]),
            also=[self._clause(binding) for binding in finding.also] or None,
            steps=steps,
        )

    def _condition(self, id: str, node: Node) -> Step:
        """One condition: a yes-or-no fact, a metric's limit, a comparison, or conditions joined."""
        match node:
            case Name():
                return self._fact(id, node.id)
            case Call(function="meets", arguments=(Name(id=metric_id),)):
                inner = self.metric(id, metric_id)
                told = {key: inner[key] for key in ("value", "shown", "low", "high", "limit") if key in inner}
                return _step(
                    id=id, kind="meets", label=self._told(node), **told, holds=inner["holds"], steps=[inner]
                )
            case Comparison():
                return self._comparison(id, node)
        assert isinstance(node, Logic | Negation), "no other node is a condition"
        steps = [self._condition(f"{id}/{place}", part) for place, part in enumerate(children(node), start=1)]
        holds = self.evaluator.truth(node)
        return _step(id=id, kind=node.operator, label=self._told(node), holds=holds, steps=steps)

    def _told(self, node: Node) -> str:
        """A condition or a score with the labels of its figures, each limit spelt out."""
        if not isinstance(node, Logic):
            return named(self.evaluator, node)
        parts = [(isinstance(part, Logic), self._told(part)) for part in node.parts]
        return _JOINTS[node.operator].join(f"（{text}）" if joined else text for joined, text in parts)

    def _comparison(self, id: str, node: Comparison) -> Step:
        left, right = self.evaluator.number(node.left), self.evaluator.number(node.right)
        unit = self._unit(node.right) or self._unit(node.left)
        sign = _SIGNS.get(node.operator, node.operator)
        if right.exact is not None:
            limit = sign + show(right.exact, unit)
        else:
            limit = sign + (show_bounds(right, unit) or named(self.evaluator, node.right))
        return _step(
            id=id,
            kind="comparison",
            label=named(self.evaluator, node),
            substituted=substituted(self.evaluator, node),
            **_figure(left, unit, right.exact),
            limit=limit,
            holds=self.evaluator.truth(node),
            steps=self._inputs(id, node),
        )

    def metric(self, parent: str, metric_id: str) -> Step:
        """A metric with the facts and metrics of its formula; none where its own value was given."""
        metric, id = self.book.metrics[metric_id], f"{parent}/{metric_id}"
        given = self.evaluator.is_given(metric_id)
        limit = metric.limit
        return _step(
            id=id,
            kind="metric",
            rule=metric_id,
            label=metric.label,
            formula=named(self.evaluator, metric.formula),
            substituted=None if given else substituted(self.evaluator, metric.formula),
            **_figure(self.evaluator.metric(metric_id), metric.unit, limit.value if limit else None),
            unit=metric.unit,
            limit=limit.text if limit else None,
            **({"holds": self.evaluator.meets(metric_id)} if limit else {}),
            clause=self._clause(metric.bindings[0]),
            origin=self._given(metric_id) if given else None,
            steps=[] if given else self._inputs(id, metric.formula),
        )

    def _inputs(self, parent: str, node: Node) -> list[Step]:
        """The facts and metrics that stand in an expression."""
        return [
            self.metric(parent, id) if id in self.book.metrics else self._fact(f"{parent}/{id}", id)
            for id in names(node)
        ]

    def _fact(self, id: str, fact_id: str) -> Step:
        fact, unit = self.book.facts[fact_id], unit_of(self.book, fact_id)
        about = {"id": id, "kind": "fact", "rule": fact_id, "label": fact.label, "unit": unit}
        origin, steps = self._origin(id, fact_id)
        clause = self._clause(fact.bindings[0])
        if fact.type != "boolean":
            figure = _figure(self.evaluator.number_of(fact_id), unit, None)
            return _step(**about, **figure, clause=clause, origin=origin, steps=steps)
        truth = self.evaluator.truth_of(fact_id)
        shown = None if truth is None else "是" if truth else "否"
        return _step(**about, shown=shown, holds=truth, clause=clause, origin=origin, steps=steps)

    def _origin(self, id: str, fact_id: str) -> tuple[dict[str, Any], list[Step]]:
        """Where a fact's value comes from, and the steps it was deduced by."""
        evaluator = self.evaluator
        if fact_id in evaluator.facts:
            return self._given(fact_id), []
        for whole in self.book.implied_by.get(fact_id, ()):
            if evaluator.facts.get(whole) is True:
                rule = f"“{self.book.facts[whole].label}”为“是”，包含本项"
                return {"source": DEDUCED, "rule": rule}, [self._fact(f"{id}/{whole}", whole)]
        follows = self.book.facts[fact_id].follows
        if follows is not None and any(name in evaluator.facts for name in names(follows)):
            rule = named(evaluator, follows)
            return {"source": DEDUCED, "rule": rule}, [self._condition(f"{id}/1", follows)]
        return {"source": UNKNOWN}, []

    def _given(self, id: str) -> dict[str, Any]:
        origin = self.origins.get(id)
        return origin.to_json() if origin else {"source": GIVEN}

    def _clause(self, binding: Binding) -> dict[str, str]:
        clause = self.book.clause(binding.address)
        return {
            "address": binding.address,
            "label": clause.label,
            "quote": binding.quote,
            "sha256": clause.sha256,
        }

    def _unit(self, node: Node) -> str | None:
        """The unit that a number expression is shown in; % where one is written in it."""
        kind = kind_of(node, self.names)
        if kind == DATE:
            return DATE_UNIT
        if kind == DIMENSIONLESS:
            written = {self._written(part) for part in walk(node)}
            return "%" if "%" in written else None
        return next((unit for unit, dimension in UNITS.items() if dimension == kind), None)

    def _written(self, node: Node) -> str | None:
        if isinstance(node, Name):
            return unit_of(self.book, node.id)
        return node.unit if isinstance(node, Number) else None


def _step(**parts: Any) -> Step:
    """A step with what it has; `holds` stays where it is not decided."""
    return {key: value for key, value in parts.items() if key == "holds" or value not in (None, [])}


def _figure(bounds: Interval, unit: str | None, beside: Fraction | None) -> dict[str, str]:
    """A number's exact and shown value, or its bounds; `beside` is the limit that it is shown apart from."""
    exact = bounds.exact
    if exact is not None:
        shown = show(exact, unit) if beside is None or unit == DATE_UNIT else show_apart(exact, unit, beside)
        return {"value": _exact(exact, unit), "shown": shown}
    told = {
        "shown": show_bounds(bounds, unit),
        "low": _bound(bounds.floor, unit),
        "high": _bound(bounds.ceiling, unit),
    }
    return {key: value for key, value in told.items() if value is not None}


def _points(score: Score) -> dict[str, str]:
    return {"low": str(score.low), "high": str(score.high), "max": str(score.maximum)}
