"""The page in a real Chromium: the verdict follows the typing, a figure is tried out, keyboard, phone, no JavaScript."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.interfaces.pages.assess.conftest import HEAT, ZERO
from tests.interfaces.pages.browsing import DESKTOP, PHONE, serious_faults, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

PROGRAMME = f"/assess?policy={ZERO}&programme=zero_carbon"
TYPED = {"baseline_emissions": "10万吨", "report_emissions": "6万吨", "offset_emissions": "4万吨"}


@pytest.fixture
def page(browser: Browser, url: str) -> Iterator[Page]:
    """The form on a desktop."""
    yield from opened(browser, url, DESKTOP)


@pytest.fixture
def phone(browser: Browser, url: str) -> Iterator[Page]:
    """The form on a phone."""
    yield from opened(browser, url, PHONE)


def opened(browser: Browser, url: str, options: dict[str, object]) -> Iterator[Page]:
    """The form; a script error, a word on the console or a request to another host fails the test."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    shown = context.new_page()
    faults = watched(shown, url)
    shown.goto(url + PROGRAMME)
    yield shown
    context.close()
    assert faults == []


def box(fact: str) -> str:
    return f"[id='f.{fact}-input']"


def fill(page: Page, facts: dict[str, str] = TYPED) -> None:
    for fact, text in facts.items():
        page.fill(box(fact), text)


def test_the_verdict_follows_the_typing_and_the_url_keeps_it(page: Page) -> None:
    assert page.is_visible(".empty")
    assert not page.is_visible(".no-script")
    fill(page)
    page.wait_for_selector(".verdict.fail")
    assert page.text_content("#announce") == page.get_attribute("#verdict-data", "data-summary")
    assert str(page.text_content("#announce")).startswith("零碳工厂：不符合；得分10–90，满分100；还缺")
    held = parse_qs(urlsplit(page.url).query)
    assert held["f.report_emissions"] == ["6万吨"]
    page.fill(box("report_emissions"), "5万吨")
    page.fill(box("offset_emissions"), "5万吨")
    page.wait_for_selector(".verdict.open")
    page.reload()
    page.wait_for_selector(".verdict.open")
    assert page.input_value(box("report_emissions")) == "5万吨"


def test_an_error_stands_beside_its_field_and_leaves_with_it(page: Page) -> None:
    fill(page, TYPED | {"retrofit_projects": "两三个吧"})
    page.wait_for_selector("[id='f.retrofit_projects-error']")
    told = page.locator(box("retrofit_projects"))
    assert told.get_attribute("aria-invalid") == "true"
    described = str(told.get_attribute("aria-describedby")).split()
    assert "f.retrofit_projects-error" in described
    assert "“两三个吧”不合法" in str(page.text_content("[id='f.retrofit_projects-error']"))
    assert page.is_visible(".verdict.fail")
    page.fill(box("retrofit_projects"), "3")
    page.wait_for_selector("[id='f.retrofit_projects-error']", state="detached")
    assert told.get_attribute("aria-invalid") is None
    assert "f.retrofit_projects-error" not in str(told.get_attribute("aria-describedby"))


def test_what_is_missing_leads_to_its_field_also_in_a_closed_section(page: Page) -> None:
    fill(page, {"retrofit_projects": "3"})
    page.wait_for_selector(".verdict")
    page.click(".lacking summary")
    link = page.locator(".lacking a[href='#f.score_zc_20']")
    assert not page.is_visible(box("score_zc_20"))
    link.click()
    assert page.evaluate("document.activeElement.id") == "f.score_zc_20-input"
    assert page.is_visible(box("score_zc_20"))
    page.keyboard.type("5")
    page.wait_for_selector("#announce:has-text('得分10–')", state="attached")


def test_an_answer_that_follows_is_shown_beside_its_question(page: Page) -> None:
    page.check("input[name='f.basic_conditions'][value='是']")
    page.wait_for_selector("[id='f.manufacturer'] .deduced")
    page.check("input[name='f.basic_conditions'][value='']")
    page.wait_for_selector("[id='f.manufacturer'] .deduced", state="detached")


