"""A figure asked for of one place: the place's own, or that of the other level told as such."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from assistant.agent.answer import AnswerStatus
from assistant.agent.understanding.reading import Reading
from assistant.agent.writing import lookup
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.agent.writing.refusing import quoted

TELLING = 0.58  # share of the question's words that a sentence with a figure must hold to be about it
AS_WELL = 0.78  # of what the other level's sentence holds: a sentence that holds so much is as much about it
LOOKED_AT = 10  # passages among which the figure is looked for
YEAR = re.compile(r"20\d{2}(?=年|—|-|\D|$)")
NUMBERING = re.compile(r"^\s*(?:\d+\.|（[一二三四五六七八九十\d]+）)")
Item = dict[str, Any]


def figure_found(results: Sequence[ToolResult]) -> bool:
    """Whether the place's own policies or those of the other level have the figure."""
    return any(_telling(result) for result in results)


def figure(reading: Reading, own: ToolResult, others: ToolResult) -> Draft:
    """The place's own figure; else what the other level says, and that the place's policies have none."""
    told = _telling(others)
    as_well = min(TELLING, AS_WELL * _share(told)) if told else TELLING
    if _telling(own, as_well):
        return lookup.search(reading, [own])
    assert told is not None, "a figure was found"
    titles = dict.fromkeys(str(item["title"]) for item in own.artifact["passages"])
    held = f"《{next(iter(titles))}》" if len(titles) == 1 else "已收录的省级文件"
    level = "全省" if len(titles) == 1 else "市级文件"
    parts = [f"{held}没有写到这个数字；{level}的规定是：{quoted(told)}"]
    near = own.artifact["passages"][:1]
    if near and near[0]["coverage"] >= lookup.ENOUGH:
        parts.append(f"{held}与此有关的是：{quoted(near[0])}")
    return Draft("\n\n".join(parts), AnswerStatus.ANSWERED)


def _share(item: Item) -> float:
    """Share of the question that a passage's sentence holds."""
    return float(sum(item["words"].values()))


def _telling(result: ToolResult, at_least: float = TELLING) -> Item | None:
    """The best passage with a figure that is about the question, of a year that is asked for."""
    asked = set(YEAR.findall(result.artifact["query"]))
    for item in result.artifact["passages"][:LOOKED_AT]:
        stated = set(YEAR.findall(item["quote"]))
        figures = re.search(r"\d", YEAR.sub("", NUMBERING.sub("", item["quote"])))
        agrees = not asked or not stated or bool(asked & stated)
        if figures and agrees and _share(item) >= at_least:
            return dict(item)
    return None
