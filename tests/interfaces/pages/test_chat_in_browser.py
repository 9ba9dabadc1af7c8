"""The page in a real Chromium: asking, the steps, the clause beside the answer, keyboard, phone, no JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.interfaces.conftest import MESSAGE_LIMIT
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.pages.browsing import DESKTOP, PHONE, serious_faults, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUESTION = "我们 2021 年排放 10 万吨，去年 4 万吨，够不够申报？"


@pytest.fixture
def page(browser: Browser, base_url: str) -> Iterator[Page]:
    """The page on a desktop; a script error or a request to another host fails the test."""
    context = browser.new_context(**DESKTOP)
    context.set_default_timeout(10_000)
    opened = context.new_page()
    faults = watched(opened, base_url)
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


def test_missing_facts_are_given_with_one_tap_or_a_number_and_its_unit(
    page: Page, fake: FakeAssistant
) -> None:
    ask(page, QUESTION)
    page.wait_for_selector(".missing .reply")
    page.click(".missing .choice:text-is('不适用')")
    page.wait_for_selector(".answer .prose >> nth=1")
    assert page.text_content(".asked >> nth=1") == "近36个月无事故：不适用"
    ask(page, QUESTION)
    page.wait_for_selector(".answer .prose >> nth=2")
    page.fill(".missing input[type=number]", "1.2")
    page.select_option(".missing select", "亿元")
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer .prose >> nth=3")
    assert [message for message, _ in fake.asked] == [
        QUESTION,
        "近36个月无事故：不适用",
        QUESTION,
        "工业增加值：1.2亿元",
    ]
    assert page.locator(".answer .prose >> nth=0").is_visible()
    assert page.locator(".missing .reply").count() == 0, "only the latest answer can be answered"


def test_understood_facts_are_shown_put_right_and_taken_back(page: Page, fake: FakeAssistant) -> None:
    assert "还没有记下" in str(page.text_content("#facts"))
    ask(page, QUESTION)
    page.wait_for_selector(".fact.fresh")
    page.click(".fact summary")
    assert page.input_value(".fact input[type=number]") == "4"
    page.fill(".fact input[type=number]", "4.5")
    page.click(".fact .choice")
    page.wait_for_selector(".answer .prose >> nth=1")
    page.click(".fact summary")
    page.click(".fact .remove")
    page.wait_for_selector(".answer .prose >> nth=2")
    assert [message for message, _ in fake.asked[1:]] == [
        "更正：申报上年度碳排放量：4.5万吨",
        "更正：申报上年度碳排放量不再计入",
    ]
    page.click("#new-conversation")
    assert "还没有记下" in str(page.text_content("#facts"))


def test_the_conversation_is_there_again_after_loading_and_gone_once_deleted(
    page: Page, fake: FakeAssistant
) -> None:
    assert not page.is_visible("#forget")
    ask(page, QUESTION)
    page.wait_for_selector(".answer .prose")
    assert page.url.endswith("/?c=c_1")
    page.reload()
    assert page.text_content(".asked") == QUESTION
    page.click(".suggestion >> nth=0")
    page.wait_for_selector(".answer .prose >> nth=1")
    assert fake.asked[1][1] == "c_1"
    page.click("#forget summary")
    page.click("#forget button")
    page.wait_for_selector("#welcome")
    assert fake.conversations == {}
    assert not page.url.endswith("c_1")


def test_a_reader_has_their_own_conversations(page: Page, browser: Browser, base_url: str) -> None:
    for number, question in enumerate((QUESTION, "抵消呢")):
        page.click("#new-conversation")
        ask(page, question)
        page.wait_for_selector(".answer .prose")
        assert page.locator(".past a").count() == number + 1
    page.reload()
    assert page.locator(".past a").evaluate_all("all => all.map(one => one.firstChild.textContent)") == [
        "抵消呢",
        QUESTION,
    ]
    assert page.get_attribute(".past a >> nth=0", "aria-current") == "page"
    page.click(f".past a:has-text('{QUESTION[:8]}')")
    page.wait_for_selector(".verdict")
    assert page.text_content(".asked") == QUESTION
    other = browser.new_context()
    stranger = other.new_page()
    answer = stranger.goto(page.url)
    assert answer is not None
    assert answer.status == 404
    assert stranger.locator(".asked").count() == 0
    stranger.goto(base_url)
    assert stranger.locator(".past a").count() == 0
    other.close()


def test_a_suggested_question_is_asked_in_the_conversation(page: Page, fake: FakeAssistant) -> None:
    ask(page, QUESTION)
    page.click(".suggestion >> nth=0")
    page.wait_for_selector(".answer .prose >> nth=1")
    assert fake.asked[1] == ("离零碳工厂还差多少？", "c_1")
    assert page.locator(".suggestions").count() == 1


def test_an_answer_is_copied_with_its_sources(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "抵消呢")
    page.click(".copy")
    page.wait_for_selector(".copy:text-is('已复制')")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("问：抵消呢")
    assert "[1] 《福建省零碳工厂建设管理办法（征求意见稿）》" in text


def test_feedback_is_sent_from_the_answer(page: Page, fake: FakeAssistant) -> None:
    ask(page, "抵消呢")
    page.click(".feedback summary")
    page.fill(".feedback textarea", "第二条引错了")
    page.click(".feedback .choice:text-is('有误')")
    page.wait_for_selector(".feedback-told:text-is('已记下，谢谢。')")
    assert page.is_disabled(".feedback .choice >> nth=0")
    assert [(item.kind, item.words) for item in fake.feedback] == [("有误", "第二条引错了")]


def test_the_steps_stay_below_the_answer(page: Page) -> None:
    ask(page, "抵消呢")
    page.wait_for_selector(".trail")
    page.click(".trail summary")
    assert page.locator(".trail li").all_text_contents() == ["检索条款：碳抵消第八条（二）", "核对引文和数字"]


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


def problem(status: int, slug: str, detail: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    body = {"type": f"urn:tiaowen:problem:{slug}", "title": "出错", "status": status, "detail": detail}
    return {"status": status, "json": body, "headers": headers or {}}


def failing_once(page: Page, answer: dict[str, Any]) -> None:
    """The next question meets this answer, those after it the server."""
    page.route("**/api/chat", lambda route: route.fulfill(**answer), times=1)


def test_too_many_questions_wait_and_can_be_sent_again(page: Page, fake: FakeAssistant) -> None:
    failing_once(page, problem(429, "too-many", "问得太快", {"Retry-After": "1"}))
    ask(page, "抵消呢")
    page.wait_for_selector(".trouble button:has-text('1 秒后可以再试')")
    assert page.is_disabled(".trouble button")
    page.click(".trouble button:has-text('再试一次')")
    page.wait_for_selector(".answer .prose")
    assert [message for message, _ in fake.asked] == ["抵消呢"]
    assert page.locator(".asked").count() == 1


@pytest.mark.parametrize(
    ("status", "slug"), [(409, "conversation-moved"), (503, "busy"), (504, "took-too-long")]
)
def test_what_may_work_the_next_time_can_be_tried_again(
    page: Page, fake: FakeAssistant, status: int, slug: str
) -> None:
    failing_once(page, problem(status, slug, "请再问一次"))
    ask(page, "抵消呢")
    page.click(".trouble button:has-text('再试一次')")
    page.wait_for_selector(".answer .prose")
    assert [message for message, _ in fake.asked] == ["抵消呢"]


def test_while_the_index_is_built_the_question_waits_and_is_sent_by_itself(
    page: Page, fake: FakeAssistant
) -> None:
    failing_once(page, problem(503, "not-ready", "服务正在准备：计算条款向量"))
    state = {"ready": False, "failed": False, "detail": "服务正在准备：计算条款向量（120/300）"}
    page.route("**/readyz", lambda route: route.fulfill(status=503, json=state), times=1)
    ask(page, "抵消呢")
    page.wait_for_selector(".steps li:has-text('120/300')")
    page.wait_for_selector(".answer .prose")
    assert [message for message, _ in fake.asked] == ["抵消呢"]


def test_without_network_the_question_is_sent_once_there_is_one(page: Page, fake: FakeAssistant) -> None:
    page.context.set_offline(True)
    ask(page, "抵消呢")
    page.wait_for_selector(".trouble:has-text('没有网络')")
    page.context.set_offline(False)
    page.wait_for_selector(".answer .prose")
    assert [message for message, _ in fake.asked] == ["抵消呢"]


def test_a_stream_that_breaks_off_keeps_the_question(page: Page, fake: FakeAssistant) -> None:
    half = 'event: progress\ndata: {"step": "retrieval", "text": "检索条款", "addresses": []}\n\n'
    failing_once(page, {"status": 200, "content_type": "text/event-stream", "body": half})
    ask(page, "抵消呢")
    page.wait_for_selector(".trouble:has-text('连接中断')")
    page.click(".trouble button")
    page.wait_for_selector(".answer .prose")
    assert [message for message, _ in fake.asked] == ["抵消呢"]


def test_a_conversation_that_is_gone_goes_on_as_a_new_one(page: Page, fake: FakeAssistant) -> None:
    ask(page, "抵消呢")
    page.wait_for_selector(".answer .prose")
    fake.conversations.clear()
    ask(page, "然后呢")
    page.click(".trouble button:has-text('作为新对话发送')")
    page.wait_for_selector(".answer .prose >> nth=1")
    assert fake.asked[-1] == ("然后呢", None)


def test_a_message_that_is_too_long_is_counted_and_kept(page: Page, fake: FakeAssistant) -> None:
    text = "问" * (MESSAGE_LIMIT + 3)
    page.fill("#message", text)
    assert "超出 3 字" in str(page.text_content("#counter"))
    page.keyboard.press("Enter")
    assert page.input_value("#message") == text
    page.fill("#message", "抵消呢")
    assert not page.is_visible("#counter")
    assert fake.asked == []


def test_the_page_is_worked_by_keyboard_alone(page: Page, fake: FakeAssistant) -> None:
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer .prose")
    press_until(page, ".prose a.marker")
    page.keyboard.press("Enter")
    page.wait_for_selector("#reader mark")
    page.keyboard.press("Escape")
    press_until(page, ".choice[value=是]")
    page.keyboard.press("Space")
    page.wait_for_selector(".answer .prose >> nth=1")
    assert fake.asked[-1][0] == "近36个月无事故：是"


def press_until(page: Page, selector: str) -> None:
    """Press Tab, or Shift+Tab from the message box, until the focus is on the element."""
    key = "Shift+Tab" if page.evaluate("document.activeElement.id === 'message'") else "Tab"
    for _ in range(60):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the focus never came to {selector}")


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
    context = browser.new_context(**PHONE)
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
    page.keyboard.press("Escape")
    assert not page.is_visible("#side")
    page.tap("#side-open")
    page.wait_for_selector("#side .fact")
    page.tap(".fact summary")
    page.tap("#side .remove")
    page.wait_for_selector(".answer .prose >> nth=1")
    assert not page.is_visible("#side")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_no_serious_fault(browser: Browser, base_url: str, scheme: Any, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 860}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(base_url)
    found = serious_faults(page)
    ask(page, QUESTION)
    page.wait_for_selector(".answer .prose")
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    page.click(".prose a.marker")
    found += serious_faults(page)
    assert found == []
    context.close()


def test_on_paper_every_clause_is_open(page: Page) -> None:
    ask(page, QUESTION)
    page.wait_for_selector(".answer .prose")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.is_visible(".citation .clause-text")
    for part in ("#composer", ".suggestions", ".actions", "#side", ".missing .reply"):
        assert not page.is_visible(part)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert not page.is_visible(".citation .clause-text")


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
    page.click(".missing .choice:text-is('是')")
    assert page.locator(".asked").all_text_contents()[-1] == "近36个月无事故：是"
    page.click(".fact summary")
    page.fill(".fact input[type=number]", "4.5")
    page.click(".fact .choice")
    assert page.locator(".asked").count() == 4
    page.click(".suggestion >> nth=0")
    assert fake.asked[2:4] == [("近36个月无事故：是", "c_1"), ("更正：申报上年度碳排放量：4.5万吨", "c_1")]
    assert {conversation for _, conversation in fake.asked[1:]} == {"c_1"}
    context.close()
