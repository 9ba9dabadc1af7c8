"""The golden cases: sentences through the whole assistant, and their facts through the engine and the oracle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from assistant.rules.book import FactValue, RuleBook
from assistant.rules.facts import parse_facts
from assistant.rules.intervals import Interval
from assistant.service import Assistant
from assistant.settings import Settings
from eval.rules.gaps import Days, Value
from eval.rules.golden import GoldenCase, load_golden, unlike_answer, unlike_facts
from eval.rules.oracle import judge
from tests.conftest import ROOT, TODAY

CASES = load_golden()
# The oracle judges programmes, and knows no metric given in place of its figures.
IN_FIGURES = [
    case
    for case in CASES
    if case.programme and not {"offset_share", "cultivation_reduction_rate"} & set(case.facts)
]


class Clock:
    """Today, as a case sets it."""

    day = TODAY

    def today(self) -> date:
        return self.day


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def assistant(clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The whole assistant, on the day that a case sets."""
    folder = tmp_path_factory.mktemp("golden")
    settings = Settings(home=ROOT, index_dir=folder / "index", data_dir=folder / "data", _env_file=None)
    opened = Assistant.open(settings, today=clock.today)
    yield opened
    opened.close()


def oracle_facts(facts: Mapping[str, FactValue]) -> dict[str, Value]:
    """The engine's values as the oracle writes them; days are ordinals within bounds there."""
    plain: dict[str, Value] = {}
    for id, value in facts.items():
        if isinstance(value, Interval):
            first, last = (date.fromordinal(int(end)) for _, end in value)
            plain[id] = first if first == last else Days(first, last)
        else:
            plain[id] = value
    return plain


def by_id(case: GoldenCase) -> str:
    return case.id


def test_there_are_sixty_cases() -> None:
    assert len(CASES) >= 60


def test_every_unit_and_way_of_writing_is_said() -> None:
    said = "".join(message for case in CASES for message in case.say)
    units = [
        "万吨",
        "千吨",
        "kg",
        "千克",
        "tCO2",
        "tce",
        "吨标煤",
        "吨标准煤",
        "万元",
        "亿元",
        "0元",
        "%",
        "百分之",
    ]
    words = ["一半", "三成", "十二万吨", "五千万元", "二〇二一年", "100,000", "四项", "十一家", "2023-11-21"]
    assert [word for word in (*units, *words) if word not in said] == []


@pytest.mark.parametrize("case", CASES, ids=by_id)
def test_the_facts_are_judged_as_the_text_says(case: GoldenCase, book: RuleBook) -> None:
    assert unlike_facts(book, case) == []


@pytest.mark.parametrize("case", IN_FIGURES, ids=by_id)
def test_the_oracle_agrees_with_the_case(case: GoldenCase, book: RuleBook) -> None:
    """The expectations are written by hand, and twice confirmed."""
    facts = oracle_facts(parse_facts(book, case.facts))
    assert case.programme is not None
    judged = judge(case.programme, facts, case.day)
    assert {id: judged.findings[id] for id in case.findings} == dict(case.findings)
    assert case.verdict in (None, judged.verdict)
    if case.score is not None:
        assert tuple(map(str, (judged.score.low, judged.score.high))) == case.score


@pytest.mark.parametrize("case", CASES, ids=by_id)
def test_the_sentences_are_judged_as_the_text_says(
    case: GoldenCase, assistant: Assistant, clock: Clock, book: RuleBook
) -> None:
    clock.day = case.day
    conversation: str | None = None
    for message in case.say:
        answer = assistant.ask(message, conversation)
        conversation = answer.conversation_id
    assert unlike_answer(book, case, answer) == []
