"""The office that somebody wants to reach, held against those whose contact the texts give."""

from __future__ import annotations

import pytest

from assistant.agent.tools.contacts import unreachable
from assistant.documents.library import Library


@pytest.mark.parametrize(
    ("question", "office"),
    [
        ("省节能中心电话多少", "省节能中心"),
        ("福州市工信局的联系方式", "福州市工信局"),
        ("林业局的电话是多少", None),
        ("生态厅联系人是谁", None),
        ("造林处电话", None),
        ("电话多少", None),
    ],
)
def test_an_office_whose_contact_no_text_gives(
    question: str, office: str | None, corpus_library: Library
) -> None:
    assert unreachable(corpus_library, question) == office
