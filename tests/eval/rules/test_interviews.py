from __future__ import annotations

from statistics import mean

import pytest

from assistant.documents.library import Library
from assistant.retrieval.progress import SilentProgress
from assistant.rules.assessment import Status
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks
from assistant.rules.engine import assess
from assistant.settings import PROJECT_ROOT
from eval.rules.interviewees import RECTIFIED, UNLISTED, WHOLE, interviewees
from eval.rules.interviews import ON, POLICY, Orders, interview, run_interviews

SMALL, SEED = 40, 3
PROGRAMMES = ["zero_carbon", "near_zero_carbon"]


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(PROJECT_ROOT / "corpus")


@pytest.fixture(scope="module")
def book(library: Library) -> RuleBook:
    return RuleBooks.load(library, PROJECT_ROOT / "corpus").book(POLICY)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_every_interview_ends_with_the_verdict_of_the_complete_facts(
    book: RuleBook, library: Library, programme: str
) -> None:
    orders = Orders(book, library)
    seen = set()
    for applicant in interviewees(book, SMALL, seed=SEED):
        complete = assess(book, programme, applicant, ON).status
        seen.add(complete)
        for order in (orders.ours, orders.text, orders.text_with_groups):
            assert interview(book, programme, applicant, order).status is complete
    assert seen == {Status.MET, Status.FAILED}


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_our_order_takes_no_more_questions_than_the_order_of_the_text(
    book: RuleBook, library: Library, programme: str
) -> None:
    orders = Orders(book, library)
    people = list(interviewees(book, SMALL, seed=SEED))
    ours, text = (
        mean(interview(book, programme, one, order).questions for one in people)
        for order in (orders.ours, orders.text)
    )
    assert ours <= text / 2


def test_the_order_of_the_text_begins_with_article_seven(book: RuleBook, library: Library) -> None:
    result = assess(book, "zero_carbon", {}, ON)
    orders = Orders(book, library)
    assert orders.text(result) == "registered_in_fujian"
    assert orders.text_with_groups(result) == WHOLE
    assert orders.ours(result) == result.missing[0].fact_id != orders.text(result)


def test_applicants_are_the_same_for_the_same_seed_and_complete(book: RuleBook) -> None:
    first, again, other = (list(interviewees(book, 3, seed)) for seed in (1, 1, 2))
    assert first == again != other
    for applicant in first:
        open_ = {fact for fact in book.facts if fact not in applicant and book.facts[fact].type != "date"}
        assert open_ == {"candidate_count"}
        denied = [part for part in book.facts[WHOLE].implies if not applicant[part]]
        assert applicant[WHOLE] == (not denied or (denied == [UNLISTED] and applicant[RECTIFIED]))


def test_rows_compare_each_order_with_ours(book: RuleBook, library: Library) -> None:
    rows = run_interviews(book, library, SilentProgress(), count=3)
    assert len(rows) == 9
    ours = {row["programme"]: row["mean"] for row in rows if row["order"] == "our order"}
    assert ours["all"] == pytest.approx((ours["零碳工厂"] + ours["近零碳工厂"]) / 2)
    for row in rows:
        assert row["ratio"] == pytest.approx(row["mean"] / ours[row["programme"]])
        assert row["interviews"] == (6 if row["programme"] == "all" else 3)
