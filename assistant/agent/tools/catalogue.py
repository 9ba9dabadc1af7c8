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
    (re.compile(r"文号|发文字号|几号文|编号"), "number", ("文头/文号",)),
    (
        re.compile(
            r"谁[发印出制]|哪[些个几]?(?:个|些|家)?(?:部门|单位|厅局?|机关)|(?:发文|印发|制定)(?:单位|机关)|几家|联合|单独|由.{2,14}(?:印发|发布|出台)"
        ),
        "issuer",
        ("文头/印发机关", "文头/通知标题", "文头/落款", "落款/机关"),
    ),
    (
        re.compile(
            r"(?<!到)哪一?[天年]|几[年月号]|(?<!到)(?:什么|啥)时候(?!.{0,4}(?:到期|失效|作废|截止))|何时|日期|时间|成文|落款|最新|(?:谁|哪(?:一)?[份篇个])(?:文件)?(?:在|更|要)?[先早晚]"
        ),
        "published",
        ("文头/落款", "落款/日期", "文头/通知标题"),
    ),
    (re.compile(r"主送|[送发写]给|给谁"), "", ("文头/主送",)),
    (re.compile(r"抄送"), "", ("抄送", "落款/抄送")),
    (re.compile(r"签|署名|领导"), "", ("落款/领导署名",)),
    (re.compile(r"公开"), "", ("文头/公开", "落款/公开")),
    (re.compile(r"联系人|电话|联系方式"), "", ("落款/联系人", "落款/联系电话")),
    (re.compile(r"类别|[ABC]类"), "", ("文头/答复类别",)),
)
IN_FORCE = re.compile(
    r"有效|管用|算数|失效|过期|到期|作废|废止|生效|施行|实施|正式|征求意见|草[案稿]|定稿|现行|能用|还用|照着办|依据|替代|取代|修订|管到|最新|按.{0,6}[评办]"
)
REPLACED = re.compile(r"替代|取代|修订|废止|作废|新(?:版|的文件|办法)|最新")
CALENDAR = re.compile(r"(?<!\d)(20\d\d)年?")
VALIDITY = re.compile(r"有效期|施行|废止|征求意见")


def describe(turn: TurnContext, policy: str, query: str = "") -> Found:
    """A policy's catalogue entry and the clauses that say it (title, 文号, date, validity).

    `query` says which parts are asked for; without any, all of them are told.
    """
    library = turn.desk.library
    if policy not in library.policies:
        raise InputError(f"没有编号为「{policy}」的政策；现有：{'、'.join(library.policies)}")
    entry = library.policies[policy]
    clauses = [clause for clause in library.clauses(policy) if clause.text]
    asked = [(facet, paths) for words, facet, paths in ASKED_PARTS if words.search(query)]
    valid = IN_FORCE.search(query) is not None
    wanted = {path for _, paths in asked for path in paths}
    if valid or not wanted:
        wanted |= {"题名"} | (set() if wanted or valid else set(FRONT_PATHS))
    chosen = [clause for clause in clauses if clause.path in wanted]
    if valid or not asked:
        chosen += [
            clause
            for clause in clauses
            if clause.kind in (ClauseKind.ARTICLE, ClauseKind.FRONT)
            and VALIDITY.search(clause.text)
            and clause not in chosen
        ]
    if not chosen:
        chosen = [clause for clause in clauses if clause.path in ("题名", "文头/通知标题")]
    last = entry.valid_to.year if entry.valid_to else None
    beyond = [year for year in CALENDAR.findall(query) if last and int(year) > last]
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
        "asked": [facet for facet, _ in asked if facet],
        "validity_asked": valid or not asked,
        "replaced_asked": REPLACED.search(query) is not None,
        "beyond": beyond[0] if beyond else None,
    }
    items = [item for clause in chosen for item in own_items(turn, clause)]
    content = f"《{entry.title}》状态：{entry.status}；有效期至：{data['valid_to'] or '文中未写'}"
    return content, {"policy": data, "items": items}
