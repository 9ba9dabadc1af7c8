"""The gate as a whole: each kind of unproven word is caught, with its span, and a proven answer passes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.agent.verification import Failure, Grounds, verify, without_unsourced
from tests.agent.verification.made import LIMITS, ROW, STEPS, TITLE, cite, cited, types

GOOD = f"《{TITLE}》第二条：“损耗不得超过基准期的15%”[1]"


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "年取水量在300吨到500吨之间的园区可以申报[1]。",
        "回用率要达到40%以上，损耗不得超过基准期的百分之十五[1]。",
        "可以申报的园区：\n- 年取水量不低于300吨且不高于500吨；\n- 回用率达到40%以上[1]。",
        "已收录的政策原文没有写到食堂，不能回答这个问题。",
    ],
)
def test_what_the_clause_says_passes(text: str) -> None:
    assert types(text, cited(LIMITS)) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“损耗不得超过基准期的15%”[2]", "marker"),
        ("“损耗不得超过基准期的16%”[1]", "quote"),
        ("“损耗可以超过基准期的15%”[1]", "quote"),
        ("损耗不得超过基准期的16%[1]", "number"),
        ("年取水量不低于300万吨[1]", "number"),
        ("年取水量不高于300吨[1]", "relation"),
        ("损耗可以超过基准期的15%[1]", "relation"),
        ("第六条规定，损耗不得超过基准期的15%[1]", "locator"),
        ("《另一部不存在的条例》规定，损耗不得超过基准期的15%[1]", "locator"),
        ("申报单位应当先缴纳保证金并到现场参加抽签[1]", "unsupported"),
        ("损耗不得超过基准期的15%，由省住建厅核定[1]", "unsupported"),
        ("企业必须提交环境影响评价批复文件", "unmarked"),
    ],
)
def test_what_no_source_holds_fails(text: str, kind: str) -> None:
    assert kind in types(text, cited(LIMITS))


def test_a_failure_names_its_words_and_their_place() -> None:
    text = "损耗不得超过基准期的16%[1]"
    failure = next(one for one in verify(text, cited(LIMITS)) if one.type == "number")
    assert text[failure.start : failure.end] == failure.words == "16%"


def test_a_figure_of_the_user_has_a_source() -> None:
    grounds = cited(LIMITS)
    text = "您去年取水450吨[1]"
    assert "number" in types(text, grounds)
    assert "number" not in types(text, replace(grounds, said=("我们去年取水450吨",)))


def test_a_quote_and_its_stored_range_must_be_the_clauses() -> None:
    good = cite(LIMITS)
    stored = {"park": LIMITS}
    assert types(GOOD, Grounds((good,), stored)) == set()
    assert "span" in types(GOOD, Grounds((replace(good, start=1),), stored))
    assert "quote" in types(GOOD, Grounds((replace(good, quote="损耗不得超过基准期的16%"),), stored))


def test_a_body_by_its_short_name_is_the_clauses() -> None:
    grounds = cited(STEPS)
    assert types("公示无异议后由水务局公布[1]。", grounds) == set()
    assert "unsupported" in types("公示无异议后由市财政局公布[1]。", grounds)


def test_a_points_column_is_no_row_number() -> None:
    grounds = Grounds((cite(ROW, label="附件3第4项", address="park#附件3/4"),))
    assert types("“建设中水回用设施，占比越高，此项得分越高。”[1]（分值：12）", grounds) == set()
    assert types("“建设中水回用设施，占比越高，此项得分越高。”[1]（分值：4）", grounds) != set()


def test_lines_with_figures_without_a_source_are_left_out_but_never_the_conclusion() -> None:
    text = "上限是50%。[1]\n\n另外还有60%。\n\n其余照旧。"
    sixty = Failure("number", "60%", "…", text.index("60%"), text.index("60%") + 3)
    fifty = Failure("number", "50%", "…", text.index("50%"), text.index("50%") + 3)
    assert without_unsourced(text, [sixty]) == "上限是50%。[1]\n\n\n其余照旧。"
    assert without_unsourced(text, [fifty]) is None
    assert without_unsourced(text, [sixty, Failure("quote", "x", "…")]) is None
