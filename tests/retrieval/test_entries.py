from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from assistant.documents.library import Library
from assistant.retrieval.entries import Entry, IndexSource, PolicyRecord, PolicySource
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


def test_each_policy_has_its_record(library: Library) -> None:
    source = IndexSource.of(library)
    assert list(source.policies) == list(library.policies)
    assert source.policies["qingshan-tea"].record == PolicyRecord(
        "qingshan-tea", "青山市古茶树保护办法", "青山市", "市级", "", "现行", None, None
    )


def test_the_fingerprint_follows_the_words_of_one_policy(library: Library, tmp_path: Path) -> None:
    before = IndexSource.of(library)
    assert IndexSource.of(Library.load(tmp_path / "corpus")).fingerprint == before.fingerprint
    write_policy(tmp_path / "corpus", "qingshan-tea", "青山市古茶树保护办法", TEA.replace("两次", "三次"))
    after = IndexSource.of(Library.load(tmp_path / "corpus"))
    assert after.fingerprint != before.fingerprint
    differing = [
        key for key in after.policies if after.policies[key].fingerprint != before.policies[key].fingerprint
    ]
    assert differing == ["qingshan-tea"]


def test_the_fingerprint_follows_every_field_of_record_and_entry() -> None:
    record = PolicyRecord("p", "办法", "青山市", "市级", "林业局", "现行", date(2024, 1, 1), None)
    entry = Entry("p#1", "p", "办法 第一条", "茶树")
    changed_records = [
        replace(record, title="规定"),
        replace(record, region="福建省"),
        replace(record, level="省级"),
        replace(record, issuer=""),
        replace(record, status="已废止"),
        replace(record, valid_from=None),
        replace(record, valid_to=date(2030, 1, 1)),
    ]
    changed_entries = [
        replace(entry, address="p#2"),
        replace(entry, context="办法"),
        replace(entry, text="古茶树"),
    ]
    found = {PolicySource(record, [entry]).fingerprint, PolicySource(record, []).fingerprint}
    found |= {PolicySource(one, [entry]).fingerprint for one in changed_records}
    found |= {PolicySource(record, [one]).fingerprint for one in changed_entries}
    assert len(found) == 2 + len(changed_records) + len(changed_entries)


def test_policies_can_be_made_from_entries_alone() -> None:
    entries = [Entry("b#1", "b", "", "茶"), Entry("a#1", "a", "", "车"), Entry("b#2", "b", "", "树")]
    source = IndexSource.of_entries(entries, {"a": PolicyRecord("a", "票价办法")})
    assert [entry.address for entry in source.entries] == ["b#1", "b#2", "a#1"]
    assert source.policies["a"].record.title == "票价办法"
    assert source.policies["b"].record == PolicyRecord("b")
    assert IndexSource.of_entries(entries[1:]).corpus_hash != source.corpus_hash
