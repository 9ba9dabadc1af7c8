"""The real book of 零碳工厂, and a small invented one for another kind of policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.documents.parser import parse_document
from assistant.documents.policy import Policy, load_policy
from assistant.documents.policy_folder import read_folder
from assistant.rules.assessment import Assessment
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks
from assistant.rules.engine import assess
from assistant.rules.facts import parse_facts

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
FACTORY = "fujian-zero-carbon-factory"
SUBSIDY = Path(__file__).resolve().parent / "subsidy"


@pytest.fixture(scope="session")
def library() -> Library:
    return Library.load(CORPUS)


@pytest.fixture(scope="session")
def book(library: Library) -> RuleBook:
    return RuleBooks.load(library, CORPUS).book(FACTORY)


@pytest.fixture(scope="session")
def city() -> Policy:
    """The invented policy; without its validity, so that tests that name no day hold on any."""
    return replace(load_policy(SUBSIDY)[0], valid_from=None, valid_to=None)


@pytest.fixture(scope="session")
def city_library(city: Policy) -> Library:
    return library_of(city, (SUBSIDY / "text.txt").read_text(encoding="utf-8"))


def library_of(policy: Policy, text: str) -> Library:
    """A library of one policy whose text is given, not read."""
    return Library(
        {
            policy.id: replace(
                read_folder(SUBSIDY), policy=policy, text=text, document=parse_document(policy.id, text)
            )
        }
    )


Assess = Callable[..., Assessment]


@pytest.fixture(scope="session")
def judge(book: RuleBook) -> Assess:
    """assess() of facts as people write them."""

    def run(programme: str, facts: Mapping[str, object]) -> Assessment:
        return assess(book, programme, parse_facts(book, facts))

    return run
