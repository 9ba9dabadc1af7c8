from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import IndexDamagedError
from assistant.retrieval import cutting as cutting_module
from assistant.retrieval import lexical as lexical_module
from assistant.retrieval.entries import Entry, PolicyRecord
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.lexical import IndexedClause, LexicalIndex, build_lexical, derive_lexical
from assistant.retrieval.progress import SilentProgress
from assistant.retrieval.words import WordCutter

RECORDS = {
    "tea": PolicyRecord("tea", "茶树办法", "青山市", "市级", "林业局", "现行", date(2024, 5, 1), None),
    "bus": PolicyRecord("bus", "票价办法", "福建省", "省级", "", "已废止", None, date(2023, 1, 1)),
}
ENTRIES = (
    Entry("tea#1", "tea", "茶树办法", "采摘鲜叶每年不得超过两次"),
    Entry("tea#2", "tea", "茶树办法", "处五百元以上5,000元以下罚款"),
    Entry("bus#1", "bus", "票价办法 罚款", "六十五周岁以上老年人免费乘车"),
    Entry("bus#2", "bus", "票价办法", "采摘鲜叶每年不得超过两次"),
)


def clauses(entries: Sequence[Entry], first: int = 0) -> list[IndexedClause]:
    return [
        IndexedClause(place, RECORDS.get(entry.policy_id, PolicyRecord(entry.policy_id)), entry)
        for place, entry in enumerate(entries, first)
    ]


@pytest.fixture(scope="module")
def words() -> WordCutter:
    return WordCutter.build()


def build(
    folder: Path, entries: Sequence[Entry], words: WordCutter, words_file: Path = Path("unused")
) -> LexicalIndex:
    build_lexical(folder, clauses(entries), words, words_file, SilentProgress())
    return LexicalIndex(folder, words)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, words: WordCutter) -> LexicalIndex:
    return build(tmp_path_factory.mktemp("index") / "lexical", ENTRIES, words)


def rows(index: LexicalIndex, query: str, limit: int = 10, where: ClauseFilter | None = None) -> list[int]:
    return [place for place, _ in index.search(query, limit, where)]


def of(*policies: str) -> ClauseFilter:
    return ClauseFilter(policy_ids=frozenset(policies))


def test_own_text_outweighs_headings(index: LexicalIndex, words: WordCutter, tmp_path: Path) -> None:
    assert rows(index, "罚款")[:2] == [1, 2]
    turned = [Entry("a#1", "a", "公交票价", "采摘鲜叶"), Entry("a#2", "a", "采摘鲜叶", "公交票价")]
    assert rows(build(tmp_path / "lexical", turned, words), "公交票价") == [1, 0]


def test_numbers_are_found_with_and_without_the_comma(index: LexicalIndex) -> None:
    assert rows(index, "5000")[:1] == rows(index, "５，０００")[:1] == [1]


def test_equal_scores_keep_the_order_of_the_texts(index: LexicalIndex) -> None:
    assert rows(index, "采摘鲜叶") == [0, 3]


def test_ties_go_by_place_whatever_the_limit_and_in_whichever_segment(
    words: WordCutter, tmp_path: Path
) -> None:
    """An update puts documents into a segment of their own, which tantivy may well read first."""
    same = [Entry(f"a#{row}", f"a{row % 40}", "办法", "采摘鲜叶") for row in range(120)]
    build(tmp_path / "base", same, words)
    derive_lexical(
        tmp_path / "base",
        tmp_path / "next",
        ["a0", "a7"],
        clauses([Entry("z", "z", "办法", "采摘鲜叶")] * 200, 1000),
        words,
        Path("unused"),
        SilentProgress(),
    )
    index = LexicalIndex(tmp_path / "next", words)
    everything = [row for row in range(120) if row % 40 not in (0, 7)] + list(range(1000, 1200))
    assert len(index) == len(everything)
    for limit in (1, 2, 50, 113, 115, 200, 1000):
        assert rows(index, "采摘鲜叶", limit) == everything[:limit]


def test_a_derived_index_leaves_its_base_as_it_was(words: WordCutter, tmp_path: Path) -> None:
    base = build(tmp_path / "base", ENTRIES, words)
    before = {path.name: path.read_bytes() for path in (tmp_path / "base").iterdir()}
    replacement = clauses([Entry("tea#1", "tea", "茶树办法", "古茶树挂牌")], 100)
    derive_lexical(
        tmp_path / "base", tmp_path / "next", ["tea"], replacement, words, Path("unused"), SilentProgress()
    )
    derived = LexicalIndex(tmp_path / "next", words)
    assert len(derived) == 3
    assert rows(derived, "采摘鲜叶") == [3]
    assert rows(derived, "挂牌") == [100]
    assert derived.places_of("tea", 5) == [100]
    assert {path.name: path.read_bytes() for path in (tmp_path / "base").iterdir()} == before
    assert rows(base, "采摘鲜叶") == rows(LexicalIndex(tmp_path / "base", words), "采摘鲜叶") == [0, 3]
    shared = [
        path for path in (tmp_path / "next").iterdir() if path.stat().st_nlink > 1 and path.suffix == ".store"
    ]
    assert shared


