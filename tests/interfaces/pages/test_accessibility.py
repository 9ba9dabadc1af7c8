"""axe-core over every page as each who may read it, wide and narrow, light and dark: no serious fault of access."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from assistant.settings import Settings
from tests.interfaces.pages.browsing import DESKTOP, PHONE, entered, serious_faults
from tests.interfaces.pages.places import PLACES, Place

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_no_serious_fault_of_access(
    browser: Browser, real_url: str, real_settings: Settings, answer_id: str, place: Place, screen: Any
) -> None:
    # axe is a script from outside the page, which the pages' own policy rightly refuses.
    with entered(browser, real_url, real_settings, place.role, {**screen, "bypass_csp": True}) as page:
        page.goto(real_url + place.path.format(answer=answer_id))
        place.first(page)
        assert serious_faults(page) == []
        page.emulate_media(color_scheme="dark")
        assert serious_faults(page, "color-contrast") == [], "in the dark"
