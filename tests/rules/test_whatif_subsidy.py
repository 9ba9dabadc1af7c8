"""The same questions to a book of another kind: min and caps, either/or, not, if, and formulas that cannot be solved."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from assistant.documents.policy import Policy
from assistant.rules.book import RuleBook
from assistant.rules.facts import parse_facts
from assistant.rules.loading import load_book
from assistant.rules.whatif.explore import explore
from assistant.rules.whatif.linear import Range
from assistant.rules.whatif.results import CriterionOutlook
from tests.rules.conftest import SUBSIDY

SIZE = "    condition: investment ≥ 100万元"
FORMULA = "    formula: min(investment × 10%, 50万元)"
Books = Callable[..., RuleBook]


@pytest.fixture
def books(tmp_path: Path, city: Policy) -> Books:
    """The invented book with pieces of its text replaced."""

    def make(*changes: tuple[str, str]) -> RuleBook:
        text = (SUBSIDY / "rules.yaml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / "rules.yaml"
        file.write_text(text, encoding="utf-8")
        return load_book(file, city)

    return make


def outlook(book: RuleBook, criterion: str, **facts: object) -> CriterionOutlook:
    found = explore(book, "subsidy", parse_facts(book, facts)).criteria
    return next(item for item in found if item.criterion_id == criterion)


def ranges(item: CriterionOutlook) -> list[tuple[Fraction | None, Fraction | None]]:
    (figure,) = item.facts
    return [(held.low, held.high) for held in figure.alone.ranges]


def test_a_limit_on_a_fact_itself(books: Books) -> None:
    found = outlook(books(), "size", investment="80万元")
    assert found.sentences == ("年度改造投资须由80万元增加到100万元，还差20万元",)


@pytest.mark.parametrize(
    ("green", "reach", "missing"),
    [(False, [(0, 3000)], ()), (True, [(0, None)], ()), (None, [(0, 3000)], ("green_factory",))],
)
def test_either_or(
    books: Books, green: bool | None, reach: list[tuple[int, int | None]], missing: tuple[str, ...]
) -> None:
    """While the other way is open, the range is that of the way that is told, and it is said so."""
    found = outlook(books(), "green", energy="3500吨标准煤", green_factory=green)
    assert ranges(found) == reach
    (energy,) = found.facts
    assert (energy.alone.missing, energy.alone.proof) == (missing, None)


def test_what_an_open_alternative_may_still_bring_is_not_called_impossible(books: Books) -> None:
    old = "    condition: green_factory or energy ≤ 3000吨标准煤"
    book = books((old, f"    condition: ({old.removeprefix('    condition: ')}) and energy ≥ 4000吨标准煤"))
    (energy,) = outlook(book, "green", energy="3500吨标准煤").facts
    assert (energy.alone.ranges, energy.alone.proof) == ((), None)
    assert energy.alone.missing == ("green_factory",)
    (decided,) = outlook(book, "green", energy="3500吨标准煤", green_factory=False).facts
    assert decided.alone.proof is not None
    assert decided.alone.proof.apart == 1000


def test_no_plan_leads_to_where_a_part_that_was_not_solved_fails(books: Books) -> None:
    """At 100万元 the number of thirties is four."""
    condition = "    condition: investment ≥ 100万元 and ceil(investment ÷ 30万元) ≤ {}"
    assert outlook(books((SIZE, condition.format(3))), "size", investment="60万元").plans == ()
    found = outlook(books((SIZE, condition.format(4))), "size", investment="60万元")
    assert [plan.least.target for plan in found.plans] == [100]
    assert found.facts[0].alone.unsolved == ("⌈年度改造投资 ÷ 30万元⌉ ≤ 4",)


def test_a_score_of_another_book_between_what_its_vetoes_allow(books: Books) -> None:
    bonus = (
        "  bonus:\n    label: 投资得分\n    kind: scored\n    stage: 申报\n    points: 20\n"
        "    score: investment ÷ 10万元 × 1分\n    clause: 第三条\n    quote: 补助按改造投资的10%计算\n\nprogrammes:\n"
    )
    book = books(
        ("\nprogrammes:\n", bonus),
        (SIZE, "    condition: investment ≥ 100万元 and investment ≤ 400万元"),
        ("    condition: registered\n", "    condition: registered and investment ≤ 150万元\n"),
        ("criteria: [place, size, green]", "total: 20\n    criteria: [place, size, green, bonus]"),
    )
    (table,) = outlook(book, "bonus", investment="120万元").scores
    assert [(row.value, row.points, row.marks) for row in table.rows] == [
        (0, 0, ("起点",)),
        (100, 10, ("否决项下限",)),
        (120, 12, ("现值",)),
        (150, 15, ("否决项上限",)),
        (200, 20, ("转折",)),
    ]


def with_goal(limit: str) -> tuple[tuple[str, str], ...]:
    return (FORMULA, f"    limit: {limit}\n    adjust: investment\n{FORMULA}"), (
        SIZE,
        "    condition: meets(subsidy)",
    )


@pytest.mark.parametrize(
    ("limit", "reach"),
    [
        ("≥ 30万元", [(300, None)]),
        ("≥ 50万元", [(500, None)]),
        ("≤ 30万元", [(0, 300)]),
        ("≤ 50万元", [(0, None)]),
    ],
)
def test_a_capped_amount_is_solved_piece_by_piece(
    books: Books, limit: str, reach: list[tuple[int, int | None]]
) -> None:
    assert ranges(outlook(books(*with_goal(limit)), "size", investment="200万元")) == reach


def test_more_than_the_cap_cannot_be_reached(books: Books) -> None:
    found = outlook(books(*with_goal("≥ 50.01万元")), "size", investment="200万元")
    (investment,) = found.facts
    assert investment.alone.ranges == ()
    assert investment.alone.proof is not None
    assert investment.alone.proof.text.endswith("无论年度改造投资是多少都达不到")
    assert found.plans == ()


@pytest.mark.parametrize(
    "formula", ["ceil(investment × 10% ÷ 3万元) × 1万元", "investment × energy ÷ 2吨标准煤"]
)
def test_what_is_not_linear_is_said_to_be_so(books: Books, formula: str) -> None:
    goal, size = with_goal("≥ 30万元")
    found = outlook(
        books((goal[0], goal[1].replace("min(investment × 10%, 50万元)", formula)), size),
        "size",
        investment="200万元",
    )
    investment = found.facts[0]
    assert (investment.alone.ranges, investment.alone.proof) == ((), None)
    if "ceil" in formula:
        assert investment.alone.unsolved == ("补助金额≥30万元",)
        assert found.sentences == ("年度改造投资的范围还算不出：补助金额≥30万元不是可以直接求解的算式",)
    else:
        assert investment.alone.missing == ("energy",)


@pytest.mark.parametrize(
    ("condition", "reach"),
    [
        ("not investment ≥ 100万元", [Range(Fraction(0), Fraction(100), high_open=True)]),
        ("investment = 100万元", [Range(Fraction(100), Fraction(100))]),
        (
            "investment ≠ 100万元",
            [Range(Fraction(0), Fraction(100), high_open=True), Range(Fraction(100), None, low_open=True)],
        ),
        (
            "investment < 50万元 or investment ≥ 100万元",
            [Range(Fraction(0), Fraction(50), high_open=True), Range(Fraction(100), None)],
        ),
        ("not (investment < 50万元 or investment > 100万元)", [Range(Fraction(50), Fraction(100))]),
        ("max(investment, 30万元) ≤ 40万元", [Range(Fraction(0), Fraction(40))]),
        ("if(energy > 1000吨标准煤, investment, investment × 2) ≥ 100万元", [Range(Fraction(100), None)]),
        ("100万元 ÷ investment ≤ 2", [Range(Fraction(50), None)]),
        ("100万元 ÷ investment ≥ 2", [Range(Fraction(0), Fraction(50), low_open=True)]),
        ("investment - 2 × investment ≥ -70万元", [Range(Fraction(0), Fraction(70))]),
    ],
)
def test_the_rest_of_the_language(books: Books, condition: str, reach: list[Range]) -> None:
    book = books((SIZE, f"    condition: {condition}"))
    found = outlook(book, "size", investment="60万元", energy="2000吨标准煤")
    figure = next(item for item in found.facts if item.id == "investment")
    assert list(figure.alone.ranges) == reach


def test_an_open_end_is_told_and_makes_no_plan(books: Books) -> None:
    found = outlook(books((SIZE, "    condition: investment > 100万元")), "size", investment="60万元")
    assert found.plans == ()
    assert found.sentences == ("年度改造投资须由60万元调整到大于100万元",)


def test_whole_numbers_are_not_eliminated_like_others(books: Books) -> None:
    """With a whole number among the others, what elimination leaves is no proof, and nothing is claimed."""
    project = (
        "  energy:\n",
        "  projects:\n    label: 项目数\n    type: integer\n    unit: 万元\n    minimum: 0\n    question: 几项？\n"
        "    adjustable: true\n    clause: 第二条/（二）\n    quote: 年度改造投资\n  energy:\n",
    )
    book = books(project, (SIZE, "    condition: investment + projects ≥ 100万元 and investment ≤ 50.5万元"))
    found = outlook(book, "size", investment="40万元", projects="10")
    investment, projects = found.facts
    assert (investment.together.ranges, investment.together.proof) == ((), None)
    assert investment.together.unsolved == ("年度改造投资 + 项目数 ≥ 100万元", "年度改造投资 ≤ 50.5万元")
    assert projects.alone.ranges == (Range(Fraction(60), None),)
    assert projects.together.ranges == (Range(Fraction(50), None),)
