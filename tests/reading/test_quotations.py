"""Quotations: 原文, 有出入 with the difference, 未见; over the shipped corpus, with a search that finds every clause."""

from __future__ import annotations

import hashlib
import re

import pytest

from assistant.errors import InputError
from assistant.reading.quotations import QuoteCheck, QuoteChecker, QuoteFinding, differences
from assistant.reading.reader import ClauseReader
from tests.reading.conftest import MakeReader

FACTORY = "fujian-zero-carbon-factory"


def check(reader: ClauseReader, quote: str, within: str | None = None) -> QuoteCheck:
    def everything(words: str, inside: str | None) -> list[str]:
        return [clause.address for clause in reader.library.clauses(inside)]

    scope = reader.resolve(within) if within and "#" in within else within
    return QuoteChecker(reader.texts, everything).check(quote, scope)


def shown(result: QuoteCheck, part: int = 0) -> str:
    marks = {"same": "{}", "said": "[-{}-]", "text": "[+{}+]"}
    return "".join(marks[one.kind].format(one.text) for one in result.parts[part].differences)


@pytest.mark.parametrize(
    "quote",
    [
        "不得超过基准期的50%",
        "“不得超过基准期的50%”",
        "不得 超过\n基准期的５０％",
        "碳削减率达100%(其中通过绿证交易",
        "培育期原则上为1年。",
        "碳削减率达100%。",
    ],
)
def test_the_words_of_the_text_are_found_to_the_letter(reader: ClauseReader, quote: str) -> None:
    result = check(reader, quote)
    assert result.finding is QuoteFinding.EXACT
    place = result.parts[0].places[0]
    source = reader.library.source(place.policy_id)
    assert hashlib.sha256(source.encode()).hexdigest() == place.source_sha256
    stored = source[place.start : place.end]
    assert re.sub(r"\s", "", stored) == re.sub(r"\s", "", place.words)
    assert place.words in reader.library.clause(place.address).text
    assert source[: place.start].count("\n") + 1 == place.first_line


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        ("不得超过基准期的60%", "不得超过基准期的[-6-][+5+]0%"),
        ("超过基准期的50%", "[+不得+]超过基准期的50%"),
        ("不得超过基准期的5", "不得超过基准期的5[+0%+]"),
        ("碳抵消占比越高，此项得分越高", "碳抵消占比越高，此项得分越[-高-][+低+]"),
        ("企业以2021年为基准期，碳削减率应达100%", "企业以2021年为基准期，碳削减率[-应-]达100%"),
        ("企业以2021年为基准期，碳削减率达100%呢", "企业以2021年为基准期，碳削减率达100%[-呢-]"),
        ("企业以2021年为基准期、碳削减率达100%", "企业以2021年为基准期[-、-][+，+]碳削减率达100%"),
    ],
)
def test_what_differs_is_told_sign_by_sign(reader: ClauseReader, quote: str, told: str) -> None:
    result = check(reader, quote)
    assert result.finding is QuoteFinding.DIFFERS
    assert shown(result) == told


def test_words_of_no_text_are_not_found_and_nothing_unlike_is_offered(reader: ClauseReader) -> None:
    result = check(reader, "食堂每周三供应饺子和时令小菜")
    assert result.finding is QuoteFinding.NOT_FOUND
    assert result.parts[0].places == ()
    assert result.warnings == ()


def test_a_passage_is_checked_sentence_by_sentence_and_the_worst_decides(reader: ClauseReader) -> None:
    text = "培育期原则上为1年。碳抵消占比越高，此项得分越高。食堂每周三供应饺子和时令小菜。"
    result = check(reader, text)
    assert [str(part.finding) for part in result.parts] == ["exact", "differs", "not_found"]
    assert result.finding is QuoteFinding.NOT_FOUND
    assert [text[part.start : part.end] for part in result.parts] == [part.text for part in result.parts]
    assert result.warnings == ("《福建省零碳工厂建设管理办法》目前是征求意见稿，以正式印发的文本为准",)


def test_a_passage_over_several_clauses_is_one_quotation(reader: ClauseReader) -> None:
    quote = "还应满足以下指标要求：（一）企业单位产品、工序能耗和碳排放应达到"
    part = check(reader, quote).parts[0]
    assert part.finding is QuoteFinding.EXACT
    assert (part.places[0].label, part.places[0].through) == ("第八条", "第八条（一）")


