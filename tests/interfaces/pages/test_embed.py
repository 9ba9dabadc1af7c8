"""The chat as a plain form in another site's frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from assistant.errors import SettingsError
from assistant.interfaces.http.app import create_app
from assistant.settings import Settings, load_settings
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.running_server import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SITES = ("https://www.example.gov.cn", "http://127.0.0.1:8443")


def test_it_is_a_form_without_scripts_that_answers_in_place(
    client: httpx.Client, fake: FakeAssistant
) -> None:
    for html in (
        client.get("/embed").text,
        client.post("/embed", follow_redirects=True, data={"message": "够不够"}).text,
    ):
        assert "<script" not in html
        assert 'action="/"' not in html
        assert '<form id="composer" class="composer" method="post" action="/embed">' in html
    assert '<section class="verdict open"' in html
    assert 'class="reply" method="post" action="/embed"' in html
    assert '<b class="fact-value">4万吨</b>' in html
    client.post(
        "/embed", follow_redirects=True, data={"conversation_id": "c_1", "part": ["近36个月无事故：", "是"]}
    )
    assert fake.asked[-1] == ("近36个月无事故：是", "c_1")


def test_nobody_may_frame_it_unless_set(client: httpx.Client) -> None:
    for path in ("/", "/embed"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"


def test_only_the_sites_that_are_set_may_frame_it(fake: FakeAssistant, settings: Settings) -> None:
    framed = settings.model_copy(update={"embed_origins": SITES})
    with (
        running(create_app(lambda _progress: fake, framed)) as url,  # type: ignore[arg-type, return-value]
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        wait_until_ready(url)
        for response in (
            client.get("/embed"),
            client.post("/embed", follow_redirects=True, data={"message": "？"}),
        ):
            policy = response.headers["content-security-policy"]
            assert "frame-ancestors https://www.example.gov.cn http://127.0.0.1:8443" in policy
            assert "script-src 'none'" in policy
            assert "x-frame-options" not in response.headers
            assert response.headers["x-content-type-options"] == "nosniff"
        assert client.get("/").headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in client.get("/").headers["content-security-policy"]


def test_it_answers_in_the_frame_of_another_site(
    browser: Browser, fake: FakeAssistant, settings: Settings
) -> None:
    shown: list[str] = []
    site = Starlette(
        routes=[
            Route("/", lambda _: HTMLResponse(f"<!doctype html><iframe width=420 height=700 src={shown[0]}>"))
        ]
    )
    with running(site) as elsewhere:
        other = elsewhere.replace("127.0.0.1", "localhost")
        framed = settings.model_copy(update={"embed_origins": (other,)})
        with running(create_app(lambda _progress: fake, framed)) as url:  # type: ignore[arg-type, return-value]
            wait_until_ready(url)
            shown.append(f"{url}/embed")
            page = browser.new_page()
            page.set_default_timeout(10_000)
            page.goto(other)
            frame = page.frame_locator("iframe")
            frame.locator("#message").fill("够不够")
            frame.locator("#send").click()
            frame.locator(".missing .choice >> nth=0").click()
            frame.locator(".asked >> nth=1").wait_for()
            assert fake.asked == [("够不够", None), ("近36个月无事故：是", "c_1")]
            page.close()


@pytest.mark.parametrize(
    "site", ["*", "www.example.gov.cn", "https://a.cn/path", "https://a.cn;x", "https://a@b.cn"]
)
def test_what_is_no_site_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, site: str) -> None:
    monkeypatch.setenv("TIAOWEN_EMBED_ORIGINS", f"https://www.example.gov.cn,{site}")
    with pytest.raises(SettingsError, match=r"TIAOWEN_EMBED_ORIGINS .*不合法：.*应为完整的来源"):
        load_settings()
