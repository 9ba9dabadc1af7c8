from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import IndexDamagedError
from assistant.retrieval.entries import Entry
from assistant.retrieval.lexical import LexicalIndex, build_lexical
from assistant.retrieval.progress import SilentProgress
from assistant.retrieval.words import WordCutter

ENTRIES = (
    Entry("tea#1", "tea", "茶树办法", "采摘鲜叶每年不得超过两次"),
    Entry("tea#2", "tea", "茶树办法", "处五百元以上5,000元以下罚款"),
    Entry("bus#1", "bus", "票价办法 罚款", "六十五周岁以上老年人免费乘车"),
    Entry("bus#2", "bus", "票价办法", "采摘鲜叶每年不得超过两次"),
)


@pytest.fixture(scope="module")
def words() -> WordCutter:
    return WordCutter.build()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, words: WordCutter) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("index") / "lexical"
    build_lexical(folder, ENTRIES, words, SilentProgress())
    return LexicalIndex(folder, words)


def rows(index: LexicalIndex, query: str, limit: int = 10, policies: set[str] | None = None) -> list[int]:
    return [row for row, _ in index.search(query, limit, policies)]


def test_own_text_outweighs_headings(index: LexicalIndex, words: WordCutter, tmp_path: Path) -> None:
    assert rows(index, "罚款")[:2] == [1, 2]
    turned = [Entry("a#1", "a", "公交票价", "采摘鲜叶"), Entry("a#2", "a", "采摘鲜叶", "公交票价")]
    build_lexical(tmp_path / "lexical", turned, words, SilentProgress())
    assert rows(LexicalIndex(tmp_path / "lexical", words), "公交票价") == [1, 0]


def test_numbers_are_found_with_and_without_the_comma(index: LexicalIndex) -> None:
    assert rows(index, "5000")[:1] == rows(index, "５，０００")[:1] == [1]


def test_equal_scores_keep_the_order_of_the_texts(index: LexicalIndex) -> None:
    assert rows(index, "采摘鲜叶") == [0, 3]


def test_the_filter_chooses_and_does_not_score(index: LexicalIndex) -> None:
    free = dict(index.search("采摘鲜叶", 10))
    assert dict(index.search("采摘鲜叶", 10, {"bus"})) == pytest.approx({3: free[3]})
    assert rows(index, "采摘鲜叶", 10, {"bus", "tea"}) == [0, 3]
    assert rows(index, "采摘鲜叶", 10, set()) == []
    assert rows(index, "采摘鲜叶", 10, {"no-such"}) == []


def test_a_repeated_word_of_the_query_counts_once(index: LexicalIndex) -> None:
    assert index.search("罚款罚款", 10)[0][1] < 1.5 * index.search("罚款", 10)[0][1]


def test_limit_and_empty_queries(index: LexicalIndex) -> None:
    assert len(rows(index, "采摘鲜叶", 1)) == 1
    assert rows(index, "采摘", 0) == rows(index, "？！", 5) == rows(index, "", 5) == []
    assert len(index) == 4


def test_signs_of_a_query_language_are_plain_text(index: LexicalIndex) -> None:
    assert rows(index, '"采摘" AND (鲜叶 -罚款* terms:x^9')[0] in (0, 3)


def test_a_folder_without_an_index_is_damaged(tmp_path: Path, words: WordCutter) -> None:
    with pytest.raises(IndexDamagedError, match="关键词索引"):
        LexicalIndex(tmp_path, words)