def test_a_figure_is_tried_out_and_only_then_adopted(page: Page) -> None:
    fill(page)
    page.wait_for_selector("#whatif:visible")
    page.select_option("#whatif-fact", "report_emissions")
    page.click(".mark-button:has-text('4万吨')")
    page.wait_for_selector("#whatif-result td.changed")
    rows = page.locator("#whatif-result tbody tr").all_inner_texts()
    assert rows[0].split("\t") == ["结论", "不符合", "待补充"]
    assert ["碳削减率", "80%", "100%"] in [row.split("\t") for row in rows]
    assert page.input_value(box("report_emissions")) == "6万吨"
    page.click("#whatif-reset")
    assert page.input_value("#whatif-value") == "60000"
    assert page.is_disabled("#whatif-adopt")
    page.focus("#whatif-range")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("#whatif-adopt:not([disabled])")
    tried = page.input_value("#whatif-value")
    assert 0 < float(tried) < 60000
    assert page.get_attribute("#whatif-range", "aria-valuetext") == f"{tried}吨"
    page.click("#whatif-adopt")
    assert page.input_value(box("report_emissions")) == f"{tried}吨"
    page.wait_for_url(lambda url: f"f.report_emissions={tried}" in url)


def test_the_figure_that_is_tried_stays_chosen_while_others_change(page: Page) -> None:
    fill(page)
    page.wait_for_selector("#whatif:visible")
    first = page.input_value("#whatif-fact")
    page.select_option("#whatif-fact", "score_zc_13")
    assert first != "score_zc_13"
    page.fill(box("retrofit_projects"), "2")
    page.wait_for_url(lambda url: "f.retrofit_projects=2" in url)
    assert page.input_value("#whatif-fact") == "score_zc_13"


def test_a_figure_that_is_not_legal_is_told_and_cannot_be_adopted(page: Page) -> None:
    fill(page)
    page.wait_for_selector("#whatif:visible")
    page.select_option("#whatif-fact", "report_emissions")
    page.fill("#whatif-value", "-3")
    page.wait_for_selector("#whatif-result .error")
    assert "不能小于零" in str(page.text_content("#whatif-result .error"))
    assert page.is_disabled("#whatif-adopt")


def test_the_trace_unfolds_in_place_and_follows(page: Page) -> None:
    fill(page)
    page.wait_for_selector("#show-trace")
    page.click("#show-trace")
    page.wait_for_selector("#trace .step")
    before = page.url
    page.locator("#trace .step .step summary >> nth=0").click()
    assert "（10万吨 − 6万吨 + 4万吨） ÷ 10万吨" in str(page.text_content("#trace"))
    page.fill(box("report_emissions"), "5.5万吨")
    page.wait_for_selector(
        "#trace .trace:has-text('（10万吨 − 5.5万吨 + 4万吨） ÷ 10万吨')", state="attached"
    )
    assert page.url != before
    assert urlsplit(page.url).path == "/assess"


def test_folds_stay_as_they_were_left(page: Page) -> None:
    fill(page)
    page.wait_for_selector(".judged[open]")
    page.locator(".judged summary >> nth=0").click()
    page.fill(box("report_emissions"), "5万吨")
    page.wait_for_selector("#announce:has-text('还缺')", state="attached")
    page.wait_for_url(lambda url: "f.report_emissions=5" in url)
    assert page.locator(".judged >> nth=0").get_attribute("open") is None


def test_the_link_is_copied_or_shown(page: Page) -> None:
    fill(page)
    page.wait_for_selector("#copy-link:visible")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.click("#copy-link")
    shown = page.input_value(".link-box")
    assert "f.report_emissions=" in shown
    assert shown.startswith("http")


def test_a_file_is_downloaded_from_the_page(page: Page, tmp_path: Path) -> None:
    fill(page)
    page.wait_for_selector(".files button")
    with page.expect_download() as waiting:
        page.click(".files button[value='json']")
    waiting.value.save_as(tmp_path / "file.json")
    held = json.loads((tmp_path / "file.json").read_text("utf-8"))
    assert held["verdict"]["status"] == "不符合"
    assert page.input_value(box("report_emissions")) == "6万吨"


