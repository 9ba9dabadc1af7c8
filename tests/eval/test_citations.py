from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from eval.citations import StoredTexts, citation_faults, spells
from tests.eval.made import STORED, citation, corpus


def test_a_citation_across_a_page_number_verifies(tmp_path: Path) -> None:
    assert citation_faults(citation(), StoredTexts(corpus(tmp_path))) == []


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ({"quote": "碳削减率达10%"}, "quote does not stand in the clause text"),
        ({"quote": "碳削减率达 100%"}, "quote does not stand in the clause text"),
        ({"quote": " "}, "quote does not stand in the clause text"),
        ({"end": STORED.index("100%") + 3}, "span does not hold the quote"),
        ({"start": STORED.index("碳削") + 1}, "span does not hold the quote"),
        ({"start": STORED.index("碳削") - 1}, "span does not hold the quote"),
        ({"start": 0, "end": len(STORED)}, "span does not hold the quote"),
        ({"start": 5, "end": 5}, "span lies outside the stored file"),
        ({"end": len(STORED) + 1}, "span lies outside the stored file"),
        ({"source_sha256": "0" * 64}, "sha256 is not the stored file's"),
        ({"address": "other-policy#第八条"}, "address is not of its policy"),
        ({"policy_id": "other", "address": "other#第八条"}, "policy has no stored file"),
        ({"policy_id": "../made-policy", "address": "../made-policy#第八条"}, "policy has no stored file"),
    ],
)
def test_each_broken_promise_is_named(tmp_path: Path, broken: dict[str, Any], fault: str) -> None:
    assert fault in citation_faults(citation(**broken), StoredTexts(corpus(tmp_path)))


def test_a_changed_stored_file_is_noticed(tmp_path: Path) -> None:
    folder = corpus(tmp_path)
    (folder / "made-policy" / "text.txt").write_bytes(STORED.replace("100%", "200%").encode())
    faults = citation_faults(citation(), StoredTexts(folder))
    assert faults == ["sha256 is not the stored file's", "span does not hold the quote"]


@pytest.mark.parametrize(
    ("stored", "quote", "right"),
    [
        ("甲乙\n\n13\n\n丙", "甲乙丙", True),
        ("甲乙\n— 2 —\n丙", "甲乙丙", True),
        ("得分\n20\n注", "得分20注", True),
        ("得分\n20\n注", "得分注", True),
        ("甲乙\n丁\n丙", "甲乙丙", False),
        ("甲乙13\n丙", "甲乙丙", False),
        ("甲 乙", "甲乙", True),
        ("甲乙丙", "甲乙", False),
        ("甲", "甲乙", False),
        ("", "", False),
    ],
)
def test_only_white_space_and_page_number_lines_are_set_aside(stored: str, quote: str, right: bool) -> None:
    assert spells(stored, quote) is right
