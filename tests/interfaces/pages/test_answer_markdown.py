"""Markdown of an answer as safe HTML, and quotes found in clauses."""

from __future__ import annotations

import pytest

from assistant.interfaces.pages.answer_markdown import Marked, mark_quote, render_answer


def test_markers_that_were_handed_out_become_links() -> None:
    html = render_answer("不能 [1][2]，见 [3]。", {1, 2}, "cite-a")
    assert html.count("<a ") == 2
    assert 'href="#cite-a-1"' in html
    assert 'data-marker="2"' in html
    assert "见 [3]。" in html


def test_markdown_is_rendered() -> None:
    html = render_answer("**不能**\n\n- 一\n- 二\n\n|甲|乙|\n|---|---|\n|1|2 [1]|", {1}, "c")
    assert "<strong>不能</strong>" in html
    assert html.count("<li>") == 2
    assert "<table>" in html
    assert html.count("<a ") == 1


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**结论：不能。**还缺材料", "<strong>结论：不能。</strong>还缺材料"),
        ("原文说**“不得超过50%”**，所以", "原文说<strong>“不得超过50%”</strong>，所以"),
        ("**甲**乙**丙**", "<strong>甲</strong>乙<strong>丙</strong>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("不配对的**星号", "不配对的**星号"),
        ("**甲 **乙", "**甲 **乙"),
        ("甲** 乙**", "甲** 乙**"),
        ("a_b_c", "a_b_c"),
    ],
)
def test_emphasis_suits_chinese_without_spaces(text: str, html: str) -> None:
    assert html in render_answer(text, (), "c")


def test_markers_inside_code_stay_text() -> None:
    assert "<a " not in render_answer("`[1]`", {1}, "c")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[点我](javascript:alert(1))",
        "[点我](https://example.org)",
        "![图](https://example.org/x.png)",
        "<https://example.org>",
        "[1]: https://example.org\n\n看 [1]",
        "<a href='https://example.org'>x</a>",
        "<style>body{display:none}</style>",
        '<div onclick="x()">',
    ],
)
def test_an_answer_holds_no_tag_and_no_way_out_of_its_own(text: str) -> None:
    html = render_answer(text, {1}, "c")
    for bad in ("<script", "<img", "<style", "<div", 'href="http', 'href="javascript', "src="):
        assert bad not in html.replace("&lt;", "(").replace("src=x", "")


def test_a_quote_is_found_whatever_the_white_space() -> None:
    assert mark_quote("前文，不得超过\n基准期的50%。", "不得 超过基准期的50%") == Marked(
        "前文，", "不得超过\n基准期的50%", "。"
    )


def test_a_quote_with_one_wrong_digit_is_not_found() -> None:
    assert mark_quote("不得超过基准期的50%", "不得超过基准期的60%") == Marked("不得超过基准期的50%", "", "")


def test_an_empty_quote_marks_nothing() -> None:
    assert mark_quote("原文", " ") == Marked("原文", "", "")
