"""A real Chromium for the tests of pages: how it is started, what counts as a fault, and what axe-core finds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.signing_in import browser_cookie

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
# A browser notes each refused or broken request by itself, those that a test asks for too: no word of the page.
NOTED = "Failed to load resource"


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that is closed at the end; a test is skipped where Chromium is not installed."""
    if not CHROMIUM.exists():
        pytest.skip("chromium is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def entered(
    browser: Browser, url: str, settings: Settings, role: Role, options: dict[str, Any]
) -> Iterator[Page]:
    """A page of a context of its own, signed in as somebody of this role; a visitor is nobody."""
    context = browser.new_context(**options)
    context.set_default_timeout(10_000)
    if role > Role.VISITOR:
        context.add_cookies([browser_cookie(settings, role, url)])  # type: ignore[list-item]
    try:
        yield context.new_page()
    finally:
        context.close()


def watched(page: Page, base_url: str) -> list[str]:
    """A list that fills with what goes wrong on the page: script errors, words on the console, requests elsewhere."""
    faults: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if not message.text.startswith(NOTED):
            faults.append(f"console: {message.text}")

    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", heard)
    page.on(
        "request",
        lambda request: None if f"{request.url}/".startswith(f"{base_url}/") else faults.append(request.url),
    )
    return faults


def wider_than_screen(page: Page) -> int:
    """Pixels by which the page is wider than what is seen of it: a person would have to scroll sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def serious_faults(page: Page, *rules: str) -> list[str]:
    """Faults of access that axe-core calls serious or critical, by all of its rules or these alone.

    The page's context needs `bypass_csp=True`.
    """
    from axe_playwright_python.sync_playwright import Axe

    options: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()[:200]})"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"][:4]
    ]
