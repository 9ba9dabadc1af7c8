"""Authorities: a body that a statement names is one of its clause, by its name or its short form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.agent.verification.evidence_index import Evidence
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.matching import is_subsequence
from assistant.agent.verification.statements import Statement

ORGANISATION = re.compile(
    r"[\u4e00-\u9fff]{0,10}?(?:发改委|改革委(?:员会)?|国资委)|[\u4e00-\u9fff]{2,10}?(?:厅|(?<![格布结全大时个])局(?![部面限])|委员会|研究院|研究所|(?<!为)中心(?!城)|办公室|政府|协会|法院|银行|管理局|部门|(?<![全内外东西南北中局大底顶上下])部(?=[门、，。和会《的]|联合|发布|印发))"
)
_LED_IN = re.compile(r"^.*(?:[了给由向到把将于是在对从]|[抄主报呈]送)")  # 抄送给了省政府
_ANY_BODY = re.compile(
    r"当地|所在|本地|属地|[该本我此][厅局委]$|"
    r"(?:有关|相关|主管|职能|政府|对应|当地|各级?|哪[个些]|等?[一二三四五六七八九十两几多]+个?)部门?$"
    r"|^(?:人民)?政府$|(?:由|的|向|当地|地方|各级|上级|本级|各地|所在地|[省市县]级)(?:人民)?政府$"
)


def body_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Authorities that neither the cited clause nor the user nor the engine names."""
    if not statement.markers:
        return
    grounds = evidence.grounds
    cited = [part for one in evidence.citations(statement) for part in (one.text, one.title, one.label)]
    texts = [*cited, *grounds.said, *grounds.engine]
    for found in ORGANISATION.finditer(statement.own):
        body = _LED_IN.sub("", found[0])
        if _ANY_BODY.search(body):
            continue
        ours = any(
            "我" + body[-1] in text for text in cited
        )  # 我厅: whose text it is stands in the catalogue
        if not any(_names_body(body, text) for text in (*texts, *(grounds.catalogue if ours else ()))):
            at = statement.start + found.end() - len(body)
            yield Failure("unsupported", body, "所引条款没有这个单位", at, at + len(body))


def _names_body(body: str, text: str) -> bool:
    """Whether a text names a body, by its last four characters or by its short form (工信厅 for 工业和信息化厅)."""
    if body[-4:] in text or (body.endswith("部门") and len(body) >= 4 and body[-4:-2] in text):
        return True
    return any(
        _abbreviates(body, found[0]) or _abbreviates(found[0], body) for found in ORGANISATION.finditer(text)
    )


def _abbreviates(short: str, long: str) -> bool:
    """Whether the last three characters of one stand in the other in their order, the last one as its last."""
    short, long = short.replace("委员会", "委"), long.replace("委员会", "委")
    return len(short) >= 3 and short[-1] == long[-1] and is_subsequence(short[-3:], long[-9:])
