"""The desk's pages over a real server, and in a real Chromium with nothing but the keyboard, as staff and as supervisor."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.pages.browsing import serious_faults, watched, wider_than_screen
from tests.interfaces.signing_in import browser_cookie, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGE = {"Accept": "text/html"}
QUESTION = "碳抵消能不能超过一半"


@pytest.fixture
def supervisor(real_url: str, real_settings: Settings) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=real_url, trust_env=False, timeout=60, headers=PAGE) as client:
        yield sign_in(client, real_settings, Role.SUPERVISOR)


@pytest.fixture
def page_as(browser: Browser, real_url: str, real_settings: Settings) -> Iterator[Callable[[Role], Page]]:
    """`page_as(role)`: a page of somebody of this role; no script error, no request to another host."""
    faults: list[list[str]] = []
    contexts = []

    def opened(role: Role) -> Page:
        context = browser.new_context(
            viewport={"width": 1280, "height": 860}, base_url=real_url, bypass_csp=True
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=real_url)
        context.add_cookies([browser_cookie(real_settings, role, real_url)])  # type: ignore[list-item]
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        faults.append(watched(page, real_url))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not any(faults)


def test_a_day_and_the_list_of_standards_stand_empty_in_words(supervisor: httpx.Client) -> None:
    html = supervisor.get("/desk/day?day=2020-01-01").text
    assert "这一天没有答不上来的问题" in html
    assert "这一天没有保存来电" in html
    wrong = supervisor.get("/desk/day?day=<b>")
    assert wrong.status_code == 422
    assert "日期「&lt;b&gt;」不合法" in wrong.text


def test_a_refused_approval_keeps_what_was_typed(supervisor: httpx.Client) -> None:
    supervisor.headers["Accept"] = "application/json"
    answer = supervisor.post("/api/desk/ask", json={"question": QUESTION}).json()["answer"]
    proposal = supervisor.post("/api/desk/standards", json={"answer_id": answer["id"]}).json()
    supervisor.headers["Accept"] = "text/html"
    fields = {"question": "改过的问题", "text": "字" * 8001}
    refused = supervisor.post(f"/desk/standards/{proposal['id']}/approve", data=fields)
    assert refused.status_code == 422
    assert "标准答复太长：8001 个字符" in refused.text
    assert "改过的问题" in refused.text
    done = supervisor.post(f"/desk/standards/{proposal['id']}/withdraw", data={"why": "重复"})
    assert done.status_code == 303
    assert "重复" in supervisor.get("/desk/standards").text


def test_staff_take_a_call_with_the_keyboard_alone(page_as: Callable[[Role], Page]) -> None:
    page = page_as(Role.STAFF)
    page.goto("/desk")
    keys = page.keyboard
    keys.press("/")  # leads to the box, and is no sign of a question for who is there already
    keys.type("碳抵消")
    page.locator("#offers li").first.wait_for()
    keys.type("能不能超过一半1cs")  # no key fires in a field
    assert page.locator("#q").input_value() == "碳抵消能不能超过一半1cs"
    assert page.locator("[aria-checked=true]").count() == 0
    for _ in range(3):
        keys.press("Backspace")
    keys.press("Enter")
    page.locator("#aloud").wait_for()
    assert (page.locator("#aloud").text_content() or "").startswith("不能。原文：“企业以2021年为基准期")
    assert "尚未正式施行" in (page.locator(".caution").text_content() or "")
    keys.press("c")
    page.get_by_text("已复制这一句和出处").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("不能。原文：“企业")
    keys.press("s")
    page.get_by_text("还没有选处置").wait_for()
    keys.press("2")
    keys.press("n")
    keys.type("转市局 1 2 3 s")
    keys.press("Alt+1")
    keys.press("Control+Enter")
    page.get_by_text("已保存，接下一通").wait_for()
    page.locator("#shift li").first.get_by_text("转市局 1 2 3 s").wait_for()
    assert page.locator("#shift li .chip").first.text_content() == "已答复"
    assert page.evaluate("document.activeElement.id") == "q"
    assert page.locator("#aloud").count() == 0
    keys.type("碳抵消能不能")
    page.locator("#offers li", has_text="问过").first.wait_for()
    keys.press("ArrowDown")
    assert page.locator("#offers [aria-selected=true]").count() == 1
    keys.press("Escape")
    assert page.locator("#q").input_value() == ""
    assert page.locator("#offers").is_hidden()


def test_keys_are_shown_and_a_clause_is_opened_in_place(page_as: Callable[[Role], Page]) -> None:
    page = page_as(Role.STAFF)
    page.goto("/desk")
    page.keyboard.press("Alt+?")
    page.locator("#keys[open]").wait_for()
    page.keyboard.press("Escape")
    page.locator("#keys").wait_for(state="hidden")
    page.keyboard.type("省级管理系统")
    page.locator("#offers li").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#clause h2").wait_for()
    assert page.locator("#clause .clause-text").text_content()


def test_staff_propose_a_supervisor_approves_and_it_is_given_first(
    page_as: Callable[[Role], Page],
) -> None:
    staff = page_as(Role.STAFF)
    staff.goto("/desk")
    question = "零碳工厂认定要走哪些程序"
    staff.keyboard.type(question)
    staff.keyboard.press("Enter")
    staff.locator("#aloud").wait_for()
    staff.keyboard.press("p")
    staff.locator("#proposal[open]").wait_for()
    staff.locator("#proposal-text").fill("走申请、初审、复审、核查、发布五个环节。[1]")
    staff.keyboard.press("Control+Enter")
    staff.get_by_text("已交审核").wait_for()

    supervisor = page_as(Role.SUPERVISOR)
    supervisor.goto("/desk/standards")
    item = supervisor.locator(".standard", has_text=question)
    button = item.get_by_role("button", name="批准")
    button.focus()
    supervisor.keyboard.press("Enter")
    supervisor.locator(".standard", has_text="supervisor").first.wait_for()

    staff.keyboard.press("/")
    staff.keyboard.type(question)
    staff.keyboard.press("Enter")
    staff.locator("[data-standard] #aloud").wait_for()
    assert staff.locator("#aloud").text_content() == "走申请、初审、复审、核查、发布五个环节。"
    assert "supervisor" in (staff.locator(".desk-marks").text_content() or "")


def test_nothing_is_lost_while_the_service_is_away(page_as: Callable[[Role], Page]) -> None:
    page = page_as(Role.STAFF)
    page.goto("/desk")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#aloud").wait_for()
    page.keyboard.press("3")
    page.keyboard.press("n")
    page.keyboard.type("号码 123")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    page.locator("#offline").wait_for()
    assert page.locator("#note").input_value() == "号码 123"
    page.context.set_offline(False)
    page.keyboard.press("Control+Enter")
    page.get_by_text("已保存，接下一通").wait_for()


def test_late_offers_never_replace_newer_ones(page_as: Callable[[Role], Page]) -> None:
    page = page_as(Role.STAFF)
    page.goto("/desk")
    page.evaluate(
        """() => { const real = window.fetch; window.fetch = async (url, options) => {
          const answer = await real(url, {...options, signal: undefined});
          if (decodeURIComponent(String(url)).endsWith("q=碳")) await new Promise((done) => setTimeout(done, 600));
          return answer; }; }"""
    )
    page.keyboard.type("碳", delay=0)
    page.wait_for_timeout(60)
    page.keyboard.type("抵消比例")
    page.locator("#offers li").first.wait_for()
    shown = page.locator("#offers").inner_text()
    page.wait_for_timeout(800)
    assert page.locator("#offers").inner_text() == shown


def test_the_page_fits_a_phone(page_as: Callable[[Role], Page]) -> None:
    page = page_as(Role.STAFF)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/desk")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#aloud").wait_for()
    assert wider_than_screen(page) == 0


def test_nothing_stands_in_the_way_of_a_screen_reader(page_as: Callable[[Role], Page]) -> None:
    page = page_as(Role.SUPERVISOR)
    page.goto("/desk")
    page.keyboard.type(QUESTION)
    page.locator("#offers li").first.wait_for()
    assert serious_faults(page) == []
    page.keyboard.press("Enter")
    page.locator("#aloud").wait_for()
    assert serious_faults(page) == []
    for path in ("/desk/standards", "/desk/day"):
        page.goto(path)
        assert serious_faults(page) == []


def test_the_box_works_without_scripts(browser: Browser, real_url: str, real_settings: Settings) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=real_url)
    context.add_cookies([browser_cookie(real_settings, Role.STAFF, real_url)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto("/desk")
    assert "处置和备注、提议标准答复要打开 JavaScript 才能用" in page.inner_text("noscript")
    assert not page.is_visible("#save"), "nothing is offered that would do nothing"
    page.fill("#q", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#card .aloud")
    assert "50%" in str(page.text_content(".desk-answer blockquote mark"))
    assert page.input_value("#q") == QUESTION
    assert not page.is_visible("#empty")
    answer = page.get_attribute(".desk-answer", "data-answer")
    page.reload()
    assert page.get_attribute(".desk-answer", "data-answer") == answer, "to look again is not to ask again"
    conversation = page.get_attribute("#ask input[name=conversation_id]", "value")
    page.fill("#q", "那近零碳工厂呢")
    with page.expect_navigation(url="**/desk?a=*"):
        page.keyboard.press("Enter")
    assert page.get_attribute(".desk-answer", "data-answer") != answer
    assert page.get_attribute("#ask input[name=conversation_id]", "value") == conversation
    page.click("#turn-told a")
    assert page.locator(".desk-answer").count() == 0
    assert page.get_attribute("#ask input[name=conversation_id]", "value") == ""
    context.close()


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [("", 422, "问题是空的"), ("？？？", 422, "没有文字"), ("问" * 4001, 413, "超过上限 4000 个字")],
)
def test_what_the_box_may_not_hold_stays_in_it(
    supervisor: httpx.Client, typed: str, status: int, words: str
) -> None:
    refused = supervisor.post("/desk", data={"q": typed})
    assert refused.status_code == status
    assert words in refused.text
    assert f'value="{typed[:4000]}"' in refused.text
    unknown = supervisor.get("/desk?a=a_no")
    assert unknown.status_code == 404
    assert "没有编号为「a_no」的回答" in unknown.text


def test_the_card_of_somebody_elses_answer_is_shown_and_not_gone_on_with(
    supervisor: httpx.Client, real_url: str, real_settings: Settings
) -> None:
    with httpx.Client(base_url=real_url, trust_env=False, timeout=60, headers=PAGE) as other:
        sign_in(other, real_settings, Role.STAFF)
        sent = other.post("/desk", data={"q": QUESTION})
        assert sent.status_code == 303
        assert re.search(r'name="conversation_id" value="c_', other.get(sent.headers["location"]).text)
    html = supervisor.get(sent.headers["location"]).text
    assert "desk-answer" in html
    assert 'name="conversation_id" value=""' in html