def test_a_clause_opens_beside_and_own_words_outlast_a_reload(page: Page) -> None:
    page.click(".own > summary")
    page.fill("[id='a.联系人-input']", "某人")
    assert page.get_attribute(".criterion a.source >> nth=0", "target") == "_blank"
    page.reload()
    assert page.input_value("[id='a.联系人-input']") == "某人"
    fill(page)
    page.wait_for_selector("#reopen")
    assert "%E6%9F%90" not in str(page.get_attribute("#reopen", "href"))


def test_a_server_that_is_busy_is_told_and_asked_again(page: Page) -> None:
    answers = [429]

    def busy(route: Route) -> None:
        if answers:
            route.fulfill(
                status=answers.pop(),
                headers={"Retry-After": "1", "Content-Type": "application/problem+json"},
                body='{"detail": "请求太多"}',
            )
        else:
            route.continue_()

    page.route("**/assess/verdict", busy)
    with page.expect_response("**/assess/verdict"):
        page.fill(box("report_emissions"), "6万吨")
    page.wait_for_selector("#trouble:has-text('请求太多；1 秒后自动再试')")
    assert page.input_value(box("report_emissions")) == "6万吨"
    page.wait_for_selector(".verdict.open")
    assert page.locator("#trouble").count() == 0


def test_the_other_programme_gets_the_facts(page: Page) -> None:
    page.check("input[name='f.limits_advanced'][value='不适用']")
    fill(page)
    page.wait_for_selector(".verdict.fail")
    page.click(".tabs a[data-programme='near_zero_carbon']")
    page.wait_for_selector("h1:has-text('近零碳工厂')")
    assert page.is_checked("input[name='f.limits_advanced'][value='不适用']")
    page.click(".tabs a[data-programme='zero_carbon']")
    page.wait_for_selector("h1:has-text('测算：零碳工厂')")
    assert page.input_value(box("report_emissions")) == "6万吨"


def test_by_keyboard_alone(page: Page) -> None:
    page.focus(box("baseline_emissions"))
    for text in ("10万吨", "6万吨", "4万吨"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "A":
            page.keyboard.press("Tab")
    page.wait_for_selector(".verdict.fail")
    page.focus(box("baseline_emissions"))
    page.keyboard.press("Enter")  # asks again at once, and stays
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.activeElement.id") == "f.baseline_emissions-input"
    assert page.input_value(box("baseline_emissions")) == "10万吨"
    page.focus("input[name='f.manufacturer']:checked")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "f.manufacturer" in url)


def test_on_a_phone_nothing_is_wider_and_the_verdict_stays_in_sight(phone: Page) -> None:
    fill(phone)
    phone.wait_for_selector(".verdict-bar.fail")
    assert "不符合" in str(phone.text_content("#verdict-bar"))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    area = phone.locator("#verdict-bar").bounding_box()
    assert area is not None
    assert area["y"] + area["height"] == 844
    phone.tap("#verdict-bar")
    phone.wait_for_function("document.querySelector('.verdict').getBoundingClientRect().top < 400")
    phone.tap("#show-trace")
    phone.wait_for_selector("#trace .step")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_javascript_it_is_a_plain_form(browser: Browser, url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{url}/assess?policy={HEAT}")
    assert not page.is_visible("#whatif")
    page.check("input[name='f.registered'][value='是']")
    page.fill(box("saving"), "1200吨标准煤")
    page.fill(box("equipment"), "250")
    page.keyboard.press("Enter")
    assert page.text_content(".verdict-status") == "不符合"
    assert page.is_checked("input[name='f.registered'][value='是']")
    page.fill(box("equipment"), "400万元")
    page.click(".no-script button")
    assert page.text_content(".verdict-status") == "符合"
    page.click("#show-trace")
    assert "400万元" in str(page.text_content(".trace"))
    page.click("a:has-text('回到填写')")
    assert page.input_value(box("equipment")) == "400万元"
    assert page.text_content(".verdict-status") == "符合"
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(browser: Browser, url: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(url + PROGRAMME)
    fill(page, TYPED | {"retrofit_projects": "-1"})
    page.wait_for_selector("#show-trace")
    page.click("#show-trace")
    page.wait_for_selector("#trace .step")
    assert serious_faults(page) == []
    context.close()
