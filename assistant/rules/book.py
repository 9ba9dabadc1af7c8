"""A rule book: facts, metrics, criteria, programmes and notes of one policy, each bound to clauses and their words.

Law is data: every threshold, cap and point lives in corpus/<policy>/rules.yaml; these are the types it is read into.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from assistant.documents.policy import Policy
from assistant.errors import RuleBookError
from assistant.rules.expression import Name, Node, names, walk
from assistant.rules.intervals import Interval

STAGES = ("申报", "培育", "验收")
CAP = "上限"  # of the amount whose limit a metric is named after
FactValue = Fraction | bool | Interval  # a range of numbers, or of days as ordinals (`date.toordinal`)


@dataclass(frozen=True, slots=True)
class Binding:
    """The words of a clause that a rule rests on; `programmes` limits it to some (empty: all)."""

    address: str
    quote: str
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundClause:
    """A clause that rules rest on, as it stands in the text that the book was loaded with: its words and their sha256."""

    label: str
    text: str
    sha256: str


class Bound:
    """What the book binds to the text: its first binding is the primary one."""

    bindings: tuple[Binding, ...]

    @property
    def address(self) -> str:
        """Clause of the primary binding."""
        return self.bindings[0].address

    @property
    def quote(self) -> str:
        """Words of the primary binding."""
        return self.bindings[0].quote


@dataclass(frozen=True)
class FactDefinition(Bound):
    """Something to know about the applicant.

    `type` is number, integer, boolean, points or date; `minimum`, `maximum` and `exclusive_minimum` are in `unit`. `topic`
    and `periods` are words that stand around its figure in a sentence (排放, 2021年); `affirm` and `deny` are phrases
    that say yes or no. `adjustable`: the applicant can still change it, so a gap may be told in it. `precedes`: the
    later fact of two that are told together (从4万吨降到3.7万吨). `said_as`: the fact in whose words people
    speak of this one, where a programme needs this one and not that. `past`: a date not after the day of the assessment.
    `follows` is the condition that decides a yes-or-no fact where nobody has said it, `implies` the facts that a yes
    includes. `parts`: words for the parts of a compound fact (环境|环保 for either); whoever names some but not all of
    them has not said yes. `unlike`: words beside a figure that make it another thing (抵消后).
    """

    id: str
    label: str
    type: str
    unit: str | None
    minimum: Fraction | None
    maximum: Fraction | None
    exclusive_minimum: Fraction | None
    question: str
    synonyms: tuple[str, ...]
    topic: tuple[str, ...]
    periods: tuple[str, ...]
    affirm: tuple[str, ...]
    deny: tuple[str, ...]
    adjustable: bool
    bindings: tuple[Binding, ...]
    parts: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    precedes: str | None = None
    said_as: str | None = None
    past: bool = False
    follows: Node | None = None
    implies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limit:
    """`>=`, `<=`, `>` or `<` a value in the metric's unit; `text` is how the book writes it (≥100%)."""

    operator: str
    value: Fraction
    text: str


@dataclass(frozen=True)
class Metric(Bound):
    """A figure computed from facts and other metrics. `adjust`: the fact in which a gap to the limit is told."""

    id: str
    label: str
    unit: str
    formula: Node
    limit: Limit | None
    adjust: str | None
    synonyms: tuple[str, ...]
    bindings: tuple[Binding, ...]


@dataclass(frozen=True)
class Criterion(Bound):
    """A requirement: a veto item with a condition, or a scored one with a condition (all or nothing) or a score.

    `stage`, one of STAGES, is when it can be judged.
    """

    id: str
    label: str
    kind: str
    stage: str
    condition: Node | None
    score: Node | None
    points: Fraction | None
    bindings: tuple[Binding, ...]


@dataclass(frozen=True)
class Programme:
    """Something to apply for: its criteria in order, the annex that scores it and the form to hand in (where it has one)."""

    id: str
    label: str
    aliases: tuple[str, ...]
    form: str | None
    annex: str | None
    total: Fraction
    criteria: tuple[str, ...]
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """A silence or a contradiction of the text.

    `topics` are words of a question that call for it; a topic of several words (培育期 延长) needs all of them. It also
    belongs to every assessment of one of `programmes` (empty: none); when `criteria` are named, only once a fact that one
    of them needs is known.
    """

    id: str
    text: str
    topics: tuple[str, ...]
    programmes: tuple[str, ...]
    criteria: tuple[str, ...]
    bindings: tuple[Binding, ...]

    def called_by(self, text: str) -> tuple[str, ...]:
        """The topics all of whose words stand in a text."""
        return tuple(topic for topic in self.topics if all(word in text for word in topic.split()))


