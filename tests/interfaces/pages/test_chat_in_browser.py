"""The page in a real Chromium: asking, the steps, the clause beside the answer, keyboard, phone, no JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.interfaces.fake_assistant import FakeAssistant

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
QUESTION = "我们 2021 年排放 10 万吨，去年 4 万吨，够不够申报？"

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="chromium is not installed (apt-get install chromium)"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, base_url: str) -> Iterator[Page]:
    """The page on a desktop; a script error or a request to another host fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(10_000)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "request", lambda request: faults.extend([] if request.url.startswith(base_url) else [request.url])
    )
    opened.goto(base_url)
    yield opened
    context.close()
    assert faults == []


def ask(page: Page, message: str) -> None:
    page.fill("#message", message)
    page.keyboard.press("Enter")


def test_a_question_shows_its_steps_then_verdict_figures_and_clause(page: Page, fake: FakeAssistant) -> None:
    fake.gate = threading.Event()
    ask(page, QUESTION)
    page.wait_for_selector(".pending .steps li:has-text('检索条款：碳抵消')")
    assert page.text_content("#send") == "停止"
    assert page.text_content(".asked") == QUESTION
    assert not page.is_visible("#welcome")
    fake.gate.set()
    page.wait_for_selector(".verdict.open")
    assert page.text_content("#send") == "发送"
    assert page.text_content(".verdict-status") == "待补充"
    assert page.locator(".calculation-result strong").all_text_contents() == ["100%", "40%"]
    assert not page.is_visible("#reader")
    page.click(".prose a.marker")
    page.wait_for_selector("#reader mark")
    assert page.text_content("#reader mark") == "不得超过基准期的50%"
    assert page.text_content("#reader .badge") == "征求意见稿"
    assert page.text_content("#reader .citation-label") == "第八条（二）"
    page.keyboard.press("Escape")
    assert not page.is_visible("#reader")
    assert page.evaluate("document.activeElement.matches('.prose a.marker')")


def test_the_conversation_goes_on_and_starts_anew(page: Page, fake: FakeAssistant) -> None:
    ask(page, "抵消呢")
    page.wait_for_selector(".answer .prose")
    ask(page, "然后呢")
    page.wait_for_selector(".answer .prose >> nth=1")
    page.click("#new-conversation")
    assert page.is_visible("#welcome")
    assert page.locator(".turn").count() == 0
    page.click(".starter >> nth=1")
    page.wait_for_selector(".answer .prose")
    assert [conversation for _, conversation in fake.asked] == [None, "c_1", None]


def test_a_missing_fact_is_answered_with_its_question(page: Page, fake: FakeAssistant) -> None:
    ask(page, QUESTION)
    page.wait_for_selector(".missing-question")
    page.click(".missing-question:has-text('工业增加值')")
    assert page.text_content("#replying-to") == "申报上年度的工业增加值是多少万元？"
    ask(page, "8000万元")
    page.wait_for_selector(".answer .prose >> nth=1")
    assert not page.is_visible("#replying")
    page.click(".missing-reply:has-text('是') >> nth=0")
    page.wait_for_selector(".answer .prose >> nth=2")
    assert [message for message, _ in fake.asked[1:]] == [
        "申报上年度的工业增加值是多少万元？ 8000万元",
        "近36个月内是否没有安全、质量、环境污染事故？ 是",
    ]


def test_shift_enter_and_input_methods_do_not_send(page: Page, fake: FakeAssistant) -> None:
    page.fill("#message", "抵消")
    page.keyboard.press("Shift+Enter")
    page.evaluate(
        "document.getElementById('message').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    assert page.input_value("#message") == "抵消\n"
    assert page.locator(".turn").count() == 0
    assert fake.asked == []


def test_errors_are_told_and_can_be_tried_again(page: Page, fake: FakeAssistant) -> None:
    ask(page, "？？")
    assert "没有文字" in str(page.wait_for_selector(".trouble").text_content())  # type: ignore[union-attr]
    assert page.locator(".trouble button").count() == 0
    page.click("#new-conversation")
    ask(page, "中途断开")
    page.wait_for_selector(".trouble:has-text('rules.yaml')")
    page.click(".trouble button")
    page.wait_for_selector(".trouble:has-text('rules.yaml')")
    assert page.locator(".turn").count() == 2


def test_a_question_can_be_stopped(page: Page, fake: FakeAssistant) -> None:
    fake.gate = threading.Event()
    ask(page, "抵消呢")
    page.wait_for_selector(".pending .steps li >> nth=1")
    page.click("#send")
    page.wait_for_selector(".trouble:has-text('已停止')")
    fake.gate.set()


def test_nothing_from_outside_becomes_markup(page: Page) -> None:
    ask(page, "攻击<img src=x onerror=window.broken=1><script>window.broken=1</script>")
    page.wait_for_selector(".answer .prose")
    page.click(".prose a.marker")
    page.wait_for_selector("#reader .clause-text")
    assert page.evaluate("window.broken") is None
    assert page.locator("#log img, #log script, #reader script, #reader b").count() == 0
    assert page.locator(".prose a:not(.marker)").count() == 0
    assert str(page.text_content(".asked")).startswith("攻击<img")


def test_on_a_phone_nothing_is_wider_than_the_screen(browser: Browser, base_url: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.goto(base_url)
    ask(page, QUESTION)
    page.wait_for_selector(".verdict")
    page.locator(".findings summary").click()
    page.locator(".prose a.marker").tap()
    page.wait_for_selector("#reader mark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("#reader").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    assert box["y"] > 200
    context.close()


def test_without_javascript_the_page_is_a_plain_form(
    browser: Browser, base_url: str, fake: FakeAssistant
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base_url)
    page.fill("#message", "抵消呢")
    page.click("#send")
    assert page.locator(".asked").all_text_contents() == ["抵消呢"]
    page.fill("#message", QUESTION)
    page.click("#send")
    assert page.locator(".asked").all_text_contents() == ["抵消呢", QUESTION]
    assert page.locator(".verdict-status").text_content() == "待补充"
    page.locator(".citation summary >> nth=2").click()
    assert page.locator("mark >> visible=true").text_content() == "不得超过基准期的50%"
    assert [conversation for _, conversation in fake.asked] == [None, "c_1"]
    context.close()
