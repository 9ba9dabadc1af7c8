"""Every page as each who may read it: where it is, and what is done on it before it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from assistant.roles import Role

if TYPE_CHECKING:
    from playwright.sync_api import Page

POLICY = "fujian-zero-carbon-factory"
QUESTION = "2021年排放10万吨，去年4万吨，抵消4万吨，零碳工厂够不够申报？"
FIGURES = "&".join(
    f"f.{name}={quote(value)}"
    for name, value in {
        "baseline_emissions": "10万吨",
        "report_emissions": "6万吨",
        "offset_emissions": "4万吨",
        "retrofit_projects": "两三个",
    }.items()
)
CLAUSE = f"/clauses/{POLICY}%23{quote('第八条/（二）')}?quote={quote('不得超过基准期的50%')}"


@dataclass(frozen=True)
class Place:
    """`path` may hold {answer}, the id of an answer; `route` is the page's own, as the application writes it."""

    name: str
    route: str
    path: str
    role: Role = Role.VISITOR
    first: Callable[[Page], None] = lambda page: None
    status: int = 200

    def __str__(self) -> str:
        return self.name


def unfold(page: Page) -> None:
    """Open whatever is folded, so that nothing stays unseen."""
    page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")


def ask(page: Page) -> None:
    """A question whose answer has a verdict, with a clause open beside it."""
    page.fill("#message", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer .verdict")
    unfold(page)
    page.locator(".prose a.marker").first.click()
    page.wait_for_selector("#reader .clause-text")


def submit(page: Page) -> None:
    """The same in a plain form."""
    page.fill("#message", QUESTION)
    page.click("#send")
    page.wait_for_selector(".answer .verdict")
    unfold(page)


def assess(page: Page) -> None:
    """The verdict of the figures in the address, with its computation unfolded."""
    page.wait_for_selector(".verdict")
    page.click("#show-trace")
    page.wait_for_selector("#trace .step")
    unfold(page)


def call(page: Page) -> None:
    """A question at the desk, with its card and all that is folded in it."""
    page.fill("#q", QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector("#card:not(:empty)")
    unfold(page)


PLACES = (
    Place("chat", "/", "/"),
    Place("chat answered", "/", "/", first=ask),
    Place("chat answered for staff", "/", "/", Role.STAFF, ask),
    Place("frame", "/embed", "/embed"),
    Place("frame answered", "/embed", "/embed", first=submit),
    Place("assess", "/assess", "/assess"),
    Place(
        "assess verdict",
        "/assess",
        f"/assess?policy={POLICY}&programme=zero_carbon&{FIGURES}",
        first=assess,
        status=422,
    ),
    Place("policies", "/policies", "/policies", first=unfold),
    Place("policy", "/policies/{policy_id}", f"/policies/{POLICY}", first=unfold),
    Place("clause", "/clauses/{address:path}", CLAUSE),
    Place("which clause", "/clauses/{address:path}", "/clauses/" + quote("第二项"), first=unfold, status=409),
    Place(
        "no such clause", "/clauses/{address:path}", f"/clauses/{POLICY}%23{quote('第九十条')}", status=404
    ),
    Place("search", "/clauses", "/clauses?q=" + quote("碳抵消")),
    Place("verify", "/verify", "/verify"),
    Place("verified", "/verify", "/verify?quote=" + quote("不得超过基准期的60%。培育期原则上为1年。")),
    Place("login", "/login", "/login"),
    Place("no such page", "", "/nowhere", status=404),
    Place("not for staff", "/records", "/records", Role.STAFF, status=403),
    Place("desk", "/desk", "/desk", Role.STAFF),
    Place("desk answered", "/desk", "/desk", Role.STAFF, call),
    Place("desk card", "/desk", "/desk?a={answer}", Role.STAFF, unfold),
    Place("day", "/desk/day", "/desk/day", Role.STAFF, unfold),
    Place("standards", "/desk/standards", "/desk/standards", Role.SUPERVISOR, unfold),
    Place("records", "/records", "/records", Role.SUPERVISOR, unfold),
    Place("no record fits", "/records", "/records?text=" + quote("没有人问过的话"), Role.SUPERVISOR),
    Place("record", "/records/{answer_id}", "/records/{answer}", Role.SUPERVISOR, unfold),
)
