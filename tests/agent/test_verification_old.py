"""The gate: each kind of unproven word is caught, and a proven answer passes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.agent.answer import Answer, AnswerStatus, Citation, Verdict
from assistant.agent.verification import Failure, figures, verify, without_unsourced

SOURCE = "第二条  碳排放强度不高于8吨/万元，抵\n\n消不得超过基准期的50%。\n\n第三条  其他。"
CLAUSE = "第二条 碳排放强度不高于8吨/万元，抵消不得超过基准期的50%。"
QUOTE = "抵消不得超过基准期的50%"
START = SOURCE.index("抵\n")
CITATION = Citation(
    marker=1,
    policy_id="p",
    title="某办法",
    address="p#第二条",
    label="第二条",
    text=CLAUSE,
    quote=QUOTE,
    start=START,
    end=SOURCE.index("50%") + 3,
    source_sha256="0" * 64,
    policy_status="现行",
)
GOOD = Answer(
    id="a",
    conversation_id="c",
    status=AnswerStatus.ANSWERED,
    answer="《某办法》第二条：“抵消不得超过基准期的50%”[1]",
    citations=(CITATION,),
)


def kinds(answer: Answer, said: tuple[str, ...] = (), computed: tuple[str, ...] = ()) -> set[str]:
    return {failure.type for failure in verify(answer, {"p": SOURCE}, said, computed)}


def test_a_proven_answer_passes() -> None:
    assert kinds(GOOD) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“抵消不得超过基准期的50%”[2]", "marker"),
        ("“抵消不得超过基准期的60%”[1]", "number"),
        ("“抵消可以超过基准期的50%”[1]", "quote"),
        ("抵消上限是3万吨[1]", "number"),
        ("强度不高于8万吨[1]", "number"),
        ("**结论：不符合某条件。**[1]", "verdict"),
    ],
)
def test_an_unproven_word_is_caught(text: str, kind: str) -> None:
    assert kind in kinds(replace(GOOD, answer=text))


def test_a_figure_of_the_user_or_of_the_engine_has_a_source() -> None:
    answer = replace(GOOD, answer="您抵消了6.5万吨，占比65%[1]")
    assert kinds(answer) == {"number"}
    assert kinds(answer, said=("我们抵消了6.5万吨",), computed=("65%",)) == set()


def test_a_span_that_is_not_the_quote_is_caught() -> None:
    moved = replace(CITATION, start=START + 1, end=CITATION.end + 1)
    assert "span" in kinds(replace(GOOD, citations=(moved,)))


def test_a_quote_that_is_not_in_the_clause_is_caught() -> None:
    assert "quote" in kinds(replace(GOOD, citations=(replace(CITATION, quote="抵消不得超过基准期的60%"),)))


def test_a_draft_must_be_named_as_such() -> None:
    draft = replace(GOOD, citations=(replace(CITATION, policy_status="征求意见稿"),))
    assert kinds(draft) == {"standing"}
    assert kinds(replace(draft, warnings=("《某办法》目前是征求意见稿",))) == set()


def test_the_stated_verdict_must_be_the_engines() -> None:
    verdict = Verdict("某类别", "不符合", (), None)
    stated = replace(GOOD, answer="**结论：符合某类别的条件。**[1]", verdict=verdict)
    assert kinds(stated) == {"verdict"}
    assert kinds(replace(stated, answer="**结论：不符合某类别的条件。**[1]")) == set()


def test_figures_are_read_with_units_and_without_markers() -> None:
    assert figures("共１０万吨[12]，40%") == [("10", "万吨"), ("40", "%")]


def test_lines_with_figures_without_a_source_are_left_out_but_never_the_conclusion() -> None:
    text = "上限是50%。[1]\n\n另外还有60%。\n\n其余照旧。"
    failed = [Failure("number", "60%", "…")]
    assert without_unsourced(text, failed) == "上限是50%。[1]\n\n\n其余照旧。"
    assert without_unsourced(text, [Failure("number", "50%", "…")]) is None
    assert without_unsourced(text, [*failed, Failure("quote", "x", "…")]) is None
