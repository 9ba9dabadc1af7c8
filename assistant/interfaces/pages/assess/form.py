"""A programme of a rule book as a form: its facts, in groups as the criteria are. Nothing here knows a policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from assistant.documents.library import Library
from assistant.interfaces.pages.clause_links import clause_href
from assistant.rules.book import (
    STAGES,
    Binding,
    Bound,
    Criterion,
    FactDefinition,
    Metric,
    Note,
    Programme,
    RuleBook,
)
from assistant.rules.expression import names
from assistant.rules.facts import legal_form
from assistant.rules.wording import show
from assistant.units import EXAMPLES

NOT_APPLICABLE = "不适用"
VETO, SCORED = "否决项", "评分项"


@dataclass(frozen=True)
class Link:
    """A clause by its label, and where its page is."""

    label: str
    href: str


@dataclass(frozen=True)
class Field:
    """One fact to fill in.

    `kind` is choice, number, integer, points or date; `options` are the answers of a choice (value, words). `legal` says
    what may be written, `maximum` the full points. `instead` names what this one can stand for: the yes-or-no fact that a
    date settles, or the figures that a metric is computed from.
    """

    id: str
    label: str
    kind: str
    unit: str
    question: str
    legal: str
    example: str
    options: tuple[tuple[str, str], ...]
    source: Link
    maximum: str = ""
    instead: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the form's field."""
        return f"f.{self.id}"


@dataclass(frozen=True)
class Remark:
    """A note of the rule book, with its clause."""

    text: str
    source: Link


