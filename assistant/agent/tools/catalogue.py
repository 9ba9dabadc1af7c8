"""The work of the catalogue tool: a policy's title, number, dates, status and validity, each with its clause."""

from __future__ import annotations

import re

from assistant.agent.desk import TurnContext
from assistant.agent.tools.items import Found, own_items
from assistant.documents.clause import ClauseKind
from assistant.errors import InputError

FRONT_PATHS = (
    "题名",
    "文头/文号",
    "文头/印发机关",
    "文头/通知标题",
    "文头/落款",
    "落款/日期",
    "落款/机关",
    "落款",
)
ASKED_PARTS = (
    (re.compile(r"主送|送给|发给"), ("文头/主送",)),
    (re.compile(r"抄送"), ("抄送", "落款/抄送")),
    (re.compile(r"签|署名|领导"), ("落款/领导署名",)),
    (re.compile(r"公开"), ("文头/公开", "落款/公开")),
)
VALIDITY = re.compile(r"有效期|施行|废止|征求意见")


def describe(turn: TurnContext, policy: str, query: str = "") -> Found:
    """A policy's catalogue entry and the clauses that say it (title, 文号, date, validity).

    `query` names parts that are shown only when asked for: whom it was sent to, who signed.
    """
    library = turn.desk.library
    if policy not in library.policies:
        raise InputError(f"没有编号为「{policy}」的政策；现有：{'、'.join(library.policies)}")
    entry = library.policies[policy]
    clauses = list(library.clauses(policy))
    chosen = [clause for clause in clauses if clause.path in FRONT_PATHS and clause.text]
    chosen += [
        clause
        for clause in clauses
        if clause.kind in (ClauseKind.ARTICLE, ClauseKind.FRONT)
        and VALIDITY.search(clause.text)
        and clause not in chosen
    ]
    asked = [path for words, paths in ASKED_PARTS for path in paths if words.search(query)]
    chosen += [clause for clause in clauses if clause.path in asked and clause.text]
    data = {
        "id": entry.id,
        "title": entry.title,
        "number": entry.number,
        "issuer": entry.issuer,
        "published": entry.published.isoformat() if entry.published else None,
        "status": entry.status,
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else None,
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else None,
        "standing": entry.standing(turn.today),
        "region": entry.region,
        "level": entry.level,
    }
    items = [item for clause in chosen for item in own_items(turn, clause)]
    content = f"《{entry.title}》状态：{entry.status}；有效期至：{data['valid_to'] or '文中未写'}"
    return content, {"policy": data, "items": items}
