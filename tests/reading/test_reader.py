"""The reader: trees, rules that rest on a clause, pages of clauses, tags that change when something does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.errors import AddressError, InputError, UnknownClauseError, UnknownPolicyError
from assistant.reading.outline import WHOLE, Twig, outline, short_label, snippet
from assistant.reading.reader import ClauseReader
from assistant.reading.reliance import reliances
from assistant.rules.books import RuleBooks
from tests.reading.conftest import MakeReader

FACTORY = "fujian-zero-carbon-factory"


def twigs(tree: tuple[Twig, ...]) -> list[Twig]:
    return [one for twig in tree for one in (twig, *twigs(twig.twigs))]


def test_the_tree_holds_each_clause_once_with_the_present_one_open(reader: ClauseReader) -> None:
    for policy_id in reader.library.policies:
        addresses = [twig.address for twig in twigs(outline(reader.library, policy_id))]
        assert sorted(addresses) == sorted(clause.address for clause in reader.library.clauses(policy_id))
    tree = reader.read(reader.resolve("第八条第二项")).tree
    assert [twig.address for twig in twigs(tree) if twig.here] == [f"{FACTORY}#第八条/（二）"]
    assert [twig.label for twig in twigs(tree) if twig.open] == ["第二章", "第八条", "（二）"]


def test_a_very_long_document_is_given_along_the_way(make_reader: MakeReader) -> None:
    articles = "".join(f"第{number}条 条文。\n" for number in _numbers(WHOLE))
    reader = make_reader(long=(f"第一章 总则\n第一条 目的。\n第二章 细则\n{articles}", "现行"))
    tree = outline(reader.library, "long", reader.resolve("long#第一条"))
    assert next((twig.label, len(twig.twigs)) for twig in tree if twig.label.startswith("第")) == (
        "第一章",
        1,
    )
    assert [twig.hidden for twig in tree][-1] == WHOLE - 1


def _numbers(count: int) -> list[str]:
    from assistant.documents.numbering import write_number

    return [write_number(number) for number in range(2, count + 1)]


@pytest.mark.parametrize(
    ("written", "label", "words"),
    [
        ("第八条第二项", "（二）", "企业以2021年为基准期，碳削减率达100%…"),
        ("附件3第10项", "第10项", "碳抵消（逆向指标） 评价企业通过绿证交易、碳…"),
        ("第二章", "第二章", "申报条件"),
        ("fuzhou-industry-carbon-peak#一/（一）", "（一）", "指导思想"),
    ],
)
def test_a_clause_has_a_short_name_in_the_tree(
    reader: ClauseReader, written: str, label: str, words: str
) -> None:
    clause = reader.resolve(written)
    assert (short_label(reader.library, clause), snippet(clause)) == (label, words)


def test_the_rules_that_rest_on_a_clause(reader: ClauseReader) -> None:
    reading = reader.read(reader.resolve("第八条第二项"))
    book = reader.book(FACTORY)
    assert book is not None
    bound = [binding for _, bindings in book.bindings() for binding in bindings]
    assert len(reading.rules) == sum(binding.address == reading.clause.address for binding in bound)
    told = {(rule.kind, rule.label): rule for rule in reading.rules}
    assert told["指标", "碳抵消占比"].detail == "限值 ≤50%"
    assert told["条件", "碳削减率和碳抵消占比"].programmes == ("零碳工厂",)
    assert {rule.kind for rule in reading.rules} == {"条件", "指标", "事实", "说明"}
    for rule in reading.rules:
        assert rule.quote in reading.clause.text
    above = reader.read(reader.resolve("第八条"))
    assert {rule.address for rule in above.rules_below} == {
        f"{FACTORY}#第八条/（一）",
        f"{FACTORY}#第八条/（二）",
    }


def test_neighbours_and_the_way_down(reader: ClauseReader) -> None:
    reading = reader.read(reader.resolve("第八条第二项"))
    assert [clause.label for clause in reading.above] == ["第二章", "第八条"]
    assert reading.previous is not None
    assert reading.previous.label == "第八条（一）"
    assert reading.next is not None
    assert reading.next.label == "第九条"
    assert reading.standing == "征求意见稿"


@pytest.mark.parametrize("limit", [1, 7, 28, 200])
def test_pages_of_clauses_give_each_clause_once(reader: ClauseReader, limit: int) -> None:
    policy_id = "fujian-ecology-reply-20251312"
    cursor, found, pages = None, list[str](), 0
    while True:
        page = reader.clauses(policy_id, cursor, limit)
        found += [clause.address for clause in page.clauses]
        pages += 1
        assert pages <= 28
        if page.cursor is None:
            break
        cursor = page.cursor
    assert found == [clause.address for clause in reader.library.clauses(policy_id)]
    assert pages == -(-28 // limit)


@pytest.mark.parametrize("cursor", ["", "%%%", "zzzz", "第八条", "//8=", "Zm9v"])
def test_a_cursor_that_is_none_is_named(reader: ClauseReader, cursor: str) -> None:
    with pytest.raises(InputError, match="cursor"):
        reader.clauses(FACTORY, cursor, 10)


def test_tags_change_with_the_text_and_with_the_status_and_not_otherwise(make_reader: MakeReader) -> None:
    text, other = "第一条 应当报告。\n第二条 可以申请。\n", "第一条 不必报告。\n第二条 可以申请。\n"
    first = make_reader(one=(text, "现行"))
    again = make_reader(one=(text, "现行"))
    tag = first.clause_tag("one#第一条")
    assert tag == again.clause_tag("one#第1条")
    assert tag.startswith('"')
    assert tag.endswith('"')
    assert first.catalogue_tag() == again.catalogue_tag()
    assert tag != first.clause_tag("one#第二条")
    for changed in (make_reader(one=(other, "现行")), make_reader(one=(text, "已废止"))):
        assert changed.clause_tag("one#第一条") != tag
        assert changed.catalogue_tag() != first.catalogue_tag()
        assert changed.policy_tag("one") != first.policy_tag("one")


def test_a_tag_changes_with_the_rule_book(reader: ClauseReader) -> None:
    book = reader.book(FACTORY)
    assert book is not None
    other = ClauseReader(reader.library, RuleBooks({FACTORY: replace(book, sha256="0" * 64)}, {}))
    assert other.clause_tag("第八条第二项") != reader.clause_tag("第八条第二项")


def test_a_binding_of_one_programme_is_told_for_that_one(reader: ClauseReader) -> None:
    book = reader.book(FACTORY)
    assert book is not None
    limited = 0
    for criterion in book.criteria.values():
        for binding in criterion.bindings:
            told = reliances(book, frozenset((binding.address,)))
            [one] = [rule for rule in told if rule.id == criterion.id and rule.quote == binding.quote]
            if binding.programmes:
                limited += 1
                assert one.programmes == tuple(book.programmes[id].label for id in binding.programmes)
    assert limited


@pytest.mark.parametrize(
    ("written", "label"),
    [
        (f"{FACTORY}#第八条/（九）", "第八条"),
        (f"{FACTORY}#附件3/99", "附件3"),
        ("fujian-pollution-carbon-synergy#第十四条", "四（十四）"),
        (f"{FACTORY}#第九十九条", "题名"),
    ],
)
def test_the_nearest_clause_stands_in_for_one_that_does_not_exist(
    reader: ClauseReader, written: str, label: str
) -> None:
    with pytest.raises(AddressError) as caught:
        reader.resolve(written)
    assert isinstance(caught.value, UnknownClauseError)
    assert reader.nearest(written, caught.value)[0].label == label


def test_a_policy_is_named_by_id_title_or_number(reader: ClauseReader) -> None:
    for name in (FACTORY, "福建省零碳工厂建设管理办法"):
        assert reader.named_policy(name).id == FACTORY
    assert reader.named_policy("闽环保综合〔2022〕12号").id == "fujian-pollution-carbon-synergy"
    with pytest.raises(UnknownPolicyError, match="没有编号为「nobody」的政策"):
        reader.named_policy("nobody")


def test_a_quotation_is_followed_from_clause_to_clause(make_reader: MakeReader) -> None:
    text = "第一条 条件如下。\n（一）守法。\n（二）守法，也守信。\n第二条 本办法自印发之日起施行。\n"
    reader = make_reader(p=(text, "现行"))

    def quoted(written: str, quote: str) -> list[tuple[str, str]]:
        found = reader.read(reader.resolve(written), quote).quoted
        source = reader.library.source("p")
        for piece in found:
            assert source[piece.span.start : piece.span.end].replace(" ", "") == piece.words
        return [(piece.clause.path, piece.words) for piece in found]

    assert quoted("p#第一条", "守法。（二）守法，也守") == [
        ("第一条/（一）", "守法。"),
        ("第一条/（二）", "（二）守法，也守"),
    ]
    assert quoted("p#第一条", "如下。（一） 守法。\n（二）")[1] == ("第一条/（一）", "（一）守法。")
    assert quoted("p#第一条/（二）", "守信。第二条本办法") == [
        ("第一条/（二）", "守信。"),
        ("第二条", "第二条本办法"),
    ], "it may run on beyond the clause that was asked for"
    assert quoted("p#第一条/（一）", "守信。第二条本办法") == [], "and not begin behind it"
    assert quoted("p#第一条", "守法.（二）守法") == [], "but for white space to the letter"
    assert quoted("p#第一条", "守法。（三）") == []
    assert quoted("p#第一条", " ") == []
