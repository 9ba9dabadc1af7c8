"""The hotline desk in Chromium: from a key to the offers on the screen, over a database of so many calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import cycle, product
from statistics import median
from typing import TYPE_CHECKING, Any

from assistant.accounts import Accounts
from assistant.agent.answer import Answer
from assistant.agent.conversation import Conversation
from assistant.interfaces.http.sessions import SESSION, Sessions
from assistant.records import Records, new_id
from assistant.records.conversations import TurnRecord
from assistant.retrieval.progress import Progress
from assistant.roles import Role
from assistant.settings import Settings
from eval.bench import row
from eval.metrics import percentile
from eval.questions import load_split
from eval.steps import step

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHOWN_MS = 100.0
PAUSE_MS = 200.0  # between two keys; offers that take longer are counted as this long
ANSWERED = 40  # different answers among the calls that are made up
OPERATOR, PASSWORD = "duty", "four unlikely words"  # of an account that lives as long as the measurement
COLLEAGUE = "colleague"  # who took the calls: the operator's own shift is empty
CALLERS = ("", "我们厂想问，", "三明来电：", "漳州一家企业问，", "代园区问一下，", "还是昨天那件事，")
TYPED = (
    "碳抵消能不能超过一半",
    "零碳工厂怎么申报",
    "现场核查要查几家",
    "福州2025年的目标是多少",
    "评上以后管多久",
)
# A key is timed from its input event to the frame after the offers have changed; one whose offers do not change is not.
_OBSERVER = """
window.keys = [];
addEventListener('input', () => window.keys.push({ pressed: performance.now() }), true);
addEventListener('DOMContentLoaded', () => {
  new MutationObserver(() => {
    const key = window.keys.at(-1);
    if (!key || key.changed) return;
    key.changed = true;
    requestAnimationFrame(() => setTimeout(() => { key.shown = performance.now(); }));
  }).observe(document.getElementById('offers'), { childList: true, subtree: true });
});
"""


@dataclass
class Typing:
    """Milliseconds of each key until its offers stood on the screen, and of those what the server's answer took."""

    shown: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)


def make_calls(settings: Settings, calls: int, progress: Progress) -> None:
    """Fill the records of `settings` with an operator and so many calls, each with a question of its own."""
    from assistant.service import Assistant

    with closing(Accounts(settings)) as accounts:
        accounts.add(OPERATOR, Role.STAFF, PASSWORD)
    texts = [question.turns[0] for question in load_split("dev") if len(question.turns) == 1]
    with closing(Assistant.open(settings)) as assistant:
        answers = cycle([assistant.ask(text) for text in texts[:ANSWERED]])
    with closing(Records.open(settings)) as records, step(progress, "calls", calls):
        for question, answer in zip(_questions(texts, calls), answers, strict=False):
            turn = _turn(question, answer)
            records.conversations.save_turn(turn)
            records.inquiries.add(turn.answer.id, COLLEAGUE, "已答复")
            progress.advance()


def type_at_the_desk(browser: Browser, url: str, settings: Settings, into: Typing) -> None:
    """The operator types each of TYPED, a key every PAUSE_MS, in a page that has just been opened."""
    with closing(Accounts(settings)) as accounts:
        stamp = accounts.stamp(accounts.account(OPERATOR))
    sessions = Sessions(settings)
    cookie = sessions.signed(sessions.begin(OPERATOR, stamp))
    context = browser.new_context()
    context.add_cookies([{"name": SESSION, "value": cookie, "url": url}])
    page = context.new_page()
    page.add_init_script(_OBSERVER)
    page.goto(f"{url}/desk")
    for words in TYPED:
        page.keyboard.type(words, delay=PAUSE_MS)
        page.wait_for_timeout(PAUSE_MS)
        page.keyboard.press("Escape")
    keys = page.evaluate("window.keys")
    served = page.evaluate(
        """() => performance.getEntriesByType('resource').filter((part) => part.name.includes('/api/desk/suggest') && part.responseEnd)
          .map((part) => part.responseEnd - part.requestStart)"""
    )
    context.close()
    into.shown += [key["shown"] - key["pressed"] if "shown" in key else PAUSE_MS for key in keys]
    into.served += served


def desk_rows(found: Typing, calls: int) -> list[dict[str, Any]]:
    """Rows of the table: the p95 held to the limit, the median and the server's share beside it."""
    of = f"of {calls:,} calls"
    return [
        row(f"desk, key to offers {of}, p95", SHOWN_MS, percentile(found.shown, 0.95), "ms"),
        row(f"desk, key to offers {of}, median", None, median(found.shown), "ms"),
        row("desk, of which the server, p95", None, percentile(found.served, 0.95), "ms"),
        row("desk, of which the server, median", None, median(found.served), "ms"),
    ]


def _questions(texts: Sequence[str], count: int) -> Iterator[str]:
    """So many different questions."""
    rounds = range(1 + count // (len(CALLERS) * len(texts)))
    for number, (about, caller, text) in enumerate(product(rounds, CALLERS, texts)):
        if number == count:
            return
        yield f"{caller}{text}" if not about else f"{caller}第{about + 1}次问，{text}"


def _turn(question: str, answer: Answer) -> TurnRecord:
    begun = Conversation(id=new_id("c"))
    given = replace(answer, id=new_id("a"), conversation_id=begun.id)
    return TurnRecord(question, given, begun.with_turn(question), begun, date.today())
