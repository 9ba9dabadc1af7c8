"""Proof that a parse lost nothing: clauses and leftovers cover the stored file, and leftovers hold no text."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.documents.clause import Clause, Span
from assistant.documents.lines import LineKind, read_lines
from assistant.documents.passage import is_space
from assistant.errors import PolicyFileError


def find_leftovers(policy_id: str, source: str, clauses: Iterable[Clause]) -> tuple[Span, ...]:
    """Ranges that belong to no clause, in order.

    Raises PolicyFileError when two clauses claim one character, or when a character that is neither white
    space nor part of a page number belongs to none.
    """
    spans = sorted(
        (span for clause in clauses for standing in clause.standings for span in standing.spans),
        key=lambda span: span.start,
    )
    pages = {
        place
        for line in read_lines(source)
        if line.kind is LineKind.PAGE_NUMBER
        for place in range(line.span.start, line.span.end)
    }
    leftovers: list[Span] = []
    place = 0
    for span in [*spans, Span(len(source), len(source))]:
        if span.start < place:
            raise PolicyFileError(f"政策 {policy_id} 解析有误：第 {span.start} 个字符同时归入两个条款")
        if span.start > place:
            leftovers.append(Span(place, span.start))
        place = span.end
    for gap in leftovers:
        for at in range(gap.start, gap.end):
            if not is_space(source[at]) and at not in pages:
                line = source.count("\n", 0, at) + 1
                raise PolicyFileError(f"政策 {policy_id} 的文本第 {line} 行「{source[at]}」未归入任何条款")
    return tuple(leftovers)
