"""Clauses beside the one under discussion, in the real corpus."""

from __future__ import annotations

import pytest

from assistant.agent.understanding import neighbours
from assistant.documents.library import Library
from assistant.rules.book import RuleBook

ZERO = "fujian-zero-carbon-factory"
SYNERGY = "fujian-pollution-carbon-synergy"


@pytest.mark.parametrize(
    ("message", "steps"),
    [("下一步呢", 1), ("再下一步", 1), ("上一条", -1), ("前一项是什么", -1), ("下一步打算培育多少家工厂", 0)],
)
def test_a_message_that_only_moves_on(message: str, steps: int) -> None:
    assert neighbours.moved_by(message) == steps


def test_the_clause_beside_ends_with_its_list(corpus_library: Library) -> None:
    last = f"{ZERO}#第十一条/（五）"
    assert neighbours.beside(corpus_library, last, -1) == f"{ZERO}#第十一条/（四）"
    assert neighbours.beside(corpus_library, last, 1) is None


def test_the_rows_of_a_table_follow_each_other_over_its_groups(corpus_library: Library) -> None:
    assert neighbours.beside(corpus_library, f"{ZERO}#附件4/8", 1) == f"{ZERO}#附件4/9"
    assert neighbours.beside(corpus_library, f"{ZERO}#附件4/10", 1) == f"{ZERO}#附件4/12"  # there is no 11


def test_a_part_is_known_by_its_text_where_no_heading_has_the_word(corpus_library: Library) -> None:
    column = "fuzhou-industry-carbon-peak#专栏2"
    assert neighbours.named_beside(corpus_library, f"{column}/1", "干法制粉") == f"{column}/3"


def test_a_part_is_known_by_its_heading(corpus_library: Library) -> None:
    farming = f"{SYNERGY}#三/（八）"
    assert neighbours.named_beside(corpus_library, farming, "林业") == f"{SYNERGY}#三/（九）"
    assert neighbours.named_beside(corpus_library, farming, "农业") is None  # where one stands already
    assert neighbours.named_beside(corpus_library, farming, "推进") is None  # in every heading


def test_the_same_row_of_another_table(corpus_library: Library, book: RuleBook) -> None:
    near = book.programmes["near_zero_carbon"]
    assert neighbours.counterpart(corpus_library, f"{ZERO}#附件3/14", near) == f"{ZERO}#附件4/15"
    assert (
        neighbours.counterpart(corpus_library, f"{ZERO}#附件3/10", near) is None
    )  # it has none of offsetting
    assert neighbours.counterpart(corpus_library, f"{ZERO}#第八条", near) is None
