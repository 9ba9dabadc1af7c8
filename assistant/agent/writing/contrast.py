"""Writing two values side by side: both figures and what lies between them in one sentence, then each one's own words."""

from __future__ import annotations

import re
from typing import Any

from assistant.agent.answer import AnswerStatus
from assistant.agent.tools.premise import CONFIRM
from assistant.agent.understanding.contrast import RATIO, WHICH
from assistant.agent.understanding.reading import Reading
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.agent.writing.measure import mark
from assistant.agent.writing.refusing import excerpt, source_of

Item = dict[str, Any]
CLAIMED = re.compile(
    r"比[^，。？?不没]{1,30}?(?:更|还|要)*(?:(?P<more>高|多|大)|(?P<less>低|少|小))|(?P<same>(?<!不)一样|相同|相等|持平)"
)
BY_HOW_MUCH = re.compile(
    r"[高低多少大小]出?了?[\d一二两三四五六七八九十]|[几多]少?个?(?:百分)?点|多少|几[家个倍]"
)
HIGHER = {"%": "高", "分": "高", "吨/万元": "高"}


def contrast(reading: Reading, result: ToolResult) -> Draft:
    """The comparison of two values, or the values told in order."""
    data = result.artifact
    lead = "，".join(_told(item) for item in data["items"])
    if "reason" in data:
        lead = f"{_judged(reading.message, data)}{lead}，{_between(reading, data)}"
    remarks = f"（{'；'.join(data['remarks'])}。）" if data["remarks"] else ""
    quotes = "原文：\n" + "\n".join(_quotes(data["items"]))
    return Draft(f"{lead}。{remarks}\n\n{quotes}", AnswerStatus.ANSWERED)


def _judged(message: str, data: Item) -> str:
    """福州的比省里高，对吗: whether that is so; nothing where no direction is claimed, or by how much."""
    claimed = CLAIMED.search(message)
    if data["reason"] or not (claimed and CONFIRM.search(message)) or BY_HOW_MUCH.search(message):
        return ""
    larger = not data["equal"] and data["more"] == bool(claimed["more"])
    holds = data["equal"] if claimed["same"] else larger
    return "对。" if holds else "不对。"


def _told(item: Item) -> str:
    return f"{item['name']}是{item['figure']}{mark(item['marker'])}"


def _between(reading: Reading, data: Item) -> str:
    """What lies between the two figures, or why that is not told."""
    if data["reason"]:
        return str(data["reason"])
    if data["equal"]:
        return "两者一样"
    unit = data["items"][0]["unit"]
    word = HIGHER.get(unit, "多")
    more = data["difference"]["display"]
    lead = f"前者比后者{word}{more}" if data["more"] else f"后者比前者{word}{more}"
    if WHICH.search(reading.message):
        lead = f"{'前者' if data['more'] else '后者'}{word}，相差{more}"
    if RATIO.search(reading.message) and data["ratio"]:
        return f"前者是后者的{data['ratio']['display']}，相差{more}"
    return lead


def _quotes(items: list[Item]) -> list[str]:
    """The words of each figure; one line where one clause's words hold both."""
    once = {(item["address"], item["quote"]): item for item in items}
    return [
        f"- {source_of(item)}：{excerpt(item['sentence'], item['quote'], item['marker'])}"
        for item in once.values()
    ]
