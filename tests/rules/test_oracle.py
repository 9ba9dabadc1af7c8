"""The engine against the rules read from the text a second time, and the oracle against itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random

import pytest

from assistant.rules.book import RuleBook
from eval.rules.agreement import WEAKER, Agreement, compare, compare_all, expected
from eval.rules.applicants import Applicant, applicants, impossible_applicants
from eval.rules.gaps import Days, Facts, Span, Value
from eval.rules.oracle import (
    DATED,
    GRADED,
    MET,
    OPEN,
    POSITIVE,
    WHOLE,
    Judgement,
    RefusedError,
    add_months,
    judge,
    spot_checks,
)
from eval.rules.writing import chinese
from tests.conftest import ROOT

COUNT = 1500
LIMITS = ("100%", "50%", "5%", "8吨/万元", "5000tce", "3项", "36个月")
NUMBERS = (
    *POSITIVE,
    *WHOLE,
    "report_emissions",
    "offset_emissions",
    "cultivation_end_emissions",
    "energy_consumption",
)


@pytest.fixture(scope="module")
def run(book: RuleBook) -> Agreement:
    return compare_all(book, applicants("tests", COUNT))


def test_the_oracle_and_its_applicants_know_nothing_of_the_product() -> None:
    for name in ("oracle", "gaps", "applicants", "writing"):
        tree = ast.parse((ROOT / "eval" / "rules" / f"{name}.py").read_text(encoding="utf-8"))
        modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        modules |= {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        assert {module for module in modules if module and module.startswith("assistant")} == set()


def test_the_engine_agrees_with_the_oracle_on_every_applicant(run: Agreement) -> None:
    assert run.disagreements == []
    assert (run.applicants, run.disagreeing) == (COUNT, 0)


def test_the_sample_stands_on_every_side_of_every_limit(run: Agreement) -> None:
    sides = {f"{limit} {side}" for limit in LIMITS for side in ("just below", "at", "just above")}
    assert {side: run.sides[side] for side in sides if run.sides[side] < 10} == {}
    assert min(run.verdicts[verdict] for verdict in ("符合", "不符合", "待补充", "refused")) > 30


def test_what_the_engine_leaves_open_is_rare_and_known(run: Agreement) -> None:
    assert set(run.weaker) <= {*WEAKER, "verdict", "basic_supervision"}
    assert sum(run.weaker.values()) < COUNT / 20


def test_what_cannot_be_is_refused(book: RuleBook) -> None:
    for applicant in impossible_applicants():
        assert isinstance(expected(applicant), str), applicant
        assert list(compare(book, applicant, expected(applicant))) == []


@pytest.mark.parametrize("number", [0, 10, 12, 20, 105, 110, 1005, 10000, 10005, 120010, 32000000, 100000001])
def test_the_numerals_of_the_sample_are_chinese(number: int) -> None:
    words = {0: "零", 10: "十", 12: "十二", 20: "二十", 105: "一百零五", 110: "一百一十", 1005: "一千零五"}
    more = {
        10000: "一万",
        10005: "一万零五",
        120010: "十二万零一十",
        32000000: "三千二百万",
        100000001: "一亿零一",
    }
    assert chinese(number) == (words | more)[number]


def completed(random: Random, applicant: Applicant, edge: bool) -> dict[str, Value]:
    """One completion of an applicant: every gap filled, at an extreme or anywhere."""
    facts: dict[str, Value] = {}
    for id, value in applicant.facts.items():
        if isinstance(value, Span):
            high = value.low if value.high is None else value.high
            part = random.choice((0, 1)) if edge else Fraction(random.randrange(11), 10)
            value = value.low + (high - value.low) * part
        elif isinstance(value, Days):
            days = (value.last - value.first).days
            value = value.first + timedelta(random.choice((0, days)) if edge else random.randrange(days + 1))
        facts[id] = value
    small = Fraction(1, 10**6)
    for id in NUMBERS:
        least = small if id in POSITIVE else Fraction(1 if id == "candidate_count" else 0)
        near = [value for value in facts.values() if isinstance(value, Fraction)] or [Fraction(1)]
        scale = random.choice(near) * random.choice(
            (Fraction(1, 2), 1, 2, 8, Fraction(1, 8), Fraction(19, 20))
        )
        anywhere = random.choice((least, Fraction(10**12))) if edge else max(least, scale)
        facts.setdefault(id, Fraction(int(anywhere) or 1) if id in WHOLE else anywhere)
    for id in (*DECLARED, *DATED):
        if id not in facts and DATED.get(id) not in facts:
            facts[id] = random.random() < 0.7
    return facts


DECLARED = (
    "registered_in_fujian",
    "manufacturer",
    "industrial_policy_compliant",
    "no_outdated_equipment",
    "not_dishonest_debtor",
    "rectification_completed",
    "green_laws_compliant",
    "limits_advanced",
    "benchmark_reached",
    "green_factory",
    "emissions_continuously_falling",
)


def completions(applicant: Applicant, random: Random) -> Iterator[Judgement]:
    for number in range(24):
        facts: Facts = completed(random, applicant, edge=number % 2 == 0)
        try:
            yield judge(applicant.programme, facts, applicant.day, applicant.stage)
        except RefusedError:
            continue  # this completion contradicts 基本条件, so it is none


def test_no_completion_leaves_what_the_oracle_says_of_a_partial_applicant() -> None:
    random, seen = Random(7), 0
    for applicant in applicants("completions", 500):
        try:
            partial = judge(applicant.programme, applicant.facts, applicant.day, applicant.stage)
        except RefusedError:
            continue
        for whole in completions(applicant, random):
            seen += 1
            assert partial.verdict in (OPEN, whole.verdict)
            for id, status in partial.findings.items():
                assert status in (OPEN, GRADED, whole.findings[id]), (id, applicant)
            for id, points in partial.points.items():
                assert points.low <= whole.points[id].low, (id, applicant)
                assert (whole.points[id].high or 0) <= (points.high or 0), (id, applicant)
            for id, value in partial.metrics.items():
                assert value in (None, whole.metrics[id]), (id, applicant)
    assert seen > 5000


def test_the_oracle_decides_where_one_number_is_missing() -> None:
    """附件3第7项 by hand: what no offset under the cap can mend is decided before the offset is known."""
    day, ten = date(2026, 11, 21), Fraction(100000)
    for report, status in ((Fraction(50000), OPEN), (Fraction(50001), "不符合")):
        facts: Facts = {"baseline_emissions": ten, "report_emissions": report}
        assert judge("zero_carbon", facts, day).findings["carbon_reduction"] == status
    even: Facts = {"report_emissions": Fraction(0), "offset_emissions": Fraction(0)}
    assert judge("zero_carbon", even, day).findings["carbon_reduction"] == MET


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2023, 11, 21), 36, date(2026, 11, 21)),
        (date(2026, 8, 31), -36, date(2023, 8, 31)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
    ],
)
def test_months_end_on_the_corresponding_day(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@pytest.mark.parametrize(("enterprises", "least"), [(1, 1), (5, 1), (6, 2), (10, 2), (11, 3), (101, 21)])
def test_spot_checks_are_rounded_up(enterprises: int, least: int) -> None:
    assert spot_checks(Fraction(enterprises)) == least
