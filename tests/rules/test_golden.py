"""The golden cases: sentences through the whole assistant, and their facts through the engine and the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.rules.book import RuleBook
from assistant.rules.facts import parse_facts
from assistant.service import Assistant
from assistant.settings import Settings
from eval.golden import GoldenCase, load_golden, unlike_answer, unlike_facts
from eval.oracle import judge
from tests.conftest import ROOT, TODAY

CASES = load_golden()
# Sentences that the chat cannot read yet, with what goes wrong.
UNREAD: dict[str, str] = {}


class Clock:
    """Today, as a case sets it."""

    day = TODAY

    def today(self) -> date:
        return self.day


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def assistant(real_assistant: Assistant, clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant of its own day, over the index that the shared one has built."""
    folder = tmp_path_factory.mktemp("golden")
    shared = real_assistant.settings if hasattr(real_assistant, "settings") else None
    assert shared is None
    settings = Settings(home=ROOT, index_dir=folder / "index", data_dir=folder / "data", _env_file=None)
    opened = Assistant.open(settings, today=clock.today)
    yield opened
    opened.close()


def by_id(case: GoldenCase) -> str:
    return case.id


def test_there_are_sixty_cases() -> None:
    assert len(CASES) >= 60
    assert set(UNREAD) <= {case.id for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=by_id)
def test_the_facts_are_judged_as_the_text_says(case: GoldenCase, book: RuleBook) -> None:
    assert unlike_facts(book, case) == []


@pytest.mark.parametrize("case", CASES, ids=by_id)
def test_the_oracle_agrees_with_the_case(case: GoldenCase, book: RuleBook) -> None:
    """The expectations are written by hand; the oracle knows no metric given in place of its figures."""
    facts = parse_facts(book, case.facts)
    if case.programme is None or not facts.keys() <= book.facts.keys():
        pytest.skip("no programme, or a metric given as such")
    judged = judge(case.programme, facts, case.day)
    assert {id: judged.findings[id] for id in case.findings} == dict(case.findings)
    assert case.verdict in (None, judged.verdict)
    if case.score is not None:
        assert tuple(map(str, (judged.score.low, judged.score.high))) == case.score


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.id, marks=pytest.mark.xfail(strict=True, reason=UNREAD[case.id]) if case.id in UNREAD else ())
        for case in CASES
    ],
)
def test_the_sentences_are_judged_as_the_text_says(
    case: GoldenCase, assistant: Assistant, clock: Clock, book: RuleBook
) -> None:
    clock.day = case.day
    conversation: str | None = None
    for message in case.say:
        answer = assistant.ask(message, conversation)
        conversation = answer.conversation_id
    assert unlike_answer(book, case, answer) == []
