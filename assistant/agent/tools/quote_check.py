"""The work of the quotation tool: where words stand to the letter, else the nearest sentence and what differs."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from assistant.agent.desk import TurnContext
from assistant.agent.tools.items import SPACE, Found, quoted_item
from assistant.agent.tools.sentences import sentences
from assistant.documents.clause import Clause
from assistant.errors import InputError
from assistant.retrieval.filters import ClauseFilter

HITS = 20
NEAR_ENOUGH = 0.5


def check_quotation(turn: TurnContext, quotation: str, policies: Sequence[str]) -> Found:
    """Where a quotation stands to the letter (white space aside), else the nearest sentence and what differs."""
    turn.progress("retrieval", "核对引文…")
    wanted = _squeezed(quotation)
    if len(wanted) < 4:
        raise InputError(f"引文「{quotation}」太短；请给出至少 4 个字")
    chosen = [policy for policy in policies if policy in turn.desk.library.policies]
    scope = [
        clause
        for policy in chosen or turn.desk.library.policies
        for clause in turn.desk.library.clauses(policy)
    ]
    exact = [clause for clause in scope if wanted in _squeezed(clause.text)]
    if exact:
        items = [quoted_item(turn, clause, _around(clause.text, wanted)) for clause in exact[:4]]
        return "原文：" + "；".join(i["label"] for i in items), {"found": True, "items": items}
    best, ratio = _nearest(turn, quotation, chosen)
    if best is None or ratio < NEAR_ENOUGH:
        return "没有这句话，也没有接近的原句。", {"found": False, "items": [], "ratio": ratio}
    item = quoted_item(turn, best[0], best[1])
    return f"没有这句话；最接近的是[{item['marker']}]", {
        "found": False,
        "items": [item],
        "ratio": ratio,
        "differences": _differences(quotation, best[1]),
    }


def _nearest(
    turn: TurnContext, quotation: str, policies: Sequence[str]
) -> tuple[tuple[Clause, str] | None, float]:
    where = ClauseFilter(policy_ids=frozenset(policies)) if policies else None
    hits = turn.desk.retriever.search(quotation, limit=HITS, where=where)
    best: tuple[Clause, str] | None = None
    best_ratio = 0.0
    for hit in hits:
        clause = turn.desk.library.clause(hit.address)
        for sentence in sentences(clause.text):
            matcher = difflib.SequenceMatcher(None, _squeezed(quotation), _squeezed(sentence), autojunk=False)
            shared = sum(block.size for block in matcher.get_matching_blocks())
            ratio = shared / max(len(_squeezed(quotation)), 1)
            if ratio > best_ratio:
                best, best_ratio = (clause, sentence), ratio
    return best, best_ratio


def _differences(quotation: str, sentence: str) -> list[dict[str, str]]:
    """What the quotation says where the text says otherwise; parts of the sentence outside the quotation are left out."""
    matcher = difflib.SequenceMatcher(None, quotation, sentence, autojunk=False)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    inner = [c for c in changes if not (c[0] == "insert" and (c[1] == 0 or c[1] == len(quotation)))]
    return [{"said": quotation[a:b], "text": sentence[c:d]} for _, a, b, c, d in inner[:6]]


def _squeezed(text: str) -> str:
    return SPACE.sub("", text).strip("。，；、,.;")


def _around(text: str, squeezed: str) -> str:
    """The sentence that holds the quotation, or its own words where it runs over several."""
    whole = [sentence for sentence in sentences(text) if squeezed in _squeezed(sentence)]
    return whole[0] if whole else _original(text, squeezed)


def _original(text: str, squeezed: str) -> str:
    """The words of `text` that `squeezed` was squeezed from."""
    places = [at for at, char in enumerate(text) if not char.isspace()]
    plain = "".join(text[at] for at in places)
    start = plain.find(squeezed)
    return text[places[start] : places[start + len(squeezed) - 1] + 1]
