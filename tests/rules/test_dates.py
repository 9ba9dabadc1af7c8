"""Dates as facts: periods counted back from the day of the assessment, days known only roughly, what follows from them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assistant.documents.policy import Policy
from assistant.errors import FactError, RuleBookError
from assistant.rules import intervals
from assistant.rules.assessment import Assessment, Status
from assistant.rules.book import FactDefinition, FactValue, RuleBook
from assistant.rules.calendar import shift
from assistant.rules.checking import CONDITION, DATE, Names, kind_of
from assistant.rules.dimensions import dimension_of
from assistant.rules.engine import assess
from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import parse_expression
from assistant.rules.facts import parse_facts
from assistant.rules.intervals import Interval
from assistant.rules.loading import load_book
from tests.rules.conftest import SUBSIDY
from tests.rules.test_bounds import BOOK, follows, values
from tests.rules.test_zero_carbon import VETOES, facts_of, finding

ON = date(2026, 11, 21)
DATES = {
    "no_accidents_36_months": "last_accident_date",
    "no_violations_36_months": "last_violation_date",
    "no_serious_findings_36_months": "last_serious_finding_date",
    "not_on_rectification_list_36_months": "last_listing_date",
}
SOUND = facts_of("2021年 10万吨、去年 4万吨、抵消 4万吨") | VETOES


def ordinal(day: date) -> Fraction:
    return Fraction(day.toordinal())


def judged(facts: dict[str, object], on: date = ON) -> Assessment:
    return assess(BOOK, "zero_carbon", parse_facts(BOOK, facts), on)


def incident(day: str, on: date = ON) -> Assessment:
    """Sound in everything, with an accident on a day."""
    facts = {id: value for id, value in SOUND.items() if id != "no_accidents_36_months"}
    return judged({**facts, "last_accident_date": day}, on)


@pytest.mark.parametrize(
    ("day", "amount", "unit", "reached"),
    [
        ((2023, 11, 21), 36, "个月", (2026, 11, 21)),
        ((2023, 11, 30), 3, "个月", (2024, 2, 29)),
        ((2022, 11, 30), 3, "个月", (2023, 2, 28)),
        ((2026, 1, 31), 1, "个月", (2026, 2, 28)),
        ((2026, 5, 31), -3, "个月", (2026, 2, 28)),
        ((2026, 1, 15), -1, "个月", (2025, 12, 15)),
        ((2026, 12, 15), 1, "个月", (2027, 1, 15)),
        ((2024, 2, 29), 1, "年", (2025, 2, 28)),
        ((2024, 2, 29), 4, "年", (2028, 2, 29)),
        ((2024, 2, 29), -1, "年", (2023, 2, 28)),
        ((2026, 3, 1), -1, "天", (2026, 2, 28)),
        ((2024, 2, 28), 1, "天", (2024, 2, 29)),
        ((9999, 6, 1), 1, "年", (9999, 12, 31)),
        ((1, 6, 1), -1, "年", (1, 1, 1)),
    ],
)
def test_a_period_ends_on_the_corresponding_day_or_on_the_month_s_last(
    day: tuple[int, int, int], amount: int, unit: str, reached: tuple[int, int, int]
) -> None:
    assert shift(ordinal(date(*day)), Fraction(amount), unit) == ordinal(date(*reached))


@pytest.mark.parametrize(
    ("day", "status"),
    [("2023-11-20", "符合"), ("2023-11-21", "不符合"), ("2023-11-22", "不符合"), ("2026-11-21", "不符合")],
)
def test_thirty_six_months_both_sides(day: str, status: str) -> None:
    result = incident(day)
    assert result.status == finding(result, "basic_no_incidents").status == status


@pytest.mark.parametrize(
    ("day", "on", "status"),
    [
        ("2024-02-29", date(2027, 2, 28), "不符合"),
        ("2024-02-29", date(2027, 3, 1), "符合"),
        ("2021-02-28", date(2024, 2, 28), "不符合"),
        ("2021-02-28", date(2024, 2, 29), "符合"),
        ("2023-08-31", date(2026, 8, 31), "不符合"),
        ("2023-08-31", date(2026, 9, 1), "符合"),
    ],
)
def test_the_window_at_month_ends_and_on_a_leap_day(day: str, on: date, status: str) -> None:
    assert incident(day, on).status == status


@pytest.mark.parametrize("flag", DATES)
def test_each_window_of_article_seven_counts_from_its_own_date(flag: str) -> None:
    facts = {id: value for id, value in SOUND.items() if id != flag}
    inside, outside = ({**facts, DATES[flag]: day} for day in ("2023-11-21", "2023-11-20"))
    assert judged(outside).status is Status.MET
    if flag == "not_on_rectification_list_36_months":
        assert judged(inside).status is Status.OPEN
        assert judged({**inside, "rectification_completed": True}).status is Status.MET
        assert judged({**inside, "rectification_completed": False}).status is Status.FAILED
    else:
        assert judged(inside).status is Status.FAILED


def test_a_month_that_straddles_the_limit_is_undecided_until_the_day_is_known() -> None:
    result = incident("2023-11")
    assert result.status is Status.OPEN
    assert result.missing[0].fact_id == "last_accident_date"
    assert "no_accidents_36_months" not in {missing.fact_id for missing in result.missing}
    assert incident("2023-11-20").status is Status.MET
    assert incident("2023-11-30").status is Status.FAILED
    assert incident("2023-10").status is Status.MET
    assert incident("2023-12").status is Status.FAILED
    assert incident("2022年").status is Status.MET


def test_the_reason_tells_the_day_the_period_and_the_day_of_the_assessment() -> None:
    reason = finding(incident("2023-11-21"), "basic_no_incidents").reason
    for words in ("2023-11-21", "满36个月的日期2026-11-21", "判定日为2026-11-21"):
        assert words in reason


@pytest.mark.parametrize("day", ["2026-11-22", "2026-12", "2027年"])
def test_a_past_event_cannot_lie_after_the_day_of_the_assessment(day: str) -> None:
    with pytest.raises(FactError, match="最近一次安全、质量、环境污染等事故的日期晚于判定日2026-11-21"):
        incident(day)


def test_a_month_that_has_begun_is_no_future() -> None:
    assert incident("2026-11").status is Status.FAILED


def test_a_yes_that_its_date_contradicts_is_told_and_not_settled() -> None:
    with pytest.raises(FactError, match=r"填的是“是”，按日期推算却是“否”.*2023-11-21.*请更正") as raised:
        judged({**SOUND, "last_accident_date": "2023-11-21"})
    assert raised.value.fact == "no_accidents_36_months"
    with pytest.raises(FactError, match="填的是“否”，按日期推算却是“是”"):
        judged({**SOUND, "no_accidents_36_months": False, "last_accident_date": "2023-11-20"})
    # a month leaves both open: what was said decides
    assert judged({**SOUND, "last_accident_date": "2023-11"}).status is Status.MET


def test_one_yes_stands_for_its_parts_unless_one_is_denied() -> None:
    others = {id: SOUND[id] for id in SOUND if id not in BOOK.facts["basic_conditions"].implies}
    assert judged({**others, "basic_conditions": True}).status is Status.MET
    assert judged({**others, "basic_conditions": False}).status is Status.OPEN
    with pytest.raises(FactError, match="“基本条件全部符合”填的是“是”，“属于制造业企业”却不符合"):
        judged({**others, "basic_conditions": True, "manufacturer": False})
    with pytest.raises(FactError, match="“基本条件全部符合”填的是“是”，“近36个月无安全"):
        judged({**others, "basic_conditions": True, "last_accident_date": "2025-01-01"})


@pytest.mark.parametrize(
    ("text", "on", "truth"),
    [
        ("on ≥ 2026-03-01 and on ≤ 2026-06-30", date(2026, 2, 28), False),
        ("on ≥ 2026-03-01 and on ≤ 2026-06-30", date(2026, 3, 1), True),
        ("on ≥ 2026-03-01 and on ≤ 2026-06-30", date(2026, 6, 30), True),
        ("on ≥ 2026-03-01 and on ≤ 2026-06-30", date(2026, 7, 1), False),
        ("before(on, 2年) = 2024-02-28", date(2026, 2, 28), True),
        ("before(on, 1年) = 2023-02-28", date(2024, 2, 29), True),
        ("after(2024-02-29, 12个月) < on", date(2025, 2, 28), False),
        ("after(2024-02-29, 12个月) < on", date(2025, 3, 1), True),
        ("before(on, 30天) > 2026-10-21", date(2026, 11, 20), False),
        ("before(on, 30天) > 2026-10-21", date(2026, 11, 21), True),
        ("last_accident_date > 2024-01-01", ON, None),
    ],
)
def test_date_literals_and_the_day_of_the_assessment(text: str, on: date, truth: bool | None) -> None:
    assert Evaluator(BOOK, {}, on).truth(parse_expression(text)) is truth


KNOWN = Names({"day": DATE, "tonnes": dimension_of("吨"), "yes": CONDITION}, frozenset())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("day + 5", "第1个字符处：应是一个数，却是一个日期"),
        ("on - day", "应是一个数，却是一个日期"),
        ("day > 5吨", "第7个字符处：应是一个日期，如 on、2026-12-31"),
        ("tonnes > 2026-01-01", "第1个字符处：应是一个日期"),
        ("after(day, tonnes)", "after 的期间应写成整数和单位（个月、年、天），如 36个月"),
        ("after(day, 36)", "after 的期间应写成整数和单位"),
        ("after(day, 1.5年)", "after 的期间应写成整数和单位"),
        ("before(day, 36吨)", "before 的期间应写成整数和单位"),
        ("before(yes, 36个月)", "第8个字符处：应是一个日期"),
        ("max(day, on)", "应是一个数，却是一个日期"),
        ("not day", "应是一个条件，却是一个日期"),
    ],
)
def test_dates_are_no_numbers_and_no_conditions(text: str, words: str) -> None:
    with pytest.raises(RuleBookError) as raised:
        kind_of(parse_expression(text), KNOWN)
    assert words in str(raised.value)


@pytest.mark.parametrize("day", ["2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10"])
def test_a_day_that_does_not_exist_is_refused(day: str) -> None:
    with pytest.raises(RuleBookError, match=f"第6个字符处：没有“{day}”这一天"):
        parse_expression(f"on ≥ {day}")


DATE_FACT = """  paid:
    label: 付款日期
    type: date
    question: 请问哪一天付的款？
    clause: 第二条/（二）
    quote: 年度改造投资
