"""Where a clause's words stand again: all of it, and nothing else, held against a plain search."""

from __future__ import annotations

import pytest

from assistant.reading.reader import ClauseReader
from assistant.reading.running_text import bare
from assistant.reading.same_words import SHORTEST, same_words
from tests.reading.conftest import MakeReader

FACTORY = "fujian-zero-carbon-factory"


@pytest.mark.parametrize("path", ["第八条/（二）", "附件3/10", "第七条/（三）", "附件4/9"])
def test_each_clause_with_a_common_run_is_found_and_no_other(reader: ClauseReader, path: str) -> None:
    clause = reader.library.clause(f"{FACTORY}#{path}")
    words = bare(clause.text)
    pieces = {words[at : at + SHORTEST] for at in range(len(words) - SHORTEST + 1)}
    wanted = {
        other.address
        for other in reader.library.clauses()
        if other.address != clause.address and any(piece in bare(other.text) for piece in pieces)
    }
    found = same_words(reader.texts, clause)
    assert {one.clause.address for one in found} == wanted
    for one in found:
        assert bare(one.words) in words
        assert one.words in one.clause.text
        assert one.length == len(bare(one.words)) >= SHORTEST


def test_the_longest_run_comes_first_and_runs_are_whole(make_reader: MakeReader) -> None:
    shared, short = "企业应当建立温室气体排放统计和报告制度", "每年一月底以前报送省主管部门"
    reader = make_reader(
        one=(f"第一条 {shared}，{short}。\n", "现行"),
        two=(
            f"第一条 凡{short}的，从其规定。\n第二条 有关{shared}的规定。\n第三条 企业应当建立温室气体制度。\n",
            "现行",
        ),
    )
    found = same_words(reader.texts, reader.resolve("one#第一条"))
    assert [(one.clause.address, one.words) for one in found] == [
        ("two#第二条", shared),
        ("two#第一条", short),
    ]


def test_a_second_standing_of_the_clause_itself_is_no_other_clause(reader: ClauseReader) -> None:
    clause = reader.resolve("fujian-pollution-carbon-synergy#二/（四）")
    assert len(clause.standings) == 2
    assert clause.address not in [one.clause.address for one in same_words(reader.texts, clause)]
