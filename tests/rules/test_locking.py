"""Clauses that changed since the book was locked: named with both texts; refused only where a quote is gone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.documents.policy import Policy
from assistant.errors import RuleBookError
from assistant.rules.binding import bound_clause
from assistant.rules.books import RuleBooks
from assistant.rules.locking import (
    LOCK_FILE,
    Check,
    State,
    changed_words,
    check_book,
    read_lock,
    write_lock,
)
from tests.rules.conftest import CORPUS, FACTORY, SUBSIDY, library_of

TEXT = (SUBSIDY / "text.txt").read_text(encoding="utf-8")
ARTICLE = "city-subsidy#第二条/（三）"


@pytest.fixture
def file(tmp_path: Path, city: Policy, city_library: Library) -> Path:
    """The invented book in a folder of its own, locked as its text reads."""
    folder = tmp_path / city.id
    folder.mkdir()
    book = folder / "rules.yaml"
    book.write_text((SUBSIDY / "rules.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert write_lock(book, city, city_library) == folder / LOCK_FILE
    return book


def changed(city: Policy, old: str, new: str) -> Library:
    assert TEXT.count(old) == 1
    return library_of(city, TEXT.replace(old, new))


def check(file: Path, city: Policy, library: Library) -> Check:
    return check_book(file, city, library)


def test_the_shipped_book_is_locked_as_its_text_reads(library: Library) -> None:
    found = check_book(CORPUS / FACTORY / "rules.yaml", library.policies[FACTORY], library)
    assert (found.moved, found.problems) == ((), ())
    assert found.intact
    assert found.rules > 130
    assert found.bindings > 180
    assert not RuleBooks.load(library, CORPUS).changed


def test_one_character_makes_another_hash(city: Policy, city_library: Library) -> None:
    before = bound_clause(city_library.clause(ARTICLE))
    after = bound_clause(changed(city, "3000吨标准煤。", "3000吨标准煤；").clause(ARTICLE))
    assert before.sha256 != after.sha256
    assert before.sha256 == bound_clause(changed(city, "制定本办法。", "制订本办法。").clause(ARTICLE)).sha256


def test_nothing_moved(file: Path, city: Policy, city_library: Library) -> None:
    found = check(file, city, city_library)
    assert found.intact
    assert (found.rules, found.bindings, found.clauses) == (23, 23, 14)


def test_a_clause_that_changed_around_its_quotes_is_told_and_still_applied(file: Path, city: Policy) -> None:
    """Only 第三条 says 最高; its quote ends before the words that are added."""
    library = changed(city, "最高不超过50万元。", "最高不超过50万元，分两年拨付。")
    found = check(file, city, library)
    assert [(moved.rule, moved.label, moved.state) for moved in found.moved] == [
        ("指标“补助金额”", "第三条", State.CHANGED)
    ]
    moved = found.moved[0]
    assert moved.old is not None
    assert moved.old.endswith("最高不超过50万元。")
    assert moved.new is not None
    assert moved.new.endswith("最高不超过50万元，分两年拨付。")
    assert moved.diff is not None
    assert moved.diff.endswith("，最高不超过50万元【增，分两年拨付】。")
    assert found.problems == ()
    books = RuleBooks.load(library, file.parent.parent)
    assert list(books.books) == [city.id]
    assert "第三条与锁定时的文字不同" in books.changed[city.id]


def test_a_quote_that_is_gone_breaks_the_book_and_each_rule_is_named(file: Path, city: Policy) -> None:
    library = changed(city, "不超过3000吨标准煤", "不超过2000吨标准煤")
    found = check(file, city, library)
    states = {moved.rule: moved.state for moved in found.moved}
    assert states == {
        "条件“绿色工厂或低能耗”": State.NO_QUOTE,
        "事实“市级及以上绿色工厂”": State.CHANGED,
        "事实“年综合能源消费量”": State.CHANGED,
    }
    assert all(moved.diff and "不超过【删3000】【增2000】吨标准煤。" in moved.diff for moved in found.moved)
    books = RuleBooks.load(library, file.parent.parent)
    assert city.id in books.broken
    with pytest.raises(RuleBookError, match="2000吨标准煤"):
        books.book(city.id)


def test_a_clause_that_is_gone_is_told_with_its_old_text(file: Path, city: Policy) -> None:
    library = library_of(city, TEXT[: TEXT.index("第三条")] + TEXT[TEXT.index("第四条") :])
    moved = [item for item in check(file, city, library).moved if item.state is State.NO_CLAUSE]
    assert [(item.label, item.new) for item in moved] == [("第三条", None)]
    assert moved[0].old is not None
    assert "补助按改造投资的10%计算" in moved[0].old


def test_a_lock_that_does_not_fit_the_book_is_told(file: Path, city: Policy, city_library: Library) -> None:
    lock = file.with_name(LOCK_FILE)
    content = json.loads(lock.read_text(encoding="utf-8"))
    content["clauses"]["city-subsidy#第九条"] = content["clauses"].pop("city-subsidy#第三条")
    lock.write_text(json.dumps(content), encoding="utf-8")
    found = check(file, city, city_library)
    assert [(moved.rule, moved.state) for moved in found.moved] == [("指标“补助金额”", State.UNLOCKED)]
    assert found.problems == ("锁定文件里的city-subsidy#第九条已没有规则引用",)
    lock.write_text("{}", encoding="utf-8")
    with pytest.raises(RuleBookError, match="读不懂"):
        read_lock(lock)
    lock.unlink()
    assert "没有锁定文件" in check(file, city, city_library).problems[0]
    assert "没有锁定文件" in RuleBooks.load(city_library, file.parent.parent).changed[city.id]


def test_a_broken_book_is_not_locked(file: Path, city: Policy) -> None:
    before = file.with_name(LOCK_FILE).read_bytes()
    with pytest.raises(RuleBookError, match="不能锁定"):
        write_lock(file, city, changed(city, "100万元及以上", "200万元及以上"))
    assert file.with_name(LOCK_FILE).read_bytes() == before


def test_a_book_that_is_not_legal_is_a_problem_of_its_own(
    file: Path, city: Policy, city_library: Library
) -> None:
    file.write_text("policy: [", encoding="utf-8")
    found = check(file, city, city_library)
    assert not found.intact
    assert "不是合法的 YAML" in found.problems[0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("不得超过50%", "不得超过60%", "不得超过【删50】【增60】%"),
        ("甲乙丙", "甲丙", "甲【删乙】丙"),
        ("甲丙", "甲乙丙", "甲【增乙】丙"),
    ],
)
def test_what_changed_is_marked(old: str, new: str, told: str) -> None:
    assert changed_words(old, new) == told
