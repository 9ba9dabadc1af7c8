"""Figures in every form that the users write, and words that only look like figures."""

from __future__ import annotations

import time
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import QuantityError
from assistant.numerals import normalise
from assistant.quantities import (
    display_number,
    display_quantity,
    find_quantities,
    in_unit,
    parse_chinese_number,
    parse_date,
    parse_quantity,
)

FORMS = [
    ("10万吨", "100000", "吨"),
    ("十万吨", "100000", "吨"),
    ("100,000 tCO2", "100000", "吨"),
    ("100，000吨", "100000", "吨"),
    ("100 000吨", "100000", "吨"),
    ("100000吨", "100000", "吨"),
    ("12.5万t", "125000", "吨"),
    ("10w吨", "100000", "吨"),
    ("10W", "100000", None),
    ("１０万吨", "100000", "吨"),
    ("10 万 吨", "100000", "吨"),
    ("十萬噸", "100000", "吨"),
    ("壹拾万吨", "100000", "吨"),
    ("两万吨", "20000", "吨"),
    ("零点九万吨", "9000", "吨"),
    ("一点五万", "15000", None),
    ("4.5万", "45000", None),
    ("十二万五千吨", "125000", "吨"),
    ("一万三千万元", "13000", "万元"),
    ("12万5千吨", "125000", "吨"),
    ("两万五吨", "25000", "吨"),
    ("一万零五吨", "10005", "吨"),
    ("99.9999万吨", "999999", "吨"),
    ("3200千克", "16/5", "吨"),
    ("3200万千克二氧化碳", "32000", "吨"),
    ("一千二百千克", "6/5", "吨"),
    ("3千克标准煤", "3/1000", "吨标准煤"),
    ("3千万千瓦时", "30000000", "千瓦时"),
    ("10千伏", "10", "千伏"),
    ("2.5kg", "0.0025", "吨"),
    ("800公斤", "0.8", "吨"),
    ("5千吨", "5000", "吨"),
    ("3ktCO2e", "3000", "吨"),
    ("4万吨CO₂", "40000", "吨"),
    ("4万吨二氧化碳当量", "40000", "吨"),
    ("-5万吨", "-50000", "吨"),
    ("负五万吨", "-50000", "吨"),
    ("三成", "0.3", "%"),
    ("三成五", "0.35", "%"),
    ("3.5成", "0.35", "%"),
    ("百分之三十七点五", "0.375", "%"),
    ("百分之50", "0.5", "%"),
    ("百分百", "1", "%"),
    ("37.5%", "0.375", "%"),
    ("37.5％", "0.375", "%"),
    ("50个百分点", "0.5", "%"),
    ("一半", "0.5", "%"),
    ("四分之一", "0.25", "%"),
    ("0.5‰", "0.0005", "%"),
    ("1.2亿元", "12000", "万元"),
    ("1亿2000万元", "12000", "万元"),
    ("六千万元", "6000", "万元"),
    ("8000元", "0.8", "万元"),
    ("5000tce", "5000", "吨标准煤"),
    ("8千吨标煤", "8000", "吨标准煤"),
    ("8千吨标准煤", "8000", "吨标准煤"),
    ("0.5万吨标煤", "5000", "吨标准煤"),
    ("6.5吨/万元", "6.5", "吨/万元"),
    ("6.5tCO2/万元", "6.5", "吨/万元"),
    ("八点五吨每万元", "8.5", "吨/万元"),
    ("80000吨二氧化碳/亿元", "8", "吨/万元"),
    ("3个项目", "3", "项"),
    ("一个项目", "1", "项"),
    ("三项", "3", "项"),
    ("36个月", "36", "个月"),
    ("5家", "5", "家"),
    ("2021年", "2021", "年"),
    ("二〇二一年", "2021", "年"),
    ("21年", "21", "年"),
    ("二一年", "21", "年"),
]


@pytest.mark.parametrize(("text", "value", "unit"), FORMS)
def test_each_form_is_one_exact_figure(text: str, value: str, unit: str | None) -> None:
    sentence = f"我们报的是{text}，请核对"
    (found,) = find_quantities(sentence)
    assert (found.value, found.unit) == (Fraction(value), unit)
    assert (found.text, sentence[found.start : found.end]) == (text, text)
    assert not found.approximate


