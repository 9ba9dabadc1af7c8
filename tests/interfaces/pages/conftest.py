"""One browser for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.interfaces.pages.browsing import chromium
from tests.interfaces.pages.places import QUESTION

if TYPE_CHECKING:
    from playwright.sync_api import Browser


# Not for the whole session: while Playwright is open, no other test of this thread could run an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; what needs it is skipped where it is not installed."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def answer_id(real_url: str) -> str:
    """An answer of the real assistant, with a verdict, which a reader had remarked on."""
    with httpx.Client(base_url=real_url, trust_env=False, timeout=60) as client:
        answer = client.post("/api/chat", json={"message": QUESTION}).raise_for_status().json()
        remark = {"kind": "有误", "words": "上限是 60%"}
        client.post(f"/api/answers/{answer['id']}/feedback", json=remark).raise_for_status()
    return str(answer["id"])
