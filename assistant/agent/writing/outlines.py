"""Writing what a document is made of: how many parts, and their headings in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.agent.answer import AnswerStatus
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.agent.writing.measure import mark
from assistant.documents.numbering import write_number

MOST = 40  # headings that are told
HEADING = 30  # characters of a heading that is told as it stands
UNITS = {"chapter": "章", "article": "条", "annex": "个附件", "box": "个专栏"}
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
    title, root = f"《{data['title']}》", data["root"]
    if not data["rows"]:
        return f"{title}没有{UNITS.get(data['kind'], PARTS).removeprefix('个')}。"
    number = "两" if data["count"] == 2 else write_number(data["count"])
    if root:
        head = root["item"]
        of = f"“{head['quote']}”" if len(head["quote"]) <= HEADING else head["label"]
        unit = "条" if data["kinds"] == ["article"] else "项"
        return f"{title}{of}{mark(head['marker'])}共{number}{unit}："
    if data["kind"] not in (None, "chapter", "article"):
        return f"{title}共{number}{UNITS[data['kind']]}："
    counts = data["counts"]
    parts = [] if counts.get("chapter") else [f"{number}{PARTS}"]
    parts += [
        f"{'两' if counts[kind] == 2 else write_number(counts[kind])}{unit}"
        for kind, unit in UNITS.items()
        if kind in counts
    ]
    return f"{title}共{'、'.join(parts)}："


def _line(row: dict[str, Any]) -> str:
    item, articles = row["item"], row["articles"]
    span = articles[0] if len(articles) == 1 else f"{articles[0]}至{articles[-1]}" if articles else ""
    held = f"（{span}）" if span else ""
    return f"{'  ' * row['depth']}- {item['quote']}{held}{mark(item['marker'])}"