def test_a_place_tells_the_rest_of_its_sentence(reader: ClauseReader) -> None:
    place = check(reader, "零碳工厂，是指通过能源结构优化调整").parts[0].places[0]
    sentence = place.before + place.words + place.after
    assert sentence in reader.library.clause(place.address).text
    assert place.before == "第三条本办法所称"
    assert place.after.endswith("。")


def test_a_changed_passage_reaches_beyond_the_clause_that_a_search_finds(reader: ClauseReader) -> None:
    found = [f"{FACTORY}#第八条/（一）"]
    quote = "还应满足以下指标要求：（一）企业单位产品、工序能耗与碳排放应达到"
    result = QuoteChecker(reader.texts, lambda words, inside: found).check(quote)
    assert shown(result) == "还应满足以下指标要求：\n（一）企业单位产品、工序能耗[-与-][+和+]碳排放应达到"


def test_what_is_only_near_is_offered_without_a_warning(reader: ClauseReader) -> None:
    result = check(reader, "企业以2021年为基准期，按季度自行核算后上报")
    assert result.finding is QuoteFinding.NOT_FOUND
    assert result.parts[0].places
    assert result.parts[0].differences == ()
    assert result.warnings == ()


def test_all_places_are_told(reader: ClauseReader) -> None:
    places = check(reader, "碳汇购买、自愿减排项目开发等碳抵消方式").parts[0].places
    assert {"第三条", "第八条（二）", "附件3第7项", "附件3第10项"} <= {one.label for one in places}


def test_what_stands_elsewhere_is_said_to(reader: ClauseReader) -> None:
    inside = check(reader, "不得超过基准期的50%", f"{FACTORY}#第八条").parts[0]
    assert (inside.finding, inside.elsewhere) == (QuoteFinding.EXACT, False)
    for within in (f"{FACTORY}#第九条", "fuzhou-industry-carbon-peak"):
        part = check(reader, "不得超过基准期的50%", within).parts[0]
        assert (part.finding, part.elsewhere) == (QuoteFinding.EXACT, True)
        assert part.places[0].label == "第八条（二）"


def test_a_changed_sentence_is_held_against_the_clause_it_is_said_to_be_from(reader: ClauseReader) -> None:
    part = check(reader, "碳汇购买、自愿减排项目开发等抵消方式", f"{FACTORY}#第三条").parts[0]
    assert part.finding is QuoteFinding.DIFFERS
    assert (part.places[0].label, part.elsewhere) == ("第三条", False)


@pytest.mark.parametrize(
    ("quote", "words"), [("", "太短"), ("一半", "至少 4 个字"), ("字" * 4001, "最多 4000")]
)
def test_what_cannot_be_checked_is_refused(reader: ClauseReader, quote: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        check(reader, quote)


def test_the_longest_quotation_is_checked(reader: ClauseReader) -> None:
    text = reader.library.source("fuzhou-industry-carbon-peak")[2000:6000]
    assert check(reader, text.replace("的", "之")).finding is not QuoteFinding.EXACT


def test_a_changed_sentence_of_another_policy_is_found_there(reader: ClauseReader) -> None:
    part = check(reader, "不得超过基准期的60%", "fuzhou-industry-carbon-peak").parts[0]
    assert (part.finding, part.elsewhere) == (QuoteFinding.DIFFERS, True)
    assert part.places[0].label == "第八条（二）"


def test_a_policy_in_force_gives_no_warning(make_reader: MakeReader) -> None:
    reader = make_reader(one=("第一条 申请单位应当提交能源审计报告。\n", "现行"))
    result = check(reader, "申请单位应当提交能源审计报告")
    assert (result.finding, result.warnings) == (QuoteFinding.EXACT, ())


def test_differences_keep_the_inner_blanks_of_either_text() -> None:
    told = [(one.kind, one.text) for one in differences("GB/T 24256规定", "GB/T 24257 规定")]
    assert told == [("same", "GB/T 2425"), ("said", "6"), ("text", "7"), ("same", "规定")]
