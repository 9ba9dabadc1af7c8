"""A refusal says in one sentence what is not there, shows the nearest words, and whom to ask."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.agent.writing.refusing import answered, refusal, why

NOTHING: dict[str, Any] = {
    "document": None, "place": None, "names": (), "words": (), "money": False, "years": (),
}  # fmt: skip


def passage(address: str, quote: str, coverage: float, marker: int) -> dict[str, Any]:
    return {
        "address": address, "quote": quote, "coverage": coverage, "marker": marker,
        "title": "某方案", "label": address, "kind": "article", "attributes": {},
    }  # fmt: skip


def found(passages: list[dict[str, Any]], contact: Any = None, **lacks: Any) -> dict[str, Any]:
    return {
        "passages": passages, "lacks": NOTHING | lacks, "contact": contact,
        "answers": 0.3, "answers_from": 0.5, "located": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        ({"document": "GB/T 24067"}, "没有收录“GB/T 24067”的原文"),
        ({"place": "浙江", "words": ("补贴",)}, "没有针对浙江写到"),
        ({"years": ("2035", "2040")}, "没有写2035、2040年的数"),
        ({"words": ("厅长",), "names": ("厅长",)}, "没有写到“厅长”"),
        ({"money": True}, "这笔钱"),
        ({"names": ("CBAM", "个数", "碳关税", "EOD")}, "没有提到“CBAM”、“碳关税”，"),
        ({}, "没有写到这个问题"),
    ],
)
def test_the_most_telling_lack_is_named(lacks: dict[str, Any], words: str) -> None:
    assert words in why(found([], **lacks))


def test_the_nearest_clause_and_the_contact_stand_beside_it() -> None:
    near, contact = passage("一", "绿色工厂达200家。", 0.4, 1), passage("落款", "联系电话：1", 0.0, 2)
    draft = refusal(found([near], contact))
    assert draft.status is AnswerStatus.REFUSED
    assert "最接近的是《某方案》一：“绿色工厂达200家。”[1]" in draft.text
    assert "可向有关部门咨询：《某方案》落款：“联系电话：1”[2]" in draft.text


def test_what_is_not_near_is_not_shown() -> None:
    far, contact = passage("一", "绿色工厂达200家。", 0.1, 1), passage("落款", "联系电话：1", 0.0, 2)
    text = refusal(found([far], contact)).text
    assert "[1]" not in text
    assert "[2]" not in text
    assert "请向主管部门咨询" in text


def test_the_years_that_the_text_has_are_shown_each_clause_once() -> None:
    passages = [
        passage("一", "到2025年达27.4%。", 0.6, 1),
        passage("一", "到2030年翻番。", 0.6, 2),
        passage("二", "没有年份。", 0.6, 3),
        passage("三", "到2030年达峰。", 0.5, 4),
        passage("四", "2035年。", 0.5, 5),
    ]
    text = refusal(found(passages, years=("2035",))).text
    assert "[1]" in text
    assert "[4]" in text
    assert not any(f"[{marker}]" in text for marker in (2, 3, 5))


def test_a_search_answers_from_its_threshold_on() -> None:
    one = found([passage("一", "甲。", 0.4, 1)])
    assert not answered(one)
    assert answered(one | {"answers": 0.5})
    assert answered(one | {"located": True})
    assert not answered(one | {"answers": 0.9, "passages": []})


@pytest.mark.parametrize("lacks", [{"place": "浙江"}, {"document": "GB/T 24067"}])
def test_another_place_or_document_is_never_answered(lacks: dict[str, str]) -> None:
    near = found([passage("一", "甲。", 0.9, 1)], **lacks) | {"answers": 0.99}
    assert not answered(near)
