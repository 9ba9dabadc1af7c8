"""The auditor's pages over a real server, and in a real Chromium as a supervisor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.pages.browsing import watched, wider_than_screen
from tests.interfaces.signing_in import browser_cookie, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGE = {"Accept": "text/html"}
QUESTION = "2021年10万吨，去年4万吨，抵消4万吨，零碳工厂够吗<b>"


@pytest.fixture(scope="module")
def asked(real_url: str) -> dict[str, Any]:
    with httpx.Client(base_url=real_url, trust_env=False, timeout=60) as client:
        answer: dict[str, Any] = client.post("/api/chat", json={"message": QUESTION}).json()
        client.post(f"/api/answers/{answer['id']}/feedback", json={"kind": "有误", "words": "<i>数不对</i>"})
    return answer


@pytest.fixture
def supervisor(real_url: str, real_settings: Settings) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=real_url, trust_env=False, timeout=60, headers=PAGE) as client:
        yield sign_in(client, real_settings, Role.SUPERVISOR)


def test_an_answer_shows_what_it_was_made_from(supervisor: httpx.Client, asked: dict[str, Any]) -> None:
    html = supervisor.get(f"/records/{asked['id']}").text
    assert "&lt;b&gt;" in html
    assert "&lt;i&gt;数不对&lt;/i&gt;" in html
    assert '<mark class="quote">' in html
    assert "<dt>抵消" in html or "碳排放量是多少" not in html
    assert "assess_programme" in html
    assert "政策文本" in html
    assert html.count('class="step') > 5


def test_the_list_keeps_its_filter_and_says_when_nothing_fits(
    supervisor: httpx.Client, asked: dict[str, Any]
) -> None:
    assert asked["id"] in supervisor.get("/records", params={"text": "零碳工厂够吗"}).text
    empty = supervisor.get("/records", params={"text": "没有人问过的话"}).text
    assert "没有符合条件的记录" in empty
    assert 'value="没有人问过的话"' in empty
    wrong = supervisor.get("/records", params={"since": "x", "text": "零碳"})
    assert wrong.status_code == 422
    assert "不是日期" in wrong.text
    assert 'value="零碳"' in wrong.text


def test_staff_are_turned_away_and_visitors_sent_to_sign_in(real_url: str, real_settings: Settings) -> None:
    with httpx.Client(base_url=real_url, trust_env=False, headers=PAGE) as client:
        assert client.get("/records").headers["location"].startswith("/login")
        assert sign_in(client, real_settings, Role.STAFF).get("/records").status_code == 403


@pytest.mark.parametrize("width", [1280, 390])
def test_a_supervisor_finds_replays_and_handles(
    browser: Browser, real_url: str, real_settings: Settings, asked: dict[str, Any], width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_cookies([browser_cookie(real_settings, Role.SUPERVISOR, real_url)])  # type: ignore[list-item]
    page = context.new_page()
    faults = watched(page, real_url)
    page.goto(f"{real_url}/records?text=零碳工厂够吗")
    page.click(f"a[href='/records/{asked['id']}']")
    page.click("form[action$='/replay'] button")
    assert page.text_content(".notice[role=status]") == "与当时完全相同，一字节不差"
    page.fill(".remark input[name=resolution]", f"已核对，答复无误（{width}）")
    page.click(".remark button")
    page.wait_for_selector(f".remark >> text=答复无误（{width}）")
    assert wider_than_screen(page) <= 0
    context.close()
    assert faults == []
