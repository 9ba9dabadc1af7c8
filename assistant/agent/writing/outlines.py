"""Writing what a document is made of: how many parts, and their headings in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.agent.answer import AnswerStatus
from assistant.agent.tools.outlining import UNITS
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.agent.writing.measure import mark

MOST = 40  # headings that are told
HEADING = 30  # characters of a heading that is told as it stands
PARTS = "个部分"


def outlines(results: Sequence[ToolResult]) -> Draft:
    """The make-up of each document, one after the other."""
    return Draft("\n\n".join(_outline(result.artifact) for result in results), AnswerStatus.ANSWERED)


def _outline(data: dict[str, Any]) -> str:
    rows = data["rows"][:MOST]
    lines = [_lead(data), *(_line(row) for row in rows)]
    if len(data["rows"]) > MOST:
        lines.append("（以下略，可打开原文查看全部标题。）")
    return "\n".join(lines)


def _lead(data: dict[str, Any]) -> str:
    title, told = f"《{data['title']}》", "、".join(data["told"])
    if not data["rows"]:
        return f"{title}没有{UNITS.get(data['kind'], PARTS).removeprefix('个')}。"
    if data["root"]:
        head = data["root"]["item"]
        of = f"“{head['quote']}”" if len(head["quote"]) <= HEADING else head["label"]
        return f"{title}{of}{mark(head['marker'])}共{told}："
    return f"{title}共{told}："


def _line(row: dict[str, Any]) -> str:
    item, articles = row["item"], row["articles"]
    span = articles[0] if len(articles) == 1 else f"{articles[0]}至{articles[-1]}" if articles else ""
    held = f"（{span}）" if span else ""
    return f"{'  ' * row['depth']}- {item['quote']}{held}{mark(item['marker'])}"
