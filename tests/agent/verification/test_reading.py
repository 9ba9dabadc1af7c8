"""How a text is taken apart: statements with their markers, figures with unit and kind, clause numbers."""

from __future__ import annotations

import pytest

from assistant.agent.verification.figures import figures, key
from assistant.agent.verification.locators import label_steps, locators, strange
from assistant.agent.verification.operators import Bound, bounded
from assistant.agent.verification.statements import statements
from tests.agent.verification.made import cite


def test_statements_end_with_their_markers_and_hold_their_quotes() -> None:
    found = statements("甲说“乙；丙”[1]，丁是戊[2]。己。")
    assert [(one.markers, one.marked) for one in found] == [((1,), True), ((2,), True), ((), False)]
    assert [quote.words for quote in found[0].quotes] == ["乙；丙"]
    assert "乙" not in found[0].own
    assert len(found[0].own) == len(found[0].text)


def test_items_of_a_list_rest_on_its_last_marker_and_remarks_on_the_one_before() -> None:
    listed = statements("要求：\n- 甲乙丙；\n- 丁戊己[3]\n\n另起一段。")
    assert [one.markers for one in listed if one.text.strip()] == [(), (3,), (3,), ()]
    assert statements("甲乙丙[2]（分值：5）")[1].markers == (2,)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("共１０万吨[12]，40%", [("吨", 100_000), ("%", "2/5")]),
        ("第八条第2项，附件3", []),
        ("（分值：15）", [("", 15)]),
    ],
)
def test_figures(text: str, told: list[tuple[str, object]]) -> None:
    found = [one for one in figures(text.replace("[12]", "")) if isinstance(one.value, tuple)]
    assert [(one.unit, str(one.value[0])) for one in found] == [(unit, str(value)) for unit, value in told]


def test_the_same_figure_is_the_same_however_written() -> None:
    for one, other in (
        ("5000吨标准煤", "五千吨标煤"),
        ("20%", "百分之二十"),
        ("2025年6月19日", "2025-06-19"),
    ):
        assert key(figures(one)[0]) == key(figures(other)[0])


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("不低于300吨", Bound.AT_LEAST),
        ("300吨以上", Bound.AT_LEAST),
        ("超过了50%", Bound.OVER),
        ("未超50%", Bound.AT_MOST),
        ("没到5%", Bound.UNDER),
        ("限300字以内", Bound.AT_MOST),
        ("2025年底前", Bound.BEFORE),
        ("2025年底后", Bound.AFTER),
        ("共300吨", None),
    ],
)
def test_bounds(text: str, bound: Bound | None) -> None:
    assert bounded(text)[0].bound is bound


def test_locators() -> None:
    assert locators("第八条第二项和附件3") == {("条", 8), ("项", 2), ("附件", 3)}
    assert ("项", 3) in label_steps("二（三）4")
    assert ("号", 4) in label_steps("二（三）4")


def test_an_article_keeps_the_words_that_the_texts_put_behind_its_number() -> None:
    source = "第八条 申报的企业，除满足第七条基本条件外，还应满足以下指标。"
    citations = [cite("第八条 还应满足以下指标。", label="第八条")]
    assert not strange("第七条基本条件还没有提供", citations, [source], [source])
    assert strange("第八条基本条件还没有提供", citations, [source], [source]) == ["条8"]
    assert not strange("第八条指标要求还没有提供", citations, [source], [source])
