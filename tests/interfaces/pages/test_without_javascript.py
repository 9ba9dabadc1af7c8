"""What goes wrong for a browser without JavaScript loses nothing and asks nothing twice, in real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from assistant.interfaces.http.sessions import VISITOR
from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.pages.browsing import DESKTOP
from tests.interfaces.signing_in import PASSWORD, account_of, browser_cookie

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def page(browser: Browser, base_url: str) -> Iterator[Page]:
    """A page of a browser that runs no scripts."""
    context = browser.new_context(**DESKTOP, java_script_enabled=False, base_url=base_url)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def grow_old(page: Page) -> None:
    """The browser becomes another visitor in a second tab: the first one's token is worth nothing any more."""
    page.context.clear_cookies(name=VISITOR)
    other = page.context.new_page()
    other.goto("/")
    other.close()


def test_loading_an_answer_again_does_not_ask_again(page: Page, fake: FakeAssistant) -> None:
    page.goto("/")
    page.fill("#message", "抵消呢")
    page.click("#send")
    page.wait_for_selector(".answer .prose")
    page.reload()
    page.go_back()
    page.go_forward()
    assert page.locator(".asked").all_text_contents() == ["抵消呢"]
    assert [message for message, _ in fake.asked] == ["抵消呢"]


def test_another_visitor_does_not_read_it(page: Page, browser: Browser) -> None:
    page.goto("/")
    page.fill("#message", "抵消呢")
    page.click("#send")
    page.wait_for_selector(".answer .prose")
    stranger = browser.new_page(java_script_enabled=False)
    opened = stranger.goto(page.url)
    assert opened is not None
    assert opened.status == 404
    assert "不得超过" not in stranger.content()
    stranger.close()


def test_a_question_from_a_page_grown_old_is_sent_at_the_second_try(page: Page, fake: FakeAssistant) -> None:
    page.goto("/")
    page.fill("#message", "抵消呢，\n我写了很久")
    grow_old(page)
    page.click("#send")
    assert page.text_content("h1") == "页面已过期，请再送一次"
    assert fake.asked == []
    assert page.input_value("textarea[name=message]") == "抵消呢，\r\n我写了很久".replace("\r\n", "\n")
    page.click("main button")
    page.wait_for_selector(".answer .prose")
    assert [message.split() for message, _ in fake.asked] == [["抵消呢，", "我写了很久"]]


def test_a_remark_from_a_page_grown_old_is_kept_too(
    page: Page, fake: FakeAssistant, settings: Settings, base_url: str
) -> None:
    page.goto("/")
    page.fill("#message", "抵消呢")
    page.click("#send")
    page.context.add_cookies([browser_cookie(settings, Role.STAFF, base_url)])  # type: ignore[list-item]
    page.click(".feedback summary")
    page.fill(".feedback textarea", "上限写错了")
    page.click(".feedback button[value=有误]")
    assert page.input_value("textarea[name=words]") == "上限写错了"
    page.click("main button")
    assert page.text_content("h1") == "反馈已记下，谢谢"
    assert [(one.kind, one.words) for one in fake.feedback] == [("有误", "上限写错了")]


def test_somebody_signs_in_from_a_page_grown_old(page: Page, settings: Settings) -> None:
    name = account_of(settings, Role.STAFF)
    page.goto("/login?next=/desk")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    grow_old(page)
    page.click("form.login-form button")
    assert page.input_value("textarea[name=name]") == name
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/desk")
