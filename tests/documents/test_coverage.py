"""Nothing of a stored file is lost, doubled or moved."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.documents import coverage, parser
from assistant.documents.clause import Span
from assistant.documents.library import Library
from assistant.errors import PolicyFileError
from tests.documents.conftest import CORPUS

POLICIES = sorted(path.name for path in CORPUS.iterdir() if path.is_dir())


def test_the_corpus_has_five_policies(library: Library) -> None:
    assert sorted(library.policies) == POLICIES
    assert len(POLICIES) == 5


@pytest.mark.parametrize("policy_id", POLICIES)
def test_spans_and_leftovers_cover_the_file_exactly(library: Library, policy_id: str) -> None:
    spans = [span for c in library.clauses(policy_id) for standing in c.standings for span in standing.spans]
    pieces = sorted([*spans, *library.leftovers(policy_id)], key=lambda span: span.start)
    assert pieces[0].start == 0
    assert pieces[-1].end == len(library.source(policy_id))
    assert all(left.end == right.start for left, right in pairwise(pieces))
    assert all(piece.start < piece.end for piece in pieces)


@pytest.mark.parametrize(
    ("policy_id", "pages"),
    [
        ("fujian-pollution-carbon-synergy", ["-14-", "-16-", "-18-"]),
        ("fuzhou-industry-carbon-peak", ["13"]),
        ("fujian-zero-carbon-factory", ["4"]),
        ("fujian-ecology-reply-20251312", []),
        ("fujian-forestry-reply-20251151", []),
    ],
)
def test_leftovers_hold_page_numbers_and_nothing_else(
    library: Library, policy_id: str, pages: list[str]
) -> None:
    source = library.source(policy_id)
    left = [re.sub(r"\s", "", source[span.start : span.end]) for span in library.leftovers(policy_id)]
    assert [text for text in left if text] == pages


@pytest.mark.parametrize("policy_id", POLICIES)
def test_every_character_knows_its_place(library: Library, policy_id: str) -> None:
    source = library.source(policy_id)
    assert source == (Path(CORPUS) / policy_id / "text.txt").read_bytes().decode()
    for clause in library.clauses(policy_id):
        for standing in clause.standings:
            assert len(standing.offsets) == len(standing.text)
            placed = [(at, c) for at, c in zip(standing.offsets, standing.text, strict=True) if at >= 0]
            assert all(source[at] == character for at, character in placed)
            places = [at for at, _ in placed]
            assert places == sorted(set(places))
            assert all(any(s.start <= at < s.end for s in standing.spans) for at in places)
            joints = {c for at, c in zip(standing.offsets, standing.text, strict=True) if at < 0}
            assert joints <= {"\n"}


@pytest.mark.parametrize("policy_id", POLICIES)
def test_mended_text_has_no_space_between_chinese_characters(library: Library, policy_id: str) -> None:
    for clause in library.clauses(policy_id):
        for standing in clause.standings:
            assert not re.search(
                r"[\u3000-\u9fff\uff00-\uffef][ \t\u3000]|[ \t\u3000][\u3000-\u9fff\uff00-\uffef]",
                standing.text,
            )
            assert not re.search(r"- ?\d+ ?-", standing.text)
            assert standing.text == standing.text.strip()


def test_addresses_are_unique_and_parents_know_their_children(library: Library) -> None:
    clauses = {clause.address: clause for clause in library.clauses()}
    assert len(clauses) == sum(1 for _ in library.clauses())
    for clause in clauses.values():
        assert clause.label
        assert library.clause(clause.address) is clause
        for child in library.children(clause):
            assert child.parent == clause.path
        if clause.parent is not None:
            assert clause.path in clauses[f"{clause.policy_id}#{clause.parent}"].children


def test_number_of_clauses_is_golden(library: Library) -> None:
    assert {key: sum(1 for _ in library.clauses(key)) for key in library.policies} == {
        "fujian-ecology-reply-20251312": 28,
        "fujian-forestry-reply-20251151": 32,
        "fujian-pollution-carbon-synergy": 48,
        "fujian-zero-carbon-factory": 163,
        "fuzhou-industry-carbon-peak": 81,
    }


def test_text_that_finds_no_place_is_an_error(library: Library) -> None:
    policy_id = "fujian-forestry-reply-20251151"
    clauses = [clause for clause in library.clauses(policy_id) if clause.path != "落款/日期"]
    with pytest.raises(PolicyFileError, match=r"第 138 行「2」未归入任何条款"):
        coverage.find_leftovers(policy_id, library.source(policy_id), clauses)


def test_text_claimed_twice_is_an_error(library: Library) -> None:
    policy_id = "fujian-forestry-reply-20251151"
    clauses = list(library.clauses(policy_id))
    with pytest.raises(PolicyFileError, match="同时归入两个条款"):
        coverage.find_leftovers(policy_id, library.source(policy_id), [*clauses, clauses[-1]])


def test_parsing_twice_gives_the_same(library: Library) -> None:
    for policy_id in POLICIES:
        parsed = parser.parse_document(policy_id, library.source(policy_id))
        assert parsed.clauses == tuple(library.clauses(policy_id))
        assert all(isinstance(span, Span) for span in parsed.leftovers)


def test_the_corpus_loads_at_once() -> None:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        Library.load(CORPUS)
        times.append(time.perf_counter() - started)
    assert min(times) < 0.3