@dataclass(frozen=True)
class Group:
    """A criterion with the fields that it is the first to need; `earlier` are those that stand further up."""

    id: str
    label: str
    stage: str
    points: str | None
    clauses: tuple[Link, ...]
    fields: tuple[Field, ...]
    earlier: tuple[Field, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class Section:
    """Criteria that stand together: the veto items, or a group of the annex; `points` are theirs together."""

    key: str
    name: str
    points: str
    groups: tuple[Group, ...]

    @property
    def is_graded(self) -> bool:
        """Whether its fields are all points that the applicant gives itself."""
        return all(field.kind == "points" for group in self.groups for field in group.fields)

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of its fields."""
        return tuple(field.name for group in self.groups for field in group.fields)


@dataclass(frozen=True)
class FactsForm:
    """All that a programme asks; `remarks` are the notes that belong to the programme as a whole."""

    sections: tuple[Section, ...]
    remarks: tuple[Remark, ...]
    stages: tuple[str, ...]

    @property
    def fields(self) -> dict[str, Field]:
        """Fields by the id of their fact or metric, in their order."""
        groups = (group for section in self.sections for group in section.groups)
        return {field.id: field for group in groups for field in group.fields}


def facts_form(book: RuleBook, programme: Programme, library: Library) -> FactsForm:
    """The form of a programme."""
    writer = _Writer(book, programme)
    sections: dict[str, list[Criterion]] = {}
    for id in programme.criteria:
        sections.setdefault(section_of(book.criteria[id], library), []).append(book.criteria[id])
    stages = {book.criteria[id].stage for id in programme.criteria}
    return FactsForm(
        tuple(
            Section(f"s{number}", name, _points(criteria), tuple(map(writer.group, criteria)))
            for number, (name, criteria) in enumerate(sections.items(), start=1)
        ),
        tuple(writer.remark(note) for note in writer.notes if not note.criteria),
        tuple(stage for stage in STAGES if stage in stages),
    )


def section_of(criterion: Criterion, library: Library) -> str:
    """The section a criterion stands in: the annex's group of what is scored, else the kind of the criterion."""
    if criterion.kind == "veto":
        return VETO
    return library.clause(criterion.address).attributes.get("group") or SCORED


def _points(criteria: list[Criterion]) -> str:
    points = [one.points for one in criteria if one.points is not None]
    return show(sum(points, Fraction(0)), "分") if points else ""


class _Writer:
    """Writes each fact once, under the first criterion that needs it."""

    def __init__(self, book: RuleBook, programme: Programme) -> None:
        self.book, self.programme = book, programme
        self.notes = [note for note in book.notes if programme.id in note.programmes]
        self._written: dict[str, Field] = {}

    def group(self, criterion: Criterion) -> Group:
        wanted = self.book.needed[criterion.id]
        wholes = [whole for fact in wanted for whole in self.book.implied_by.get(fact, ())]
        earlier = tuple(self._written[id] for id in wanted if id in self._written)
        fresh = [id for id in dict.fromkeys((*wholes, *wanted)) if id not in self._written]
        self._written |= {id: self._field(self.book.facts[id]) for id in fresh}
        metrics = [id for id in self._metrics(criterion) if id not in self._written]
        self._written |= {id: self._metric(self.book.metrics[id]) for id in metrics}
        points = criterion.points
        return Group(
            id=criterion.id,
            label=criterion.label,
            stage=criterion.stage,
            points=None if points is None else show(points, "分"),
            clauses=tuple(self._links(criterion)),
            fields=tuple(self._written[id] for id in (*fresh, *metrics)),
            earlier=earlier,
            remarks=tuple(self.remark(note) for note in self.notes if criterion.id in note.criteria),
        )

    def _metrics(self, criterion: Criterion) -> Iterator[str]:
        """Metrics of the programme that a criterion holds against their limit: their own value may be what is known."""
        behind = self.book.mentioned(criterion.id)
        return (id for id in self.programme.metrics if id in behind and self.book.metrics[id].limit)

    def remark(self, note: Note) -> Remark:
        return Remark(note.text, self._link(note.bindings[0]))

    def _field(self, fact: FactDefinition) -> Field:
        boolean, unit = fact.type == "boolean", fact.unit or ""
        return Field(
            id=fact.id,
            label=fact.label,
            kind="choice" if boolean else fact.type,
            unit=unit,
            question=fact.question,
            legal="" if boolean or fact.type == "points" else legal_form(fact),
            example="" if boolean else _example(fact),
            options=_answers(fact) if boolean else (),
            source=next(iter(self._links(fact))),
            maximum=show(fact.maximum, unit) if fact.type == "points" and fact.maximum is not None else "",
            instead=tuple(one.label for one in self.book.facts.values() if self._settles(fact.id, one)),
        )

    def _metric(self, metric: Metric) -> Field:
        return Field(
            id=metric.id,
            label=metric.label,
            kind="number",
            unit=metric.unit,
            question="",
            legal=f"以{metric.unit}计的数，如 {EXAMPLES[metric.unit]}",
            example=EXAMPLES[metric.unit].split(" 或 ")[0],
            options=(),
            source=next(iter(self._links(metric))),
            instead=tuple(self.book.facts[id].label for id in self.book.needed[metric.id]),
        )

    def _settles(self, id: str, other: FactDefinition) -> bool:
        return other.follows is not None and id in names(other.follows)

    def _links(self, bound: Bound) -> list[Link]:
        """The clauses that hold for this programme."""
        fitting = [one for one in bound.bindings if not one.programmes or self.programme.id in one.programmes]
        return [self._link(one) for one in fitting or bound.bindings[:1]]

    def _link(self, binding: Binding) -> Link:
        return Link(self.book.clause(binding.address).label, clause_href(binding.address))


def _answers(fact: FactDefinition) -> tuple[tuple[str, str], ...]:
    """Yes and no, and 不适用 where the book takes it for an answer."""
    answers = [("是", "是"), ("否", "否")]
    if NOT_APPLICABLE in (*fact.affirm, *fact.deny):
        answers.append((NOT_APPLICABLE, NOT_APPLICABLE))
    return (*answers, ("", "不知道"))


def _example(fact: FactDefinition) -> str:
    if fact.type == "date":
        return "2025-03-01"
    return EXAMPLES.get(fact.unit or "", "").split(" 或 ")[0]
