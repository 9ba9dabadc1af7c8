"""The rows of a programme's self-assessment table, as the annex of the text has them, with the findings that fill them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.rules.assessment import Assessment, Finding, Status
from assistant.rules.book import Programme, RuleBook


@dataclass(frozen=True)
class TableRow:
    """A row with a requirement, and every finding bound to it."""

    number: str
    indicator: str
    requirement: str
    findings: tuple[Finding, ...]
    group: str

    @property
    def is_scored(self) -> bool:
        """Whether the row gives points."""
        return any(finding.points is not None for finding in self.findings)

    @property
    def status(self) -> Status:
        """Of a veto row: 不符合 when one of its findings fails, 符合 when all are met."""
        statuses = [finding.status for finding in self.findings]
        if Status.FAILED in statuses:
            return Status.FAILED
        return Status.OPEN if Status.OPEN in statuses else Status.MET


@dataclass(frozen=True)
class TableGroup:
    """A heading over rows of the table; `points` as the text writes them, None where it has none."""

    name: str
    points: str | None


@dataclass(frozen=True)
class AssessmentTable:
    """Title lines, groups and rows in the order of the text, and the note under the table."""

    title: tuple[str, ...]
    parts: tuple[TableGroup | TableRow, ...]
    note: str

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """All rows."""
        return tuple(part for part in self.parts if isinstance(part, TableRow))


def assessment_table(
    book: RuleBook, programme: Programme, library: Library, result: Assessment
) -> AssessmentTable:
    """The annex's table with the findings; of a programme without one, a plain table of its criteria."""
    if programme.annex is None:
        rows = tuple(
            TableRow(str(number), finding.label, finding.quote, (finding,), "")
            for number, finding in enumerate(result.findings, start=1)
        )
        return AssessmentTable((f"{programme.label}自评价表",), rows, "")
    top = library.clause(programme.annex)
    by_address = _by_address(result)
    parts: list[TableGroup | TableRow] = []
    note = ""
    for clause in library.descend(top):
        if clause.kind is ClauseKind.GROUP:
            parts.append(TableGroup(_flat(clause.text), clause.attributes.get("points")))
        elif "requirement" in clause.attributes:
            parts.append(_row(clause, by_address.get(clause.address, ())))
        elif clause.kind is ClauseKind.NOTE and clause.path.endswith("/注"):
            note = clause.text
    return AssessmentTable(tuple(top.text.splitlines()), tuple(parts), note)


def _row(clause: Clause, findings: tuple[Finding, ...]) -> TableRow:
    get = clause.attributes.get
    return TableRow(
        get("number", ""),
        _flat(get("indicator", "")),
        get("requirement", ""),
        findings,
        get("group", ""),
    )


def _by_address(result: Assessment) -> Mapping[str, tuple[Finding, ...]]:
    found: dict[str, list[Finding]] = {}
    for finding in result.findings:
        for address in dict.fromkeys((finding.address, *(binding.address for binding in finding.also))):
            found.setdefault(address, []).append(finding)
    return {address: tuple(findings) for address, findings in found.items()}


def _flat(text: str) -> str:
    return "".join(text.split())
