"""The grounds of one answer, made ready for checking: what each statement may rest on, and its figures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache

from assistant.agent.answer import Citation
from assistant.agent.verification.figures import Figure, Kind, figures, key
from assistant.agent.verification.grounds import Grounds
from assistant.agent.verification.matching import folded, squeezed
from assistant.agent.verification.operators import Bounded, bounded
from assistant.agent.verification.statements import Statement

_ROW_NUMBER = re.compile(r"^\d{1,3}\n")  # of a table's row: a place, not a figure
UNMET = "不符合"
TOLD_OF = re.compile(r"(?P<how>不?符合)[：:][\s\u2003]*(?P<what>[^，。；;（()\n\u2003]{4,})")
Key = tuple[Kind, Fraction | str, str]


@dataclass(frozen=True)
class Pool:
    """Figures to look up by what they are and by their unit."""

    by_key: Mapping[Key, Sequence[Bounded]]
    by_unit: Mapping[tuple[Kind, str], Sequence[Bounded]]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Pool:
        """The figures of texts."""
        by_key: dict[Key, list[Bounded]] = defaultdict(list)
        by_unit: dict[tuple[Kind, str], list[Bounded]] = defaultdict(list)
        for text in texts:
            for one in bounded(text):
                by_key[key(one.figure)].append(one)
                by_unit[one.figure.kind, one.figure.unit].append(one)
        return cls(dict(by_key), dict(by_unit))

    def alike(self, figure: Figure) -> Sequence[Bounded]:
        """The same figure elsewhere."""
        return self.by_key.get(key(figure), ())

    def holds(self, value: Fraction, unit: str) -> bool:
        """Whether an amount of exactly this unit stands there."""
        return bool(self.by_key.get((Kind.AMOUNT, value, unit)))

    @cached_property
    def values(self) -> frozenset[Fraction]:
        """The values of all amounts."""
        return frozenset(one[1] for one in self.by_key if isinstance(one[1], Fraction))

    def holds_value(self, value: Fraction) -> bool:
        """Whether an amount of this value stands there, whatever its unit."""
        return value in self.values

    @cached_property
    def _dates(self) -> frozenset[Key]:
        """Years, months and days of the dates, and the years of document numbers."""
        days = [date.fromisoformat(str(one[1])) for one in self.by_key if one[0] is Kind.DATE]
        parts = [part for day in days for part in ((day.year, "年"), (day.month, "月"), (day.day, "日"))]
        numbers = [str(one[1]) for one in self.by_key if one[0] is Kind.DOCUMENT]
        parts += [(int(number.split("/")[0]), "年") for number in numbers]
        return frozenset((Kind.AMOUNT, Fraction(value), unit) for value, unit in parts)

    def holds_part(self, figure: Figure) -> bool:
        """Whether a figure is the year, month or day of a date, or the year of a number, that stands there."""
        return key(figure) in self._dates

    def of_unit(self, figure: Figure) -> Sequence[Bounded]:
        """Figures of the same kind and unit."""
        return self.by_unit.get((figure.kind, figure.unit), ())


@lru_cache(maxsize=8)
def _catalogue_pool(catalogue: tuple[str, ...]) -> Pool:
    return Pool.of(catalogue)


@lru_cache(maxsize=8)
def _catalogue_words(catalogue: tuple[str, ...]) -> str:
    return "\n".join(folded(text) for text in catalogue)


@lru_cache(maxsize=8)
def _fact_names(catalogue: tuple[str, ...]) -> tuple[str, ...]:
    """Labels of facts: the first lines of texts that have a question below."""
    return tuple(squeezed(text.split("\n")[0]) for text in catalogue if "\n" in text)


@dataclass(frozen=True)
class Evidence:
    """The grounds of an answer with what is looked up often."""

    grounds: Grounds
    statements: tuple[Statement, ...] = ()
    _pools: dict[tuple[int, ...], Pool] = field(default_factory=dict, compare=False)

    @cached_property
    def measured(self) -> tuple[str, ...]:
        """What was computed and understood, each as one short sentence: 碳削减率为75%."""
        told = [f"{label}为{value}" for label, value in self.grounds.facts]
        for one in self.grounds.calculations:
            told += [f"{label}为{value}" for label, value in one.inputs.items()]
            if one.value is not None:
                told.append(f"{one.label}为{one.display}")
            if one.limit:
                told.append(f"{one.label}要求{one.limit}")
        return tuple(dict.fromkeys(told))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of what was computed and given."""
        told = [one.label for one in self.grounds.calculations] + [label for label, _ in self.grounds.facts]
        told += [label for one in self.grounds.calculations for label in one.inputs]
        told += [label for label in _fact_names(self.grounds.catalogue) if label in self.engine_squeezed]
        return tuple(dict.fromkeys(told))

    @cached_property
    def given_numbers(self) -> frozenset[str]:
        """Runs of digits in the user's words and the engine's, points left out."""
        texts = (*self.engine, *self.grounds.said)
        return frozenset(number for text in texts for number in re.findall(r"\d+", folded(text)))

    @cached_property
    def limits(self) -> frozenset[Key]:
        """Figures of the limits that results are held against."""
        return frozenset(
            key(one) for calculation in self.grounds.calculations for one in figures(calculation.limit or "")
        )

    @cached_property
    def engine(self) -> tuple[str, ...]:
        """Everything the rule engine gave out in this turn."""
        return tuple(dict.fromkeys((*self.grounds.engine, *self.measured)))

    @cached_property
    def engine_words(self) -> str:
        """The same and the catalogue without signs, to look stretches up in."""
        return "\n".join((*(folded(text) for text in self.engine), _catalogue_words(self.grounds.catalogue)))

    @cached_property
    def engine_squeezed(self) -> str:
        """The engine's texts with signs, without white space."""
        return "\n".join(squeezed(text) for text in self.engine)

    @cached_property
    def engine_figures(self) -> Pool:
        """Figures of the engine's texts."""
        return Pool.of(self.engine)

    @property
    def catalogue_figures(self) -> Pool:
        """Figures of the catalogue."""
        return _catalogue_pool(self.grounds.catalogue)

    @cached_property
    def said_figures(self) -> frozenset[Key]:
        """Figures of the user's words."""
        return frozenset(key(one) for text in self.grounds.said for one in figures(text))

    @cached_property
    def said_pool(self) -> Pool:
        """The same to look up in."""
        return Pool.of(self.grounds.said)

    @cached_property
    def results(self) -> frozenset[Key]:
        """Figures that were put in or came out, as against limits."""
        told = [one.display for one in self.grounds.calculations if one.value is not None]
        told += [value for one in self.grounds.calculations for value in one.inputs.values()]
        told += [value for _, value in self.grounds.facts]
        return frozenset(key(one) for text in told for one in figures(text))

    @cached_property
    def unmet(self) -> frozenset[int | None]:
        """Markers of the clauses that a computation or a criterion does not meet."""
        failed = [one.citation for one in self.grounds.calculations if one.passed is False]
        found = [one for verdict in self.grounds.verdicts for one in verdict.findings]
        return frozenset((*failed, *(one.citation for one in found if one.status == UNMET)))

    @cached_property
    def owned(self) -> Mapping[Key, str]:
        """Figures that are one label's alone, each with it: results, limits, and what the user told."""
        grounds = self.grounds
        told = [(one.label, one.display) for one in grounds.calculations if one.value is not None]
        told += [(one.label, one.limit) for one in grounds.calculations if one.limit]
        labels: dict[Key, set[str]] = defaultdict(set)
        for label, text in (*told, *grounds.facts):
            for figure in figures(text):
                labels[key(figure)].add(label)
        return {figure: next(iter(held)) for figure, held in labels.items() if len(held) == 1}

    def bound(self, label: str) -> frozenset[str]:
        """Addresses of the clauses that rules bind a label to; where no book is at hand those cited with it or naming it."""
        known = self.grounds.bound.get(label)
        if known is not None:
            return known
        markers = {one.citation for one in self.grounds.calculations if one.label == label}
        found = [one for verdict in self.grounds.verdicts for one in verdict.findings]
        markers |= {one.citation for one in found if one.criterion == label}
        return frozenset(
            one.address for one in self.grounds.citations if one.marker in markers or label in one.text
        )

    @cached_property
    def conditions(self) -> Mapping[str, frozenset[str]]:
        """What the engine told to be met (符合) and not to be (不符合), by its words."""
        found: dict[str, set[str]] = defaultdict(set)
        reasons = [one.reason for verdict in self.grounds.verdicts for one in verdict.findings]
        for text in (*self.grounds.engine, *reasons):
            for told in TOLD_OF.finditer(text):
                found[squeezed(told["what"])].add(told["how"])
        return {what: frozenset(how) for what, how in found.items()}

    def told_before(self, statement: Statement) -> frozenset[Key]:
        """Figures that the rest of the statement's sentence tells and that stand in what is cited there."""
        found: set[Key] = set()
        for other in self.statements:
            if other.sentence == statement.sentence and other is not statement:
                held = self.cited_figures(self.citations(other)).by_key
                told = {key(one) for one in figures(other.text)} if statement.marked else held.keys()
                found |= told & held.keys()
        return frozenset(found)

    def citations(self, statement: Statement) -> tuple[Citation, ...]:
        """What a statement rests on: what its markers stand for, or everything cited where it has none."""
        return self.grounds.cited(statement.markers) if statement.markers else self.grounds.citations

    def cited_figures(self, citations: tuple[Citation, ...]) -> Pool:
        """Figures of clauses, their labels and titles."""
        markers = tuple(citation.marker for citation in citations)
        if markers not in self._pools:
            self._pools[markers] = Pool.of(
                text for one in citations for text in (_ROW_NUMBER.sub("", one.text), one.label, one.title)
            )
        return self._pools[markers]
