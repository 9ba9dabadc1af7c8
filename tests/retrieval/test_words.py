from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import IndexDamagedError
from assistant.retrieval.coverage import Coverage
from assistant.retrieval.entries import Entry, PolicyRecord
from assistant.retrieval.lexical import IndexedClause, LexicalIndex, build_lexical
from assistant.retrieval.progress import SilentProgress
from assistant.retrieval.words import WordCutter


@pytest.fixture(scope="module")
def words() -> WordCutter:
    return WordCutter.build()


def test_cut_words_join_to_the_folded_text(words: WordCutter) -> None:
    assert "".join(words.cut("碳抵消占比ＴＣＯ2，不得超过50%")) == "碳抵消占比tco2,不得超过50%"


def test_search_words_hold_long_words_and_their_parts(words: WordCutter) -> None:
    found = words.search_words("生态环境厅发布2025年的通知")
    assert {"生态环境", "环境", "发布", "通知"} <= set(found) or {"生态", "环境", "通知"} <= set(found)
    assert "的" not in found
    assert "2025" not in found


def test_names_are_things_people_and_places(words: WordCutter) -> None:
    assert words.names("请问厦门的退休金怎么领，退休金能领多少") == ["厦门", "退休金"]
    assert words.names("CBAM证书卖52欧元") == ["cbam", "证书", "欧元"]


def test_a_saved_dictionary_cuts_the_same(words: WordCutter, tmp_path: Path) -> None:
    words.save(tmp_path / "words.txt")
    read = WordCutter.load(tmp_path / "words.txt")
    text = "福建省零碳工厂建设管理办法适用于省级零碳工厂、近零碳工厂的建设、认定、管理等工作"
    assert read.cut(text) == words.cut(text)
    assert read.names(text) == words.names(text)


def test_generations_share_one_dictionary(words: WordCutter, tmp_path: Path) -> None:
    words.save(tmp_path / "words.txt")
    first = WordCutter.shared(tmp_path / "words.txt", "hash-1")
    assert WordCutter.shared(tmp_path / "elsewhere", "hash-1") is first
    with pytest.raises(IndexDamagedError):
        WordCutter.shared(tmp_path / "elsewhere", "hash-2")
    assert WordCutter.shared(tmp_path / "words.txt", "hash-1") is first


@pytest.mark.parametrize("content", ["", "的 是", "的\n工厂\n9", "的\n工厂\n9 x", "的\n工厂\n9 9\n9"])
def test_a_broken_dictionary_is_named(content: str, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(IndexDamagedError, match=r"words\.txt"):
        WordCutter.load(path)


class TestCoverage:
    @pytest.fixture
    def coverage(self, words: WordCutter, tmp_path: Path) -> Coverage:
        texts = ["创建绿色工厂，公布名单", "福建省ＦＦＣＥＲ碳汇", "退休职工", "休金"]
        clauses = [
            IndexedClause(row, PolicyRecord("a"), Entry(f"a#{row}", "a", "", text))
            for row, text in enumerate(texts)
        ]
        build_lexical(tmp_path / "lexical", clauses, words, tmp_path / "words.txt", SilentProgress())
        return Coverage(LexicalIndex(tmp_path / "lexical", words), words)

    def test_words_that_stand_nowhere_are_told_in_order(self, coverage: Coverage) -> None:
        assert coverage.uncovered("绿色工厂的退休金和厦门的天气") == ("退休金", "厦门", "天气")

    def test_words_of_asking_are_no_sign(self, coverage: Coverage) -> None:
        assert coverage.uncovered("请问能不能告诉我绿色工厂名单是多少") == ()

    def test_nouns_of_the_asker_are_no_sign(self, coverage: Coverage) -> None:
        assert coverage.uncovered("客户公司想问名单网址") == ()

    def test_a_long_word_may_be_composed(self, coverage: Coverage) -> None:
        assert coverage._covers("绿色工厂")
        assert coverage._covers("福建省碳汇") is False  # 省碳 stands nowhere
        assert coverage._covers("工厂名") is False

    def test_the_pairs_of_a_short_word_must_stand_in_one_clause(self, coverage: Coverage) -> None:
        assert coverage._covers("退休")
        assert coverage._covers("休金")
        assert coverage._covers("退休金") is False
        assert coverage._covers("退休职")
        assert coverage._covers("ffcer")
        assert coverage._covers("ffce") is False
