"""Writing what an office is responsible for: one line a task."""

from __future__ import annotations

from assistant.agent.answer import AnswerStatus
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.agent.writing.measure import mark
from assistant.agent.writing.refusing import source_of

MOST = 15  # tasks that are told


def tasks_of_office(result: ToolResult) -> Draft:
    """The tasks by policy and place, each with its heading and the note that names the office."""
    data = result.artifact
    lines = [f"原文写明由“{data['office']}”负责或按职责分工负责的有："]
    for task in data["tasks"][:MOST]:
        item = task["item"]
        marks = "".join(mark(number) for number in dict.fromkeys((item["marker"], task["note"])))
        lines.append(f"- {source_of(item)}：“{item['quote']}”{marks}")
    if len(data["tasks"]) > MOST:
        lines.append("（以下略，可打开方案查看全文。）")
    return Draft("\n".join(lines), AnswerStatus.ANSWERED)
