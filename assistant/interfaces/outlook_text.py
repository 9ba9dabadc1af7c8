"""Gaps and comparisons as lines for a terminal, each with its style."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.interfaces.terminal import STATUS_STYLES

Line = tuple[str, str | None]


def outlook_lines(result: Mapping[str, Any]) -> Iterator[Line]:
    """What `Assistant.explore` gives: one heading a criterion, its sentences below."""
    status, score = result["status"], result["score"]
    points = f"（得分 {_bounds(score)}，满分 {score['max']}）" if score["max"] != "0" else ""
    yield f"{result['label']}：{status}{points}", STATUS_STYLES.get(status)
    for item in result["criteria"]:
        points = f"，{_bounds(item['points'])}分" if item["points"] else ""
        yield (
            f"  {item['status']}  {item['label']}{points} [{item['citation']}]",
            STATUS_STYLES.get(item["status"]),
        )
        for sentence in item["sentences"]:
            yield f"      {sentence}", None
    yield from _warnings(result["warnings"])


def comparison_lines(result: Mapping[str, Any]) -> Iterator[Line]:
    """What `Assistant.compare` gives: facts, figures, findings, score, verdict, each first → second."""
    first, second = result["statuses"]
    yield f"{result['label']}：{first} → {second}", STATUS_STYLES.get(second)
    one, other = result["scores"]
    if other["max"] != "0":
        yield f"  得分 {_bounds(one)} → {_bounds(other)}（满分 {other['max']}）", None
    for item in result["facts"]:
        yield f"  事实  {item['label']}：{item['a']} → {item['b']}", None
    for item in result["metrics"]:
        before, after = item["display"]
        change = f"{before} → {after}" if before != after else f"{after}，不变"
        yield f"  测算  {item['label']}：{change} [{item['citation']}]", None
    for item in result["findings"]:
        yield _finding(item), STATUS_STYLES.get(item["statuses"][1])
    if not result["findings"]:
        yield "  各项条件的状态和得分都没有变化", None
    yield from _warnings(result["warnings"])


def _finding(item: Mapping[str, Any]) -> str:
    first, second = item["statuses"]
    change = first if first == second else f"{first} → {second}"
    points = "".join(f"，{_bounds(one)}分 → {_bounds(other)}分" for one, other in _pairs(item["points"]))
    return f"  条件  {item['label']}：{change}{points} [{item['citation']}]"


def _pairs(
    points: Sequence[Mapping[str, str] | None],
) -> Iterator[tuple[Mapping[str, str], Mapping[str, str]]]:
    first, second = points
    if first and second:
        yield first, second


def _bounds(score: Mapping[str, str]) -> str:
    low, high = score["low"], score["high"]
    return low if low == high else f"{low}–{high}"


def _warnings(warnings: Sequence[str]) -> Iterator[Line]:
    for warning in warnings:
        yield f"注意：{warning}", "yellow"
