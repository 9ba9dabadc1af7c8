"""The evaluation against the real corpus: ancestors by the tree, gold addresses, stored files."""

from __future__ import annotations

import pytest

from assistant.agent.answer import Citation
from assistant.documents.library import Library
from assistant.settings import PROJECT_ROOT
from eval.citations import StoredTexts, citation_faults
from eval.metrics import clause_lineage, meets
from eval.questions import unknown_gold
from tests.eval.made import question

ROW = "fujian-zero-carbon-factory#附件3/10"
ITEM = "fujian-zero-carbon-factory#第八条/（二）"


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.load(PROJECT_ROOT / "corpus")


def cite(library: Library, address: str, quote: str) -> Citation:
    clause, span, exact = library.cite(address, quote)
    policy = library.policies[clause.policy_id]
    text = library.full_text(clause)
    return Citation(
        1, policy.id, policy.title, clause.address, clause.label, text, exact, span.start, span.end, policy.sha256,
        policy.status,
    )  # fmt: skip


def test_chapters_and_groups_stand_above_though_the_path_does_not_say_so(library: Library) -> None:
    lineage = clause_lineage(library)
    assert meets(ITEM, ["fujian-zero-carbon-factory#第二章"], lineage)
    assert meets(ROW, ["fujian-zero-carbon-factory#附件3/温室气体减排绩效"], lineage)
    assert not meets(ROW, ["fujian-zero-carbon-factory#附件4"], lineage)
    assert lineage("fujian-zero-carbon-factory#第九十条") == {"fujian-zero-carbon-factory#第九十条"}


def test_gold_that_no_clause_has_is_listed(library: Library) -> None:
    good, bad = question(gold=[[ITEM, ROW]]), question(gold=[[ITEM], ["fujian-zero-carbon-factory#第十六条"]])
    assert unknown_gold([good], library) == []
    (line,) = unknown_gold([bad], library)
    assert line.startswith("q1: fujian-zero-carbon-factory#第十六条: ")


def test_what_the_library_cites_verifies_and_a_wrong_text_or_address_does_not(library: Library) -> None:
    stored = StoredTexts(PROJECT_ROOT / "corpus")
    right = cite(library, ITEM, "不得超过基准期的50%")
    assert citation_faults(right, stored, library) == []
    other = Citation(**{**vars(right), "text": right.text + "。"})
    assert citation_faults(other, stored, library) == ["text is not the clause's"]
    lost = Citation(**{**vars(right), "address": "fujian-zero-carbon-factory#第八条/（九）"})
    assert citation_faults(lost, stored, library) == ["address does not resolve"]


def test_every_line_of_every_clause_verifies_when_cited(library: Library) -> None:
    stored = StoredTexts(PROJECT_ROOT / "corpus")
    quoted = [
        (clause.address, line) for clause in library.clauses() for line in clause.text.splitlines() if line
    ]
    faults = [
        (address, line, fault)
        for address, line in quoted
        for fault in citation_faults(cite(library, address, line), stored, library)
    ]
    assert len(quoted) > 300
    assert faults == []


def test_a_row_cited_across_a_cell_that_is_not_its_own_does_not_verify(library: Library) -> None:
    """附件3 item 8 has its group's cell between its number and its text: one span cannot hold just the row."""
    row = library.clause("fujian-zero-carbon-factory#附件3/8")
    whole = cite(library, row.address, row.text)
    assert citation_faults(whole, StoredTexts(PROJECT_ROOT / "corpus"), library) == [
        "span does not hold the quote"
    ]
