"""Any text, sentence by sentence, on the shipped corpus and index."""

from __future__ import annotations

import pytest

from assistant.agent.verification import reviewing
from assistant.errors import InputError
from assistant.service import Assistant


@pytest.mark.parametrize(
    ("sentence", "finding", "kind"),
    [
        ("第八条第二项规定，碳抵消削减的碳排放量不得超过基准期的50%。", "supported", None),
        ("碳抵消削减的碳排放量不得超过基准期的60%。", "contradicted", "number"),
        ("碳抵消占比越高，此项得分越高。", "contradicted", "relation"),
        (
            "企业年综合能源消费量在5000吨标准煤以上，或获得省级及以上绿色工厂称号。",
            "contradicted",
            "relation",
        ),
        ("《福建省零碳工厂建设管理办法》已正式施行。", "contradicted", "standing"),
        ("《福建省零碳工厂建设管理办法》第九十九条规定企业应当缴费。", "contradicted", "locator"),
        ("入选企业每家奖励一套办公家具。", "not_found", None),
    ],
)
def test_sentences(real_assistant: Assistant, sentence: str, finding: str, kind: str | None) -> None:
    (one,) = real_assistant.verify(sentence).sentences
    assert one.finding == finding
    assert (kind in {failure.type for failure in one.failures}) is (kind is not None)
    assert (one.citation is None) is (finding == "not_found")


def test_places_count_from_the_start_of_the_text(real_assistant: Assistant) -> None:
    text = "说明如下：\n\n培育期原则上为1年[3]。碳抵消不得超过基准期的60%！"
    review = real_assistant.verify(text)
    first, second = review.sentences[-2:]
    assert text[second.start : second.end] == second.text == "碳抵消不得超过基准期的60%！"
    number = next(failure for failure in second.failures if failure.type == "number")
    assert text[number.start : number.end] == number.words == "60%"
    assert number.against == "第八条（二）"
    assert "[3]" not in first.text


def test_the_json_form_counts_findings(real_assistant: Assistant) -> None:
    plain = real_assistant.verify("培育期原则上为1年。食堂周三供应饺子。").to_json()
    assert plain["summary"] == {"supported": 1, "contradicted": 0, "not_found": 1}
    assert plain["sentences"][0]["citation"]["policy_status"] == "征求意见稿"
    assert plain["warnings"] == ["《福建省零碳工厂建设管理办法》目前是征求意见稿，以正式印发的文本为准"]


@pytest.mark.parametrize(("text", "words"), [(" \n", "是空的"), ("字" * (reviewing.LONGEST + 1), "最多")])
def test_what_cannot_be_reviewed(real_assistant: Assistant, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        real_assistant.verify(text)