def test_the_filter_chooses_and_does_not_score(index: LexicalIndex) -> None:
    free = dict(index.search("采摘鲜叶", 10))
    assert dict(index.search("采摘鲜叶", 10, of("bus"))) == pytest.approx({3: free[3]})
    assert rows(index, "采摘鲜叶", 10, of("bus", "tea")) == [0, 3]
    assert rows(index, "采摘鲜叶", 10, of()) == []
    assert rows(index, "采摘鲜叶", 10, of("no-such")) == []


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (ClauseFilter(regions=frozenset({"青山市"})), [0]),
        (ClauseFilter(levels=frozenset({"省级", "国家"})), [3]),
        (ClauseFilter(issuers=frozenset({""})), [3]),
        (ClauseFilter(issuers=frozenset({"林业局"})), [0]),
        (ClauseFilter(statuses=frozenset({"已废止"})), [3]),
        (ClauseFilter(in_force_on=date(2024, 4, 30)), []),
        (ClauseFilter(in_force_on=date(2024, 5, 1)), [0]),
        (ClauseFilter(in_force_on=date(2999, 1, 1)), [0]),
        (ClauseFilter(regions=frozenset({"青山市"}), levels=frozenset({"省级"})), []),
    ],
)
def test_each_condition(where: ClauseFilter, found: list[int], index: LexicalIndex) -> None:
    assert rows(index, "采摘鲜叶", 10, where) == found


def test_a_repeated_word_of_the_query_counts_once(index: LexicalIndex) -> None:
    assert index.search("罚款罚款", 10)[0][1] < 1.5 * index.search("罚款", 10)[0][1]


def test_limit_and_empty_queries(index: LexicalIndex) -> None:
    assert len(rows(index, "采摘鲜叶", 1)) == 1
    assert rows(index, "采摘", 0) == rows(index, "？！", 5) == rows(index, "", 5) == []
    assert len(index) == 4


def test_signs_of_a_query_language_are_plain_text(index: LexicalIndex) -> None:
    assert rows(index, '"采摘" AND (鲜叶 -罚款* terms:x^9')[0] in (0, 3)


def test_a_large_index_is_asked_for_single_characters_only_where_no_pair_holds_them(
    words: WordCutter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [Entry("a#1", "a", "", "茶园"), Entry("a#2", "a", "", "鲜叶"), Entry("a#3", "a", "", "园丁")]
    assert rows(build(tmp_path / "small", entries, words), "茶园") == [0, 2]
    monkeypatch.setattr(lexical_module, "CHARACTERS_UP_TO", 2)
    large = build(tmp_path / "large", entries, words)
    assert rows(large, "茶园") == [0]
    assert rows(large, "茶") == [0]


def test_helpers_cut_the_same_terms(
    words: WordCutter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [Entry(f"a#{row}", "a", f"办法 第{row}条", f"采摘{row}次鲜叶 罚款") for row in range(2500)]
    words.save(tmp_path / "words.txt")
    alone = list(cutting_module.cut_entries(entries, len(entries), words, tmp_path / "words.txt"))
    monkeypatch.setattr(cutting_module, "POOL_FROM", 100)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert list(cutting_module.cut_entries(entries, 2500, words, tmp_path / "words.txt")) == alone
    # Helpers that cannot start: the work is done here.
    assert list(cutting_module.cut_entries(entries, 2500, words, tmp_path / "missing")) == alone


def test_terms_are_counted_and_sought_together(index: LexicalIndex) -> None:
    assert index.doc_freq("pairs", "鲜叶") == 2
    assert index.doc_freq("pairs", "汽车") == 0
    assert index.has("pairs", ["采摘", "鲜叶"])
    assert not index.has("pairs", ["采摘", "罚款"])
    assert not index.has("pairs", ["采摘", "汽车"])


def test_a_folder_without_an_index_is_damaged(tmp_path: Path, words: WordCutter) -> None:
    with pytest.raises(IndexDamagedError, match="关键词索引"):
        LexicalIndex(tmp_path, words)
