"""Mending: lines joined, spaces dropped or kept, every character tied to its place."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.documents.clause import Span
from assistant.documents.passage import JOINT, Passage, break_at_gaps, is_space, join, mend, spans_of


def _mend(source: str) -> Passage:
    return mend(source, [Span(0, len(source))])


@pytest.mark.parametrize(
    ("stored", "mended"),
    [
        ("到 2030 年", "到2030年"),
        ("提高到 27.4%，力争", "提高到27.4%，力争"),
        ("水电四局、LM 叶片厂", "水电四局、LM叶片厂"),
        ("GB/T 32151、ISO14064-1:2018等", "GB/T 32151、ISO14064-1:2018等"),
        ("第一章  总  则", "第一章总则"),
        ("第三条　补贴", "第三条补贴"),
        ("重\n\n大战略", "重大战略"),
        ("到2025\n\n年", "到2025年"),
        ("carbon\nneutral", "carbon neutral"),
        ("20\n25年", "2025年"),
        ("5\nG网络", "5G网络"),
        ("第\f十\u00a0条\ufeff", "第十条"),
        ("联 系 人：郑 喆", "联系人：郑喆"),
        ("", ""),
    ],
)
def test_spaces(stored: str, mended: str) -> None:
    assert _mend(stored).text == mended


def test_a_space_that_stands_for_a_line_break_stands_nowhere() -> None:
    passage = _mend("carbon\nneutral plan")
    assert passage.offsets[6] == JOINT
    assert passage.offsets[14] == 14


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="碳排放。，（）2025.%abGT/ \n\t\u3000\f"))
def test_mending_loses_only_white_space(source: str) -> None:
    passage = _mend(source)
    kept = [
        (at, character) for at, character in zip(passage.offsets, passage.text, strict=True) if at != JOINT
    ]
    assert all(source[at] == character for at, character in kept)
    assert [at for at, _ in kept] == sorted({at for at, _ in kept})
    solid = [at for at, character in enumerate(source) if not is_space(character)]
    assert [at for at, character in kept if character != " "] == solid
    spans = spans_of(passage.offsets, source)
    assert all(any(span.start <= at < span.end for span in spans) for at in solid)
    assert all(left.end < right.start for left, right in pairwise(spans))


def test_spans_stop_at_line_ends() -> None:
    source = "甲 乙\n\n丙"
    assert spans_of(_mend(source).offsets, source) == (Span(0, 3), Span(5, 6))


def test_join_leaves_empty_passages_out() -> None:
    joined = join([Passage("甲", (3,)), Passage("", ()), Passage("乙", (9,))])
    assert joined == Passage("甲\n乙", (3, JOINT, 9))


@pytest.mark.parametrize(
    ("stored", "names"),
    [
        ("领导署名：许碧瑞 徐 威", "领导署名：许碧瑞\n徐威"),
        ("联 系 人：郑 喆", "联系人：郑喆"),
        ("福建省生态环境厅 福建省发展和改革委员会", "福建省生态环境厅\n福建省发展和改革委员会"),
        ("联系人：戴腾飞（造林处）", "联系人：戴腾飞（造林处）"),
    ],
)
def test_names_set_apart_come_one_a_line(stored: str, names: str) -> None:
    assert break_at_gaps(_mend(stored)).text == names
