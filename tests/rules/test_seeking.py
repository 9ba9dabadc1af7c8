"""The least or the most of one figure for a criterion: true at the bound, told with what it rests on."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from assistant.errors import RuleBookError
from assistant.rules.book import RuleBook
from assistant.rules.evaluation import Evaluator
from assistant.rules.facts import parse_facts
from assistant.rules.whatif.seeking import Bound, seek

ON = date(2026, 11, 21)
CARBON = "carbon_reduction"


def bound(
    book: RuleBook,
    criterion: str,
    name: str,
    facts: dict[str, object],
    most: bool = False,
    points: int | None = None,
) -> Bound:
    wanted = None if points is None else Fraction(points)
    return seek(book, criterion, name, parse_facts(book, facts), most, wanted, ON)


@pytest.mark.parametrize(
    ("criterion", "name", "most", "points", "facts", "value"),
    [
        (
            CARBON,
            "offset_emissions",
            False,
            None,
            {"2021年碳排放量": "10万吨", "报告期碳排放量": "4万吨"},
            40000,
        ),
        (
            CARBON,
            "offset_emissions",
            True,
            None,
            {"2021年碳排放量": "10万吨", "报告期碳排放量": "4万吨"},
            50000,
        ),
        (CARBON, "own_reduction", False, None, {"2021年碳排放量": "10万吨"}, 50000),
        (CARBON, "report_emissions", True, None, {"2021年碳排放量": "10万吨"}, 50000),
        (CARBON, "report_emissions", True, None, {"2021年碳排放量": "10万吨", "抵消量": "2万吨"}, 20000),
        ("zc_10", "offset_share", True, None, {}, Fraction(3, 10)),
        ("zc_10", "offset_share", True, 10, {}, Fraction(2, 5)),
        ("zc_10", "offset_emissions", True, None, {"2021年碳排放量": "10万吨"}, 30000),
        ("zc_8", "industrial_added_value", False, None, {"报告期碳排放量": "6万吨"}, 7500),
        ("zc_9", "retrofit_projects", False, None, {}, 3),
    ],
)
def test_the_bound_is_exact(
    book: RuleBook,
    criterion: str,
    name: str,
    most: bool,
    points: int | None,
    facts: dict[str, object],
    value: Fraction,
) -> None:
    assert bound(book, criterion, name, facts, most, points).value == value


def test_at_the_bound_the_criterion_holds_and_just_beyond_it_does_not(book: RuleBook) -> None:
    found = bound(book, CARBON, "own_reduction", {"baseline_emissions": "10万吨"})
    facts = {"baseline_emissions": Fraction(100000), **found.facts}
    condition = book.criteria[CARBON].condition
    assert condition is not None
    assert Evaluator(book, facts, ON).truth(condition) is True
    beyond = {**facts, "report_emissions": found.facts["report_emissions"] + Fraction(1, 1000)}
    assert Evaluator(book, beyond, ON).truth(condition) is False


def test_what_stays_as_it_is_is_named_and_so_is_the_freer_bound(book: RuleBook) -> None:
    facts = {"baseline_emissions": "10万吨", "report_emissions": "6万吨", "offset_emissions": "4万吨"}
    found = bound(book, CARBON, "own_reduction", facts)
    assert found.value == 60000
    assert found.sentences[0].startswith("碳抵消量不变时，自主减排量最少要6万吨")
    assert found.sentences[1].startswith("碳抵消量也可以调整时，自主减排量最少要5万吨")


def test_what_cannot_be_reached_alone_is_proved_with_the_least_change(book: RuleBook) -> None:
    found = bound(
        book, CARBON, "offset_emissions", {"baseline_emissions": "10万吨", "report_emissions": "6万吨"}
    )
    assert (found.value, found.impossible) == (None, True)
    assert "不低于6万吨" in found.sentences[0]
    assert "相差1万吨" in found.sentences[0]
    assert "申报上年度碳排放量须由6万吨降到5万吨以内" in found.sentences[1]


def test_what_is_missing_is_asked_for_and_nothing_is_claimed(book: RuleBook) -> None:
    nothing = bound(book, CARBON, "offset_emissions", {})
    assert (nothing.value, nothing.sentences, nothing.missing) == (None, (), ("baseline_emissions",))
    intensity = bound(book, "zc_8", "report_emissions", {"emission_intensity": "9吨/万元"}, most=True)
    assert (intensity.value, intensity.missing) == (None, ("industrial_added_value",))


def test_points_that_an_item_does_not_give_are_refused(book: RuleBook) -> None:
    with pytest.raises(RuleBookError, match="“25分”不合法；应在0分至20分之间"):
        bound(book, "zc_10", "offset_share", {}, True, 25)
