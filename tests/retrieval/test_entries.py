from __future__ import annotations

from pathlib import Path

from assistant.documents.library import Library
from assistant.retrieval.entries import IndexSource
from tests.retrieval.made import TEA, write_policy


def test_each_clause_with_words_is_an_entry_with_its_place(library: Library) -> None:
    source = IndexSource.of(library)
    by_address = {entry.address: entry for entry in source.entries}
    assert set(by_address) == {clause.address for clause in library.clauses() if clause.text.strip()}
    article = by_address["qingshan-tea#第四条"]
    assert article.policy_id == "qingshan-tea"
    assert "每年不得超过两次" in article.text
    assert article.context == "青山市古茶树保护办法 第四条"
    assert source.corpus_hash == library.content_hash


def test_the_fingerprint_follows_the_words(library: Library, tmp_path: Path) -> None:
    before = IndexSource.of(library).fingerprint
    assert IndexSource.of(Library.load(tmp_path / "corpus")).fingerprint == before
    write_policy(tmp_path / "corpus", "qingshan-tea", "青山市古茶树保护办法", TEA.replace("两次", "三次"))
    assert IndexSource.of(Library.load(tmp_path / "corpus")).fingerprint != before
