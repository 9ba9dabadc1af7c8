"""Where a metric rests on several clauses, the one to cite: that of the question, of the thread, of the programme."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from assistant.agent.desk import TurnContext
from assistant.agent.understanding.programmes import programmes_named
from assistant.plain_text import plain
from assistant.quantities import find_quantities
from assistant.retrieval.asking import Ask, asks_of, own_words
from assistant.rules.book import Binding, RuleBook

HEADING = re.compile(r"[（(][^）)]+[）)]([^，。；]{2,8})。")
CLEARLY = 0.12  # share of the question's weight by which another clause must be nearer than the first


def nearest_binding(turn: TurnContext, book: RuleBook, metric: str) -> dict[str, Any]:
    """Where a metric rests on several clauses, the one that the question is about: 验收 rather than 核查.

    By the words of the question, else by what was cited last, else by the programme under discussion.
    """
    named_metric = book.metrics[metric]
    bindings = named_metric.bindings
    if len(bindings) == 1 or not turn.message:
        return {}
    if named_metric.limit is not None and Ask.POINTS not in asks_of(turn.message):
        amount = named_metric.limit.text.lstrip("≤≥<>＜＞ ")
        limiting = tuple(one for one in bindings if amount in one.quote)
        bindings = limiting or bindings
    clauses = [turn.desk.library.clause(binding.address) for binding in bindings]
    addresses = [binding.address for binding in bindings]
    message = plain(turn.message)
    named = {one.id for one in programmes_named({book.policy_id: book}, message, short=True)}
    headed = [at for at, clause in enumerate(clauses) if _heading(clause.text) in message]
    own = [at for at, address in enumerate(addresses) if named & _programmes_of(turn, book, address)]
    chosen = [at for at in headed if at in own] or own or headed
    if chosen:
        return _handed(turn, bindings, chosen[0])
    words = turn.desk.ranker.weights(message)
    shares = [turn.desk.ranker.share(clause, words) for clause in clauses]
    best = max(range(len(bindings)), key=lambda at: (shares[at], -at))
    if shares[best] - shares[0] < CLEARLY or not _own_words(message):
        focus = turn.conversation.focus
        cited = [at for at, binding in enumerate(bindings) if binding.address in focus]
        current = (turn.conversation.programme or "/").split("/")[1]
        carried = [
            at for at, address in enumerate(addresses) if current in _programmes_of(turn, book, address)
        ]
        best = next(iter((*cited, *carried)), 0)
    return _handed(turn, bindings, best)


def _own_words(message: str) -> str:
    """What a message says besides its figures and its form: nothing in 多少分啊 or 12.5万吨, which are about no clause of their own."""
    for figure in find_quantities(message):
        message = message.replace(figure.text, " ")
    return own_words(message)


def _handed(turn: TurnContext, bindings: Sequence[Binding], at: int) -> dict[str, Any]:
    return {"marker": turn.ledger.hand_out(bindings[at].address, bindings[at].quote)} if at else {}


def _heading(text: str) -> str:
    """验收 of （五）验收。培育期满，…; a sign that no message has where a clause has no such heading."""
    found = HEADING.match(text)
    return found[1] if found else "\0"


def _programmes_of(turn: TurnContext, book: RuleBook, address: str) -> set[str]:
    """Programmes that the article of a clause names."""
    article = turn.desk.library.clause(address.rpartition("/")[0] or address)
    return {one.id for one in programmes_named({book.policy_id: book}, article.text)}
