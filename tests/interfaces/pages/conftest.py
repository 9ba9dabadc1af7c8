"""One browser for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.interfaces.pages.browsing import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser


# Not for the whole session: while Playwright is open, no other test of this thread could run an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; what needs it is skipped where it is not installed."""
    with chromium() as opened:
        yield opened
