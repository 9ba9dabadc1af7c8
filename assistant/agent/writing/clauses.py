"""Writing clauses as they are read: one sentence, a list, the ones that a reference may mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from assistant.agent.answer import AnswerStatus
from assistant.agent.understanding.intents import COMPARE
from assistant.agent.understanding.reading import Reading
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.agent.writing.measure import mark
from assistant.agent.writing.refusing import Item, quoted, source_of
from assistant.documents.numbering import write_number

LIST_LIMIT = 40
NUMBER = re.compile(r"(?<!\d)\d{1,3}(?!\d)")  # of a clause; longer ones are years and document numbers


def marks_of(note: Item) -> str:
    """The markers of all clauses that a note rests on."""
    return "".join(mark(marker) for marker in note["markers"])


def whole(data: dict[str, Any]) -> str:
    """A clause as it was read, with what stands under it."""
    items: list[Item] = data["items"]
    head = data["clause"]
    source = f"《{head['title']}》{head['label']}"
    if not items:
        return f"{source}只有标题，没有正文。"
    if len(items) == 1:
        return (
            f"{source_of(items[0])}：“{items[0]['quote']}”{mark(items[0]['marker'])}{_row_points(items[0])}"
        )
    lines = [f"{source}："]
    for item in items[:LIST_LIMIT]:
        lines.append(f"- {shortened(item['quote'])}{mark(item['marker'])}{_row_points(item)}")
    if len(items) > LIST_LIMIT:
        lines.append("（以下略，可打开条款查看全文。）")
    return "\n".join(lines)


def _row_points(item: Item) -> str:
    """The points of a table row."""
    points = item["attributes"].get("points")
    return f"（分值：{points}）" if points and item["kind"] in ("row", "subrow") else ""


def shortened(quote: str) -> str:
    """A quotation in one line."""
    return quote.replace("\n", " ")


def clauses(reading: Reading, good: Sequence[ToolResult], failed: Sequence[ToolResult]) -> Draft:
    """Clauses asked for by number."""
    parts = (
        _alike(reading, good)
        + [_read(result.artifact) for result in good]
        + [str(result.error) for result in failed]
    )
    if reading.unmatched and reading.programme:
        parts.insert(0, f"{reading.programme.alias}的表里没有与它对应的一项。")
    if reading.condition_of and reading.programme:
        parts.insert(
            0, f"{reading.programme.alias}的条件里没有这一项要求；这是{reading.condition_of}的条件："
        )
    artifacts = [result.artifact for result in good]
    status = AnswerStatus.ANSWERED
    if all("ambiguous" in data for data in artifacts):
        status = AnswerStatus.NEEDS_FACTS
    elif all("unknown" in data and not data["near"] for data in artifacts):
        status = AnswerStatus.REFUSED
    return Draft("\n\n".join(parts), status)


def _alike(reading: Reading, good: Sequence[ToolResult]) -> list[str]:
    """Whether two rows that are compared ask the same, in one sentence."""
    rows = [result.artifact.get("items", []) for result in good]
    if len(rows) != 2 or not COMPARE.search(reading.message) or any(len(items) != 1 for items in rows):
        return []
    one, other = (items[0]["attributes"] for items in rows)
    if not (one.get("requirement") and other.get("requirement")):
        return []
    same = one["requirement"] == other["requirement"]
    points = "分值" + ("相同" if one.get("points") == other.get("points") else "不同")
    scored = f"，{points}" if one.get("points") or other.get("points") else ""
    return [f"两边的要求{'一样' if same else '写法不同'}{scored}："]


def _read(data: dict[str, Any]) -> str:
    """A clause as read, the clauses it may be, or that there is none."""
    if "ambiguous" in data:
        choices = "\n".join(f"- {quoted(item)}" for item in data["items"])
        return f"“{data['ambiguous']}”不止一处，请说明是哪一份文件的哪一条：\n{choices}"
    if "unknown" in data:
        notes = [f"{_in_words(note['text'])}{marks_of(note)}" for note in data["notes"]]
        marks = "".join(mark(item["marker"]) for item in data["items"])
        near = [quoted(item) for item in data["near"]]
        return "\n\n".join([f"{_in_words(str(data['unknown']))}。{marks}", *notes, *near])
    return whole(data)


def _in_words(text: str) -> str:
    """Numbers of clauses in Chinese numerals: they count clauses that do not exist, and quote none."""
    return NUMBER.sub(lambda found: write_number(int(found.group())), text)
