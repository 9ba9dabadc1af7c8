"""The rows of the calculation sheet and the cells that stand for numbers, conditions and inputs."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.interfaces.exports.formulas import INFINITY, literal, serial
from assistant.rules.intervals import End

YES, NO = "是", "否"


@dataclass(frozen=True)
class Pair:
    """Of a number: low and high. Of a condition: surely true and surely false (`low`, `high`). Cells or literals."""

    low: str
    high: str


@dataclass(frozen=True)
class InputCells:
    """Where an input stands: the cell of its value (or its lower bound) and that of its upper bound."""

    value: str
    upper: str | None = None


@dataclass
class CalculationRows:
    """The rows of the calculation sheet, in the order in which they were compiled."""

    sheet: str
    first_row: int
    first_column: int = 2
    rows: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def add(self, label: str, *formulas: str) -> tuple[str, ...]:
        """One more row; returns references to its cells."""
        row = self.first_row + len(self.rows)
        self.rows.append((label, formulas))
        return tuple(
            f"'{self.sheet}'!${chr(ord('A') + self.first_column - 1 + place)}${row}"
            for place in range(len(formulas))
        )

    def pair(self, label: str, low: str, high: str) -> Pair:
        """One more row of two cells."""
        return Pair(*self.add(label, low, high))


def end_of(end: End, is_date: bool) -> str:
    """An end of a domain as a literal."""
    if end[0]:
        return INFINITY if end[0] > 0 else f"-{INFINITY}"
    return serial(end[1]) if is_date else literal(end[1])
