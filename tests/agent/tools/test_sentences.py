"""Sentences are verbatim parts of the clause; the note of responsible units stands alone."""

from __future__ import annotations

from assistant.agent.tools.sentences import is_responsible_note, sentences


def test_sentences_are_verbatim_and_keep_their_signs() -> None:
    text = "（三）推动转型。到2025年，比重提高到27.4%，力争达到58.5%。（责任单位：省工信厅、发改委）"
    found = sentences(text)
    assert found == [
        "（三）推动转型。到2025年，比重提高到27.4%，力争达到58.5%。",
        "（责任单位：省工信厅、发改委）",
    ]
    assert all(sentence in text for sentence in found)
    assert [is_responsible_note(sentence) for sentence in found] == [False, True]


def test_a_run_in_heading_is_read_with_the_sentence_after_it_and_alone_at_the_end() -> None:
    assert sentences("（三）复审。由中心评审。另行公示。") == ["（三）复审。由中心评审。", "另行公示。"]
    assert sentences("（三）复审。") == ["（三）复审。"]


def test_a_closing_quotation_mark_stays_with_its_sentence() -> None:
    assert sentences("建设“福道网。”其次。") == ["建设“福道网。”", "其次。"]


def test_a_decimal_point_and_a_line_break() -> None:
    assert sentences("生态云平台3.0建设\n第二行") == ["生态云平台3.0建设", "第二行"]
