"""The reviewer's pages in a real Chromium: marks, tree by keyboard, answers in place, phone, print, no JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest

from tests.interfaces.fake_assistant import POLICY
from tests.interfaces.pages.browsing import DESKTOP, PHONE, serious_faults, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CLAUSE = f"/clauses/{POLICY}%23" + quote("第八条/（二）")
QUOTED = f"{CLAUSE}?quote=" + quote("不得超过基准期的50%")
PAGES = (
    "/policies",
    f"/policies/{POLICY}",
    QUOTED,
    "/clauses?q=" + quote("碳抵消"),
    "/clauses/" + quote("第二项"),
)


@pytest.fixture
def page(browser: Browser, base_url: str) -> Iterator[Page]:
    context = browser.new_context(**DESKTOP, base_url=base_url)
    context.set_default_timeout(10_000)
    opened = context.new_page()
    faults = watched(opened, base_url)
    yield opened
    context.close()
    assert faults == []


def test_a_link_with_a_quotation_opens_at_the_marked_words(page: Page) -> None:
    page.goto(QUOTED)
    assert page.locator("mark.quote").first.text_content() == "不得超过基准期的50%"
    assert page.locator(".stored mark.quote").text_content() == "不得超过基准期的50%"
    assert page.locator(".stored li.in").first.get_attribute("value") == "27"
    marked = page.locator("#main mark.quote").first.bounding_box()
    assert marked is not None
    assert 0 <= marked["y"] <= 860
    page.goto(f"/clauses/{POLICY}%23{quote('附件3')}?quote=" + quote("能源审计"))
    marked = page.locator("#main mark.quote").first.bounding_box()
    assert marked is not None
    assert 0 <= marked["y"] <= 860


def test_the_tree_is_walked_by_keyboard(page: Page) -> None:
    page.goto(CLAUSE)
    here = page.locator("#tree [aria-current=page]")
    assert here.count() == 1
    here.focus()

    def focused() -> str:
        return str(page.evaluate("document.activeElement.querySelector('b')?.textContent ?? ''"))

    page.keyboard.press("ArrowUp")
    assert focused() == "（一）"
    page.keyboard.press("ArrowLeft")
    assert focused() == "第八条"
    page.keyboard.press("ArrowLeft")
    assert not page.is_visible("#tree li.here")
    page.keyboard.press("ArrowDown")
    assert focused() == "第九条"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert focused() == "（一）"
    page.keyboard.press("Enter")
    page.wait_for_url("**/clauses/**")
    page.wait_for_selector("h1:has-text('第九条（一）')")
    assert unquote(page.url).endswith(f"/clauses/{POLICY}#第九条/（一）")


def test_neighbours_lead_through_the_document(page: Page) -> None:
    page.goto(CLAUSE)
    page.click("a[rel=next]")
    page.wait_for_selector("h1:has-text('第九条')")
    page.click("a[rel=prev]")
    page.wait_for_selector("h1:has-text('第八条（二）')")


def test_link_and_text_are_copied(browser: Browser, base_url: str) -> None:
    context = browser.new_context(base_url=base_url, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(QUOTED)
    page.click("[data-copy=link]")
    page.wait_for_selector("#copied:has-text('已复制')")
    link = page.evaluate("navigator.clipboard.readText()")
    assert unquote(link) == f"{base_url}/clauses/{POLICY}#第八条/（二）"
    page.click("[data-copy=text]")
    page.wait_for_selector("#copied:has-text('已复制条文')")
    text = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert text[0].startswith("（二）企业以2021年为基准期")
    assert text[1] == "——《福建省零碳工厂建设管理办法》第八条（二）【征求意见稿】"
    assert text[2] == link
    context.close()


def test_search_and_quotation_check_answer_in_place(page: Page) -> None:
    page.goto(CLAUSE)
    page.fill("input[name=q]", "碳抵消")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found .hits a")
    assert page.evaluate("document.activeElement.id") == "found"
    assert unquote(page.url).endswith("第八条/（二）")
    page.fill("form[action='/verify'] input[name=text]", "不得超过基准期的60%")
    page.keyboard.press("Enter")
    page.wait_for_selector("#checked .outcome.fail")
    assert str(page.text_content("#checked .compared")).replace("\n", "") == (
        "不得超过基准期的（引文写作：6）（原文是：5）0%"
    )
    page.fill("form[action='/verify'] input[name=text]", "不得超过基准期的50%")
    page.keyboard.press("Enter")
    page.wait_for_selector("#checked .outcome.pass")


def test_a_refusal_is_told_in_place_and_what_was_typed_is_kept(page: Page, base_url: str) -> None:
    page.goto("/verify")
    page.fill("#quote", "<b>")
    page.click("form[aria-labelledby=f-quote] button")
    page.wait_for_selector("#checked .notice.bad:has-text('太短')")
    assert page.input_value("#quote") == "<b>"
    page.route("**/verify", lambda route: route.abort())
    page.fill("#quote", "不得超过基准期的60%")
    page.click("form[aria-labelledby=f-quote] button")
    page.wait_for_selector("#checked .notice.bad:has-text('连不上服务')")
    assert page.input_value("#quote") == "不得超过基准期的60%"


def test_the_catalogue_is_filtered_in_place(page: Page) -> None:
    page.goto("/policies")
    assert page.locator("#catalogue article").count() == 5
    page.select_option("form.filters select[name=status]", "征求意见稿")
    page.wait_for_selector("#catalogue > p:has-text('1 份符合')")
    assert page.locator("#catalogue article").count() == 1
    assert "status=" in page.url
    page.reload()
    assert page.locator("#catalogue article").count() == 1


def test_a_passage_is_reviewed_in_place(page: Page) -> None:
    page.goto("/verify")
    page.fill("#passage", "碳抵消不得超过基准期的60%。")
    page.click("form[aria-labelledby=f-passage] button")
    page.wait_for_selector("#checked mark.wrong")
    assert "60%" in str(page.text_content("#checked mark.wrong"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(browser: Browser, base_url: str, scheme: Any) -> None:
    context = browser.new_context(base_url=base_url, color_scheme=scheme, **PHONE)
    page = context.new_page()
    for path in (*PAGES, "/verify?quote=" + quote("不得超过基准期的60%")):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.goto(QUOTED)
    page.click("a[href='#tree']")
    tree = page.locator("#tree").bounding_box()
    assert tree is not None
    assert tree["y"] < 844 / 2
    context.close()


def test_without_javascript_everything_is_there(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    page.goto("/policies")
    page.fill("form.filters input[name=q]", "零碳工厂")
    page.click("form.filters button")
    page.click("#catalogue article a")
    page.click("#tree summary[aria-label='第二章的下级']")
    page.click("#tree summary[aria-label='第八条的下级']")
    page.click("#tree a:has-text('（二）'):visible")
    assert "第八条（二）" in str(page.text_content("h1"))
    assert not page.is_visible("[data-copy]")
    page.fill("form[action='/verify'] input[name=text]", "不得超过基准期的60%")
    page.click("form[action='/verify'] button")
    assert page.text_content(".changes li") == "引文写作“6”，原文是“5”"
    page.click(".places a")
    assert page.locator(".stored mark.quote").text_content() == "不得超过基准期的50%"
    page.fill("input[name=q]", "碳抵消")
    page.click("form[role=search] button")
    assert page.locator(".hits a").count() >= 1
    context.close()


def test_print_shows_the_text_alone(page: Page) -> None:
    page.goto(CLAUSE)
    page.emulate_media(media="print")
    for hidden in (".top", "#tree", ".tools", "#more"):
        assert not page.is_visible(hidden)
    assert page.is_visible("#own-text")
    assert page.is_visible(".stored")


def test_no_serious_fault_of_access(browser: Browser, base_url: str) -> None:
    found: list[str] = []
    checked = "/verify?quote=" + quote("不得超过基准期的60%。培育期原则上为1年。")
    schemes: dict[Any, tuple[str, ...]] = {"light": (*PAGES, checked), "dark": (QUOTED, checked)}
    for scheme, paths in schemes.items():
        context = browser.new_context(base_url=base_url, color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        for path in paths:
            page.goto(path)
            found += [f"{scheme} {path} {fault}" for fault in serious_faults(page)]
        context.close()
    assert found == []
