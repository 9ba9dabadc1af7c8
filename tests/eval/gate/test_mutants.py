"""Mutants: one change, in the answer's own words, that is really one; the same for the same seed."""

from __future__ import annotations

import pytest

from assistant.agent.verification import Grounds
from eval.gate.given import Given, unquoted
from eval.gate.mutants import KINDS, Mutant, mutants, own_words
from tests.agent.verification.made import LIMITS, STEPS, cited

TEXT = (
    "《某市绿色园区管理办法》第二条：“损耗不得超过基准期的15%”[1]\n年取水量不低于300吨且不高于500吨，到2025年完成[1]；"
    "公示无异议后由市水务局公布[2]。\n您说的是“16%”。提示：《某市绿色园区管理办法》目前是征求意见稿，以正式印发的文本为准。"
)


def made(text: str = TEXT, grounds: Grounds | None = None) -> dict[str, Mutant]:
    given = Given("a", text, grounds or cited(LIMITS, STEPS))
    return {mutant.kind: mutant for mutant in mutants(given)}


def test_each_kind_changes_one_place() -> None:
    found = made()
    assert found.keys() >= {
        "digit", "unit", "quote", "markers swapped", "marker unknown", "article number", "year", "relation",
        "connective", "negation", "measure", "invented", "standing",
    }  # fmt: skip
    for mutant in found.values():
        same = 0
        while same < len(TEXT) and mutant.text[same : same + 1] == TEXT[same]:
            same += 1
        assert mutant.text != TEXT
        assert mutant.text[: same or 1].startswith(TEXT[: same or 1])


def test_the_seed_decides() -> None:
    given = Given("a", TEXT, cited(LIMITS, STEPS))
    texts = [[one.text for one in mutants(given, seed)] for seed in ("x", "x", "y")]
    assert texts[0] == texts[1] != texts[2]


def test_only_own_words_change_but_in_quotes() -> None:
    found = made()
    for kind in ("digit", "unit", "relation", "negation"):
        assert "“损耗不得超过基准期的15%”[1]" in found[kind].text
    assert "“损耗不得超过基准期的15%”[1]" not in found["quote"].text
    assert "您说的是“16%”" in found["digit"].text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("digit", "第八条（二）和附件3[1]"),  # clause numbers are no figures
        ("year", "共2025吨[1]"),
        ("relation", "以上引自原文，达到要求[1]"),
        ("connective", "办法没有规定补贴或奖励[1]"),
        ("negation", "不断提高，不同类别[1]"),
        ("digit", "请问取水量是不是300吨？"),
        ("markers swapped", "都以吨为单位[1][2]"),
        ("measure", "300吨且300吨[1]"),
    ],
)
def test_what_is_no_change_is_no_mutant(kind: str, text: str) -> None:
    assert kind not in made(text)


def test_clauses_that_hold_each_others_words_keep_their_markers() -> None:
    grounds = cited(LIMITS, f"{LIMITS} 另有规定。")
    assert "markers swapped" not in made("甲乙丙丁[1]，戊己庚辛[2]。", grounds)


def test_own_words_keep_their_places() -> None:
    own = own_words(TEXT)
    assert len(own) == len(TEXT)
    assert "损耗" not in own
    assert own.index("年取水量") == TEXT.index("年取水量")


def test_quotation_marks_come_off_before_markers_alone() -> None:
    text = unquoted(Given("a", TEXT, Grounds())).text
    assert "第二条：损耗不得超过基准期的15%[1]" in text
    assert "您说的是“16%”" in text


def test_every_kind_is_named_once() -> None:
    assert len(KINDS) == 15
