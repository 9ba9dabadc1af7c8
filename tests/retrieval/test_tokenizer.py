from __future__ import annotations

import pytest

from assistant.retrieval.tokenizer import character_terms, fold, split_terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("碳抵消", ["碳", "抵", "消", "碳抵", "抵消"]),
        ("", []),
        ("，。！", []),
        ("碳，汇", ["碳", "汇"]),
        ("ＧＢ/T 24067", ["gb", "t", "24067"]),
        ("100,000吨", ["100000", "吨"]),
        ("2021，2022", ["2021", "2022"]),
        ("37.5％", ["37.5%"]),
        ("tCO₂", ["tco", "2"]),
    ],
)
def test_terms(text: str, terms: list[str]) -> None:
    assert character_terms(text) == terms


def test_characters_and_pairs_can_be_had_apart() -> None:
    terms = split_terms("茶 树林2处 GB")
    assert terms.characters == ["茶", "树", "林", "处"]
    assert terms.pairs == ["树林", "2", "gb"]
    assert terms.lone == ["茶", "处"]
    assert sorted(terms.characters + terms.pairs) == sorted(character_terms("茶 树林2处 GB"))


def test_terms_repeat_as_often_as_they_occur() -> None:
    assert character_terms("碳碳碳").count("碳碳") == 2


def test_a_thousands_comma_changes_nothing() -> None:
    assert character_terms("5,000吨标准煤") == character_terms("5000吨标准煤")
    assert character_terms("1,234,567元") == character_terms("1234567元")


def test_full_width_and_capitals_meet_plain_forms() -> None:
    assert fold("ＦＦＣＥＲ（１）") == "ffcer(1)"
