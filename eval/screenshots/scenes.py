"""What is pictured: each scene brings a page, by the reader's own means, to the moment that is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.roles import Role

if TYPE_CHECKING:
    from playwright.sync_api import Page

CASE = "我们2021年排放10万吨，去年6.5万吨，抵消了6.5万吨，能报零碳工厂吗？"
FOLLOW_UP = "那最少要减到多少，抵消才不超上限？"
CLAUSE = "培育期要多久？"
REFUSAL = "泉州的碳达峰方案里光伏补贴多少钱？"
CALL = "客户问抵消能不能超过一半"
OPEN_CASE = "我们够不够申报零碳工厂？"
FACTS = "/assess?programme=零碳工厂&f.2021年碳排放量=10万吨&f.申报上年度碳排放量=6.5万吨&f.碳抵消量=6.5万吨"
CITED = "/clauses/fujian-zero-carbon-factory%23第八条/（二）?quote=不得超过基准期的50%25"
MISQUOTED = "通过绿证交易、碳汇购买、自愿减排项目开发等碳抵消方式削减的碳排放量，不得超过基准期的30%"
READY_MS = 20_000


@dataclass(frozen=True)
class View:
    """A screen, CSS pixels; `scale` device pixels to each."""

    name: str
    width: int
    height: int
    scale: float = 1.0
    dark: bool = False


DESKTOP = View("desktop", 1280, 860)
PHONE = View("phone", 390, 844, 1.5)
DARK = View("dark", 1280, 860, dark=True)
DARK_PHONE = View("phone-dark", 390, 844, 1.5, dark=True)


@dataclass(frozen=True)
class Scene:
    """A picture's name, how its page is reached, who looks, and on which screens."""

    name: str
    reach: Callable[[Page], None]
    views: tuple[View, ...] = (DESKTOP,)
    role: Role = Role.VISITOR


def at(path: str, settled: str = "main", act: Callable[[Page], None] | None = None) -> Callable[[Page], None]:
    """Open a path, wait for a part of the page, then do something with it."""

    def reach(page: Page) -> None:
        page.goto(path)
        page.wait_for_selector(settled, timeout=READY_MS)
        if act:
            act(page)

    return reach


def asked(*messages: str, then: Callable[[Page], None] | None = None) -> Callable[[Page], None]:
    """Ask in the chat, message after message, until each has its answer."""

    def reach(page: Page) -> None:
        page.goto("/")
        for count, message in enumerate(messages, 1):
            page.fill("#message", message)
            page.keyboard.press("Enter")
            page.wait_for_function(
                "n => document.querySelectorAll('.turn.answer[data-answer]').length >= n",
                arg=count,
                timeout=READY_MS,
            )
        page.wait_for_timeout(300)  # the page scrolls to the answer
        if then:
            then(page)

    return reach


def _in_view(selector: str) -> Callable[[Page], None]:
    """Bring a part to the top, under the page's own head."""

    def act(page: Page) -> None:
        page.locator(selector).last.evaluate(
            "one => { one.scrollIntoView({block: 'start'}); scrollBy(0, -76); }"
        )

    return act


def _cited(page: Page) -> None:
    page.locator(".turn.answer .prose .marker").first.click()
    page.wait_for_selector("#reader:not([hidden])")
    page.wait_for_timeout(200)


def _verified(page: Page) -> None:
    page.fill("#quote", MISQUOTED)
    page.locator("form[aria-labelledby=f-quote] button[type=submit]").click()
    page.wait_for_selector(".outcome", timeout=READY_MS)
    page.wait_for_timeout(200)


def _opened_record(page: Page) -> None:
    page.click(".record-question")
    page.wait_for_selector("form[action$='/replay']")
    page.click("form[action$='/replay'] button")
    page.wait_for_selector(".notice[role=status]", timeout=READY_MS)


def _at_desk(words: str, *keys: str, then: str = "") -> Callable[[Page], None]:
    """Ask at the desk by keyboard alone, press further keys, and perhaps leave for another page."""

    def reach(page: Page) -> None:
        page.goto("/desk")
        page.focus("#q")
        page.keyboard.type(words)
        page.wait_for_selector("#offers:not([hidden])", timeout=READY_MS)
        if not keys:
            return
        page.keyboard.press("Enter")
        page.wait_for_selector(".desk-answer", timeout=READY_MS)
        page.wait_for_timeout(300)
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(800)
        if then:
            page.goto(then)

    return reach


# The auditor comes first, before the pictures of the chat add conversations of their own.
SCENES = (
    Scene("records", at("/records"), (DESKTOP, PHONE), Role.SUPERVISOR),
    Scene("record", at("/records?text=能报零碳工厂", act=_opened_record), (DESKTOP,), Role.SUPERVISOR),
    Scene("desk", _at_desk("抵消能不能"), role=Role.STAFF),
    Scene("desk-answer", _at_desk(CALL, "1"), (DESKTOP, PHONE, DARK), Role.STAFF),
    Scene("desk-day", _at_desk("培育期要多久", "1", "s", then="/desk/day"), role=Role.STAFF),
    Scene(
        "desk-standards",
        _at_desk(CALL, "p", "Control+Enter", then="/desk/standards"),
        role=Role.SUPERVISOR,
    ),
    Scene("chat", at("/"), (DESKTOP, PHONE)),
    Scene("chat-verdict", asked(CASE, then=_in_view(".turn.asked")), (DESKTOP, PHONE, DARK, DARK_PHONE)),
    Scene("chat-clause", asked(CASE, then=_cited)),
    Scene("chat-follow-up", asked(CASE, FOLLOW_UP, then=_in_view(".turn.asked"))),
    Scene("chat-missing", asked(OPEN_CASE, then=_in_view(".missing")), (DESKTOP, PHONE)),
    Scene("chat-refusal", asked(REFUSAL, then=_in_view(".turn.asked")), (DESKTOP,)),
    Scene("assess", at(FACTS), (DESKTOP, PHONE, DARK)),
    Scene("policies", at("/policies"), (DESKTOP, PHONE)),
    Scene("policy", at("/policies/fujian-zero-carbon-factory")),
    Scene("clause", at(CITED), (DESKTOP, PHONE, DARK)),
    Scene("clause-search", at("/clauses?q=碳抵消")),
    Scene("verify", at("/verify", act=_verified), (DESKTOP,)),
    Scene("login", at("/login"), (DESKTOP,)),
)
