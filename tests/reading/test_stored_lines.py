"""Lines of the stored file: to the letter, the clause's characters marked and no others."""

from __future__ import annotations

import pytest

from assistant.documents.clause import Span
from assistant.reading.reader import ClauseReader
from assistant.reading.stored_lines import AROUND, LONGEST, Mark, stored_lines

SOURCE = "甲\n  乙丙\n\n丁\n"


def test_lines_are_those_of_the_file(reader: ClauseReader) -> None:
    for clause in reader.library.clauses():
        source = reader.library.source(clause.policy_id)
        whole = source.split("\n")
        for standing, lines in zip(clause.standings, reader.read(clause).lines, strict=False):
            assert [line.text for line in lines.lines] == [whole[line.number - 1] for line in lines.lines]
            assert [line.number for line in lines.lines] == list(
                range(lines.lines[0].number, lines.lines[0].number + len(lines.lines))
            )
            assert (
                source[: standing.spans[0].start].count("\n") + 1 >= lines.first if standing.spans else True
            )


@pytest.mark.parametrize("path", ["第八条/（二）", "附件3/10", "第十一条/（二）"])
def test_the_marked_characters_are_the_clauses(reader: ClauseReader, path: str) -> None:
    clause = reader.resolve(f"fujian-zero-carbon-factory#{path}")
    source = reader.library.source(clause.policy_id)
    lines = reader.read(clause).lines[0]
    own = "".join(p.text for line in lines.lines for p in line.pieces if p.mark is Mark.OWN)
    assert own == "".join(source[span.start : span.end] for span in clause.spans).replace("\n", "")


def test_the_quotation_is_marked_within_the_clause(reader: ClauseReader) -> None:
    clause = reader.resolve("第八条第二项")
    reading = reader.read(clause, "不得超过 基准期的50%")
    assert [piece.words for piece in reading.quoted] == ["不得超过基准期的50%"]
    marked = [p.text for line in reading.lines[0].lines for p in line.pieces if p.mark is Mark.QUOTE]
    assert "".join(marked) == "不得超过基准期的50%"
    assert reader.read(clause, "不得超过基准期的60%").quoted == ()


def test_page_numbers_within_a_quotation_are_not_marked(reader: ClauseReader) -> None:
    broken = 0
    for clause in reader.library.clauses("fuzhou-industry-carbon-peak"):
        if not clause.text or len(clause.standings) > 1:
            continue
        lines = reader.read(clause, clause.text).lines[0]
        marked = "".join(p.text for line in lines.lines for p in line.pieces if p.mark is Mark.QUOTE)
        assert "".join(marked.split()) == "".join(clause.text.split()), clause.address
        inside = [line.text for line in lines.lines if lines.first <= line.number <= lines.last]
        broken += any(line.strip().strip("-— ").isdigit() for line in inside)
    assert broken


def test_the_clauses_below_are_marked_apart(reader: ClauseReader) -> None:
    lines = reader.read(reader.resolve("第八条")).lines[0]
    marks = {mark for line in lines.lines for mark in (p.mark for p in line.pieces if p.text.strip())}
    assert {Mark.OWN, Mark.BELOW} <= marks


def test_first_and_last_line_and_what_is_around_them() -> None:
    lines = stored_lines(SOURCE, [Span(4, 6)])
    assert lines is not None
    assert [(line.number, line.text) for line in lines.lines] == [
        (1, "甲"),
        (2, "  乙丙"),
        (3, ""),
        (4, "丁"),
    ]
    assert (lines.first, lines.last, lines.left_out) == (2, 2, 0)
    assert [(p.text, p.mark) for p in lines.lines[1].pieces] == [("  ", Mark.PLAIN), ("乙丙", Mark.OWN)]
    assert stored_lines(SOURCE, []) is None


def test_of_a_very_long_clause_the_lines_around_the_quotation_are_given() -> None:
    source = "\n".join(f"第{number}行" for number in range(2000))
    span = Span(0, len(source))
    lines = stored_lines(source, [span])
    assert lines is not None
    assert (len(lines.lines), lines.lines[0].number, lines.left_out) == (LONGEST, 1, 2000 - LONGEST)
    at = source.index("第1500行")
    lines = stored_lines(source, [span], quote=[Span(at, at + 6)])
    assert lines is not None
    assert "第1500行" in [line.text for line in lines.lines]
    assert (len(lines.lines), lines.left_out) == (LONGEST, 2000 - LONGEST)
    assert AROUND > 0
