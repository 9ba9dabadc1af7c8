"""Which year an amount is told for: 到2025年15%以上，2030年20%以上 does not let the two change places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.agent.verification.evidence_index import Evidence, Key
from assistant.agent.verification.figures import Figure, Kind, figures, key
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.statements import Statement

_END = re.compile(r"[。；;\n]")
EARLIEST = 1900
BESIDE = 2  # characters between two years of one row


def anchor_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Amounts told for another year than every cited clause tells them for."""
    if not statement.markers:
        return
    told = [(figure, year) for figure, year in years_of(statement.own) if year is not None]
    if not told:
        return
    held: dict[Key, set[Key | None]] = {}
    for citation in evidence.citations(statement):
        for figure, year in years_of(citation.text):
            held.setdefault(key(figure), set()).add(year)
    for figure, year in told:
        years = held.get(key(figure), set())
        if years and None not in years and year not in years and key(figure) not in evidence.said_figures:
            start, end = statement.start + figure.start, statement.start + figure.end
            against = "、".join(f"{one[1]}年" for one in years if one is not None)
            yield Failure("measure", figure.text, against, start, end)


@lru_cache(maxsize=4096)
def years_of(text: str) -> tuple[tuple[Figure, Key | None], ...]:
    """The amounts of a text that are no years, each with the year that stands last before it in its sentence.

    到2025年、2030年分别达到15%、20%: each amount has the year of its own place in the row.
    """
    found: list[tuple[Figure, Key | None]] = []
    year: Key | None = None
    row: list[Key] = []  # years side by side
    told: list[Key] = []  # those of them whose amounts are still to come
    last, between = 0, True
    for figure in figures(text):
        if _END.search(text[last : figure.start]):
            year, row, told, between = None, [], [], True
        respectively = "分别" in text[last : figure.start]
        gap, last = figure.start - last, figure.end
        if _is_year(figure):
            beside = not between and gap <= BESIDE
            row, told = ([*row, key(figure)] if beside else [key(figure)]), []
            year = key(figure) if between else None  # 2025年、2030年…: which is whose is not told
            between = False
        elif figure.kind is Kind.AMOUNT:
            if len(row) > 1 and not between:
                told = row if respectively else []
            if told:
                year, told = told[0], told[1:]
            found.append((figure, year))
            between = True
    return tuple(found)


def _is_year(figure: Figure) -> bool:
    value = figure.value
    return isinstance(value, tuple) and value[1] == "年" and value[0] >= EARLIEST