@dataclass(frozen=True)
class RuleBook:
    """The rules of one policy; immutable, shared by all threads.

    `sha256` is that of the file; `clauses` are those the rules rest on, by address, once the book has been held against
    the text (`binding.bound_to`).
    """

    policy: Policy
    facts: Mapping[str, FactDefinition]
    metrics: Mapping[str, Metric]
    criteria: Mapping[str, Criterion]
    programmes: Mapping[str, Programme]
    notes: tuple[Note, ...]
    needed: Mapping[str, tuple[str, ...]] = field(
        repr=False
    )  # fact ids behind each metric and criterion, in order
    implied_by: Mapping[str, tuple[str, ...]] = field(repr=False)  # facts whose yes includes a fact's yes
    sha256: str = ""
    clauses: Mapping[str, BoundClause] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @property
    def policy_id(self) -> str:
        """Id of the policy whose rules these are."""
        return self.policy.id

    def bindings(self) -> Iterator[tuple[str, tuple[Binding, ...]]]:
        """What each rule is called and what it rests on, in the book's order."""
        for fact in self.facts.values():
            yield f"事实“{fact.label}”", fact.bindings
        for metric in self.metrics.values():
            yield f"指标“{metric.label}”", metric.bindings
        for criterion in self.criteria.values():
            yield f"条件“{criterion.label}”", criterion.bindings
        for note in self.notes:
            yield f"说明“{note.id}”", note.bindings

    def told(self) -> Iterator[FactDefinition | Metric]:
        """Everything whose value an applicant may tell, in the book's order: the facts, then the metrics."""
        yield from self.facts.values()
        yield from self.metrics.values()

    def clause(self, address: str) -> BoundClause:
        """The clause at an address that a rule rests on; RuleBookError before the book was held against the text."""
        if address not in self.clauses:
            raise RuleBookError(f"{self.policy.id}的规则册还没有与条款原文核对，不能引用{address}")
        return self.clauses[address]

    def inputs(self, metric_id: str) -> frozenset[str]:
        """Facts and metrics that stand in a metric's own formula."""
        return frozenset(node.id for node in walk(self.metrics[metric_id].formula) if isinstance(node, Name))

    def mentioned(self, criterion_id: str) -> frozenset[str]:
        """Facts and metrics that stand in a criterion's own condition or score."""
        node = self.criteria[criterion_id].condition or self.criteria[criterion_id].score
        return frozenset() if node is None else frozenset(names(node))

    def behind(self, criterion_id: str) -> frozenset[str]:
        """All facts and metrics that a criterion rests on, those inside its metrics too."""
        found = set(self.mentioned(criterion_id))
        waiting = [id for id in found if id in self.metrics]
        while waiting:
            fresh = self.inputs(waiting.pop()) - found
            found |= fresh
            waiting += [id for id in fresh if id in self.metrics]
        return frozenset(found)

    @property
    def scored(self) -> frozenset[str]:
        """Facts and metrics behind the criteria that give points."""
        ids = (id for id, criterion in self.criteria.items() if criterion.points is not None)
        return frozenset(name for id in ids for name in self.behind(id))

    def capped(self, metric_id: str) -> str | None:
        """The fact whose limit a metric is (碳抵消量上限 of 碳抵消量); None for another metric."""
        named = self.metrics[metric_id].label
        limited = (one.adjust for one in self.metrics.values() if one.adjust and one.limit)
        return next((id for id in limited if named == f"{self.facts[id].label}{CAP}"), None)

    def programme(self, name: str) -> Programme:
        """The programme with this id, label or alias; RuleBookError names those that exist."""
        for programme in self.programmes.values():
            if name in (programme.id, programme.label, *programme.aliases):
                return programme
        known = "、".join(f"{programme.label}（{programme.id}）" for programme in self.programmes.values())
        raise RuleBookError(f"没有名为“{name}”的申报类别，《{self.policy.title}》有：{known}")

    def metric(self, name: str) -> Metric:
        """The metric with this id, label or synonym; RuleBookError names those that exist."""
        for metric in self.metrics.values():
            if name in (metric.id, metric.label, *metric.synonyms):
                return metric
        known = "、".join(f"{metric.label}（{metric.id}）" for metric in self.metrics.values())
        raise RuleBookError(f"没有名为“{name}”的指标，《{self.policy.title}》有：{known}")
