"""Random applicants with complete facts, for measuring how many questions a verdict takes.

Nobody publishes who would apply, so the shares below are ours; no order of questions was fitted to them.

- Size: 1,000 to 50,000 吨标准煤 a year, evenly on a logarithmic scale; 1.5 to 4 吨 CO2 each in 2021; intensity in the
  report year 2 to 16 吨/万元.
- Effort: one number from 0 to 1 that an applicant brings to everything. Report-year emissions are 110 % down to 10 % of
  2021's (give or take a tenth), the cultivation year saves 0 to 12 %; projects, points and the chance of a title grow with it.
- Offset: who emits at most half of 2021 buys the whole rest (70 %), half of the rest (20 %) or nothing; anybody else
  buys half of 2021 (30 %), a fifth of it (20 %), the whole rest, beyond the cap (20 %), or nothing.
- What an applicant declares holds for that share of applicants in `SHARES`; where two are given, from the first to the
  second with effort.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from assistant.rules.book import FactValue, RuleBook

SHARES: dict[str, tuple[float, float]] = {
    "registered_in_fujian": (0.97, 0.97),
    "manufacturer": (0.97, 0.97),
    "industrial_policy_compliant": (0.97, 0.99),
    "no_outdated_equipment": (0.91, 0.99),
    "no_accidents_36_months": (0.95, 0.99),
    "no_violations_36_months": (0.85, 0.95),
    "not_dishonest_debtor": (0.98, 1.0),
    "no_serious_findings_36_months": (0.97, 0.99),
    "not_on_rectification_list_36_months": (0.92, 0.98),
    "rectification_completed": (0.5, 0.7),
    "green_laws_compliant": (0.95, 0.99),
    "green_factory": (0.3, 0.8),
    "limits_advanced": (0.5, 0.95),
    "benchmark_reached": (0.5, 0.95),
    "emissions_continuously_falling": (0.6, 0.95),
}
WHOLE = "basic_conditions"
UNLISTED, RECTIFIED = "not_on_rectification_list_36_months", "rectification_completed"


def interviewees(book: RuleBook, count: int, seed: int) -> Iterator[dict[str, FactValue]]:
    """`count` applicants of the 零碳 book; the same ones for the same seed."""
    draw = Random(seed)
    for _ in range(count):
        effort = draw.random()
        facts: dict[str, FactValue] = {
            id: draw.random() < low + (high - low) * effort for id, (low, high) in SHARES.items()
        }
        # the question counts who was listed and has rectified among those that say yes
        facts[WHOLE] = all(
            facts[part] or (part == UNLISTED and facts[RECTIFIED]) for part in book.facts[WHOLE].implies
        )
        facts |= {id: Fraction(value) for id, value in _figures(draw, effort).items()}
        for fact in book.facts.values():
            if fact.type == "points":
                facts[fact.id] = Fraction(min(5, round(5 * effort + draw.uniform(-1, 1.5)) if effort else 0))
        yield facts


def _figures(draw: Random, effort: float) -> dict[str, int]:
    energy = round(1000 * 50 ** draw.random())
    baseline = round(energy * draw.uniform(1.5, 4))
    report = round(baseline * max(0.0, 1.1 - effort + draw.uniform(-0.1, 0.1)))
    start = round(baseline * draw.uniform(0.8, 1.1))
    return {
        "energy_consumption": energy,
        "baseline_emissions": baseline,
        "report_emissions": report,
        "offset_emissions": _offset(draw, baseline, report),
        "cultivation_start_emissions": start,
        "cultivation_end_emissions": round(start * (1 - 0.12 * effort + draw.uniform(-0.02, 0.02))),
        "annual_emissions": report,
        "industrial_added_value": max(1, round(report / draw.uniform(2, 16))),
        "retrofit_projects": round(6 * effort * draw.random()),
    }


def _offset(draw: Random, baseline: int, report: int) -> int:
    if 2 * report <= baseline:
        return draw.choices([report, report // 2, 0], [7, 2, 1])[0]
    return draw.choices([baseline // 2, baseline // 5, report, 0], [3, 2, 2, 3])[0]