@pytest.mark.parametrize(
    "text",
    [
        *(
            "第八条第二项",
            "第8条",
            "附件3第10项",
            "附件3-4",
            "第3到5项",
            "闽环保综合〔2022〕12号",
            "闽环保提[2025]25号",
        ),
        *(
            "DB35/T 2285—2025",
            "GB/T 32151",
            "ISO14064-1:2018",
            "十四五期间",
            "一是加强管理",
            "一般来说",
            "统一",
        ),
        *(
            "万一",
            "千万别",
            "一下",
            "一些",
            "我们是一家企业",
            "一个问题",
            "十分重要",
            "电话0591-87767531",
            "13800138000",
        ),
        *(
            "零碳工厂",
            "二氧化碳",
            "双碳",
            "三方",
            "（二）",
            "进一步",
            "十几万吨",
            "几十万吨",
            "2028-12-31",
            "www2",
        ),
        *("http://fjjnzx.cn:9003/home", "三成立", "其中之一", "1）说明"),
    ],
)
def test_words_that_only_look_like_figures_do_not_come_out(text: str) -> None:
    assert find_quantities(f"请问{text}，怎么办") == []


@pytest.mark.parametrize(
    "text",
    [
        "约10万吨",
        "大概10万吨",
        "10万吨左右",
        "10万吨上下",
        "将近10万吨",
        "近10万吨",
        "10多万吨",
        "超过10万吨",
        "10万吨以上",
    ],
)
def test_words_of_doubt_mark_a_figure_as_approximate(text: str) -> None:
    (found,) = find_quantities(text)
    assert found.approximate
    assert found.value == 100000


def test_the_near_of_a_span_of_time_is_no_doubt() -> None:
    assert [
        (q.value, q.unit, q.approximate) for q in find_quantities("近2年做了三个节能改造项目，近36个月无事故")
    ] == [
        (2, "年", False),
        (3, "项", False),
        (36, "个月", False),
    ]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3-5万吨", 30000, 50000),
        ("三到五万吨", 30000, 50000),
        ("七八万吨", 70000, 80000),
        ("3万~5万吨", 30000, 50000),
    ],
)
def test_a_range_is_two_approximate_ends(text: str, low: int, high: int) -> None:
    found = find_quantities(text)
    assert [(q.value, q.unit, q.approximate, q.text) for q in found] == [
        (low, "吨", True, text),
        (high, "吨", True, text),
    ]


def test_a_sentence_gives_its_figures_in_order() -> None:
    found = find_quantities("2021年排放十万吨，去年降到4万吨二氧化碳，买了 40,000 t 绿证，能耗5千tce")
    assert [(q.value, q.unit) for q in found] == [
        (2021, "年"),
        (100000, "吨"),
        (40000, "吨"),
        (40000, "吨"),
        (5000, "吨标准煤"),
    ]


def test_from_ten_down_to_four_is_no_range() -> None:
    assert [q.value for q in find_quantities("从10万吨降到4万吨")] == [100000, 40000]
    assert not any(q.approximate for q in find_quantities("从10到4万吨"))


def test_a_bare_year_is_a_year_and_a_bare_amount_is_not() -> None:
    assert [(q.value, q.unit) for q in find_quantities("2021排放2000吨，增加值2000")] == [
        (2021, "年"),
        (2000, "吨"),
        (2000, None),
    ]


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("2021", "吨", 2021),
        ("三", "项", 3),
        ("一个", "项", 1),
        ("4.5万", "吨", 45000),
        ("5000万", "万元", 5000),
        ("0万元", "万元", 0),
        ("5000", "万元", 5000),
        ("50%", "%", Fraction(1, 2)),
        ("3年", "个月", 36),
        (" １２家企业 ", "家", 12),
    ],
)
def test_a_whole_string_is_read_in_the_unit_asked_for(text: str, unit: str, value: Fraction) -> None:
    assert parse_quantity(text, unit) == value


