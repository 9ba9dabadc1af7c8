"""Writing what the scoring tables give: the points, or that a veto has none, in the first sentence; then the rows' words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.agent.answer import AnswerStatus
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.agent.writing.measure import calculation_line, mark

MOST_SHOWN = 20  # rows whose words are told


def table_points(result: ToolResult) -> Draft:
    """The rows that were asked for."""
    data = result.artifact
    rows: list[dict[str, Any]] = data["rows"]
    parts = [f"**{_headline(data, rows)}**"]
    if data["sum"]:
        parts.append(f"计算：\n- {calculation_line(data['sum'])}")
    if rows:
        parts.append("依据：\n" + "\n".join(f"- {_basis(row)}" for row in rows[:MOST_SHOWN]))
    return Draft("\n\n".join(parts), AnswerStatus.ANSWERED)


def _headline(data: dict[str, Any], rows: Sequence[dict[str, Any]]) -> str:
    scored = [row for row in rows if row["points"] is not None]
    vetoes = [row for row in rows if row["points"] is None]
    said = []
    if data["most"]:
        said = [
            f"{programme}评价表里分值最高的是{'、'.join(_named(row) for row in own)}，{'各' if len(own) > 1 else ''}{own[0]['points']}"
            for programme in dict.fromkeys(row["programme"] for row in scored)
            if (own := [row for row in scored if row["programme"] == programme])
        ]
    elif data["worth"]:
        said = [
            f"{programme}评价表里{data['worth']}分的项是{'、'.join(map(_named, own))}"
            for programme in dict.fromkeys(row["programme"] for row in scored)
            if (own := [row for row in scored if row["programme"] == programme])
        ] or [f"评价表里没有{data['worth']}分的项"]
    elif data["sum"]:
        said = [f"合计{data['sum']['display']}"]
    else:
        said = [f"{row['programme']}{_named(row)}：{row['points']}" for row in scored]
    if vetoes:
        names = "、".join(_named(row) for row in vetoes)
        said.append(f"{names}是{vetoes[0]['group']}，只看是否符合，表里没有给它分值")
    return "；".join(said) + "。"


def _named(row: dict[str, Any]) -> str:
    return f"{row['label']}（{row['criterion']}）{mark(row['marker'])}"


def _basis(row: dict[str, Any]) -> str:
    points = f"（分值：{row['points']}）" if row["points"] else ""
    group = f"（{row['group']}{mark(row['group_marker'])}）" if row["group_marker"] else ""
    return f"{row['label']}：“{row['quote']}”{mark(row['marker'])}{points}{group}"
