"""What the rule books of the corpus bind a name to: its own clauses, those that judge by it, and those of the notes on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.agent.verification.catalogue import bound_clauses
from assistant.documents.library import Library
from assistant.rules.books import RuleBooks

CORPUS = Path(__file__).resolve().parents[3] / "corpus"


@pytest.fixture(scope="module")
def bound() -> dict[str, set[str]]:
    books = RuleBooks.load(Library.load(CORPUS), CORPUS).books
    found = bound_clauses(books.values())
    return {label: {one.partition("#")[2] for one in addresses} for label, addresses in found.items()}


def test_a_metric_is_bound_to_its_own_clauses_and_to_those_that_judge_by_it(
    bound: dict[str, set[str]],
) -> None:
    assert {"第八条/（二）", "附件3/7", "附件3/10"} <= bound["碳抵消占比"]
    assert bound["碳抵消得分"] == {"附件3/10", "附件3/注"}  # the note tells its range


def test_a_fact_is_bound_to_what_needs_it(bound: dict[str, set[str]]) -> None:
    assert "附件3/8" in bound["申报上年度碳排放量"]
    assert "第九条/（三）" not in bound["申报上年度碳排放量"]


def test_metrics_of_one_name_share_their_clauses(bound: dict[str, set[str]]) -> None:
    assert {"附件3/8", "附件4/9"} <= bound["碳排放强度"]
