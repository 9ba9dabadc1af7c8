"""A message and what it is read with: the rule book, what was told and asked before, the day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property

from assistant.agent.understanding.facts.bare_figures import SCALED
from assistant.agent.understanding.facts.declarations import NOWHERE
from assistant.agent.understanding.facts.figure_binding import LATEST, Window, as_fact
from assistant.agent.understanding.facts.polarity import Places
from assistant.agent.understanding.facts.prepared import (
    Change,
    Correction,
    amount_of,
    changes_in,
    corrections_in,
    figures_of,
)
from assistant.agent.understanding.facts.suppositions import WONDERED
from assistant.agent.understanding.metric_parts import short_name
from assistant.agent.understanding.programmes import without_programmes
from assistant.quantities import Quantity
from assistant.rules.book import FactDefinition, Metric, RuleBook

POINTS = re.compile(r"[几多][少]?分|得分|打分|分数")
APPLICANT = re.compile(r"我|咱|俺|本[厂企公]|企业|厂|公司|单位|基地|项目")


@dataclass(frozen=True)
class Setting:
    """A message and what it is read with; see `read_facts`."""

    message: str
    book: RuleBook
    pending: str | None
    prefer: frozenset[str]
    metric: str | None
    latest: tuple[str, ...]
    known: Mapping[str, str]
    foreign: frozenset[str]
    today: date
    applied: date
    places: Places = NOWHERE
    supposed: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def readable(self) -> dict[str, FactDefinition]:
        """Facts, and metrics whose value may be stated itself."""
        metrics = {
            one.id: as_fact(
                replace(one, synonyms=(*one.synonyms, *self._shared(one), *self._short(one))), self.book
            )
            for one in self.book.metrics.values()
            if one.id not in self.foreign and one.limit is not None
        }
        return {**self.book.facts, **metrics}

    def _shared(self, metric: Metric) -> tuple[str, ...]:
        """Names of another programme's metric of the same label: 强度 under 近零碳工厂 is its own 碳排放强度."""
        same = (self.book.metrics[id] for id in self.foreign if self.book.metrics[id].label == metric.label)
        return tuple(name for one in same for name in one.synonyms)

    def _short(self, metric: Metric) -> tuple[str, ...]:
        """占比 for 碳抵消占比, where points are asked for or the score that the share goes into is spoken of."""
        tail = short_name(metric, self.message) if metric.unit == "%" else None
        scores = {
            one.id
            for one in self.book.metrics.values()
            if one.unit == "分" and metric.id in self.book.inputs(one.id)
        }
        spoken = self.metric in {metric.id, *scores} or POINTS.search(self.message)
        return (tail,) if tail and scores and spoken else ()

    @cached_property
    def answer(self) -> FactDefinition | None:
        """The fact that was asked for last."""
        return self.book.facts.get(self.pending or "")

    @cached_property
    def ordered(self) -> list[tuple[str, str]]:
        """Pairs of facts that are told one after the other; those under discussion where there are any."""
        pairs = [(fact.id, fact.precedes) for fact in self.book.facts.values() if fact.precedes is not None]
        own = [pair for pair in pairs if set(pair) <= self.prefer]
        return own if self.prefer else pairs

    @cached_property
    def nameless(self) -> str:
        """The message with the programmes' names blotted out: the 碳 of 零碳工厂 says nothing of a figure."""
        return without_programmes(self.book, self.message)

    @cached_property
    def figures(self) -> list[Quantity]:
        """The figures of the message, ranges as one."""
        return figures_of(self.message)

    @cached_property
    def corrections(self) -> list[Correction]:
        """The pairs 不是…是…."""
        return corrections_in(self.message, self.figures)

    @cached_property
    def changes(self) -> list[Change]:
        """The pairs 从…降到…."""
        return changes_in(self.message, self.figures)

    def is_of_region(self, place: Window) -> bool:
        """福建去年碳汇交易了430万吨吗: asked of a place, not told of the applicant."""
        asked = WONDERED.search(self.message) and not APPLICANT.search(self.message)
        return bool(asked) and any(name in place.before for name in self.places.inside)

    def is_beside_last_year(self, fact: FactDefinition) -> bool:
        """Whether a metric takes a fact together with an amount of the year before: 工业增加值 with that year's emissions."""
        dated = {one.id for one in self.book.facts.values() if set(one.periods) & set(LATEST)}
        return any(
            fact.id in needed and dated & set(needed)
            for needed in (self.book.needed[metric] for metric in self.book.metrics)
        )

    def amounts(self, fact: FactDefinition) -> list[Fraction]:
        """Amounts in a fact's unit that were told before or stand in this message with their unit."""
        unit = fact.unit
        found: list[Fraction] = []
        for id, value in self.known.items():
            other = self.book.facts.get(id)
            amount = amount_of(value, unit) if other is not None and other.unit == unit else None
            found += [amount] if amount is not None else []
        written = (one for one in self.figures if one.unit == unit or SCALED.search(one.text))
        return [*found, *(one.value for one in written if one.unit in (unit, None))]
