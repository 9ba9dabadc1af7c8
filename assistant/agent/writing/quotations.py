"""Writing where a quotation stands, or that no policy holds it, with what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.agent.answer import AnswerStatus
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.agent.writing.measure import mark
from assistant.agent.writing.refusing import Item, quoted, source_of


def quotation(result: ToolResult) -> Draft:
    """Where a quotation stands, or that no policy holds it, with the closest passage and what differs."""
    data = result.artifact
    parts = [_checked(part, data["titles"]) for part in data["parts"]]
    if len(parts) > 1:
        known = sum(part["found"] for part in data["parts"])
        lead = "没有连在一起的这段话。" if known else "没有这段话。"
        parts = [lead + "逐句核对如下：", *(f"{place}. {part}" for place, part in enumerate(parts, 1))]
    status = AnswerStatus.ANSWERED if data["items"] else AnswerStatus.REFUSED
    return Draft("\n\n".join(parts), status)


def _checked(part: Item, titles: Sequence[str]) -> str:
    """One passage that was looked up."""
    items: list[Item] = part["items"]
    if part["found"]:
        places = "\n".join(f"- {quoted(item)}" for item in items)
        if part["elsewhere"]:
            return f"没有。{'、'.join(f'《{title}》' for title in titles)}里没有这句话，它出自：\n{places}"
        return f"有，这是原文，出自：\n{places}"
    if not items:
        return "没有。已收录的政策原文中没有这句话，也没有接近的原句。"
    best = items[0]
    text = f"没有。已收录的政策原文中没有这句话。最接近的是{source_of(best)}：“{best['quote']}”{mark(best['marker'])}"
    changes = [_difference(one) for one in part["differences"] if one["said"] or one["text"]]
    return f"{text}\n\n不同之处：{'；'.join(changes)}。" if changes else text


def _difference(change: Mapping[str, str]) -> str:
    """What was said where the text says otherwise."""
    said, text = change["said"], change["text"]
    if said and text:
        return f"您说的是“{said}”，原文是“{text}”"
    return f"原文没有“{said}”" if said else f"原文还有“{text}”"