"""
REFUSED = [
    ("unit", DATE_FACT.replace("type: date", "type: date\n    unit: 吨"), "date 型的事实不能写“unit”"),
    ("past", DATE_FACT.replace("type: date", "type: boolean\n    past: true"), "只有 date 型的事实能写“past”"),
    ("follows", DATE_FACT.replace("type: date", "type: date\n    follows: on > 2026-01-01"), "只有 boolean 型的事实能写“follows”"),
    ("follows a yes", DATE_FACT.replace("type: date", "type: boolean\n    follows: registered"), "“follows”里不能用 boolean 型的事实“registered”"),
    ("follows a number", DATE_FACT.replace("type: date", "type: boolean\n    follows: investment"), "应是一个条件，却是一个数"),
    ("implies a number", DATE_FACT.replace("type: date", "type: boolean\n    implies: [investment]"), "“implies”里的“investment”应是另一个 boolean 型"),
    ("implies itself", DATE_FACT.replace("type: date", "type: boolean\n    implies: [paid]"), "“implies”里的“paid”应是另一个 boolean 型"),
    ("implies nobody", DATE_FACT.replace("type: date", "type: boolean\n    implies: [nobody]"), "“implies”里的“nobody”不存在"),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "words"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_book_with_a_date_in_the_wrong_place_is_refused(
    tmp_path: Path, city: Policy, fact: str, words: str
) -> None:
    file = tmp_path / "rules.yaml"
    source = (SUBSIDY / "rules.yaml").read_text(encoding="utf-8")
    file.write_text(source.replace("facts:\n", f"facts:\n{fact}", 1), encoding="utf-8")
    with pytest.raises(RuleBookError) as raised:
        load_book(file, city)
    assert words in str(raised.value)
    assert "facts.paid" in str(raised.value)


def ranges(fact: FactDefinition) -> st.SearchStrategy[list[FactValue]]:
    """What becomes known of one fact, ever narrower: a range, a range within it, a value."""
    if fact.type == "date":
        days = st.integers(ON.toordinal() - 1500, ON.toordinal()).map(Fraction)
    elif fact.type == "boolean":
        return st.integers(0, 9).map(lambda number: [number > 0])
    else:
        days = values(fact).filter(lambda value: isinstance(value, Fraction))  # type: ignore[assignment]
    return st.lists(days, min_size=5, max_size=5).map(sorted).map(_nested)


def _nested(ends: list[Fraction]) -> list[FactValue]:
    def held(low: Fraction, high: Fraction) -> Interval:
        return intervals.between(low, high)

    value: FactValue = ends[2]
    return [held(ends[0], ends[4]), held(ends[1], ends[3]), value]


@st.composite
def stories(draw: st.DrawFn, book: RuleBook, programme: str) -> list[dict[str, FactValue]]:
    """An applicant as more and more becomes known; windows by their dates, everything else by itself."""
    needed = {fact for id in book.programmes[programme].criteria for fact in book.needed[id]} - set(DATES)
    told = {id: draw(ranges(book.facts[id])) for id in sorted(needed)}
    told = {
        id: [intervals.point(end) if isinstance(end, Fraction) else end for end in steps]
        if book.facts[id].type == "date"
        else steps
        for id, steps in told.items()
    }
    order = draw(st.permutations([id for id, steps in told.items() for _ in steps]))
    known: dict[str, FactValue] = {}
    story = [dict(known)]
    for id in order:
        known[id] = told[id].pop(0)
        story.append(dict(known))
    return story


@pytest.mark.parametrize("programme", ["zero_carbon", "near_zero_carbon"])
@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.data())
def test_narrowing_never_widens_and_the_end_lies_within(programme: str, data: st.DataObject) -> None:
    story = data.draw(stories(BOOK, programme))
    results = [assess(BOOK, programme, facts, ON) for facts in story]
    for before, after in pairwise(results):
        follows(before, after)
    final = results[-1]
    assert final.status is not Status.OPEN
    assert final.score.low == final.score.high
    for result in results:
        follows(result, final)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(ON.toordinal() - 1200, ON.toordinal()), min_size=2, max_size=2).map(sorted),
    st.integers(0, 1200),
)
def test_a_window_over_a_range_of_days_says_only_what_every_day_says(ends: list[int], offset: int) -> None:
    low, high = ends
    day = min(low + offset, high)
    condition = BOOK.facts["no_accidents_36_months"].follows
    assert condition is not None

    def truth(first: int, last: int) -> bool | None:
        held = intervals.between(Fraction(first), Fraction(last))
        return Evaluator(BOOK, {"last_accident_date": held}, ON).truth(condition)

    assert truth(low, high) in (None, truth(day, day))
    # straight from the calendar: an incident counts through the corresponding day three years on
    d = date.fromordinal(day)
    last = date(d.year + 3, d.month, d.day) if (d.month, d.day) != (2, 29) else date(d.year + 3, 2, 28)
    assert truth(day, day) is (last < ON)
