"""The ledger of evidence, as the tools of one step use it: from several threads at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from assistant.agent import evidence
from assistant.agent.evidence import Evidence, EvidenceLedger
from assistant.documents.library import Library

ZERO = "fujian-zero-carbon-factory"


def test_tools_that_run_at_once_never_get_one_marker_for_two_quotes(
    corpus_library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*values: Any) -> Evidence:
        time.sleep(0.01)
        return Evidence(*values)

    monkeypatch.setattr(evidence, "Evidence", slowly)
    ledger = EvidenceLedger(corpus_library)
    clauses = [clause for clause in corpus_library.clauses(ZERO) if clause.text][:12]
    with ThreadPoolExecutor(4) as threads:
        markers = list(threads.map(lambda clause: ledger.hand_out(clause.address, clause.text), clauses))
    assert sorted(markers) == list(range(1, len(clauses) + 1))
    for clause, marker in zip(clauses, markers, strict=True):
        entry = ledger.get(marker)
        assert entry is not None
        assert entry.clause.address == clause.address


def test_the_same_words_of_a_clause_have_one_marker_however_they_are_addressed(
    corpus_library: Library,
) -> None:
    ledger = EvidenceLedger(corpus_library)
    words = "不得超过基准期的50%"
    first = ledger.hand_out(f"{ZERO}#第八条/（二）", words)
    assert ledger.hand_out(f"{ZERO}#第八条", words) == first
    assert ledger.hand_out(f"{ZERO}#第八条", "不得超过基准期的 50%") == first
    assert ledger.hand_out(f"{ZERO}#第八条/（二）", "碳削减率达100%") == first + 1
