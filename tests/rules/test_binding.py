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


def problems_with(tmp_path: Path, library: Library, *changes: tuple[str, str]) -> tuple[str, ...]:
    source = SOURCE
    for old, new in changes:
        assert old in source
        source = source.replace(old, new, 1)
    file = tmp_path / "rules.yaml"
    file.write_text(source, encoding="utf-8")
    return broken_bindings(load_book(file, library.policies[FACTORY]), library)


def test_scored_criteria_stand_in_the_order_of_the_table(tmp_path: Path, library: Library) -> None:
    assert problems_with(tmp_path, library, ("zc_8, zc_9, zc_10", "zc_9, zc_8, zc_10")) == (
        "零碳工厂：“能效提升”（附件3第9项）应排在“碳排放强度”（附件3第8项）之后",
    )


def test_a_scored_row_belongs_to_one_criterion(tmp_path: Path, library: Library) -> None:
    """Two criteria on one row: the row has one too many, the other row has none; the total alone would not tell."""
    swapped = (
        "    clause: 附件3/12\n    quote: 依据生态环境部发布的企业温室气体排放核算与报告指南、国家发展改革委发布的重点行业企业温室气体排放核算方法与报告指南（试行）、GB/T 32151、ISO14064-1:2018等对温室气体排放进行核算和报告，必要时进行结果披露。\n  zc_13:",
        "    clause: 附件3/13\n    quote: 能源管理体系、环境管理体系通过认证。\n  zc_13:",
    )
    problems = problems_with(tmp_path, library, swapped)
    assert f"零碳工厂：{FACTORY}#附件3/12（附件3第12项）没有对应的条件" in problems
    assert (
        "零碳工厂：附件3第13项是评分行，只能对应一项条件，规则册里有温室气体排放核算和报告、能源、环境管理体系认证"
        in problems
    )


def test_a_scored_criterion_without_a_row_is_named(tmp_path: Path, library: Library) -> None:
    problems = problems_with(
        tmp_path,
        library,
        (
            "    points: 5\n    clause: 附件3/9\n    quote: 近2年开展3项及以上节能减碳改造项目（含可再生能源利用项目）。",
            "    points: 5\n    clause: 附件4/10\n    quote: 近2年开展3项及以上节能减碳改造项目（含可再生能源利用项目）。",
        ),
    )
    assert "零碳工厂：评分项“能效提升”应对应" in "；".join(problems)
    assert "现在对应的是没有行" in "；".join(problems)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("label: 附件3第11项第1行自评", "label: 附件3第11项第9行自评", "说的是附件3第11项第9行，所引的却是附件3第11项第1行"),
        ("question: 零碳工厂评价表附件3第12项“", "question: 零碳工厂评价表附件3第13项“", "说的是附件3第13项，所引的却是附件3第12项"),
        ("synonyms: [附件4第20项,", "synonyms: [附件4第18项行,", "说的是附件4第18项，所引的却是附件4第20项"),
        ("text: 附件3第10项的算式", "text: 附件3第9项的算式", "“offset_score_range”说的是附件3第9项"),
        ("推进”满分5分", "推进”满分6分", "的问题里写的是满分6分，“maximum”是5"),
    ],
)  # fmt: skip
def test_a_row_is_named_by_its_own_number(
    tmp_path: Path, library: Library, old: str, new: str, words: str
) -> None:
    problems = problems_with(tmp_path, library, (old, new))
    assert len(problems) == 1
    assert words in problems[0]


def test_points_are_asked_for_under_the_row_they_count_in(tmp_path: Path, library: Library) -> None:
    """Two rows of 5 points each: only the row tells the facts apart."""
    problems = problems_with(tmp_path, library, ("    score: score_zc_11_1\n", "    score: score_zc_11_2\n"))
    assert len(problems) == 1
    assert "#附件3/11/1，自评的事实“附件3第11项第2行自评得分" in problems[0]


@pytest.mark.parametrize("annex", ["附件3", "附件4"])
def test_a_row_s_address_and_name_hold_the_number_of_its_cell(library: Library, annex: str) -> None:
    rows = [
        clause
        for clause in library.descend(library.clause(f"{FACTORY}#{annex}"))
        if "number" in clause.attributes
    ]
    assert len(rows) > 20
    for row in rows:
        number = row.attributes["number"]
        assert row.path.split("/")[1] == number
        assert row.label.startswith(f"{annex}第{number}项")
        if row.kind == "row":
            assert row.text.splitlines()[0] == number