@pytest.mark.parametrize(
    ("text", "unit", "words"),
    [
        ("5000吨", "吨标准煤", ("5000吨", "单位是吨", "5000吨标准煤 或 5000tce")),
        ("50万元", "吨", ("50万元", "单位是万元", "6万吨")),
        ("50", "%", ("没有单位", "37.5%")),
        ("约5万吨", "吨", ("约5万吨", "确定的数")),
        ("5多万吨", "吨", ("5多万吨", "确定的数")),
        ("3-5万吨", "吨", ("3-5万吨", "确定的数")),
        ("不知道", "吨", ("不知道", "6万吨")),
        ("", "吨", ("确定的数",)),
        ("5万吨6", "吨", ("5万吨6",)),
        ("3台", "项", ("单位是台", "3项")),
        ("5", "斤", ("斤", "吨标准煤")),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_legal_form(
    text: str, unit: str, words: tuple[str, ...]
) -> None:
    with pytest.raises(QuantityError) as caught:
        parse_quantity(text, unit)
    for word in words:
        assert word in str(caught.value)


def test_a_found_figure_converts_or_refuses() -> None:
    (emissions,) = find_quantities("排放5000吨")
    assert in_unit(emissions, "吨") == 5000
    with pytest.raises(QuantityError):
        in_unit(emissions, "吨标准煤")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二〇二一", 2021),
        ("十", 10),
        ("一百二", 120),
        ("一百零二", 102),
        ("三十", 30),
        ("负十二点五", Fraction(-25, 2)),
    ],
)
def test_chinese_numbers(text: str, value: Fraction) -> None:
    assert parse_chinese_number(text) == value


@pytest.mark.parametrize("text", ["", "万", "三五", "十百", "一点", "甲", "百十万", "3.4.5"])
def test_malformed_numerals_are_refused(text: str) -> None:
    with pytest.raises(QuantityError, match="不是可读的数"):
        parse_chinese_number(text)


@pytest.mark.parametrize(
    "text", ["2025-03-01", "2025/3/1", "2025.3.1", "2025年3月1日", "二〇二五年三月一日", "２０２５年3月1号"]
)
def test_dates(text: str) -> None:
    assert parse_date(text) == date(2025, 3, 1)


@pytest.mark.parametrize("text", ["2025-02-30", "2025年3月", "去年", "", "2025-13-01"])
def test_impossible_dates_are_refused(text: str) -> None:
    with pytest.raises(QuantityError, match="2025-03-01"):
        parse_date(text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0.005", "0.01"),
        ("0.004", "0"),
        ("-0.005", "-0.01"),
        ("-0.004", "0"),
        ("2/3", "0.67"),
        ("100000", "100000"),
        ("1.50", "1.5"),
    ],
)
def test_numbers_show_two_decimals_half_up(value: str, shown: str) -> None:
    assert display_number(Fraction(value)) == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("60000", "吨", "6万吨"),
        ("60001", "吨", "6.0001万吨"),
        ("9999", "吨", "9999吨"),
        ("60000.5", "吨", "60000.5吨"),
        ("-15000", "吨", "-1.5万吨"),
        ("12000", "吨标准煤", "1.2万吨标准煤"),
        ("12000", "万元", "12000万元"),
        ("0.375", "%", "37.5%"),
        ("2/3", "%", "66.67%"),
        ("6.5", "吨/万元", "6.5吨/万元"),
    ],
)
def test_quantities_show_their_unit(value: str, unit: str, shown: str) -> None:
    assert display_quantity(Fraction(value), unit) == shown


@given(st.integers(min_value=0, max_value=10**10))
def test_what_is_shown_in_tonnes_reads_back_exactly(value: int) -> None:
    assert parse_quantity(display_quantity(Fraction(value), "吨"), "吨") == value


@given(st.text(max_size=40))
def test_any_text_is_read_without_harm(text: str) -> None:
    assert len(normalise(text)) == len(text)
    for quantity in find_quantities(text):
        assert text[quantity.start : quantity.end] == quantity.text


@given(
    st.text(
        alphabet="0123456789.,十百千万亿一二两三四五六七八九零点成分之半%吨元年第-至约多个 tw", max_size=24
    )
)
def test_any_run_of_numerals_is_read_without_harm(text: str) -> None:
    ends = [quantity.end for quantity in find_quantities(text)]
    assert ends == sorted(ends)


@pytest.mark.parametrize("unit", ["1", "一", "1-", "第1", "a1", "1万2千3百", "百分之", "@a."])
def test_a_hostile_message_is_read_in_no_time(unit: str) -> None:
    started = time.process_time()
    find_quantities(unit * (4000 // len(unit)))
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("5000万美元", Fraction(5 * 10**7), "美元"),
        ("4万斤", Fraction(20), "吨"),
        ("5000张绿证", Fraction(5000), "张"),
    ],
)
def test_a_unit_of_another_kind_is_not_passed_over(text: str, value: Fraction, unit: str) -> None:
    assert [(one.value, one.unit) for one in find_quantities(text)] == [(value, unit)]
