"""A policy that is not in force is named so and never called in force."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agent.verification.made import LIMITS, TITLE, cited, types

GROUNDS = cited(LIMITS)
DRAFT = replace(GROUNDS, citations=(replace(GROUNDS.citations[0], policy_status="征求意见稿"),))
TEXT = "损耗不得超过基准期的15%[1]。"


def test_a_draft_must_be_named_as_such() -> None:
    assert types(TEXT, GROUNDS) == set()
    assert types(TEXT, DRAFT) == {"standing"}
    assert types(TEXT, DRAFT, ("《某市绿色园区管理办法》目前是征求意见稿",)) == set()
    assert types(f"{TEXT}这是征求意见稿[1]。", DRAFT) == set()


@pytest.mark.parametrize(
    ("told", "holds"),
    [
        (f"《{TITLE}》已正式施行。", False),
        (f"《{TITLE}》现行有效。", False),
        (f"《{TITLE}》尚未正式施行。", True),
        (f"《{TITLE}》以正式印发的文本为准。", True),
    ],
)
def test_a_draft_is_not_called_in_force(told: str, holds: bool) -> None:
    assert ("standing" not in types(TEXT + told, DRAFT, ("征求意见稿",))) is holds


def test_a_policy_in_force_may_be_called_so() -> None:
    assert "standing" not in types(f"{TEXT}《{TITLE}》已正式施行。", GROUNDS)
