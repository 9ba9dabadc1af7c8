"""Random applicants that hit the limits: figures at a limit and just on either side of it, in every way to write them.

Imports nothing of the product. An applicant is told twice: `told` as people write it (what the product reads) and
`facts` exactly (what the oracle reads). The same seed gives the same applicants.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from eval.rules.gaps import ZERO, Days, Span, Value
from eval.rules.oracle import BASIC, DATED, FREE_FOR, NEAR_ZERO_ROWS, ZERO_ROWS, add_months
from eval.rules.writing import write

PROGRAMMES = ("zero_carbon", "near_zero_carbon")
CENT, ONE = Fraction(1, 100), Fraction(1)
# A figure lies at its limit, a hundredth or a unit on either side, or a little farther away.
STEPS = (Fraction(0), Fraction(0), CENT, -CENT, ONE, -ONE, Fraction(1000), Fraction(-1000))
BASELINES = (
    ONE,
    Fraction(3),
    Fraction(100),
    Fraction(333),
    Fraction(99999),
    Fraction(100000),
    Fraction(1200000),
)
DECLARED = (
    *BASIC,
    "rectification_completed",
    "green_laws_compliant",
    "limits_advanced",
    "benchmark_reached",
    "green_factory",
    "emissions_continuously_falling",
)
DAYS = (
    date(2026, 11, 21),
    date(2027, 2, 28),
    date(2027, 3, 1),
    date(2028, 2, 29),
    date(2026, 8, 31),
    date(2028, 12, 31),
)
ILLEGAL = (
    ("baseline_emissions", Fraction(0)),
    ("baseline_emissions", Fraction(-1)),
    ("report_emissions", Fraction(-1, 2)),
    ("offset_emissions", Fraction(-1, 2)),
    ("cultivation_start_emissions", Fraction(0)),
    ("cultivation_end_emissions", Fraction(-1, 2)),
    ("annual_emissions", Fraction(-1, 2)),
    ("industrial_added_value", Fraction(0)),
    ("energy_consumption", Fraction(-1, 2)),
    ("retrofit_projects", Fraction(5, 2)),
    ("retrofit_projects", Fraction(-1)),
    ("candidate_count", Fraction(0)),
    ("candidate_count", Fraction(1, 2)),
    *((f"score_{row}", Fraction(51, 10)) for row in (*ZERO_ROWS, *NEAR_ZERO_ROWS)),
)


@dataclass(frozen=True)
class Applicant:
    """A programme, the day and the stage of the assessment (None: the last), and the facts as written and exactly."""

    programme: str
    day: date
    stage: str | None
    told: dict[str, object]
    facts: dict[str, Value]


def applicants(seed: str, count: int) -> Iterator[Applicant]:
    """`count` applicants of a seed, both programmes in turn."""
    random = Random(seed)
    for number in range(count):
        yield _applicant(random, PROGRAMMES[number % len(PROGRAMMES)])


def impossible_applicants() -> Iterator[Applicant]:
    """One applicant for each figure that cannot be one."""
    random = Random(0)
    for id, value in ILLEGAL:
        for programme in PROGRAMMES:
            yield Applicant(programme, DAYS[0], None, {id: write(random, id, value)}, {id: value})


def least_applicants() -> Iterator[Applicant]:
    """One applicant for each figure that may be nothing at all, with nothing else known."""
    random = Random(0)
    for id in dict.fromkeys(id for id, value in ILLEGAL if value < 0):
        if (id, ZERO) not in ILLEGAL:
            for programme in PROGRAMMES:
                yield Applicant(programme, DAYS[0], None, {id: write(random, id, ZERO)}, {id: ZERO})


def _applicant(random: Random, programme: str) -> Applicant:
    day = (
        random.choice(DAYS) if random.random() < 0.5 else date(2024, 1, 1) + timedelta(random.randrange(2000))
    )
    declared, dates = _declarations(random), _dates(random, day)
    _reconcile(random, declared, dates, day)
    facts = {**_figures(random), **declared, **_points(random, programme), **dates}
    missing = random.choice((0, 0, 0.05, 0.2, 0.5, 0.9))
    facts = {id: value for id, value in facts.items() if random.random() >= missing}
    if random.random() < 0.1:
        _blur(random, facts)
    if random.random() < 0.03:
        id, value = random.choice(ILLEGAL)
        facts[id] = value
    stage = random.choice((None, None, None, None, "申报", "培育", "验收"))
    told = {id: write(random, id, value) for id, value in facts.items()}
    return Applicant(programme, day, stage, told, facts)


def _reconcile(random: Random, declared: dict[str, Value], dates: dict[str, Value], day: date) -> None:
    """A date mostly stands alone or beside the declaration it proves; a few contradict it, and must be refused."""
    for id, dated in DATED.items():
        happened = dates.get(dated)
        if happened is None or random.random() < 0.02:
            continue
        declared.pop(id, None)
        if isinstance(happened, date) and random.random() < 0.4:
            declared[id] = add_months(happened, FREE_FOR) < day
        elif (
            isinstance(happened, date)
            and add_months(happened, FREE_FOR) >= day
            and dated != "last_listing_date"
        ):
            declared.pop("basic_conditions", None)


def _blur(random: Random, facts: dict[str, Value]) -> None:
    """A figure or two that are known only within bounds."""
    for id in random.sample(sorted(facts), min(3, len(facts))):
        value = facts[id]
        if isinstance(value, Fraction) and id not in ("candidate_count", "retrofit_projects"):
            more = value + random.choice((CENT, ONE, value / 10))
            if value < more and (more <= 5 or not id.startswith("score_")):
                facts[id] = Span(value, more)


def _figures(random: Random) -> dict[str, Value]:
    """Emissions, added value, energy and counts, each likely to stand at a limit of the text."""
    baseline = random.choice(BASELINES) if random.random() < 0.5 else _any(random)
    share = random.choice(
        (0, Fraction(30, 100), Fraction(1, 2), Fraction(1, 2), Fraction(random.randrange(80), 100))
    )
    offset = _near(random, baseline * share)
    report = _near(random, random.choice((offset, offset, baseline / 2, ZERO, _any(random))))
    start = random.choice(BASELINES) if random.random() < 0.5 else _any(random)
    end = _near(random, start * Fraction(random.choice((95, 95, 95, 100, 0, random.randrange(120))), 100))
    emitted = _near(random, random.choice((report, end)))
    value = _near(random, random.choice((report, emitted)) / 8 if random.random() < 0.8 else _any(random))
    return {
        "baseline_emissions": baseline,
        "report_emissions": report,
        "offset_emissions": offset,
        "cultivation_start_emissions": start,
        "cultivation_end_emissions": end,
        "annual_emissions": emitted,
        "industrial_added_value": value or ONE,
        "energy_consumption": _near(
            random, Fraction(random.choice((5000, 5000, 5000, random.randrange(9000))))
        ),
        "retrofit_projects": Fraction(random.choice((0, 1, 2, 2, 3, 3, 4, 12))),
        "candidate_count": Fraction(random.choice((1, 4, 5, 6, 9, 10, 11, random.randrange(1, 500)))),
    }


def _any(random: Random) -> Fraction:
    return Fraction(random.randrange(1, 10 ** random.randrange(2, 9)), random.choice((1, 100)))


def _near(random: Random, limit: Fraction) -> Fraction:
    """At the limit or beside it; never below zero."""
    return max(limit + random.choice(STEPS), ZERO)


def _declarations(random: Random) -> dict[str, Value]:
    """Mostly yes, or nearly everybody would fail at once."""
    bad = random.choice((0, 0, 0, 0.03, 0.2))
    declared: dict[str, Value] = {id: random.random() >= bad for id in DECLARED}
    if random.random() < 0.1:  # 基本条件都满足, told in one word
        for id in BASIC:
            declared.pop(id)
        declared["basic_conditions"] = random.random() < 0.9
    return declared


def _points(random: Random, programme: str) -> dict[str, Value]:
    """Points of the programme's own rows; now and then also those of the other, which must not matter."""
    own, other = (ZERO_ROWS, NEAR_ZERO_ROWS) if programme == "zero_carbon" else (NEAR_ZERO_ROWS, ZERO_ROWS)
    points: dict[str, Value] = {}
    for row in (*own, *(other if random.random() < 0.1 else ())):
        points[f"score_{row}"] = random.choice((Fraction(5), ZERO, Fraction(random.randrange(51), 10)))
    return points


def _dates(random: Random, day: date) -> dict[str, Value]:
    """Last incidents 36 months ago to the day, a day or two on either side, or at any time before."""
    found: dict[str, Value] = {}
    for id in DATED.values():
        if random.random() < 0.2:
            happened = add_months(day, -36) + timedelta(random.choice((-30, -2, -1, -1, -1, 0, 0, 1)))
            if random.random() < 0.2:
                happened = day - timedelta(random.randrange(-20, 2500))
            found[id] = happened if random.random() < 0.8 else _month(happened)
    return found


def _month(day: date) -> Days:
    return Days(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))
