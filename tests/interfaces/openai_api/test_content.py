"""The text that other clients show: sources that it refers to, and Markdown that CommonMark reads as it is meant."""

from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from assistant.interfaces.openai_api.completions import content_of
from tests.interfaces.fake_assistant import CITATION, IN_FORCE_CITATION, PLAIN


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**结论：不符合。**碳削减率为65%", "<strong>结论：不符合</strong>。碳削减率为65%"),
        ("**不能。**[1]", "<strong>不能。</strong>[1]"),
        ("**不能。** 因为", "<strong>不能。</strong> 因为"),
        ("占比**65%**，超过**50%**。**得0分。**再说", "占比<strong>65%</strong>，超过<strong>50%</strong>。<strong>得0分</strong>。再说"),
        ("**65%**再说。**50%**，", "<strong>65%</strong> 再说。<strong>50%</strong>，"),
        ("2 ** 3。**4", "2 ** 3。**4"),
    ],
)  # fmt: skip
def test_what_is_strong_is_shown_strong(written: str, shown: str) -> None:
    content = content_of(replace(PLAIN, answer=written, citations=()))
    assert MarkdownIt().render(content).strip() == f"<p>{shown}</p>"


def test_the_sources_are_those_that_the_text_refers_to() -> None:
    answer = replace(PLAIN, answer="不能 [2]。", citations=(CITATION, IN_FORCE_CITATION))
    assert content_of(answer).endswith("出处：\n\n- [2] 《福州市工业领域碳达峰实施方案》二（一）1（现行）")


def test_an_answer_without_markers_has_all_its_sources() -> None:
    answer = replace(PLAIN, answer="收录的政策没有说到。", citations=(CITATION, IN_FORCE_CITATION))
    assert content_of(answer).count("\n- [") == 2
    assert content_of(replace(answer, citations=())) == "收录的政策没有说到。"
