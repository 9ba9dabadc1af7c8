"""Clauses beside the one under discussion, in the real corpus."""

from __future__ import annotations

import pytest

from assistant.agent.understanding import neighbours
from assistant.documents.library import Library
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks

ZERO = "fujian-zero-carbon-factory"
SYNERGY = "fujian-pollution-carbon-synergy"


@pytest.mark.parametrize(
    ("message", "steps"),
    [
        ("下一步呢", 1),
        ("再下一步", 1),
        ("上一条", -1),
        ("前一项是什么", -1),
        ("接下来干啥", 1),
        ("然后呢", 1),
        ("办完了之后呢", 1),
        ("之后该怎么办", 1),
        ("下一步打算培育多少家工厂", 0),
        ("然后福州呢", 0),
    ],
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


def test_the_same_field_of_another_form(corpus_library: Library, book: RuleBook) -> None:
    near = book.programmes["near_zero_carbon"]
    effects = f"{ZERO}#附件1/零碳建设主要成效"
    assert neighbours.counterpart(corpus_library, effects, near) == f"{ZERO}#附件2/零碳建设现状及规划"
    energy = "年综合能耗（tce）"  # with other lines to fill in
    assert neighbours.counterpart(corpus_library, f"{ZERO}#附件1/{energy}", near) == f"{ZERO}#附件2/{energy}"
    assert neighbours.counterpart(corpus_library, f"{ZERO}#附件2/自评价得分", near) is None  # it stands there


def test_rows_are_named_by_an_indicator_that_only_they_have(corpus_library: Library) -> None:
    table = f"{ZERO}#附件4"
    assert neighbours.rows_named(corpus_library, table, "能效提升和碳排放强度") == (
        f"{table}/9",
        f"{table}/10",
    )
    assert neighbours.rows_named(corpus_library, table, "基本条件") == ()  # five rows


def test_a_field_is_known_by_a_shorter_form_of_its_name(corpus_library: Library) -> None:
    here = f"{ZERO}#附件1/法定代表人"
    assert neighbours.named_beside(corpus_library, here, "建设成效") == f"{ZERO}#附件1/零碳建设主要成效"
    assert neighbours.named_beside(corpus_library, here, "效成设建") is None


def test_the_procedure_of_a_programme_and_the_step_after_one_that_is_over(
    corpus_library: Library, books: RuleBooks
) -> None:
    near = neighbours.procedure(corpus_library, books.books, ZERO, "near_zero_carbon")
    assert near is not None
    assert near.path == "第十二条"
    assert neighbours.step_over(corpus_library, near, "复审已经过了") == f"{ZERO}#第十二条/（三）"
    assert neighbours.step_over(corpus_library, near, "复审过了做什么") == f"{ZERO}#第十二条/（四）"
    assert neighbours.step_over(corpus_library, near, "验收完了呢") == f"{ZERO}#第十二条/（五）"  # the last
    assert neighbours.step_over(corpus_library, near, "复审看什么") is None
    assert neighbours.step_over(corpus_library, near, "申请交上去以后呢") == f"{ZERO}#第十二条/（二）"
