"""Every page as each who may read it, wide and narrow: nothing from elsewhere, no complaint, no scrolling sideways, small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from assistant.settings import Settings
from tests.interfaces.http.test_access import PAGE, ROWS
from tests.interfaces.pages.browsing import DESKTOP, PHONE, entered, watched, wider_than_screen
from tests.interfaces.pages.places import PLACES, Place

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Response

MOST_BYTES = 100_000  # of a whole page on the wire
MOST_UNPACKED = 112_000  # of the same for a client that takes no gzip


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_page_keeps_to_itself_and_to_its_screen(
    browser: Browser, real_url: str, real_settings: Settings, answer_id: str, place: Place, screen: Any
) -> None:
    with entered(browser, real_url, real_settings, place.role, screen) as page:
        faults = watched(page, real_url)
        loaded: list[Response] = []
        page.on("response", lambda response: loaded.append(response))
        opened = page.goto(real_url + place.path.format(answer=answer_id))
        assert opened is not None
        assert opened.status == place.status
        page.wait_for_load_state("networkidle")
        assert sum(len(response.body()) for response in loaded) <= MOST_UNPACKED
        assert sum(on_the_wire(response) for response in loaded) <= MOST_BYTES
        assert wider_than_screen(page) <= 0, "before anything was done"
        place.first(page)
        assert wider_than_screen(page) <= 0
        assert faults == []


def on_the_wire(response: Response) -> int:
    sizes = response.request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def test_every_page_has_a_place() -> None:
    pages = {
        path for (method, path), row in ROWS.items() if method == "GET" and row.request == {"headers": PAGE}
    }
    assert pages - {place.route for place in PLACES} == set()
