"""Writing what a document is: its number, issuer, dates, status and validity."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.agent.answer import AnswerStatus
from assistant.agent.understanding.reading import Reading
from assistant.agent.writing.clauses import shortened
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.agent.writing.measure import mark
from assistant.agent.writing.refusing import quoted

PLAIN = 0.5  # share from which a passage is shown beside a policy's catalogue entry
DRAFT = "征求意见稿"
FIRST_OF = re.compile(r"谁(?:在|更)?[先早前晚后]|哪(?:一)?[份个篇](?:在|更|要)?[先早前]|先后|在先")


def status(reading: Reading, results: Sequence[ToolResult], found: ToolResult | None) -> Draft:
    """A policy's title, number, issuer, dates, status and validity, each from its clause, and what else answers."""
    parts = [_status(result.artifact) for result in results]
    dated = sorted(
        (result.artifact["policy"] for result in results if result.artifact["policy"]["published"]),
        key=lambda policy: str(policy["published"]),
    )
    if FIRST_OF.search(reading.message) and len(dated) == len(results) > 1:
        parts.insert(0, f"在先的是《{dated[0]['title']}》，在后的是《{dated[-1]['title']}》。")
    cited = {item["address"] for result in results for item in result.artifact["items"]}
    passages = found.artifact["passages"] if found else []
    if passages and passages[0]["address"] not in cited and passages[0]["coverage"] >= PLAIN:
        parts.append(f"相关原文：{quoted(passages[0])}")
    return Draft("\n\n".join(parts), AnswerStatus.ANSWERED)


def _status(data: dict[str, Any]) -> str:
    """What is asked of a document in one sentence, then its own words."""
    policy, items = data["policy"], data["items"]
    lines = [f"《{policy['title']}》{'，'.join(_told(policy))}。"]
    lines += [f"- “{shortened(item['quote'])}”{mark(item['marker'])}" for item in items]
    return "\n".join(lines)


def _told(policy: Mapping[str, Any]) -> list[str]:
    """The facts of a document that are asked for, as parts of one sentence; what the text does not say is said so."""
    told: list[str] = []
    if policy["validity_asked"]:
        draft = policy["status"] == DRAFT
        told.append("目前是征求意见稿，还没有正式施行" if draft else f"目前状态：{policy['status']}")
        ends = policy["valid_to"]
        if ends and policy["beyond"]:
            told.append(f"有效期只到{_day(ends)}，{policy['beyond']}年适用什么规定，文中没有写")
        else:
            told.append(f"写明的有效期至{_day(ends)}" if ends else "文中没有写有效期截止日")
        if policy["replaced_asked"]:
            told.append("收录的文本没有写它被修订、替代或废止")
    if "number" in policy["asked"]:
        told.append(f"文号是{policy['number']}" if policy["number"] else "文中没有写文号")
    if "issuer" in policy["asked"]:
        told.append(f"由{policy['issuer']}发布" if policy["issuer"] else "文中没有写印发机关")
    if "published" in policy["asked"]:
        told.append(f"日期是{_day(policy['published'])}" if policy["published"] else "文中没有写发布日期")
    return told or ["原文写明如下"]


def _day(iso: str) -> str:
    """2028-12-31 as it is said."""
    year, month, day = (int(part) for part in iso.split("-"))
    return f"{year}年{month}月{day}日"
