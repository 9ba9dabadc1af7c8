"""The book and the text cannot disagree: quotes to the letter, figures in the quotes, points in the tables' cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.errors import RuleBookError
from assistant.rules.binding import broken_bindings
from assistant.rules.book import Binding, RuleBook
from assistant.rules.books import RuleBooks
from assistant.rules.loading import load_book
from tests.rules.conftest import CORPUS, FACTORY

SOURCE = (CORPUS / FACTORY / "rules.yaml").read_text(encoding="utf-8")


def bindings(book: RuleBook) -> Iterator[Binding]:
    for rules in (book.facts, book.metrics, book.criteria):
        for rule in rules.values():
            yield from rule.bindings
    for note in book.notes:
        yield from note.bindings


def test_every_quote_can_be_cited_from_the_stored_file(book: RuleBook, library: Library) -> None:
    count = 0
    for binding in bindings(book):
        clause, span, words = library.cite(binding.address, binding.quote)
        assert (clause.address, words) == (binding.address, binding.quote)
        stored = library.source(FACTORY)[span.start : span.end]
        assert "".join(stored.split()) == "".join(binding.quote.split())
        count += 1
    assert count > 150


def test_every_criterion_of_the_text_is_in_the_book(book: RuleBook) -> None:
    """第七条 has four items, 第八条 two, 第九条 three; 附件3 has 7 + 17 rows, 附件4 has 8 + 16."""
    bound = {
        binding.address.partition("#")[2]
        for criterion in book.criteria.values()
        for binding in criterion.bindings
    }
    articles = {
        "第七条/（一）",
        "第七条/（二）",
        "第七条/（三）",
        "第七条/（四）",
        "第八条/（一）",
        "第八条/（二）",
    }
    assert articles | {"第九条/（一）", "第九条/（二）", "第九条/（三）"} <= bound
    for programme, vetoes, rows in (("zero_carbon", 8, 17), ("near_zero_carbon", 9, 16)):
        kinds = [book.criteria[id].kind for id in book.programmes[programme].criteria]
        assert (kinds.count("veto"), kinds.count("scored")) == (vetoes, rows)
    assert "附件4/11" not in bound
    assert sum(path.startswith("附件3/") for path in bound) == 7 + 17
    assert sum(path.startswith("附件4/") for path in bound) == 8 + 16


def problems_of(tmp_path: Path, library: Library, old: str, new: str) -> str:
    assert old in SOURCE
    folder = tmp_path / FACTORY
    folder.mkdir()
    (folder / "rules.yaml").write_text(SOURCE.replace(old, new, 1), encoding="utf-8")
    books = RuleBooks.load(library, tmp_path)
    assert not books.books
    with pytest.raises(RuleBookError) as caught:
        books.book(FACTORY)
    assert str(caught.value) == books.broken[FACTORY]
    return books.broken[FACTORY]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "    quote: 企业以2021年为基准期，碳削减率达100%\n",
            "    quote: 企业以2020年为基准期，碳削减率达100%\n",
            (
                "指标“碳削减率”",
                "#第八条/（二）",
                "里没有“企业以2020年为基准期",
                "现在的文字是“（二）企业以2021年为基准期",
            ),
        ),
        ("    clause: 第十五条\n", "    clause: 第十六条\n", ("说明“validity”", "#第十六条 不存在")),
        ("    clause: 第七条/（一）\n", "    clause: 第七条\n", ("里没有“在福建省内依法注册登记",)),
        ("    form: 附件1\n", "    form: 附件5\n", ("申报类别“零碳工厂”", "#附件5 不存在")),
    ],
)
def test_a_quote_that_moved_is_named_with_what_the_clause_says(
    tmp_path: Path, library: Library, old: str, new: str, words: tuple[str, ...]
) -> None:
    message = problems_of(tmp_path, library, old, new)
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("limit: ≥ 100%", "limit: ≥ 90%", ("“碳削减率”的数90%在所引文字里没有",)),
        ("limit: ≤ 50%", "limit: ≤ 51%", ("“碳抵消占比”的数51%",)),
        ("limit: ≥ 5%", "limit: ≥ 6%", ("“培育期碳削减率”的数6%",)),
        ("limit: ≤ 8吨/万元", "limit: ≤ 9吨/万元", ("“碳排放强度”的数9吨/万元",)),
        ("≥ 5000吨标准煤", "≥ 500吨标准煤", ("“能耗规模和绿色工厂称号”的数500吨标准煤",)),
        ("retrofit_projects ≥ 3项", "retrofit_projects ≥ 2项", ("“能效提升”的数2项",)),
        ("candidate_count × 20%", "candidate_count × 30%", ("“最少抽查家数”的数30%",)),
        ("max(1家", "max(2家", ("“最少抽查家数”的数2家",)),
        ("clamp(50分", "clamp(60分", ("“碳抵消得分”的数60分",)),
        ("× 100分, 0分", "× 90分, 0分", ("“碳抵消得分”的数90分",)),
        ("0分, 20分)", "0分, 30分)", ("“碳抵消得分”的数30分",)),
        ("100分, 0分, 20分)", "100分, 1分, 20分)", ("“碳抵消得分”的数1分",)),
    ],
)
def test_a_figure_that_the_quote_does_not_hold_is_named(
    tmp_path: Path, library: Library, old: str, new: str, words: tuple[str, ...]
) -> None:
    message = problems_of(tmp_path, library, old, new)
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "    form: 附件1\n",
            "    form: 附件2\n",
            "#附件1/年碳排放量（tCO2） 不在零碳工厂的申报书或评价表里",
        ),
        ("    annex: 附件3\n", "    annex: 附件2\n", "#附件3/1 不在零碳工厂的申报书或评价表里"),
        (
            "{clause: 附件3/4, quote: 不属于失信被执行人, programmes: [zero_carbon]}",
            "{clause: 附件4/4, quote: 不属于失信被执行人, programmes: [zero_carbon]}",
            "#附件4/4 不在零碳工厂的申报书或评价表里",
        ),
        (
            "{clause: 附件3/注, quote: 相关指标解释及计算方法可参考该标准}",
            "{clause: 附件4/注, quote: 相关指标解释及计算方法可参考该标准}",
            "说明“formula_not_spelt”",
        ),
        (
            "{clause: 附件3/3, quote: 无节能、环保、偷漏税等违法违规行为。}",
            "{clause: 附件4/3, quote: 无节能、环保、偷漏税等违法违规行为。}",
            "#附件4/3 的“无节能、环保、偷漏税等违法违规行为。”绑定了两次",
        ),
    ],
)
def test_words_that_stand_twice_are_bound_where_they_belong(
    tmp_path: Path, library: Library, old: str, new: str, words: str
) -> None:
    """The quote stands at the wrong place too, so that no check of the words can tell."""
    assert words in problems_of(tmp_path, library, old, new)


def test_points_are_those_of_the_cells(tmp_path: Path, library: Library) -> None:
    """Two rows changed against each other keep the total and still do not pass."""
    swapped = SOURCE.replace(
        "condition: meets(emission_intensity)\n    points: 5",
        "condition: meets(emission_intensity)\n    points: 6",
    )
    swapped = swapped.replace(
        "condition: retrofit_projects ≥ 3项\n    points: 5",
        "condition: retrofit_projects ≥ 3项\n    points: 4",
    )
    file = tmp_path / "rules.yaml"
    file.write_text(swapped, encoding="utf-8")
    problems = broken_bindings(load_book(file, library.policies[FACTORY]), library)
    assert "碳排放强度：规则册的分值是6，附件3第8项的分值栏是5" in problems
    assert "能效提升：规则册的分值是4，附件3第9项的分值栏是5" in problems
    assert len(problems) == 2


def test_a_row_without_a_criterion_and_totals_that_differ_are_named(tmp_path: Path, library: Library) -> None:
    shorter = SOURCE.replace("zc_19, zc_20]", "zc_19]", 1).replace("total: 100", "total: 95", 1)
    file = tmp_path / "rules.yaml"
    file.write_text(shorter, encoding="utf-8")
    problems = broken_bindings(load_book(file, library.policies[FACTORY]), library)
    assert problems == (
        f"零碳工厂：{FACTORY}#附件3/20（附件3第20项）没有对应的条件",
        "零碳工厂：附件3温室气体减排措施写的是40分，规则册合计35分",
        "零碳工厂：附件3合计写的是100分，规则册合计95分",
    )


def test_no_number_of_the_rules_can_change_unnoticed(tmp_path: Path, library: Library) -> None:
    """Every distinct number in a formula, limit, condition, points, total or maximum, one more than it was."""
    file = tmp_path / "rules.yaml"
    seen: set[str] = set()
    for line in re.finditer(
        r"^ +(?:formula|limit|condition|points|total|maximum): .*$", SOURCE, re.MULTILINE
    ):
        if line[0] in seen:
            continue
        seen.add(line[0])
        for number in re.finditer(r"(?<![a-z_\d])\d+", line[0]):
            start, end = line.start() + number.start(), line.start() + number.end()
            file.write_text(f"{SOURCE[:start]}{int(number[0]) + 1}{SOURCE[end:]}", encoding="utf-8")
            try:
                problems = broken_bindings(load_book(file, library.policies[FACTORY]), library)
            except RuleBookError:
                continue
            assert problems, line[0]
    assert len(seen) >= 12


def test_a_policy_without_rules_says_which_have_them(library: Library) -> None:
    books = RuleBooks.load(library, CORPUS)
    assert list(books.books) == [FACTORY]
    assert not books.broken
    with pytest.raises(RuleBookError, match="没有规则册；有规则册的是：福建省零碳工厂建设管理办法"):
        books.book("fuzhou-industry-carbon-peak")


def test_a_file_that_is_not_legal_leaves_the_rest_standing(tmp_path: Path, library: Library) -> None:
    (tmp_path / FACTORY).mkdir()
    (tmp_path / FACTORY / "rules.yaml").write_text("policy: [", encoding="utf-8")
    books = RuleBooks.load(library, tmp_path)
    assert books.books == {}
    assert "rules.yaml" in books.broken[FACTORY]
